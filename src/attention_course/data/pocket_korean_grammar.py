"""The grammar of Pocket Korean: one `Writer` writes one sentence, in both languages at once.

Every method is told how many Korean words it is to use, and uses just so many, or says `DeadEnd`.
"""

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import accumulate

from attention_course.data import korean_particles as ko
from attention_course.data.pocket_korean_frames import ANIMAL, FRAMES, HUMAN, SEVERAL, Frame
from attention_course.data.pocket_korean_phrases import (
    Clause,
    Phrase,
    Word,
    arrange,
    case,
    entry,
    tokens,
    verbs,
)
from attention_course.data.pocket_korean_plans import (
    HEAVY,
    TRIES,
    WIDE,
    WIDEST,
    DeadEnd,
    Limits,
    Memory,
    Plan,
    choose_time,
    describing,
    distribute,
    make_plan,
)
from attention_course.data.pocket_korean_verbs import VERBS
from attention_course.data.pocket_korean_words import ADJECTIVES, MANNERS, PEOPLE, Noun

OFTEN = {"adult": 4, "artist": 3, "young": 3, "name": 3, "pronoun": 3}  # 1 for other subjects
SUBJECTS = [PEOPLE[group] for group in PEOPLE for _ in range(OFTEN.get(group, 1))] + 3 * [SEVERAL]
EMPTY = Phrase([], [])
COME = VERBS["come"]  # both 오지만 and 오고: the speaker would be in two places


def follow(*phrases: Phrase) -> Phrase:
    """Say phrases one after the other, in both languages."""
    return Phrase(
        [word for phrase in phrases for word in phrase.korean],
        [token for phrase in phrases for token in phrase.english],
    )


def definite(noun: Noun) -> str:
    """Give the article of someone who acts: names and pronouns have none."""
    if noun.group == "friend":
        return "my"
    return "the" if noun.article else ""


