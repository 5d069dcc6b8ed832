"""What the tests of collecting share: zips as platforms send them, and what is planned for them."""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from attention_course.grading.classroom import Classroom
from attention_course.grading.intake import planned, write_plan
from attention_course.grading.plan import Options, Plan
from submissions import ASSIGNMENTS, as_bytes, notebook

STEMS = list(ASSIGNMENTS)
CH3 = as_bytes(notebook("ch3_attention"))
CH4 = as_bytes(notebook("ch4_self_attention"))
FRIDAY = (2024, 3, 1, 10, 0, 0)


def zip_of(file: Path, members: Mapping[str, bytes], when: tuple = FRIDAY) -> Path:
    """A zip with these files, all of one time."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path, when), data)
    return file


def collect(room: Classroom, *paths: Path, accept: bool = False, **options) -> Plan:
    """Take what was handed in into a class; without `accept` there may be no doubt."""
    with planned(room, paths, Options(STEMS, **options)) as plan:
        assert accept or not plan.doubts, plan.doubts
        write_plan(room, plan)
    return plan


def plan_of(folder: Path, names: Iterable[str], room: Classroom | None = None, **options) -> Plan:
    """What is planned for a zip of files with these names, each of other bytes."""
    members = {
        name: (CH4 if "ch4" in name else CH3) + b" " * number if "ipynb" in name else b"text"
        for number, name in enumerate(names)
    }
    return planned_for(folder, zip_of(folder / "in.zip", members), room=room, **options)


def planned_for(folder: Path, *paths: Path, room: Classroom | None = None, **options) -> Plan:
    """What is planned for some zips, for a class that need not be there."""
    with planned(room or Classroom(folder / "class"), paths, Options(STEMS, **options)) as plan:
        return plan


def who(plan: Plan) -> list[str]:
    """The ids whose files a plan takes, sorted."""
    return sorted({one.learner_and_chapter[0] for one in plan.new})


def doubts(plan: Plan) -> str:
    """All doubts of a plan, with what settles them."""
    return "\n".join(f"{one.what}; {one.settled_by}" for one in plan.doubts)


def left(plan: Plan) -> dict[str, str]:
    """What a plan leaves aside, and why."""
    return dict(plan.left)
