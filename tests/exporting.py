"""Classes whose grades are exported: some people, what the grader found, and the command."""

from attention_course.cli import main
from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import open_gradebook
from attention_course.grading.marks import Mark, give_mark
from attention_course.grading.result import Result
from submissions import ASSIGNMENTS, as_bytes, notebook

STEM = "ch3_attention"
ITEMS = dict(ASSIGNMENTS[STEM].items)
WORDS = "ch3.words_attention"
COLUMN = ["--column", "Assignment 3"]
HEADS = "Student,ID,SIS User ID,SIS Login ID,Section,Assignment 3 (77)\nPoints Possible,,,,,15\n"
WORKSHEET = "Identifier,Full name,Status,Grade,Maximum Grade\n"


def results(wrong=(), pending=()):
    """What the grader finds: right, but for some items."""
    return [
        Result(item, "needs-manual", None, maximum, "Waits.", "h").as_record()
        if item in pending
        else Result(
            item, "graded", 0.0 if item in wrong else maximum, maximum, "Said.", "h"
        ).as_record()
        for item, maximum in ITEMS.items()
    ]


def graded(room, learner, wrong=(), pending=()):
    """Put a learner's results into the class."""
    sha = room.submissions()[learner, STEM].sha
    record = {"learner": learner, "chapter": STEM, "submission": sha, "key": "k", "at": "now"}
    room.results.append(record | {"results": results(wrong, pending)})


def half_a_point(room, learner):
    """A person's mark, so that a total has a half."""
    with open_gradebook(room) as gradebook:
        give_mark(room, gradebook, Mark(learner, WORDS, 0.5, "", "h", "teacher"))


def class_of(folder, people, handed_in):
    """A class of some people, of whom some have handed in."""
    room = Classroom.open_or_create(folder / "class")
    for id, name in people.items():
        learner = room.add_learner(id, name)
        if id in handed_in:
            data = as_bytes(notebook(STEM, words=f"Words of {id}."))
            room.add_submission(learner, STEM, data, "x.ipynb", False)
    return room


def export(room, form, source, *options):
    """Give a command; what it returns and the file that it has written, if it has."""
    out = source.parent / "out.csv"
    words = ["grade", "export", str(room.root), form, str(out), "--from", str(source), *options]
    return main(words), out.read_bytes() if out.exists() else None


def class_of_two(tmp_path):
    """Two learners, all right, by ids that may be other people's elsewhere."""
    room = class_of(tmp_path, {"20231": "Kim Minji", "20240": "Lee Jihoon"}, {"20231", "20240"})
    graded(room, "20231")
    graded(room, "20240", wrong=("ch3.dot_scores",))
    return room


def class_of_three(tmp_path):
    """One learner who is graded, one who has handed in, one who has not."""
    room = class_of(tmp_path, {"a": "Ann", "b": "Bo", "c": "=Cy"}, {"a", "b"})
    graded(room, "a")
    return room
