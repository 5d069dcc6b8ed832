"""One home for every link; what is made is as it is made; notebooks are in their normal form."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import home as homes
import notebook_form
import page_notebooks
import parts
from attention_course.rungs import CONTINUED, NUMBERED, RUNGS, STEMS
from forks import copied, move, sync, tracked
from home import ROOT, Home

HOME = Home("first-fork", "their-course", "trunk", "1.2.0", ("torch", "numpy"))
# Other people's repositories, from which data and lists are fetched.
OTHERS = {
    "multi30k/dataset",
    "googlecolab/backend-info",
    "bentrevett/pytorch-seq2seq",  # compared with on the page about speed
    "joeynmt/joeynmt",
    "huggingface/safetensors",  # the format of all weights here
}
REPOSITORY = re.compile(
    r"(?:github(?:usercontent)?\.com|colab\.research\.google\.com/github|mybinder\.org/v2/gh)"
    r"/([\w-]+/[\w.-]*[\w-])"
)
REF = homes.read().ref
SOURCES = [
    ROOT / "notebooks" / folder / f"{stem}.ipynb"
    for folder in ("assignments", "chapters", "exercises", "train")
    for stem in STEMS
] + [ROOT / "notebooks" / "chapters" / f"{name}.ipynb" for name in CONTINUED]
each_notebook = pytest.mark.parametrize(
    "file", SOURCES, ids=lambda file: f"{file.parent.name}-{file.stem}"
)


@pytest.fixture
def fork(tmp_path):
    return copied(tmp_path)


def holding(root: Path, words: str) -> list[str]:
    """The files that hold some words, in any case."""
    found = []
    for file in tracked(root):
        try:
            text = file.read_text(encoding="utf-8").lower()
        except UnicodeDecodeError:
            continue  # a picture
        if words.lower() in text and file.parent.name != "tests":
            found.append(str(file.relative_to(root)))
    return found


def test_what_is_made_is_as_it_is_made():
    done = sync(ROOT, "--check")
    assert done.returncode == 0, f"run `make sync`:\n{done.stdout}{done.stderr}"


def test_a_fork_changes_one_line_and_no_trace_of_the_old_home_is_left(fork):
    move(fork, "https://github.com/first-fork/their-course/tree/trunk")
    done = sync(fork)
    assert done.returncode == 0, done.stderr
    assert holding(fork, "OWNER/attention-course") == []
    assert holding(fork, "owner.github.io") == []
    assert holding(fork, "does not know its home") == ["tools/parts.py"]
    written = {file for file in holding(fork, "first-fork/their-course") if file.endswith(".ipynb")}
    assert written >= {str(file.relative_to(ROOT)) for file in SOURCES}
    workflow = (fork / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert "branches: [trunk]" in workflow
    move(fork, "https://github.com/else/moved/tree/main")
    assert sync(fork).returncode == 0
    assert holding(fork, "first-fork") == []
    assert holding(fork, "their-course") == []
    assert sync(fork, "--check").returncode == 0


def test_what_was_edited_by_hand_is_named_and_nothing_is_written(fork):
    edits = {
        "CITATION.cff": ("repository-code: ", "repository-code: not "),
        "README.md": ("[page](", "[that page]("),
        "book/runs/ch4_self_attention.ipynb": (f"blob/{REF}/", "blob/mine/"),
        "notebooks/chapters/ch2_averaging.ipynb": ("# Averaging", "# Averages"),
        "notebooks/exercises/ch1_bottleneck.ipynb": ("is the course here?", "is it there?"),
        "notebooks/train/ch3_attention.ipynb": (f"blob/{REF}/", "blob/mine/"),
    }
    edited = edit(fork, edits)
    done = sync(fork, "--check")
    assert done.returncode == 1
    assert sorted(done.stdout.splitlines()) == [f"differs: {name}" for name in edits]
    assert "run `make sync`" in done.stderr
    assert {name: (fork / name).read_text(encoding="utf-8") for name in edits} == edited


def edit(fork: Path, edits: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Change words of files of a copy; give what the files hold now."""
    for name, (old, new) in edits.items():
        text = (fork / name).read_text(encoding="utf-8")
        assert old in text
        (fork / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return {name: (fork / name).read_text(encoding="utf-8") for name in edits}


# Marked parts


def test_every_part_that_was_edited_by_hand_is_named(fork):
    edits = {
        "README.md": ("| 3. Attention | the", "| 3. Attention | only the"),
        "_toc.yml": ("- file: book/ch2_averaging", "- file: book/ch2_average"),
        "book/api.md": ("## Chapter 4", "## Chapter four"),
        "book/claims_code.md": ("## c22. A linear", "## c22. One linear"),
        "book/intro.md": ("[2. Averaging](", "[2. The average]("),
        "book/run.md": ("[2. Averaging](", "[2. The average]("),
    }
    edit(fork, edits)
    done = sync(fork, "--check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [f"differs: {name}" for name in edits]


def as_made(text, home=HOME):
    """A text with its marked parts made, without the marks."""
    return re.sub(r"(?m)^.*(made by sync: \w+|\bend)( -->)?\n", "", parts.with_parts(text, home))


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.stem)
def test_a_rung_is_called_as_its_page(rung):
    page = (ROOT / "book" / f"{rung.stem}.md").read_text(encoding="utf-8")
    assert re.findall(r"^# (.*)$", re.sub(r"(?ms)^```.*?^```$", "", page), re.M) == [rung.title]


def test_a_part_is_indented_as_its_mark_and_nothing_beside_it_changes():
    text = "parts:\n  chapters:\n    # made by sync: ladder\n    old\n    # end\n  - file: other\n"
    files = "".join(f"    - file: book/{rung.stem}\n" for rung in RUNGS)
    assert parts.with_parts(text, HOME) == text.replace("    old\n", files)
    assert parts.with_parts(parts.with_parts(text, HOME), HOME) == parts.with_parts(text, HOME)


def test_a_part_that_nobody_makes_is_refused():
    with pytest.raises(ValueError, match=r"expected a part among badge, .*: rung`"):
        parts.with_parts("<!-- made by sync: rung -->\n<!-- end -->\n", HOME)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("code", ".. automodule:: attention_course.ladder.ch5_other"),
        ("ladder", "- file: book/ch5_other"),
        ("links", "| 5. Another | [page](https://first-fork.github.io/their-course/book/ch5_other"),
        ("notebooks", "| [5. Another](ch5_other.md) | {colab}`page <notebooks/chapters/ch5_other"),
        ("weights", "| 5. Another | on itself |"),
        ("weights_linked", "| [5. Another](ch5_other.md) | on itself |"),
    ],
)
def test_a_new_rung_is_in_every_part_that_names_the_rungs(monkeypatch, name, line):
    other = RUNGS[0]._replace(
        number=5, stem="ch5_other", title="Another", source_of_weights="on itself"
    )
    monkeypatch.setattr(parts, "RUNGS", (*RUNGS, other))
    monkeypatch.setattr(parts, "NUMBERED", (*NUMBERED, other))
    monkeypatch.setattr(parts, "STEMS", (*STEMS, other.stem))
    made = as_made(f"<!-- made by sync: {name} -->\n<!-- end -->\n")
    assert sum(row.startswith(line) for row in made.splitlines()) == 1


