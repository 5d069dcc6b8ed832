"""The parts of README, pages and the table of contents that stand between `made by sync` and `end`.

Each is made from the one place that knows it: what names the rungs from `rungs`, the experiments
from the catalogue of claims, every address from the repository's home. Nothing else in those files
is touched.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from textwrap import indent

import notebook_form
from attention_course.claims.catalogue import CLAIMS
from attention_course.rungs import BEYOND, NUMBERED, RUNGS, STEMS, Rung
from home import ROOT, Home

# A marked part: `<!-- made by sync: name -->` to `<!-- end -->`, in YAML `# made by sync: name`
# to `# end`. The part is indented as its mark.
MARK = re.compile(
    r"(?P<first>^(?P<indent> *)(?:<!--|#) made by sync: (?P<name>\w+)(?: -->)?\n)"
    r".*?(?P<last>^ *(?:<!--|#) end(?: -->)?$)",
    re.DOTALL | re.MULTILINE,
)
OTHER_PAGES = {
    "front page": "index",
    "Positions": "book/positions",
    "The Transformer, piece by piece": "book/transformer",
    "Run it anywhere": "book/run",
    "The ledger of claims": "book/claims",
    "Results": "book/results",
    "Glossary": "book/glossary",
    "For instructors": "book/instructors",
    "Grading": "book/grading",
    "Data": "book/data",
}


def with_parts(text: str, home: Home) -> str:
    """The text of a file with its marked parts written anew.

    Raises:
        ValueError: a mark names a part that nobody makes.
    """

    def part(mark: re.Match[str]) -> str:
        if mark["name"] not in PARTS:
            raise ValueError(
                f"expected a part among {', '.join(PARTS)}, got `made by sync: {mark['name']}`"
            )
        return mark["first"] + indent(PARTS[mark["name"]](home), mark["indent"]) + mark["last"]

    return MARK.sub(part, text)


def table(*rows: Sequence[str]) -> str:
    """A table in Markdown; the first row is its head."""
    lines = [f"| {' | '.join(row)} |\n" for row in rows]
    return "".join([lines[0], "|" + "---|" * len(rows[0]) + "\n", *lines[1:]])


def name_of(rung: Rung) -> str:
    """A rung in a list of rungs, as `3. Attention`."""
    return f"{rung.number}. {rung.title}"


def contents(folder: str, stems: Iterable[str]) -> str:
    """Entries of the website's table of contents."""
    return "".join(f"- file: {folder}/{stem}\n" for stem in stems)


def trained(home: Home) -> str:
    """The training notebooks in the table of contents, where one has been executed."""
    return contents("book/runs", filter(executed, STEMS))


def executed(stem: str) -> bool:
    """Whether there is an executed copy of a rung's training notebook."""
    return (ROOT / "book" / "runs" / f"{stem}.ipynb").exists()


def weights(home: Home) -> str:
    """What each rung says about the one sum."""
    head = ("rung", "where the weights come from")
    return table(head, *((name_of(rung), rung.source_of_weights) for rung in RUNGS))


def weights_linked(home: Home) -> str:
    """The same on a page of the book, beside which the chapters' pages stand."""
    head = ("rung", "where the weights come from")
    return table(head, *((linked(rung), rung.source_of_weights) for rung in RUNGS))


def linked(rung: Rung) -> str:
    """A rung's name, with a link to its page from a page beside it."""
    return f"[{name_of(rung)}]({rung.stem}.md)"


def links(home: Home) -> str:
    """All chapters with what can be opened by a click, and the other pages of the website."""
    rows = [
        (
            name_of(rung),
            f"[page]({home.page(f'book/{rung.stem}')})",
            *(
                f"[Colab]({home.colab(f'notebooks/{folder}/{rung.stem}.ipynb')})"
                for folder in ("chapters", "train", "exercises")
            ),
        )
        for rung in NUMBERED
    ]
    pages = " · ".join(f"[{name}]({home.page(page)})" for name, page in OTHER_PAGES.items())
    chapters = table(("chapter", "read", "run the page", "train", "exercises"), *rows)
    return f"{chapters}\nThe whole website: {pages}\n"


def notebooks(home: Home) -> str:
    """The three notebooks of each chapter, on a page of the book."""
    folders = {"page": "chapters", "training": "train", "exercises": "exercises"}
    rows = [
        (
            linked(rung),
            *(
                f"{{colab}}`{shown} <notebooks/{folder}/{rung.stem}.ipynb>`"
                for shown, folder in folders.items()
            ),
        )
        for rung in NUMBERED
    ]
    return table(("chapter", "run the page", "train the rung", "do the exercises"), *rows)


def code_of_ladder(home: Home) -> str:
    """The chapters in the reference of the package."""
    return "\n".join(
        f"(api-{rung.short})=\n\n## Chapter {rung.number}\n\n```{{eval-rst}}\n"
        f".. automodule:: attention_course.ladder.{rung.stem}\n```\n"
        for rung in NUMBERED
    )


def code_of_claims(home: Home) -> str:
    """The experiments as code, in the notes' order: each is the file that measures its claim."""
    return "\n".join(
        f"({claim.id}-code)=\n\n## {claim.id}. {claim.title}\n\n"
        f"```{{literalinclude}} ../src/{claim.measure.__module__.replace('.', '/')}.py\n"
        ":language: python\n```\n"
        for claim in CLAIMS.values()
    )


def homeless(home: Home) -> str:
    """How to give this copy a home, as long as it has none."""
    if home.decided:
        return ""
    return (
        "**This copy does not know its home on GitHub yet**, so its links to Colab and to the "
        "website do not open. To give it one, change the line `Source` in `pyproject.toml` to your "
        "account, run `make sync`, and push.\n"
    )


def install(home: Home) -> str:
    """The command that installs the package alone."""
    return f'```bash\npip install "{home.requirement}"\n```\n'


def binder(home: Home) -> str:
    """A sentence with the address in Binder."""
    address = home.binder(f"notebooks/chapters/{STEMS[0]}.ipynb")
    return f"[Open the first chapter in Binder]({address}).\n"


def clone(home: Home) -> str:
    """The commands that bring the whole course to a machine, and open its notebooks."""
    return (
        f"```bash\ngit clone {home.url}\ncd {home.name}\n"
        "python3 -m venv .venv\n"
        ".venv/bin/pip install . jupyterlab\n"
        ".venv/bin/jupyter lab notebooks/chapters\n```\n"
    )


def commands(home: Home) -> str:
    """The two commands, after the lines that bring the course to a machine."""
    return (
        f"```bash\ngit clone {home.url}\ncd {home.name}\n"
        "make book     # installs into .venv, executes every page, builds the website\n"
        "make test     # installs and runs everything: tests, properties, all notebooks\n```\n"
    )


def first_badge(home: Home) -> str:
    """The badge that opens the first chapter."""
    return notebook_form.badge(home, f"notebooks/chapters/{STEMS[0]}.ipynb") + "\n"


PARTS: dict[str, Callable[[Home], str]] = {
    "badge": first_badge,
    "beyond": lambda home: contents("book", (rung.stem for rung in BEYOND)),
    "binder": binder,
    "claims": code_of_claims,
    "clone": clone,
    "code": code_of_ladder,
    "commands": commands,
    "home": homeless,
    "install": install,
    "ladder": lambda home: contents("book", (rung.stem for rung in RUNGS)),
    "links": links,
    "notebooks": notebooks,
    "trained": trained,
    "weights": weights,
    "weights_linked": weights_linked,
}
