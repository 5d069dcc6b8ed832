import pytest
import torch
from torch import nn

from attention_course.data.batch import Example
from attention_course.judging.evaluation import (
    CAPTION_BINS,
    accuracy,
    accuracy_by_length,
    bin_name,
    bleu,
    bleu_by_length,
    in_bin,
)
from attention_course.models.model import Output
from attention_course.vocabulary import EOS


class SaysFour(nn.Module):
    """A model that says token 4 whatever it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.anything = nn.Parameter(torch.zeros(1))

    def forward(self, source, lengths, target_in):
        logits = torch.zeros(*target_in.shape, 7)
        logits[..., 4] = 1.0
        return Output(logits, torch.zeros(*target_in.shape, source.shape[1]))


def test_a_perfect_translation_scores_100_and_a_wrong_one_less():
    true = ["a man in a red shirt climbs a rock .", "two dogs run over the wet green grass ."]
    assert bleu(true, true).score == pytest.approx(100)
    worse = bleu(["a man in a blue shirt climbs a rock .", "two dogs run ."], true)
    assert worse.score < 60
    assert worse.low <= worse.score <= worse.high


def test_case_counts_only_when_asked():
    assert bleu(["A B C D"], ["a b c d"]).score == pytest.approx(100)
    assert bleu(["A B C D"], ["a b c d"], lowercase=False).score < 50
    assert "case:lc" in bleu(["a"], ["a"]).signature
    assert "tok:13a" in bleu(["a"], ["a"]).signature


@pytest.mark.parametrize("outputs", [["a b c d e"], ["a x y z q", "b"], ["x", "a b c d"]])
def test_a_score_lies_in_its_own_interval_however_few_the_sentences(outputs):
    found = bleu(outputs, ["a b c d e", "b c"][: len(outputs)])
    assert 0 <= found.low <= found.score <= found.high


def test_bleu_wants_one_reference_for_each_output():
    with pytest.raises(ValueError, match="got 1 outputs and 2 references"):
        bleu(["a"], ["a", "b"])
    with pytest.raises(ValueError, match="got 0 outputs"):
        bleu([], [])


def test_every_length_falls_into_exactly_one_bin():
    for length in range(1, 60):
        assert sum(in_bin(length, bounds) for bounds in CAPTION_BINS) == 1
    assert [bin_name(bounds) for bounds in CAPTION_BINS] == ["1-8", "9-12", "13-16", "17+"]


def test_bleu_by_length_counts_each_sentence_in_the_bin_of_its_source():
    short, long = "one two three four", " ".join("abcdefghijklmnopqrst")
    rows = bleu_by_length([short, long, long], [short, long, "x"], [short, long, long])
    assert [(row["bin"], row["sentences"]) for row in rows] == [("1-8", 1), ("17+", 2)]
    assert rows[0]["bleu"] == pytest.approx(100)
    assert rows[1]["bleu"] < 100


def test_accuracy_counts_real_words_by_the_length_of_the_source():
    examples = [
        Example([5, EOS], [4, 4, EOS]),
        Example([5, 6, EOS], [4, EOS]),
        Example([5, 5, EOS], [6, EOS]),
    ]
    rows = accuracy_by_length(SaysFour(), examples)
    assert rows == [
        {"length": 1, "tokens": 3, "accuracy": pytest.approx(2 / 3)},
        {"length": 2, "tokens": 4, "accuracy": pytest.approx(1 / 4)},
    ]
    assert accuracy(rows) == pytest.approx(3 / 7)