def test_a_training_notebook_is_a_page_once_it_has_been_executed(monkeypatch):
    monkeypatch.setattr(parts, "STEMS", (*STEMS, "ch5_other"))
    assert "ch5_other" not in parts.PARTS["trained"](HOME)


def test_every_claim_is_shown_by_the_file_that_measures_it():
    shown = re.findall(r"literalinclude\} \.\./(src/\S+)$", parts.PARTS["claims"](HOME), re.M)
    rooms = ROOT / "src" / "attention_course" / "claims"
    files = {str(file.relative_to(ROOT)) for file in rooms.glob("ch*/[cq][0-9]*.py")}
    assert len(shown) == len(files)
    assert set(shown) == files


# Files that are broken or moved


def test_a_broken_notebook_is_named_and_nothing_is_lost(fork):
    file = fork / "notebooks" / "train" / "ch1_bottleneck.ipynb"
    before = file.read_bytes()
    file.write_bytes(before[: len(before) // 2])
    done = sync(fork)
    assert done.returncode == 2
    assert "expected a notebook in ch1_bottleneck.ipynb" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_is_no_branch_on_github_is_refused(fork):
    move(fork, "https://example.org/course")
    done = sync(fork, "--check")
    move(fork, "https://github.com/OWNER/attention-course/tree/main")
    assert done.returncode == 2
    assert (
        "https://github.com/OWNER/NAME/tree/BRANCH, got https://example.org/course" in done.stderr
    )


def test_no_other_repository_is_named():
    home, named = homes.read(), set()
    for file in tracked(ROOT):
        if (
            file.suffix in {".model", ".png", ".svg", ".ttf"} or file.parent.name == "tests"
        ):  # made-up homes
            continue
        for found in REPOSITORY.findall(file.read_text(encoding="utf-8")):
            named.add(found.removesuffix(".git"))
    ours = {f"{home.owner}/{home.name}", "OWNER/NAME"}  # the second in a message about the first
    assert named - OTHERS <= ours
    assert f"{home.owner}/{home.name}" in named


def test_between_releases_links_lead_to_the_branch_and_in_a_release_to_its_tag():
    between = Home("first-fork", "their-course", "trunk", "1.3.0.dev0", ())
    assert between.requirement == "git+https://github.com/first-fork/their-course@trunk"
    assert HOME.requirement == "git+https://github.com/first-fork/their-course@v1.2.0"
    assert HOME.colab("notebooks/a.ipynb").endswith(
        "/github/first-fork/their-course/blob/v1.2.0/notebooks/a.ipynb"
    )


# The setup cell


def setup_cell(monkeypatch, installed, after=None, pip=None, colab=True, course=None, home=HOME):
    """Run the setup cell on a machine that has these packages; give what pip was asked.

    `course` is the version of the course that the kernel imports; None where it imports none.
    """
    asked = []
    states = [installed, after or installed]
    listed = iter(
        [SimpleNamespace(name=name, version=version) for name, version in state.items()]
        for state in states
    )
    monkeypatch.setattr(metadata, "distributions", lambda: next(listed))
    imported = ModuleType("attention_course")
    imported.__version__ = course
    monkeypatch.setitem(sys.modules, "attention_course", imported if course else None)
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))

    def answer(words, **options):
        asked.append(words)
        return pip or SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(subprocess, "run", answer)
    exec(notebook_form.setup(home), {})
    return asked


