"""Which parts a clause gets: a noun for each, when it is, and how many words each may have."""

from collections.abc import Sequence
from functools import cache

from attention_course.korean.draft import Clause, Draft
from attention_course.korean.lexicon import NOUNS, Frame, Noun, find_nouns
from attention_course.korean.noun_phrases import COUNTED
from attention_course.korean.predicates import count_words
from attention_course.korean.writer import DeadEndError, Writer

GROWN = tuple(noun for group in ("name", "friend", "sibling") for noun in NOUNS[group])
COMPANY = (*GROWN, *find_nouns("아이"))  # 수진이 학생과 would begin as "the student sujin"
RECEIVERS = (*GROWN, *NOUNS["young"], *NOUNS["neighbor"])
RECIPIENTS = {
    "to": RECEIVERS,
    "from": RECEIVERS,
    "young": (*NOUNS["young"], *NOUNS["name"]),
    "elder": NOUNS["elder"],
}
MEANS = {
    "tool": find_nouns("연필 펜"),
    "vehicle": tuple(one for one in find_nouns("버스 지하철 택시") if one.preposition),
    "far": tuple(one for one in find_nouns("버스 기차") if one.preposition),
    "over": find_nouns("비행기"),
}
FOLLOWING = ("object", "recipient", "company", "means", "place")  # in English, after the verb
TOGETHER = 2  # words: 민수와 함께
DESCRIBED = (3, 7)  # words of a noun with a relative clause
FEW = {"company": 1.0, "time": 3.0}  # parts that are said as a whole, and how likely they are


@cache
def widths(frame: Frame) -> dict[str, int]:
    """How many words each noun of a frame can be at most, without numbers and company."""
    return {part: max(map(width, nouns)) for part, nouns in options(frame) if nouns}


def options(frame: Frame) -> list[tuple[str, tuple[Noun, ...]]]:
    """The nouns that each part of a frame can be, apart from subject and company."""
    return [
        ("object", frame.objects),
        ("place", frame.places),
        ("recipient", next((RECIPIENTS[one] for one in RECIPIENTS if one in frame.also), ())),
        ("means", next((MEANS[one] for one in MEANS if one in frame.also), ())),
    ]


def width(noun: Noun) -> int:
    """How many words a noun can be, with an adjective."""
    return 1 + bool(noun.adjectives)


def most_words(clause: Clause, writer: Writer, frames: Sequence[Frame]) -> list[int]:
    """How many words a clause can have at most with each of these frames, or a few less."""
    common = count_words((), clause.how) + DESCRIBED[1] * bool(clause.describes)
    common += sum(len(part.korean) for part in clause.extras.values())
    if clause.marker != "dropped" and "subject" not in clause.extras:
        common += width(clause.subject) if clause.named else 1
    draft = Draft(writer, clause, frames[0], parts=clause.extras)
    if draft.may_have_time():
        common += 1 + (clause.times != "often" and " " in writer.when)
    together = TOGETHER * ("#company" not in writer.used)
    most = []
    for frame in frames:
        draft.frame = frame
        own = len(frame.verb.before) + most_of_nouns(draft)
        own += COUNTED * draft.may_count() + bool(draft.manners())
        most.append(common + own + together * ("with" in frame.also))
    return most


def most_of_nouns(draft: Draft) -> int:
    """How many words the nouns of a draft can be at most, without numbers, subject and company."""
    most = 0
    for part, words in widths(draft.frame).items():
        if not draft.leaves_open(part):
            continue
        if part == "object" and draft.clause.times == "often":
            most += 1
        elif part != "place" or any(map(draft.writer.allows, draft.frame.places)):
            most += words
    return most


def choose_parts(draft: Draft, size: int) -> dict[str, int]:
    """Choose the parts that the clause has besides its verb; gives how many words each gets.

    Raises:
        DeadEndError: they cannot be so many words.
    """
    choose_nouns(draft)
    choose_time(draft)
    limit_words(draft)
    choose_company(draft, size)
    choose_described(draft, size)
    return deal(draft, size)


def choose_nouns(draft: Draft) -> None:
    """Find a noun for each part that the frame and the clause leave open."""
    clause = draft.clause
    if clause.marker != "dropped" and "subject" not in draft.parts:
        draft.nouns["subject"] = clause.subject
    for part, nouns in options(draft.frame):
        if not nouns or not draft.leaves_open(part) or part in draft.left_out():
            continue
        try:
            noun = draft.writer.noun(nouns)
        except DeadEndError:
            if part == "object":
                raise
            continue
        draft.nouns[part] = draft.writer.take(noun)


def choose_time(draft: Draft) -> None:
    """Find out when it is, or how often, if that may be said."""
    if draft.may_have_time():
        times = list(draft.times())
        if times or draft.must_have_time():
            draft.time = draft.writer.pick(times)


