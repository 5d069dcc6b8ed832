import torch

from attention_course.models.dropout import VariationalDropout


def test_a_feature_is_dropped_for_a_whole_sentence_or_not_at_all():
    torch.manual_seed(0)
    dropped = VariationalDropout(0.4)(torch.ones(50, 7, 40))
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert set(dropped.unique().tolist()) == {0.0, torch.tensor(1 / 0.6).item()}


def test_sentences_lose_different_features_and_the_share_is_the_one_asked():
    torch.manual_seed(0)
    dropped = VariationalDropout(0.4)(torch.ones(50, 7, 400))
    assert not torch.equal(dropped[0], dropped[1])
    assert abs((dropped == 0).float().mean().item() - 0.4) < 0.02


def test_in_use_nothing_is_dropped():
    states = torch.randn(2, 3, 5)
    assert torch.equal(VariationalDropout(0.4).eval()(states), states)