COLAB = {"torch": "2.11.0+cpu", "numpy": "2.1.3", "pip": "24.1.2"}


@pytest.mark.parametrize("colab", [True, False])
@pytest.mark.parametrize("course", ["1.2.0", "1.2.1", "1.10.0", "2.0.0.dev0"])
def test_where_the_course_is_new_enough_the_setup_cell_says_so(monkeypatch, capsys, course, colab):
    assert setup_cell(monkeypatch, COLAB, colab=colab, course=course) == []
    assert capsys.readouterr().out == f"The course is installed: version {course}.\n"


@pytest.mark.parametrize("course", [None, "1.1.9", "1.2.0.dev0"])
def test_in_colab_it_installs_the_tag_and_holds_fast_what_is_there(monkeypatch, capsys, course):
    [words] = setup_cell(monkeypatch, COLAB, {**COLAB, "attention-course": "1.2.0"}, course=course)
    assert words[:5] == [sys.executable, "-m", "pip", "install", "--quiet"]
    assert words[5:] == [
        "attention-course @ git+https://github.com/first-fork/their-course@v1.2.0",
        "torch==2.11.0+cpu",
        "numpy==2.1.3",
    ]
    assert capsys.readouterr().out == "The course is installed. Changed here: nothing.\n"
    assert "attention_course" not in sys.modules  # the next cell imports the new one


def test_on_kaggle_it_installs_as_in_colab(monkeypatch, capsys):
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    [words] = setup_cell(monkeypatch, COLAB, colab=False)
    assert "torch==2.11.0+cpu" in words
    assert "The course is installed." in capsys.readouterr().out


def test_it_says_what_was_changed_after_all(monkeypatch, capsys):
    setup_cell(monkeypatch, COLAB, {**COLAB, "pip": "30.0", "new": "1.0"})
    assert capsys.readouterr().out == "The course is installed. Changed here: pip.\n"


def stopped(monkeypatch, **machine):
    """What the setup cell says where it stops."""
    with pytest.raises(RuntimeError) as error:
        setup_cell(monkeypatch, COLAB, **machine)
    assert type(error.value).__name__ == "NotReadyError"
    assert error.value._render_traceback_() == [str(error.value)]
    return str(error.value)


@pytest.mark.parametrize(
    ("stderr", "why"),
    [
        (
            "  error: subprocess-exited-with-error\n      fatal: unable to access 'https://...': "
            "Could not resolve host: github.com\nnote: This is not a problem with pip.",
            "fatal: unable to access 'https://...': Could not resolve host: github.com",
        ),
        ("ERROR: Could not install packages: [Errno 28] No space", "ERROR: Could not install"),
        ("", "error: unknown"),
    ],
)
def test_where_it_cannot_install_it_says_so_in_one_line(monkeypatch, stderr, why):
    line = stopped(monkeypatch, pip=SimpleNamespace(returncode=1, stderr=stderr))
    assert line.startswith("The course is not installed. Expected https://github.com/first-fork/")
    assert "check the network, then run this cell again" in line
    assert why in line
    assert "\n" not in line