def limit_words(draft: Draft) -> None:
    """Say how many words each part may have, without relative clauses."""
    clause, also, limits = draft.clause, draft.frame.also, draft.limits
    needed = ["subject", "object"]
    elsewhere = "before" in draft.parts  # 집에서 먹고 공원에서 놀았어요: the place would carry over
    needed += ["place"] if "there" in also or elsewhere or lacks_date(draft) else []
    needed += ["recipient"] if "need" in also else []
    if "there" in also and draft.leaves_open("place") and "place" not in draft.nouns:
        raise DeadEndError
    for part, noun in draft.nouns.items():
        most = 1 + any(one not in draft.writer.used for one in noun.adjectives)
        if part in ("object", "place") and clause.how.polarity != "done":
            most = 1  # not "no delicious bread"
        if part == "object" and noun.counter and draft.may_count():
            most += COUNTED
        limits[part] = (int(part in needed), most)
    if not clause.named and "subject" in limits:
        limits["subject"] = (1, 1)  # who is named again needs no adjective
    if clause.times == "often" and "object" in limits:
        limits["object"] = (1, 1)  # where one often buys books: not certain ones
    if draft.manners():
        limits["manner"] = (0, 1)
    if draft.time:
        words = draft.time.count(" ") + 1
        limits["time"] = (words if draft.must_have_time() else 0, words)


def lacks_date(draft: Draft) -> bool:
    """Whether it has to say when and can not: then it says where. (whom she met at the station)

    Raises:
        DeadEndError: it cannot say where either.
    """
    lacks = draft.clause.times == "dated" and not draft.time
    if lacks and "place" not in draft.nouns:
        raise DeadEndError
    return lacks


def choose_company(draft: Draft, size: int) -> None:
    """Let somebody be with the subject: once in a sentence, where words are left or rarely.

    Not where the subject is left out in a clause that describes: it would be read with the verb
    around it. Not with a pen either. No children where no child is a subject.
    """
    clause, also, writer, limits = draft.clause, draft.frame.also, draft.writer, draft.limits
    if "with" not in also or "tool" in also or "company" in (*draft.parts, clause.asked):
        return
    if clause.how.polarity != "done":
        return
    if clause.gap not in ("", "subject") and clause.marker == "dropped":
        return
    wanted = size > draft.most() or writer.likely(0.25)
    if not wanted or "#company" in writer.used:
        return
    try:
        noun = writer.noun(COMPANY if "young" in draft.frame.who else GROWN)
    except DeadEndError:
        return
    draft.nouns["company"] = writer.take(noun)
    if limits.get("object", (0, 0))[1] > COUNTED:  # one bowl of two people
        limits["object"] = (limits["object"][0], limits["object"][1] - COUNTED)
        draft.uncounted = True
    limits["company"] = (0, TOGETHER)


def choose_described(draft: Draft, size: int) -> None:
    """Let one part have a relative clause, where there are words for it, or by chance.

    In English no part of the clause that could be left out follows it, so it stays clear. What
    stands before a described noun would be read with it: no other clauses, but behind a subject.
    """
    clause, writer, limits = draft.clause, draft.writer, draft.limits
    can = [part for part in clause.describes if draft.may_describe(part)]
    if clause.marker == "dropped":  # what comes first would be read with what describes
        can = []
    if draft.has_clauses():
        can = [part for part in can if part == "subject"]
    wanted = size > draft.most() or writer.likely(clause.fullness)
    if not can or not wanted or not writer.switches.relatives:
        return
    draft.described = part = writer.pick(can)
    limits[part] = DESCRIBED
    if part == "subject":
        return
    if clause.marker == "subject":  # else it would be the subject of what describes
        clause.marker = "topic"
    for other in (*FOLLOWING[FOLLOWING.index(part) + 1 :], "manner"):
        if limits.get(other, (1, 1))[0] == 0:
            del limits[other]


def deal(draft: Draft, size: int) -> dict[str, int]:
    """Deal so many words out to the parts, within their limits.

    Another part is likelier than another word for one that has some. When and with whom is said
    in all its words or not at all.
    """
    limits = draft.limits
    least, most = (sum(limit[end] for limit in limits.values()) for end in (0, 1))
    if not least <= size <= most:
        raise DeadEndError
    sizes = {part: low for part, (low, _) in limits.items()}
    left = size - least
    while left:
        room = {}
        for part, count in sizes.items():
            step = limits[part][1] - count if part in FEW else 1
            if 0 < step <= left and count < limits[part][1]:
                opens = count == 0 or part == draft.described
                room[part] = FEW.get(part, 3.0 if opens else 0.8)
        part = draft.writer.weigh(room)
        step = limits[part][1] - sizes[part] if part in FEW else 1
        sizes[part] += step
        left -= step
    return sizes
