"""The prose of the book: its numbers are computed, its paragraphs short, its chapters whole."""

import re
from pathlib import Path

import pytest

from attention_course.rungs import CONTINUED, NUMBERED

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("ch*.md"))
LADDER = [*CHAPTERS, *(BOOK / f"{name}.md" for name in CONTINUED)]
PAGES = [page for page in sorted(BOOK.glob("*.md")) if page.stem != "claims_code"]
# What is not prose: the header, cells, code, directives' own lines, formulas, roles, links.
NOT_PROSE = [
    r"\A---\n.*?\n---\n",
    r"^```\{code-cell\}.*?^```$",
    r"^```(?:bash|python|text).*?^```$",
    r"^```\{(?:literalinclude|glue:figure|bibliography|list-table).*?^```$",
    r"^\$\$.*?^\$\$(?: \([\w-]+\))?$",
    r"\$[^$\n]+\$",
    r"^`{3,}.*$",  # fences, before what stands between two of their marks
    r"\{[a-z:]+\}`[^`]*`",
    r"`[^`]*`",
    r"\]\([^)]*\)",
    r"^\([\w-]+\)=$",
    r"^:\w+:.*$",
    r"^:{3,}.*$",
    r"^\|.*$",
]
# Numbers that are names, not measurements.
NAMES = [
    r"chapters? \d( (and|to) \d)?", r"rungs? \d( to \d)?", r"sections? [\d.]+( and [\d.]+)?",
    r"About \d+ minutes", r"\d\.\d(\.\d)? \([a-z ]+\)",
    r"equations? \d+( and \d+)?", r"figure \w+", r"table \d", r"appendix [A-Z.\d]+",
    r"\b[cq]\d\d\b", r"(19|20)\d\d", r"95 %", r"IBM Model 1", r"Model 1", r"Multi30k", r"Flickr30K",
    r"CC BY(-\w+)* \d\.\d", r"Python 3\.\d+", r"^\d\. ", r"\*\*\d\. ", r"T4",
]  # fmt: skip
# Settings of an experiment, which its code says too, and facts about the world.
ALLOWED = {
    "ch1_bottleneck": ["state of 64 numbers", "from 0 to 100", "of 4 to 40 words", "23 claims"],
    "claims": ["23 claims", "of 4 to 40 words", "from 0 to 100"],
}


def prose(page: Path) -> str:
    """What of a page is written to be read as sentences."""
    text = page.read_text(encoding="utf-8")
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE | re.DOTALL if "```" in pattern
                      or "---" in pattern or r"\$\$" in pattern else re.MULTILINE)  # fmt: skip
    return text


@pytest.mark.parametrize("page", LADDER, ids=lambda page: page.stem)
def test_no_number_in_a_chapter_is_typed_by_hand(page):
    text = prose(page)
    for pattern in [*NAMES, *map(re.escape, ALLOWED.get(page.stem, []))]:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE | re.IGNORECASE)
    typed = [line.strip() for line in text.splitlines() if re.search(r"\d", line)]
    assert typed == []


def test_a_number_typed_by_hand_is_found(tmp_path):
    page = tmp_path / "ch9_trial.md"
    page.write_text("# A trial\n\nIn chapter 3 it reached 36.5 BLEU {cite:p}`a2015`.\n")
    with pytest.raises(AssertionError, match=r"36\.5"):
        test_no_number_in_a_chapter_is_typed_by_hand(page)


@pytest.mark.parametrize("page", LADDER, ids=lambda page: page.stem)
def test_a_chapter_has_enough_to_read_and_to_look_at(page):
    text = page.read_text(encoding="utf-8")
    words = re.findall(r"[^\W\d_]{2,}|\b[aI]\b", prose(page))
    minutes = int(re.search(r"About (\d+) minutes", text)[1])
    assert len(words) >= (1_500 if page in CHAPTERS else 50 * minutes)
    assert text.count("mystnb:\n  figure:") >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_paragraph_is_a_wall(page):
    long = [
        paragraph.strip()[:60]
        for paragraph in re.split(r"\n\s*\n", prose(page))
        if len(paragraph.split()) > 95 and not paragraph.lstrip().startswith(("-", "1."))
    ]
    assert long == []