def test_on_kaggle_without_internet_it_names_the_switch(monkeypatch):
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    failed = SimpleNamespace(returncode=1, stderr="fatal: Could not resolve host: github.com")
    line = stopped(monkeypatch, pip=failed, colab=False)
    assert "switch the internet on (menu Settings), then run this cell again" in line
    assert "Could not resolve host" in line


def test_a_machine_whose_packages_are_too_old_is_not_told_to_check_its_network(monkeypatch):
    stderr = (
        "ERROR: Cannot install attention-course and torch==2.6.0 because of conflicts.\n"
        "ERROR: ResolutionImpossible: for help visit a page"
    )
    line = stopped(monkeypatch, pip=SimpleNamespace(returncode=1, stderr=stderr))
    assert "Expected newer packages on this machine: choose its newest environment." in line
    assert "Cannot install attention-course and torch==2.6.0" in line
    assert "network" not in line


@pytest.mark.parametrize(
    ("course", "needs", "lack"),
    [
        (None, ("torch",), "attention_course"),
        ("1.1.0", ("torch",), "version 1.1.0 of the course is older than 1.2.0"),
        ("1.2.0", ("torch", "not-there"), "No package metadata was found for not-there"),
    ],
)
def test_elsewhere_it_names_the_kernel_and_the_line_that_installs(monkeypatch, course, needs, lack):
    home = Home("first-fork", "their-course", "trunk", "1.2.0", needs)
    message = stopped(monkeypatch, colab=False, course=course, home=home)
    assert lack in message.splitlines()[0]
    assert sys.executable in message.splitlines()[1]
    line = '%pip install "attention-course @ git+https://github.com/first-fork/their-course@v1.2.0"'
    assert f"    {line}" in message.splitlines()
    assert len(message.splitlines()) <= 5


def test_inside_a_browser_it_says_that_pytorch_does_not_run_there(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    line = stopped(monkeypatch, colab=False)
    assert line == "PyTorch does not run inside a browser: open this notebook in Colab."


def test_in_a_kernel_without_the_course_run_all_stops_at_five_lines(tmp_path, monkeypatch):
    """A Python that sees the packages of this one, and not the course, which is linked to them."""
    packages = str(Path(metadata.distribution("ipykernel").locate_file("")))
    start = (
        f"import sys; sys.path.append({packages!r}); "
        "from ipykernel.kernelapp import launch_new_instance as run; run()"
    )
    argv = [sys.executable, "-I", "-S", "-c", start, "-f", "{connection_file}"]
    spec = tmp_path / "kernels" / "bare" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": "Bare", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = nbformat.read(ROOT / "notebooks" / "train" / f"{STEMS[0]}.ipynb", as_version=4)
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, kernel_name="bare", timeout=1800).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    [output] = cells[0].outputs
    assert output.output_type == "error"  # by this, and not by the reply, VS Code knows to stop
    message = "\n".join(output.traceback)
    assert sys.executable in message
    assert "%pip install" in message
    assert "Traceback" not in message
    assert message.count("\n") < 5
    assert all(cell.execution_count is None for cell in cells[1:])


def test_a_copy_without_a_home_says_that_it_has_none():
    homeless = Home(homes.UNDECIDED, "attention-course", "main", "1.0.dev0", ("torch",))
    assert "set it in pyproject.toml, then `make sync`" in notebook_form.setup(homeless)
    assert '%pip install "../.."' in notebook_form.setup(homeless)


# Notebooks in their normal form


@each_notebook
def test_a_notebook_holds_no_output_no_state_and_nobodys_name(file):
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"accelerator", "colab", "kernelspec", "language_info"}
    assert notebook.metadata.kernelspec == notebook_form.KERNEL
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    for cell in notebook.cells:
        assert set(cell.metadata) <= set(notebook_form.KEPT_IN_CELLS)
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@each_notebook
def test_the_cells_of_a_notebook_can_be_told_apart(file):
    names = [cell["id"] for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]
    assert len(set(names)) == len(names)


@each_notebook
def test_a_gpu_is_asked_for_where_something_is_trained_and_nowhere_else(file):
    asked = nbformat.read(file, as_version=4).metadata.get("accelerator")
    assert asked == ("GPU" if file.parent.name == "train" else None)