@dataclass
class Writer:
    """Writes one sentence, in one tense; relative clauses may lie before it."""

    memory: Memory
    tense: str = "past"
    last: Frame | None = None  # of the clause before
    contrasted: bool = False  # one "but" is enough

    def sentence(self, length: int) -> Phrase:
        """Write a sentence of so many Korean words, of which 거예요 is one."""
        memory = self.memory
        self.tense = memory.pick(("past", "present", "future")[: 3 if length > 2 else 2])
        length -= self.tense == "future"
        fewest = max(1, math.ceil((length - 4) / 8))
        count = memory.pick(range(fewest, max(fewest, length // 5) + 1))
        starts = [True] + [memory.likely(0.45) for _ in range(count - 1)]
        subjects = [self.subject(PEOPLE) for start in starts if start]
        limits: Limits = {}
        for number, noun in enumerate(subjects):
            widest = 1 if not noun.adjectives else 2 if number else WIDEST
            limits[f"subject {number}"] = (1, widest)
        for number, heavy in enumerate([*starts[1:], True]):
            limits[f"clause {number}"] = (min(2, length - 1), WIDEST if heavy else WIDE)
        return self.chain(starts, subjects, distribute(memory, length, limits))

    def chain(self, starts: list[bool], subjects: list[Noun], sizes: dict[str, int]) -> Phrase:
        """Say one clause after the other, joined by -고 or -지만, and each subject once."""
        phrases: list[Phrase] = []
        before, will = "", Word("거예요") if self.tense == "future" else None
        turns = [number - 1 for number in accumulate(starts)]  # whose turn it is
        for number, (turn, start) in enumerate(zip(turns, starts, strict=True)):
            who, last = subjects[turn], number == len(starts) - 1
            after = None if last or not starts[number + 1] else subjects[turn + 1]
            ending, frames = self.join(before, last, after)
            if start:
                width = sizes[f"subject {turn}"]
                phrases.append(
                    self.noun_phrase(who, width, ko.TOPIC, "", definite(who), not number)
                )
            clause = Clause(
                who,
                self.tense,
                ending,
                times="later" if number else "first",
                heavy=last or after is not None,
                plain="but" in (before, ending),
                seldom=start and sizes[f"subject {turn}"] >= HEAVY,
                goes_on=not start,
                will=will,
            )
            predicate = self.clause(sizes[f"clause {number}"], clause, frames)
            joint = "" if last else ending
            phrases += [predicate, Phrase([], tokens(joint, predicate.korean[-1]))]
            before = ending
        return follow(*phrases)

    def join(self, before: str, last: bool, after: Noun | None) -> tuple[str, Sequence[Frame]]:
        """Choose how a clause ends, and what it may be about.

        -지만 wants a contrast: someone else does the same with another thing.
        """
        ending = "final" if last else "and"
        if before == "but" and self.last:
            self.memory.used.discard(self.last.verb.name)
            return ending, [self.last]
        may = after and self.tense != "future" and not self.contrasted
        if after and may and self.memory.likely(0.5):
            self.contrasted = True
            return "but", [
                one
                for one in FRAMES
                if after.group in one.who and len(one.objects) > 2 and one.verb != COME
            ]
        return ending, FRAMES

    def subject(self, groups: Container[str]) -> Noun:
        """Choose who acts: someone of these groups whom the sentence does not have yet."""
        for _ in range(TRIES):
            noun = self.memory.fresh(self.memory.pick(SUBJECTS))
            if noun and noun.group in groups:
                self.memory.used.add(noun.root)
                return noun
        raise DeadEnd

    def noun_phrase(
        self,
        noun: Noun,
        size: int,
        particle: str,
        preposition: str,
        article: str,
        deep: bool = False,
    ) -> Phrase:
        """Say a noun, with an adjective or a relative clause where there are words for it."""
        self.memory.used.add(noun.root)
        head = Word(ko.attach(noun.korean, particle))
        adjective = described = EMPTY
        size -= 1
        wanted = size == 1 or (size >= HEAVY and self.memory.likely(0.3))
        if noun.adjectives and wanted:
            korean = self.memory.word(noun.adjectives)
            adjective = entry(korean, ADJECTIVES[korean])
            size -= 1
        if size:
            described, article = self.relative(noun, head, size, deep), "the"
        return Phrase(
            [*described.korean, *adjective.korean, head],
            [
                *tokens(f"{preposition} {article}", head),
                *adjective.english,
                *tokens(noun.english, head),
                *described.english,
            ],
        )

    def relative(self, noun: Noun, head: Word, size: int, deep: bool) -> Phrase:
        """Describe a noun by what it did, or by what someone did with it or there."""
        likely = self.memory.likely
        tense = "present" if self.tense == "present" and likely(0.5) else "past"
        frames, human = describing(noun), noun.group in HUMAN
        actor, gap = EMPTY, ""
        if (human or noun.group in ANIMAL) and (not frames or likely(0.6)):
            clause = Clause(noun, tense, "who", "relative", heavy=deep, plain=True)
            predicate = self.clause(size, clause)
        else:
            subject = self.subject({group for one in frames for group in one.who})
            width = 2 if subject.adjectives and size >= 4 and likely(0.5) else 1
            actor = self.noun_phrase(subject, width, ko.SUBJECT, "", definite(subject))
            gap = "place" if noun.preposition else "object"
            tense = "past" if gap == "object" else tense
            clause = Clause(subject, tense, "who", "relative", gap, plain=True)
            predicate = self.clause(size - width, clause, frames)
        pronoun = {"place": "where", "object": "whom"}.get(gap, "who")
        if pronoun != "where" and not human:
            pronoun = "that"
        return follow(Phrase([], tokens(pronoun, predicate.korean[-1], head)), actor, predicate)

    def clause(self, size: int, clause: Clause, frames: Sequence[Frame] = FRAMES) -> Phrase:
        """Write what someone does in so many words, without naming who.

        Raises:
            DeadEnd: no verb that was tried fits.
        """
        for _ in range(min(TRIES, 2 * len(frames))):
            frame = self.memory.pick(frames)
            plan = make_plan(self.memory, size, frame, clause)
            if plan:
                predicate = self.build(plan, clause)
                self.last = frame
                return predicate
        raise DeadEnd

    def build(self, plan: Plan, clause: Clause) -> Phrase:
        """Say the parts of a planned clause, in the order of each language."""
        frame, mode, nouns, sizes = plan
        self.memory.used.add(frame.verb.name)
        parts = verbs(frame, mode, clause)
        if sizes.get("time"):
            part, korean, english = choose_time(self.memory, sizes["time"], clause, self.tense)
            parts[part] = entry(korean, english)
        if sizes.get("manner"):
            korean = self.memory.word(frame.manners)
            manner = entry(korean, MANNERS[korean])
            if frame.verb.preposition:  # "listened quietly to", not "listened to it quietly"
                parts["verb"].english.extend(manner.english)
                manner = Phrase(manner.korean, [])
            parts["manner"] = manner
        for part, noun in nouns.items():
            if sizes.get(part):
                particle, preposition = case(part, noun, frame, mode)
                size = sizes[part]
                parts[part] = self.noun_phrase(noun, size, particle, preposition, noun.article)
        return arrange(parts, mode)