# Sentences that stood in the book and were shown to be false: none of them comes back.
KNOWN_FALSE = {
    r"Model 1 counts|only counts|plain count\b": "IBM Model 1 is fitted by EM",
    r"aligns as well": "asked alike, it depends on the score",
    r"parallel only in training": "the source and any given prefix are parallel too",
    r"as often as far ones": "within sentences of like length near words do better",
    r"neither corpus shows a gain": "the paired test shows a loss",
    r"in chapter 3 only": "the runs on captions read from both ends on every rung",
    r"\bas in the papers": "two of three papers put a learned map before the decoder",
    r"softmax soft at any size": "for independent numbers of variance one",
    r"A mean counts|cannot count": "a mean keeps shares, a sum keeps counts",
    r"takes twice as long": "input feeding takes nearly three times as long",
    r"down,? before (we )?measur": "of six claims the history does not show it",
    r"cannot happen here|there it cannot happen": "there are no exact twins; near ones may be",
    r"what the states say is (still )?up to the": "the additive score has the same encoder",
}
BREAK = r'\s*(?:\\n)?"?,?\s+"?'  # where a line ends, in a page, a notebook or a string of code
WRITTEN = [
    *sorted(BOOK.glob("*.md")),
    *sorted((ROOT / "notebooks").rglob("*.ipynb")),
    *sorted((ROOT / "src" / "attention_course").rglob("*.py")),
    ROOT / "README.md",
]


@pytest.mark.parametrize("words", KNOWN_FALSE, ids=KNOWN_FALSE.get)
def test_nothing_that_is_known_to_be_false_is_said_again(words):
    found = []
    for file in WRITTEN:
        text = re.sub(BREAK, " ", file.read_text(encoding="utf-8"))
        found += [f"{file.name}: {one[0]}" for one in re.finditer(words, text)]
    assert found == []


def test_a_false_sentence_is_found_wherever_its_line_breaks():
    broken = ('"a plain "\n    "count"', "a plain\ncount", '"a plain\\n",\n   "count"')
    assert {re.sub(BREAK, " ", one).strip('"') for one in broken} == {"a plain count"}


PARTS = [
    "What you will be able to do", "## Misconceptions",
    "## The notes, checked", "## Exercises", "## Summary", "## Sources, and what comes",
    "By hand", "Predict before you", "{dropdown}", "pages.play(", "{literalinclude}",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_has_every_part(page, part):
    assert part.lower() in page.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("page", LADDER, ids=lambda page: page.stem)
def test_a_chapter_reads_in_the_minutes_that_it_promises(page):
    """220 words a minute, and a minute for each figure, equation block and shown piece of code."""
    text = page.read_text(encoding="utf-8")
    promised = int(re.search(r"About (\d+) minutes", text)[1])
    pieces = text.count("figure:\n") + text.count("\n$$\n") / 2 + text.count("```{literalinclude}")
    pieces += text.count("pages.play(") * 3
    minutes = len(prose(page).split()) / 220 + pieces
    assert 0.7 * promised <= minutes <= 1.2 * promised, f"about {minutes:.0f} minutes"


def test_the_front_page_tells_the_minutes_of_every_chapter():
    front = (BOOK / "intro.md").read_text(encoding="utf-8")
    for rung in NUMBERED:
        page = (BOOK / f"{rung.stem}.md").read_text(encoding="utf-8")
        minutes = re.search(r"About (\d+) minutes", page)[1]
        assert f"| [{rung.number}. {rung.title}]({rung.stem}.md) | {minutes} | " in front
