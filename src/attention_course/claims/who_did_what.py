"""Does a model know who did what? It has to prefer the true sentence to one with people exchanged.

Both sentences are made of the same words, so nothing but the source's order and its particles
tells them apart. (A contrast of this kind: Sennrich 2017, "How grammatical is character-level
neural machine translation?")
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from attention_course.claims.probes import word_losses
from attention_course.config import Run
from attention_course.data import pocket_korean
from attention_course.data.pairs import Corpus, Pair
from attention_course.korean.lexicon import NOUNS
from attention_course.korean.writer import without
from attention_course.runs.trained import Trained

WRITTEN = 2  # sentences in which two people are looked for, by test pair
SHORTEST, LONGEST = 6, 20  # their words
GROUPS = "name elder sibling adult artist neighbor".split()
PERSONS = {
    tuple(f"{noun.article} {noun.english}".split()) for group in GROUPS for noun in NOUNS[group]
}
ALIKE = (frozenset(("minsu", "jiho", "hyunwoo")), frozenset(("yuna", "sujin", "seoyeon")))
PRONOUNS = frozenset("he she his her him".split())
EMBED = frozenset("that who whom which where".split())  # a clause within a clause begins
JOIN = frozenset("because before after while when if but and then to .".split())  # another clause
BATCH = 32


class Contrast(NamedTuple):
    """A pair, the same target with its two people exchanged, and what is known of the source."""

    pair: Pair
    exchanged: Pair
    length: int  # words of the source
    distance: int  # source words between the two people
    crossed: bool  # the source names them in the other order
    between: str  # them in the target: one clause, an embedded one, or a joined one


def people_in(words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the target names people: first word and the one behind the last."""
    return [
        (start, start + size)
        for start in range(len(words))
        for size in (1, 2)
        if tuple(words[start : start + size]) in PERSONS
    ]


def contrast_of(pair: Pair) -> Contrast | None:
    """The contrast of a pair, if two different people are in it and no pronoun gives them away."""
    words = pair.target.split()
    people = people_in(words)
    if len(people) != 2:
        return None
    (a, b), (c, d) = people
    first, second = words[a:b], words[c:d]
    alike = any({*first, *second} <= names for names in ALIKE)
    if first == second or (PRONOUNS & set(words) and not alike):
        return None
    places = {target: source for source, target in sorted(pair.sure or ())}
    if b - 1 not in places or d - 1 not in places:
        return None
    exchanged = [*words[:a], *second, *words[b:c], *first, *words[d:]]
    distance = places[d - 1] - places[b - 1]
    return Contrast(
        pair,
        Pair(pair.source, " ".join(exchanged)),
        len(pair.source.split()),
        abs(distance) - 1,
        distance < 0,
        clauses_between(set(words[b:c])),
    )


def clauses_between(words: set[str]) -> str:
    """Whether a clause begins among these words, and whether it is within the other one."""
    if words & EMBED:
        return "embedded"
    return "joined" if words & JOIN else "one clause"


def contrasts(run: Run, corpus: Corpus) -> list[Contrast]:
    """Contrasts of sentences by the run's own grammar that it has not learned from."""
    count = WRITTEN * len(corpus.test)
    switches = without(*run.without.split())
    written = pocket_korean.generate(count, run.corpus_seed, SHORTEST, LONGEST, switches)
    learned = {pair.source for pair in corpus.train}
    found = (contrast_of(pair) for pair in written if pair.source not in learned)
    return [one for one in found if one is not None]


def judge(trained: Trained, found: Sequence[Contrast]) -> list[dict[str, Any]]:
    """For each contrast what is known of it, and whether the true target costs fewer nats."""
    trained.model.eval()
    rows = []
    for start in range(0, len(found), BATCH):
        chosen = found[start : start + BATCH]
        pairs = [side for one in chosen for side in (one.pair, one.exchanged)]
        costs = word_losses(trained.model, pairs, trained.source, trained.target).sum(dim=1)
        for one, (true, exchanged) in zip(chosen, costs.view(-1, 2).tolist(), strict=True):
            rows.append(
                {
                    "length": one.length,
                    "distance": one.distance,
                    "crossed": one.crossed,
                    "between": one.between,
                    "right": true < exchanged,
                }
            )
    return rows


def share_right(rows: Sequence[dict[str, Any]], **known: bool | str) -> float:
    """Share of the rows of which this is known in which the true target was preferred.

    Raises:
        ValueError: there is no such row.
    """
    hits = [row["right"] for row in rows if all(row[name] == known[name] for name in known)]
    if not hits:
        raise ValueError(f"expected contrasts with {known}, got none; write more sentences")
    return float(sum(hits) / len(hits))
