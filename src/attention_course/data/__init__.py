"""Sentences to learn from: toys, pocket Korean, and real corpora."""

from attention_course.config import DATA, TOYS, Run
from attention_course.data.pairs import Corpus


def load(run: Run) -> Corpus:
    """Generate, or find and read, the corpus of a run, cut to the run's sizes.

    Raises:
        ValueError: there is no such corpus.
        CorpusUnavailable: a real corpus is neither here nor can it be fetched.
    """
    held_out = run.held_out_pairs
    if run.data in TOYS:
        from attention_course.data import toys

        sizes = (run.train_pairs, held_out, held_out, run.shortest, run.longest)
        return toys.corpus(run.data, *sizes)
    if run.data == "pocket-korean":
        from attention_course.data import pocket_korean

        return pocket_korean.corpus(
            run.train_pairs, held_out, held_out, shortest=run.shortest, longest=run.longest
        )
    if run.data == "multi30k":
        from attention_course.data import corpora

        return corpora.load_multi30k(run.train_pairs, held_out)
    if run.data == "tatoeba":
        from attention_course.data import corpora

        return corpora.load_tatoeba(run.train_pairs, held_out)
    raise ValueError(f"expected a data set among {', '.join(DATA)}, got {run.data!r}")