def test_what_colab_writes_into_a_notebook_is_taken_out():
    notebook = nbformat.read(SOURCES[0], as_version=4)
    clean = notebook_form.text(notebook_form.normal(notebook, "a.ipynb", HOME))
    notebook.metadata["colab"] = {"provenance": [{"file_id": "1a2b"}], "name": "Copy of it"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    for cell in notebook.cells:
        cell.metadata |= {"id": "x", "outputId": "y", "colab": {"base_uri": "https://..."}}
        cell.metadata["executionInfo"] = {"user": {"displayName": "A Learner", "userId": "1"}}
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [nbformat.v4.new_output("stream", text="hello")]
    assert notebook_form.text(notebook_form.normal(notebook, "a.ipynb", HOME)) == clean


def test_a_notebook_without_a_badge_is_refused():
    notebook = nbformat.read(SOURCES[0], as_version=4)
    notebook.cells[0].source = "# No badge"
    with pytest.raises(notebook_form.OddNotebookError, match="expected one badge"):
        notebook_form.normal(notebook, "a.ipynb", HOME)


@pytest.mark.parametrize("stem", STEMS)
def test_an_executed_copy_shows_the_notebook_as_it_is_now(stem):
    """Else run: python tools/execute_notebooks.py, and make sync."""
    notebook, copy = (
        nbformat.read(ROOT / folder / f"{stem}.ipynb", as_version=4)
        for folder in ("notebooks/train", "book/runs")
    )
    shown = {cell["id"]: cell.source for cell in copy.cells if cell["id"] != "where-from"}
    assert list(shown) == [cell["id"] for cell in notebook.cells]
    for cell in notebook.cells[1:-1]:  # the first and the last hold links that differ
        assert shown[cell["id"]] == cell.source, f"{stem}, cell {cell['id']}"


# Pages as notebooks


def plain(text, numbers=None):
    page = ROOT / "book" / "ch1_bottleneck.md"
    return page_notebooks.plain(text, page=page, home=HOME, numbers=numbers or {})


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("gains {glue:text}`x:.1f` BLEU", "gains **7.2** BLEU"),
        ("the {term}`states <state>`", "the [states](https://first-fork.github.io/their-course/"
         "book/glossary.html#term-state)"),
        ("{cite:p}`och2003`", "([Och and Ney, 2003](https://aclanthology.org/J03-1002/))"),
        ("{cite:t}`cho2014encoder`", "[Cho et al. (2014)](https://aclanthology.org/D14-1179/)"),
        ("{eq}`eq-attention`", "[(3.1)](https://first-fork.github.io/their-course/"
         "book/ch3_attention.html#equation-eq-attention)"),
        ("$$\nx\n$$ (eq-attention)", "$$\nx\n\\tag{3.1}\n$$"),
        ("see {numref}`fig-ch1-machine`", "see Fig. 1.1"),
        ("see {numref}`fig-ladder-1`", "see Fig. 1"),  # of all pages without a number
        ("[on](transformer.md)", "[on](https://colab.research.google.com/github/first-fork/"
         "their-course/blob/v1.2.0/notebooks/chapters/transformer.ipynb)"),
        ("[c17](c17)", "[c17](https://first-fork.github.io/their-course/book/claims.html#c17)"),
        ("[next](ch2_averaging.md)", "[next](https://colab.research.google.com/github/first-fork/"
         "their-course/blob/v1.2.0/notebooks/chapters/ch2_averaging.ipynb)"),
        ("[x](https://a.b/c)", "[x](https://a.b/c)"),
        ("```{dropdown} A hint\nLook.\n```", "<details><summary>A hint</summary>\n\nLook.\n\n"
         "</details>"),
        ("```{admonition} Note\n- one\n```", "> **Note**\n> \n> - one"),
        ("```{margin}\nBeside it.\n```", "> Beside it."),
    ],
)  # fmt: skip
def test_markup_of_a_page_becomes_plain_markdown(markup, shown):
    assert plain(markup, {"x": 7.234}) == shown


@pytest.mark.parametrize(
    "markup", ["```{mermaid}\na\n```", "{doc}`other`", "[x](nowhere)", "[x](no_such.svg)"]
)
def test_markup_that_is_not_known_is_refused(markup):
    with pytest.raises(page_notebooks.UnknownMarkupError):
        plain(markup)


@pytest.mark.parametrize("stem", [*STEMS, *CONTINUED])
def test_a_page_loses_nothing_on_its_way_into_a_notebook_and_shows_no_raw_markup(stem):
    notebook = nbformat.read(ROOT / "notebooks" / "chapters" / f"{stem}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"\{[a-z:]+\}`|^```\{|^\([\w-]+\)=$", text, re.MULTILINE)
    page = (ROOT / "book" / f"{stem}.md").read_text(encoding="utf-8")
    outside_code = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^##? .*$", outside_code, re.MULTILINE):
        assert heading in text
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert code.count("# @title Fig.") == len(re.findall(r"^    name: fig-", page, re.MULTILINE))
