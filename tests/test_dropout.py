from dataclasses import replace

import torch

from attention_course.course import build
from attention_course.data import load
from attention_course.data.batch import encode_pairs
from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding
from attention_course.runs.experiment import prepare
from attention_course.training.objective import dropout_share, set_dropout
from attention_course.training.trainer import Trainer
from small_runs import RUN


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


def test_dropout_climbs_in_a_straight_line_and_stays():
    run = replace(RUN, dropout_ramp=0.5)
    shares = [dropout_share(run, step, steps=20) for step in (0, 4, 9, 10, 19)]
    assert shares == [0.1, 0.5, 1.0, 1.0, 1.0]
    assert dropout_share(replace(run, dropout_ramp=0.0), 0, 20) == 1.0


def test_features_and_words_are_dropped_at_the_share_that_is_set():
    run = replace(RUN, dropout=0.4, word_dropout=0.2)
    model = build(run, 11, 13)
    set_dropout(model, run, 0.5)
    of_features = {one.p for one in model.modules() if isinstance(one, VariationalDropout)}
    of_words = {one.hide.p for one in model.modules() if isinstance(one, Embedding)}
    assert (of_features, of_words) == ({0.2}, {0.1})


def test_a_run_whose_dropout_climbs_begins_with_little_and_ends_with_all(tmp_path):
    run = replace(RUN, dropout=0.4, dropout_ramp=0.5)
    trained = prepare(run, load(run))
    learner = Trainer(trained.model, run, tmp_path)
    batch = encode_pairs(load(run).train[:8], trained.source, trained.target)
    seen = []
    for _ in range(4):
        learner.update(batch, steps=4)
        seen.append(trained.model.encoder.dropout.p)
    assert seen == [0.2, 0.4, 0.4, 0.4]
