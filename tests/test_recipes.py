"""The recipes of CONTRIBUTING, each followed on a copy of the course with the files it names."""

import json
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from forks import copied
from home import ROOT

RECIPES = ROOT / "tests" / "recipes"
UNRELEASED = "## Unreleased\n\n"


class Tree:
    """A copy of the course in which a recipe is followed; it keeps which files were touched."""

    def __init__(self, root: Path):
        self.root, self.touched = copied(root), set()

    def replace(self, name: str, before: str, after: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert before in text, f"{name} has no {before!r} any more: mend the recipe"
        (self.root / name).write_text(text.replace(before, after, 1), encoding="utf-8")
        self.touched.add(name)

    def add(self, recipe: str) -> None:
        """Lay the new files of a recipe into the copy."""
        for file in filter(Path.is_file, (RECIPES / recipe).rglob("*")):
            if "__pycache__" not in file.parts:
                name = str(file.relative_to(RECIPES / recipe))
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, self.root / name)
                self.touched.add(name)

    def call(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Python in the copy, on the copy's package."""
        python = {"PYTHONPATH": str(self.root / "src"), "TQDM_DISABLE": "1", "MPLBACKEND": "agg"}
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            env={**os.environ, **python, **environment},
            capture_output=True,
            text=True,
            timeout=1800,
        )

    def run(self, *words: str, **environment: str) -> str:
        """The same where it must succeed; gives what it printed."""
        done = self.call(*words, **environment)
        assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
        return done.stdout

    def course(self, words: str, **environment: str) -> str:
        return self.run("-m", "attention_course.cli", *words.split(), **environment)

    def tests(self, *words: str) -> str:
        return self.run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *words)

    def sync(self) -> None:
        self.run("tools/sync.py")
        self.run("tools/sync.py", "--check")


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "attention-course")


def named(heading: str) -> list[str]:
    """The files that a recipe of CONTRIBUTING names."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {heading}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    steps = "\n".join(re.findall(r"^(?:\d\.|  ) .*$", section, re.MULTILINE))
    return re.findall(r"`([\w./-]+\.(?:py|md|ipynb))`", steps)


def assert_named(tree: Tree, heading: str) -> None:
    """Only files were touched that the recipe names, and every file that it names was touched."""
    patterns = [
        re.escape(name).replace("chN_name", r"ch\d_\w+").replace("NAME", r"\w+")
        for name in named(heading)
    ]
    unnamed = [
        name for name in tree.touched if not any(re.fullmatch(one, name) for one in patterns)
    ]
    assert not unnamed, f"the recipe does not name {unnamed}"
    idle = [one for one in patterns if not any(re.fullmatch(one, name) for name in tree.touched)]
    assert not idle, f"the recipe names files that nobody needs: {idle}"


def test_a_score_function_is_added_by_the_recipe(tree):
    file = "src/attention_course/ladder/ch3_attention.py"
    tree.replace(
        file,
        "class Attention(Context):",
        '''class CosineScore(Score):
    """score(q, k) = cos(q, k), the dot product of vectors of length one."""

    def compare(
        self, queries: Float[Tensor, "B T d_query"], keys: Float[Tensor, "B S d_key"]
    ) -> Float[Tensor, "B T S"]:
        """Score by the angle between a query and a key."""
        require_one_space(queries, keys)
        lengths = queries.norm(dim=2)[:, :, None] * keys.norm(dim=2)[:, None]
        return queries @ keys.transpose(1, 2) / lengths.clamp_min(1e-9)


class Attention(Context):''',
    )
    variant = '        "dot": lambda run, settings: Attention(DotScore()),\n'
    tree.replace(file, variant, variant + variant.replace("dot", "cosine").replace("Dot", "Cosine"))
    tree.replace(
        "tests/test_ch3_attention.py",
        "\n\ndef test",
        """

def test_a_cosine_by_hand():
    from attention_course.ladder.ch3_attention import CosineScore

    score = CosineScore()(torch.tensor([[[3.0, 0.0]]]), torch.tensor([[[2.0, 0.0], [0.0, 7.0]]]))
    assert score.tolist() == [[[1.0, 0.0]]]


