"""Questions and requests: sentences with a you in them, whom Korean does not name."""

from dataclasses import replace

from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.draft import Clause
from attention_course.korean.lexicon import FRAMES, REASONS, STATES, WE, YOU, Frame, Noun
from attention_course.korean.phrases import Phrase, Word, tokens
from attention_course.korean.predicates import Saying, Tense
from attention_course.korean.states import connect, say_state
from attention_course.korean.stories import doers, only
from attention_course.korean.writer import Writer

ASKING = {  # the part that is asked for
    "object": ("무엇을", "what"),
    "place": ("어디에서", "where"),
    "company": ("누구와", "with whom"),
    "time": ("언제", "when"),
    "subject": ("누가", "who"),
}
OPEN = ("read", "buy", "make", "eat", "drink", "draw", "watch", "learn", "study", "cook", "write")
ASKED_FOR = tuple(one for one in only(FRAMES, "wish") if one.verb.name != "buy")
ADVISED = ("rain", "snow", "good weather", "cold weather", "hot weather", "exam", "homework")
AGREED = (*ADVISED, "hungry", "thirsty", "tired", "bored", "time")  # what two people feel


def question(writer: Writer, size: int) -> Phrase:
    """Did you read a book? Where did yuna read it?"""
    tense: Tense = writer.weigh({"past": 5, "present": 2 * writer.switches.modals, "future": 2})  # type: ignore[assignment]
    when = 0 if tense == "present" else 1.5  # not: when are you reading?
    asked = writer.weigh(
        {"yes": 4, "object": 2, "place": 2, "company": 1, "time": when, "subject": 1.5}
    )
    frames = only(FRAMES, "now") if tense == "present" else FRAMES
    frames = askable(frames, asked)
    subject, marker, extras = YOU, "dropped", {}
    writer.owner = YOU
    if asked == "subject":
        who = Word(ASKING[asked][0])
        subject = replace(writer.someone({"name"}), english="who")
        extras["subject"] = Phrase([who], tokens("who", who))
    elif not writer.likely(0.4):
        subject = writer.someone(doers(frames) & {"name", "elder", "sibling", "adult"})
        marker = "subject"
    if asked not in ("yes", "subject"):
        korean, english = ASKING[asked]
        word = Word(korean)
        extras |= {asked: Phrase([word]), "asked": Phrase((), tokens(english, word))}
    form, modal = "final" if asked == "subject" else "asked", ""
    modal = "progressive" if tense == "present" else ""
    how = how_of(subject, tense, form, "done", modal)  # type: ignore[arg-type]
    times = "none" if modal or asked == "time" else "main"
    return say_clause(
        writer, size, Clause(frames, subject, how, marker, extras=extras, asked=asked, times=times)
    )


def askable(frames: tuple[Frame, ...], asked: str) -> tuple[Frame, ...]:
    """The frames in which a part can be asked for."""
    if asked == "object":
        return tuple(one for one in frames if one.verb.name in OPEN)
    if asked == "place":
        return tuple(one for one in frames if one.places and "into" not in one.also)
    return only(frames, "with") if asked == "company" else frames


def request(writer: Writer, size: int) -> Phrase:
    """Close the window, please; let us watch a movie together."""
    writer.owner = YOU
    together = writer.likely(0.4)
    whom: Noun = WE if together else YOU
    frames = only(FRAMES, "wish", "with") if together else ASKED_FOR
    extras = {}
    if size >= 4 and writer.switches.reasons and writer.likely(0.6):
        name = writer.pick(AGREED if together else ADVISED)
        frames = writer.pick([one for one in REASONS[name] if one.polarity == "done"]).frames
        said = say_state(writer, STATES[name], Saying("present", "since"), whom)
        extras["reason"] = connect("since", said)
    word = Word("같이")
    if together:
        frames = tuple(one for one in frames if one.verb.name not in ("sleep", "buy"))
        extras["company"] = Phrase([word], tokens("together", word))
    how = Saying("present", "together" if together else "command", person="they")
    clause = Clause(frames, whom, how, "dropped", gap="subject", times="none", extras=extras)
    said = say_clause(writer, size, clause)
    opening = tokens("let us" if together else "please", said.korean[-1], sure=False)
    return Phrase(said.korean, [*opening, *said.english])
