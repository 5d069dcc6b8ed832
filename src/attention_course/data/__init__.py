"""Sentences to learn from: toys, pocket Korean, real corpora, and a learner's own text."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attention_course.config import DATA, OWN_TEXT, TOYS, Run
from attention_course.data.pairs import Corpus, Pair
from attention_course.data.sources import SOURCES


def load_pocket_korean(run: Run) -> Corpus:
    """Pocket Korean, without the phenomena that a run leaves out.

    Raises:
        ValueError: the run is on another edition, or there is no such phenomenon to leave out.
    """
    from attention_course.data import pocket_korean

    held_out = run.held_out_pairs
    return pocket_korean.corpus(run.train_pairs, held_out, held_out, **sentences_of(run))


def load_test_pairs(run: Run) -> tuple[Pair, ...]:
    """The pairs that a run on pocket Korean was judged on, without those that it learned from.

    Raises:
        ValueError: as `load_pocket_korean` raises it.
    """
    from attention_course.data import pocket_korean

    return pocket_korean.held_out_pairs(run.held_out_pairs, **sentences_of(run))


def sentences_of(run: Run) -> dict[str, Any]:
    """Which sentences of pocket Korean a run asks for.

    Raises:
        ValueError: the run is on another edition, or there is no such phenomenon to leave out.
    """
    from attention_course.data import pocket_korean
    from attention_course.korean.writer import without

    if run.edition != pocket_korean.EDITION:
        raise ValueError(
            f"expected a run on edition {pocket_korean.EDITION} of pocket Korean, got one on "
            f"edition {run.edition}, which this version of the course no longer writes; train it "
            f"again with edition={pocket_korean.EDITION}"
        )
    return {
        "seed": run.corpus_seed,
        "shortest": run.shortest,
        "longest": run.longest,
        "switches": without(*run.without.split()),
    }


def load(run: Run, files: Sequence[Path] = ()) -> Corpus:
    """Generate, or find and read, the corpus of a run, cut to the run's sizes.

    `files` say where the text of a run on one's own text is; without them it is looked for.

    Raises:
        ValueError: there is no such corpus, or the learner's own text is another one now.
        OSError: the learner's own text is not there.
        CorpusUnavailable: a real corpus is neither here nor can it be fetched.
    """
    if files and run.data != OWN_TEXT:
        raise ValueError(
            f"expected no files for a run on {run.data}, got {files[0]}; leave out --data"
        )
    held_out = run.held_out_pairs
    if run.data in TOYS:
        from attention_course.data import toys

        sizes = (run.train_pairs, held_out, held_out, run.shortest, run.longest)
        return toys.corpus(run.data, *sizes, seed=run.corpus_seed)
    if run.data == "pocket-korean":
        return load_pocket_korean(run)
    if run.data == OWN_TEXT:
        from attention_course.data import own_text

        return own_text.load(run, files)
    if run.data in SOURCES:
        from attention_course.data import corpora

        return corpora.load(run.data, run.train_pairs, held_out)
    raise ValueError(f"expected a data set among {', '.join(DATA)}, got {run.data!r}")
