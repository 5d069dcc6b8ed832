"""447 English sentences of Canada's parliament in French, aligned by hand: real gold alignments.

They are there to be judged on. There is nothing beside them to learn from: the speeches that the
aligners of 2003 learned from, a million pairs, are not part of this corpus.
"""

from attention_course.data.corpora import read_lines
from attention_course.data.download import fetch_source
from attention_course.data.pairs import Link, Pair
from attention_course.data.sources import GITHUB, Columns, Source

SOURCE = Source(
    languages="English -> French",
    pairs="447, each with sure and possible links",
    licence=(
        "BSD-3-Clause for the repository that holds the files; the links come from the shared task "
        "of 2003, which gave them out for research and states no licence"
    ),
    credit="Hansards gold alignments, Och and Ney 2000, Mihalcea and Pedersen 2003 (WPT-2003)",
    folder="alignment-enfr-hansards",
    url=f"{GITHUB}/neulab/awesome-align/5f150d45bbe51e167daf0a84abebaeb07c3323d1/examples/",
    files={
        "enfr.src-tgt": "19d56c3de3634ab8420d553df4d9dfd849502b18225f1599382e98a6de9cfc72",
        "enfr.gold": "0a11b51cba8a92a7608fb00884cb3cf50fe0fcc4e4aa92d70624fd11451c4ddd",
    },
    units="words",
    train=Columns("enfr.src-tgt", source=0, target=1),
)
BETWEEN = "|||"  # the two sides of a line


def load() -> tuple[Pair, ...]:
    """The pairs with their links, in the order of the file.

    Raises:
        CorpusUnavailable: the files are neither here nor can they be fetched.
        ValueError: a file in ATTENTION_COURSE_DATA is another one.
    """
    texts, gold = map(read_lines, fetch_source(SOURCE))
    return tuple(read_pair(text, links) for text, links in zip(texts, gold, strict=True))


def read_pair(text: str, links: str) -> Pair:
    """Read a line of sentences and its line of links: `1-2` is sure, `1p2` possible, from 1 on."""
    source, target = (" ".join(side.split()) for side in text.split(BETWEEN))
    found = [(read_link(one), "p" not in one) for one in links.split()]
    return Pair(
        source,
        target,
        sure=frozenset(link for link, sure in found if sure),
        possible=frozenset(link for link, _ in found),
        credit=SOURCE.credit,
    )


def read_link(text: str) -> Link:
    """Read one link, its places counted from 0."""
    source, target = text.replace("p", "-").split("-")
    return int(source) - 1, int(target) - 1