def test""",
    )
    tree.replace("CHANGELOG.md", UNRELEASED, f"{UNRELEASED}- A score by angle: `cosine`.\n")
    assert_named(tree, "How to add a score function")
    assert "| cosine" in tree.course("chapters")
    tree.tests("tests/test_house.py", "tests/test_ch3_attention.py", "tests/test_course.py")
    tree.tests("tests/test_seq2seq.py", "-k", "cosine")
    words = "train ch3_attention --variant cosine --data copy --preset smoke --out run"
    assert "ch3_attention (cosine) on copy" in tree.course(words)
    tree.sync()


def test_a_corpus_is_added_by_the_recipe(tree, tmp_path):
    news = tmp_path / "corpora" / "news"
    news.mkdir(parents=True)
    hashes = {}
    for side in ("de", "en"):
        text = "".join(f"{side}{number} {side}{number % 7} .\n" for number in range(300))
        (news / f"news.{side}").write_text(text, encoding="utf-8")
        hashes[f"news.{side}"] = sha256(text.encode()).hexdigest()
    file = "src/attention_course/data/sources.py"
    tree.replace(
        file,
        '    "tatoeba": Source(',
        f"""    "news": Source(
        languages="German -> English",
        pairs="300, divided by English sentence",
        licence="CC BY 4.0",
        credit="News, its authors",
        folder="news",
        url="https://example.org/news/",
        files={json.dumps(hashes)},
        units="words",
        train=Lines("news.de", "news.en"),
    ),
    "tatoeba": Source(""",
    )
    tree.replace("src/attention_course/config.py", '"tatoeba", *TOYS', '"tatoeba", "news", *TOYS')
    tree.replace(
        "src/attention_course/config.py",
        '    "tatoeba": {',
        '    "news": {"train_pairs": 200, "held_out_pairs": 20},\n    "tatoeba": {',
    )
    tree.replace("book/data.md", "\n## Tatoeba\n", "\n## News\n\nNews.\n\n## Tatoeba\n")
    tree.replace("CHANGELOG.md", UNRELEASED, f"{UNRELEASED}- A corpus: `news`.\n")
    assert_named(tree, "How to add a corpus")
    here = {"ATTENTION_COURSE_DATA": str(tmp_path / "corpora")}
    assert "news" in tree.course("data list", **here)
    words = "train ch3_attention --data news --preset smoke --out run"
    assert "ch3_attention (scaled) on news" in tree.course(words, **here)
    tree.tests("tests/test_house.py", "tests/test_course.py")
    tree.tests("tests/test_corpora.py", "-k", "every_corpus or entry")
    tree.sync()


def test_an_exercise_is_added_by_the_recipe(tree):
    tree.add("exercise")
    chapter = "src/attention_course/exercises/ch2_averaging.py"
    tree.replace(
        chapter,
        "from attention_course.exercises.pooling",
        "from attention_course.exercises.padding_share import PADDING_SHARE\n"
        "from attention_course.exercises.pooling",
    )
    tree.replace(chapter, "EFFECTIVE_WORDS)\n", "EFFECTIVE_WORDS, PADDING_SHARE)\n")
    add_to_assignment(tree)
    add_answers(tree, "ch2")
    tree.replace("CHANGELOG.md", UNRELEASED, f"{UNRELEASED}- An exercise: `ch2.padding_share`.\n")
    assert_named(tree, "How to add an exercise")
    tree.sync()
    tree.tests("tests/test_house.py")
    tree.tests("tests/test_exercises.py", "tests/test_release.py", "-k", "padding_share or ch2")


def add_answers(tree: Tree, chapter: str) -> None:
    """Give the tests other right answers to the exercise, and wrong ones that nobody planned."""
    first = '    "ch2.effective_words": [\n'
    answers = (tree.root / "tests/answers.py").read_text(encoding="utf-8")
    right, wrong = (answers.index(first), answers.rindex(first))
    ours, theirs = (text.replace("ch2", chapter) for text in (RIGHT, WRONG))
    after = answers[:right] + ours + answers[right:wrong] + theirs + answers[wrong:]
    (tree.root / "tests/answers.py").write_text(after, encoding="utf-8")
    tree.touched.add("tests/answers.py")


RIGHT = """    "ch2.padding_share": [
        lambda mask: 1 - mask.sum(1) / mask.shape[1],
        lambda mask: torch.tensor([1 - sum(row) / len(row) for row in mask.tolist()]),
        lambda mask: (mask.shape[1] - mask.sum(1)).float() / mask.shape[1],
    ],
"""
WRONG = """    "ch2.padding_share": [
        (lambda mask: [(~row).float().mean().item() for row in mask], "that holds numbers"),
        (lambda mask: ((~mask).sum(1), mask.shape[1]), SEVERAL),
        (lambda mask: (~mask).float().mean(1).clamp_min(0.1), DIFFER),
    ],
"""


def add_to_assignment(tree: Tree) -> None:
    """Add the three cells of the exercise, and mend the numbers in the first cell."""
    name = "notebooks/assignments/ch2_averaging.ipynb"
    notebook = json.loads((tree.root / name).read_text(encoding="utf-8"))
    cells = {cell["id"]: json.loads(json.dumps(cell)) for cell in notebook["cells"]}
    function, check = cells["masked-mean"], cells["check-masked-mean"]
    heading = next(cell for cell in cells.values() if "## ch2.masked_mean" in cell["source"][0])
    for cell, words in ((heading, "heading"), (function, "function"), (check, "check")):
        cell["id"] = f"padding-share-{words}"
    function["metadata"]["nbgrader"]["grade_id"] = "padding_share"
    check["metadata"]["nbgrader"] |= {"grade_id": "check_padding_share", "points": 1}
    heading["source"] = [
        "## ch2.padding_share (1 point, 5 minutes)\n\n",
        "Which share of each sentence is padding?\n\nStuck? Read again: Chapter 2, By hand.",
    ]
    function["source"] = [
        "# exercise: ch2.padding_share\n",
        "def padding_share(mask):\n",
        '    """The share of places that hold no word.    [B, S] -> [B]"""\n',
        "    ### BEGIN SOLUTION\n",
        "    return (~mask).float().mean(dim=1)\n",
        "    ### END SOLUTION",
    ]
    check["source"] = ['assert check("ch2.padding_share", padding_share)']
    ids = [cell["id"] for cell in notebook["cells"]]
    after = ids.index("check-effective-words") + 1
    notebook["cells"][after:after] = [heading, function, check]
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    for before, now in (("4 functions", "5 functions"), ("11 points", "12 points"),
                        ("55 minutes", "60 minutes")):  # fmt: skip
        assert before in text
        text = text.replace(before, now, 1)
    (tree.root / name).write_text(text, encoding="utf-8")
    tree.touched.add(name)


def add_exercises(tree: Tree) -> None:
    """Write the exercises of chapter 6: the exercise of the other recipe, asked there."""
    file = RECIPES / "exercise/src/attention_course/exercises/padding_share.py"
    text = file.read_text(encoding="utf-8")
    for before, after in (("ch2.", "ch6."), ("hapter 2", "hapter 6")):
        assert before in text
        text = text.replace(before, after)
    name = "src/attention_course/exercises/ch6_prompt.py"
    (tree.root / name).write_text(f"{text}\n\nEXERCISES = (PADDING_SHARE,)\n", encoding="utf-8")
    tree.touched.add(name)


def test_a_chapter_is_added_by_the_recipe(tree):
    tree.add("chapter")
    add_exercises(tree)
    tree.replace(
        "src/attention_course/rungs.py",
        "\n)  # fmt: skip\nNUMBERED",
        '\n    Rung(6, "ch6_prompt", "A prompt", "A prompt",\n'
        '         "each word asks what is before it", "#8C6BB1", "h", (0, (1, 2))),\n'
        ")  # fmt: skip\nNUMBERED",
    )
    row = "| [4. Self-attention](ch4_self_attention.md) | 35 "
    tree.replace(
        "book/intro.md",
        row,
        f"| [6. A prompt](ch6_prompt.md) | 5 | the source begins the text |\n{row}",
    )
    add_answers(tree, "ch6")
    tree.replace("CHANGELOG.md", UNRELEASED, f"{UNRELEASED}- Chapter 6: a prompt.\n")
    assert_named(tree, "How to add a chapter")
    tree.run("tools/sync.py")
    tree.run("tools/execute_notebooks.py", "ch6_prompt", "--preset", "smoke")
    tree.sync()
    assert "ch6_prompt" in (tree.root / "_toc.yml").read_text(encoding="utf-8")
    assert "6. A prompt" in (tree.root / "README.md").read_text(encoding="utf-8")
    tree.tests("tests/test_house.py", "tests/test_ch6_prompt.py", "tests/test_course.py")
    tree.tests("tests/test_seq2seq.py", "-k", "prompt")
    tree.tests("tests/test_exercises.py", "tests/test_release.py", "-k", "ch6 or padding_share")
    tree.tests("tests/test_prose.py", "-k", "ch6 and (part or typed or wall)")
    tree.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbmake", "--nbmake-kernel=python3",
        "notebooks/chapters/ch6_prompt.ipynb", "notebooks/exercises/ch6_prompt.ipynb",
    )  # fmt: skip
    assert "ch6_prompt" in tree.course("chapters")
    for data in ("copy", "pocket-korean"):
        words = f"train ch6_prompt --data {data} --preset smoke --out runs/{data}"
        assert f"ch6_prompt (prompt) on {data}" in tree.course(words)
    tree.course("translate runs/copy abc --weights looked.png")
    assert (tree.root / "looked.png").exists()
    words = "train ch6_prompt --data copy --bidirectional --out other"
    refused = tree.call("-m", "attention_course.cli", *words.split())
    assert refused.returncode == 2
    assert "settings that ch6_prompt knows, got bidirectional=True" in refused.stderr
