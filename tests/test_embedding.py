import torch

from attention_course.models.embedding import Embedding, OutputEmbedding


def test_in_training_a_word_is_hidden_whole_or_not_at_all():
    torch.manual_seed(0)
    vectors = Embedding(20, 5, word_dropout=0.3)(torch.randint(4, 20, (50, 40)))
    hidden = (vectors == 0).all(dim=2)
    assert torch.equal(hidden, (vectors == 0).any(dim=2))
    assert abs(hidden.float().mean().item() - 0.3) < 0.04


def test_in_use_no_word_is_hidden_and_scores_never_are():
    torch.manual_seed(0)
    embedding = OutputEmbedding(20, 5, word_dropout=0.9).eval()
    assert not (embedding(torch.tensor([[4, 5, 6]])) == 0).all(dim=2).any()
    embedding.train()
    vectors = torch.randn(2, 3, 5)
    expected = vectors @ embedding.table.weight.T + embedding.bias
    torch.testing.assert_close(embedding.logits(vectors), expected)
