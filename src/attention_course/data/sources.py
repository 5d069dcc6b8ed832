"""The real corpora, each described in one entry: what it is, whom to thank, where its files are.

All that `data` does with a real corpus (list, fetch, read, divide, credit) follows from its entry
in `SOURCES`; a corpus is added by an entry here, its name in
`config.DATA` and its sizes in `config.CORPORA`.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Lines:
    """Two files: line n of one is the translation of line n of the other."""

    source: str
    target: str


@dataclass(frozen=True)
class Columns:
    """One file of columns with a tab between, counted from 0."""

    file: str
    source: int
    target: int
    credit: int | None = None  # the column of each pair's own credit


@dataclass(frozen=True)
class Source:
    """A corpus in a public repository, at one commit.

    `credit` stands beside its sentences wherever they are shown; where `train` has a column for
    it, each pair has its own. A corpus that its authors have divided names a `validation` and
    `tests`: the first of these judges, the further ones only join in where quality is counted by
    length. Without them `train` holds all pairs, which `corpora.divide` parts by their sha256.
    """

    languages: str
    pairs: str
    licence: str
    credit: str
    folder: str  # its folder in ATTENTION_COURSE_DATA and in the cache
    url: str  # of the folder that holds its files
    files: dict[str, str]  # name -> sha256, packed (.gz) or not
    units: Literal["words", "subwords"]  # words: every mark of its text becomes a word of its own
    train: Lines | Columns
    validation: Lines | Columns | None = None
    tests: tuple[Lines | Columns, ...] = ()
    lower_target: bool = False  # targets are written without capitals


GITHUB = "https://raw.githubusercontent.com"
MULTI30K_FILES = {
    "train.de.gz": "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
    "train.en.gz": "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
    "val.de.gz": "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
    "val.en.gz": "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
    "test_2016_flickr.de.gz": "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
    "test_2016_flickr.en.gz": "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
    "test_2017_flickr.de.gz": "a2c89666db00c495cd8513b9d708d5a3acc205d7de312ef2bf5fb7ebc1540aee",
    "test_2017_flickr.en.gz": "76a444ee25172e72695cddb13ae4a3bda59430617be88e0bb46b60504f054074",
    "test_2017_mscoco.de.gz": "799e4854c25d601cb6cb6be29eabe5667734c61ace2f495e03e429031a0bc338",
    "test_2017_mscoco.en.gz": "aab300bfb4427697987e02cd0aacd44bfe8aa50456231b6474c08038bbed2b58",
}
SOURCES = {
    "multi30k": Source(  # its task 1
        languages="German -> English",
        pairs="29,000 to learn from, 1,014 to choose by, 2,461 in three test sets",
        licence="none stated; for non-commercial research and education (Flickr30K's terms)",
        credit="Multi30k, Elliott et al. 2016 (W16-3210) and 2017 (W17-4718)",
        folder="multi30k",
        url=f"{GITHUB}/multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/raw/",
        files=MULTI30K_FILES,
        units="subwords",
        train=Lines("train.de.gz", "train.en.gz"),
        validation=Lines("val.de.gz", "val.en.gz"),
        tests=(
            Lines("test_2016_flickr.de.gz", "test_2016_flickr.en.gz"),
            Lines("test_2017_flickr.de.gz", "test_2017_flickr.en.gz"),
            Lines("test_2017_mscoco.de.gz", "test_2017_mscoco.en.gz"),
        ),
    ),
    "tatoeba": Source(
        languages="Korean -> English",
        pairs="5,749, divided by English sentence",
        licence="CC BY 2.0 FR",
        credit="beside each pair: tatoeba.org contributors, manythings.org/anki",
        folder="tatoeba-kor-eng",
        url=f"{GITHUB}/r0cd7b/nlp_with_rnns_and_attention/"
        "875d03899a2c217633fa28e8917a8b26382c5269/kor-eng/",
        files={"kor.txt": "6c9d8de3e500306997e4083274fb0038ef521651ffb2b7923e4e607a59d09dbc"},
        units="words",
        train=Columns("kor.txt", source=1, target=0, credit=2),
        lower_target=True,
    ),
}
