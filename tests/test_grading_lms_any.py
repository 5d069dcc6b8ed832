"""Whatever a class, its names and the form of its file are, Canvas and Moodle get it right."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_course.grading.exports import fill_canvas, fill_moodle
from attention_course.grading.gradebook import Grade
from lms import ENGLISH, FRENCH, GERMAN, KOREAN, Canvas, Form, Moodle, Participant, Student

STEM = "ch3_attention"
BOM = b"\xef\xbb\xbf"
NAMES = st.text(st.sampled_from('ab ,;"\n=Kü김') | st.characters(codec="utf-8"), max_size=8)
FORMS = st.builds(
    Form,
    separator=st.sampled_from(",;"),
    mark=st.sampled_from([b"", BOM]),
    end=st.sampled_from(["\n", "\r\n"]),
    comma=st.booleans(),
)
OUTCOMES = st.sampled_from([15.0, 12.5, 0.0, None, "absent", "nobody"])  # None: it is pending


def grade_of(id, outcome):
    """A gradebook's row of a learner, of one item that is worth all."""
    points = outcome if isinstance(outcome, float) else None
    status = "graded" if points is not None else "missing" if outcome == "absent" else "infra-error"
    sha = "" if outcome == "absent" else "sha"
    return Grade(
        str(id), str(id), str(id), STEM, "all", status, points, 15.0, "", "", sha, None, "", "", ""
    )


@given(
    form=FORMS,
    people=st.lists(
        st.tuples(NAMES, OUTCOMES, st.sampled_from(["", "-", "9", "EX", "N/A"])), min_size=1
    ),
    manual=st.booleans(),
)
@settings(max_examples=60)
def test_of_any_class_canvas_takes_the_right_points_and_nothing_else(
    tmp_path_factory, form, people, manual
):
    students = tuple(
        Student(
            id=1000 + number,
            name=f"x{' '.join(name.split())}",  # a name has one line
            sis=f"s{number}",
            login=f"l{number}",
            cell="" if cell == "N/A" else cell,
            assigned=cell != "N/A",
        )
        for number, (name, _, cell) in enumerate(people)
    )
    course = Canvas(students, manual=manual)
    outcomes = {1000 + number: outcome for number, (_, outcome, _) in enumerate(people)}
    grades = [grade_of(id, one) for id, one in outcomes.items() if one != "nobody"]
    points = {
        one.id: outcomes[one.id]
        for one in students
        if isinstance(outcomes[one.id], float) and one.cell != "EX" and one.assigned
    }
    folder = tmp_path_factory.mktemp("canvas")
    (folder / "in.csv").write_bytes(course.exported(form))
    if not points:
        with pytest.raises(ValueError, match=r"nothing was written|expected grades of one chapter"):
            fill_canvas(grades, folder / "in.csv", "Assignment 3", folder / "out.csv")
        assert not (folder / "out.csv").exists()
        return
    done = fill_canvas(grades, folder / "in.csv", "Assignment 3", folder / "out.csv")
    data = (folder / "out.csv").read_bytes()
    assert done.written == len(points)
    assert data == course.exported(form, {id: form.points(one) for id, one in points.items()})
    assert {id: float(cell) for id, cell in course.taken_back(data).items()} == points


@given(
    language=st.sampled_from([ENGLISH, KOREAN, GERMAN, FRENCH]),
    form=FORMS,
    people=st.lists(
        st.tuples(NAMES, OUTCOMES, st.sampled_from([None, 9.0]), st.booleans()), min_size=1
    ),
)
@settings(max_examples=60)
def test_of_any_class_moodle_takes_the_right_points_and_nothing_else(
    tmp_path_factory, language, form, people
):
    participants = tuple(
        Participant(1000 + number, f"x{name}", f"{5000 - number}", grade, locked)
        for number, (name, _, grade, locked) in enumerate(people)
    )
    assignment = Moodle(participants, language, form=form)
    outcomes = {1000 + number: outcome for number, (_, outcome, _, _) in enumerate(people)}
    grades = [grade_of(id, one) for id, one in outcomes.items() if one != "nobody"]
    points = {
        one.number: outcomes[one.number]
        for one in participants
        if isinstance(outcomes[one.number], float) and not one.locked
    }
    folder = tmp_path_factory.mktemp("moodle")
    (folder / "in.csv").write_bytes(assignment.exported())
    if not points:
        with pytest.raises(ValueError, match=r"nothing was written|expected grades of one chapter"):
            fill_moodle(grades, folder / "in.csv", folder / "out.csv")
        assert not (folder / "out.csv").exists()
        return
    done = fill_moodle(grades, folder / "in.csv", folder / "out.csv")
    data = (folder / "out.csv").read_bytes()
    assert done.written == len(points)
    own = replace(form, comma=language.comma)
    assert data == assignment.exported({id: own.points(one) for id, one in points.items()})
    assert assignment.taken_back(data) == points
