"""Deeds that stand alone: somebody does something, or did, or will do."""

from attention_course.korean.building import BEASTS
from attention_course.korean.clauses import how_of, say_clause
from attention_course.korean.draft import Clause
from attention_course.korean.lexicon import FRAMES
from attention_course.korean.phrases import Phrase
from attention_course.korean.predicates import Polarity
from attention_course.korean.stories import ALL, PROFESSIONS, Telling, doers, marker_of, only
from attention_course.korean.writer import Writer

PLANNED = tuple(one for one in FRAMES if one.verb.name not in ("open", "close"))


def choose_mood(writer: Writer, form: str) -> Telling:
    """Tense, negation and modality of a deed that stands alone, and the frames that suit them."""
    denied = writer.switches.negation and writer.likely(0.12)
    tense = writer.weigh({"past": 6, "present": 4, "future": 2.5})
    if tense == "past":
        polarity: Polarity = "not" if denied else "done"
        return Telling("", "past", FRAMES, polarity)
    if tense == "future":
        return Telling("", "future", PLANNED, "not" if denied else "done")
    moods = {"progressive": 5, "": 4, "want": 1 * (form != "quoted"), "can": 0.7, "must": 1}
    modal = writer.weigh(moods) if writer.switches.modals else ""
    flag = {"progressive": "now", "": "habit", "want": "wish", "can": "wish", "must": "duty"}[modal]
    return Telling("", "present", only(FRAMES, flag), "done", modal)  # type: ignore[arg-type]


def deed(writer: Writer, size: int, form: str = "final") -> Phrase:
    """Somebody does something."""
    mood = choose_mood(writer, form)
    habit = mood.tense == "present" and not mood.modal
    who = doers(mood.frames)
    if mood.polarity != "done" or mood.tense == "future" or habit:
        who -= set(BEASTS)
    if mood.modal in ("want", "must", "can"):
        who -= {"elder", *BEASTS}
    if mood.modal == "must":
        who -= {"adult", "artist", "neighbor"}  # why must they?
    if mood.modal == "want":
        who &= {"pronoun"}
    if form == "quoted":
        who -= PROFESSIONS
        who -= {"pronoun"} if mood.tense == "future" else set()  # who would foretell what i do?
    subject = writer.someone(who)
    spoken_of = habit or mood.tense == "future" or mood.polarity != "done"
    spoken_of = spoken_of or mood.modal in ("want", "must", "can")
    marker = marker_of(writer, subject, form, 1.0 if spoken_of else 0.6)
    how = how_of(subject, mood.tense, form, mood.polarity, mood.modal)
    describes = () if habit or form == "quoted" else ALL
    times = "none" if form == "quoted" and mood.modal == "progressive" else "main"  # not "now"
    clause = Clause(
        mood.frames, subject, how, marker, describes=describes, fullness=0.5, times=times
    )
    return say_clause(writer, size, clause)


TAKES = tuple(one for one in only(FRAMES, "takes") if one.verb.name not in ("see", "look at"))


def deed_with(writer: Writer, size: int) -> Phrase:
    """Somebody did something with what somebody, perhaps another one, had done something with."""
    subject = writer.someone({who for one in TAKES for who in one.who} - set(BEASTS))
    how = how_of(subject, "past")
    clause = Clause(TAKES, subject, how, describes=("object",), fullness=1.0)
    return say_clause(writer, size, clause)
