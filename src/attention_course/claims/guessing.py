"""What can be said without reading the source: a guess from the two words before.

Quality by source length hides how much of a text can be guessed, which also changes with length.
Held against this guess, a curve by length says what was made of the source.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from attention_course import data
from attention_course.claims.probes import AlignedWord
from attention_course.config import Run
from attention_course.data.pairs import Pair
from attention_course.judging.evaluation import bin_name, in_bin
from attention_course.runs.metrics import POCKET_BINS

ORDER = 2  # words before, from which the next one is guessed
START = "<s>"


class Guesser:
    """The likeliest next word after the words before: two of them, one, or none.

    It takes the longest context that it has met in training (a trigram model that backs off).
    """

    def __init__(self, texts: Iterable[str]) -> None:
        following: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for text in texts:
            words = [START] * ORDER + text.split()
            for place in range(ORDER, len(words)):
                for size in range(ORDER + 1):
                    following[tuple(words[place - size : place])][words[place]] += 1
        self.likeliest = {
            context: max(sorted(counts), key=counts.__getitem__)
            for context, counts in following.items()
        }

    def guess(self, before: Sequence[str]) -> str:
        """The likeliest word after the words before."""
        padded = [START] * ORDER + list(before)
        for size in range(ORDER, 0, -1):
            context = tuple(padded[-size:])
            if context in self.likeliest:
                return self.likeliest[context]
        return self.likeliest[()]


def guessed_words(guesser: Guesser, pairs: Sequence[Pair]) -> list[AlignedWord]:
    """Every target word of which gold says where it comes from; right if it is guessed."""
    found = []
    for pair in pairs:
        words, length = pair.target.split(), len(pair.source.split())
        for source_word, place in sorted(pair.sure or ()):
            right = guesser.guess(words[:place]) == words[place]
            found.append(AlignedWord(length, length - 1 - source_word, right))
    return found


@cache
def guessed_at_lengths(run: Run) -> dict[str, float]:
    """Share of words that are guessed, by bin of source lengths, from the pairs of a run."""
    corpus = data.load(run)
    words = guessed_words(Guesser(pair.target for pair in corpus.train), corpus.test)
    shares = {}
    for bounds in POCKET_BINS:
        hits = [one.right for one in words if in_bin(one.length, bounds)]
        shares[bin_name(bounds)] = sum(hits) / len(hits)
    return shares


def beyond(share: float, guessed: float) -> float:
    """A share of words right, counted from what is guessed (0) to all (1)."""
    return (share - guessed) / (1 - guessed)
