"""What is measured of a language model: its loss beside n-grams, and what it knows of grammar."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional as F

from attention_course.claims.kneser_ney import KneserNey
from attention_course.data.batch import encode_pairs, in_order
from attention_course.data.pairs import Corpus, Pair
from attention_course.runs.trained import Trained
from attention_course.vocabulary import PAD

N_GRAMS = {"trigram": 3, "five_gram": 5}
EXCHANGED = {  # minimal pairs: one word of a sentence becomes the other
    "pronoun": {"he": "she", "she": "he", "his": "her", "her": "his"},
    "article": {"a": "an", "an": "a"},
    "number": {"was": "were", "were": "was", "is": "are", "are": "is"},
}
Losses = Callable[[Sequence[Pair]], list[list[float]]]  # of each token of each target, in nats


@torch.no_grad()
def losses_of(trained: Trained, pairs: Sequence[Pair]) -> list[list[float]]:
    """The model's loss of each token of the targets, in nats; the words before are given."""
    trained.model.eval()
    found: list[list[float]] = []
    for batch in in_order(encode_pairs(pairs, trained.source, trained.target), 64):
        batch = batch.to(trained.model.device)
        logits = trained.model(batch.source, batch.source_lengths, batch.target_in).logits
        losses = F.cross_entropy(logits.transpose(1, 2), batch.target_out, reduction="none")
        lengths = (batch.target_out != PAD).sum(dim=1).tolist()
        found += [row[:length] for row, length in zip(losses.tolist(), lengths, strict=True)]
    return found


def exchanged(pairs: Sequence[Pair], kind: dict[str, str]) -> list[tuple[Pair, Pair]]:
    """Each sentence beside itself with one word become the other, once for each such word."""
    both = []
    for pair in pairs:
        words = pair.target.split()
        for place, word in enumerate(words):
            if word in kind:
                other = [*words[:place], kind[word], *words[place + 1 :]]
                both.append((pair, Pair(pair.source, " ".join(other))))
    return both


def share_right(losses: Losses, both: Sequence[tuple[Pair, Pair]]) -> float:
    """How often the true sentence is likelier than the changed one."""
    true, changed = (losses([pair[side] for pair in both]) for side in (0, 1))
    better = [sum(one) < sum(other) for one, other in zip(true, changed, strict=True)]
    return round(sum(better) / len(better), 4)


def judge_language(trained: Trained, corpus: Corpus) -> dict[str, Any]:
    """Nats a token and bits a character of the test's English, beside n-grams; minimal pairs."""
    vocabulary = trained.target
    learned = [one.target for one in encode_pairs(corpus.train, trained.source, vocabulary)]
    readers: dict[str, Losses] = {"model": lambda pairs: losses_of(trained, pairs)}
    for name, order in N_GRAMS.items():
        counted = KneserNey(order, learned, len(vocabulary))

        def of_n_gram(pairs: Sequence[Pair], counted: KneserNey = counted) -> list[list[float]]:
            examples = encode_pairs(pairs, trained.source, vocabulary)
            return [counted.losses(one.target) for one in examples]

        readers[name] = of_n_gram
    characters = sum(len(pair.target) + 1 for pair in corpus.test)  # and one for its end
    minimal = {kind: exchanged(corpus.test, words) for kind, words in EXCHANGED.items()}
    metrics: dict[str, Any] = {
        "characters": characters,
        "minimal_pairs": {kind: len(both) for kind, both in minimal.items()},
    }
    for name, losses in readers.items():
        by_sentence = losses(corpus.test)
        nats, tokens = sum(map(sum, by_sentence)), sum(map(len, by_sentence))
        metrics[name] = {
            "nats_a_token": round(nats / tokens, 4),
            "bits_a_character": round(nats / characters / torch.tensor(2.0).log().item(), 4),
            **{
                f"right_{kind}": share_right(losses, both) for kind, both in minimal.items() if both
            },
        }
    metrics["loss"] = metrics["model"]["nats_a_token"]
    return metrics
