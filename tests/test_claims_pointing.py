"""What chapters 3 and 4 claim of toys and small modules: each experiment can fail."""

import pytest
import torch

from attention_course import data
from attention_course.claims import catalogue, ledger, runner, toy_probes, trained
from attention_course.claims.ch3_attention import c12_roles, c14_fixed_size, c15_memory
from attention_course.claims.ch4_self_attention import (
    c17_parallel,
    c18_sequential_operations,
    c19_distance,
    c20_gpu,
    c21_every_word,
    c23_general,
    graph,
    q07_depth,
    q08_beyond,
)
from attention_course.claims.record import Setting, make_record
from attention_course.course import CHAPTERS
from attention_course.ladder import ch4_self_attention
from attention_course.ladder.ch2_averaging import Mean
from attention_course.ladder.ch4_self_attention import Projected
from attention_course.runs.experiment import prepare
from small_runs import card_of


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """Runs that claims share are trained once."""
    return tmp_path_factory.mktemp("cards")


def record(claim, preset, folder):
    return runner.measure_claim(claim, preset, folder)


def verdict(claim, preset, folder):
    return record(claim, preset, folder)["verdict"]


def statuses(found):
    return {one["name"]: one["status"] for one in found["predictions"]}


def record_of_cards(claim, cards, preset="cpu"):
    """The record of a claim that is measured on these cards, one seed."""
    return make_record(claim, preset, {0: claim.measure(Setting(preset, 0, cards))})


def mean_for(variant, monkeypatch):
    """Let a kind of attention ignore its query."""
    monkeypatch.setitem(CHAPTERS["ch3_attention"].variants, variant, lambda run, settings: Mean())


# Chapter 3


def test_c04_and_c15_turn_if_attention_ignores_the_query(tmp_path, monkeypatch):
    mean_for("dot", monkeypatch)
    assert verdict(catalogue.CLAIMS["c04"], "smoke", tmp_path) == "refuted"
    assert verdict(catalogue.CLAIMS["c15"], "smoke", tmp_path) == "refuted"


def test_c12_turns_if_projections_lose_the_values(cards, monkeypatch):
    offer = c12_roles.Heads.offer

    def without_values(self, answering):
        offered = offer(self, answering)
        projected = isinstance(self.roles, Projected)
        return offered._replace(values=0 * offered.values) if projected else offered

    monkeypatch.setattr(c12_roles.Heads, "offer", without_values)
    assert statuses(record(c12_roles.CLAIM, "smoke", cards))["one"] == "failed"


def test_c12_has_no_limit_if_states_alone_can_ask_without_being_asked(cards, monkeypatch):
    monkeypatch.setattr(c12_roles, "Tied", lambda: Projected(c12_roles.SIZE))
    found = record(c12_roles.CLAIM, "smoke", cards)
    assert statuses(found)["directed"] == "failed"
    assert found["verdict"] == "holds"


def test_with_one_map_for_query_and_key_whoever_asks_is_asked_back():
    torch.manual_seed(0)
    states = torch.randn(1, 5, c12_roles.SIZE)
    for roles, mirrored in ((c12_roles.OneMap(), True), (Projected(c12_roles.SIZE), False)):
        queries, keys, values = roles(states, states)
        scores = queries @ keys.transpose(1, 2)
        assert torch.allclose(scores, scores.transpose(1, 2), atol=1e-4) == mirrored
        assert not torch.allclose(values, states)


def test_in_a_circle_everybody_asks_for_another_who_does_not_ask_back():
    batch = c12_roles.sample_circles(torch.Generator().manual_seed(0))
    names, asked, values = (one[0].tolist() for one in batch.inputs)
    asks = dict(zip(names, asked, strict=True))
    assert sorted(asks.values()) == sorted(names)
    assert all(asks[asks[name]] != name for name in names)
    digits = dict(zip(names, values, strict=True))
    assert batch.answers[0].tolist() == [digits[one] for one in asked]


def test_c14_turns_if_the_weights_are_ignored(cards, monkeypatch):
    monkeypatch.setattr(
        c14_fixed_size, "weighted_sum", lambda weights, states: states.mean(dim=1, keepdim=True)
    )
    assert verdict(c14_fixed_size.CLAIM, "smoke", cards) == "refuted"


def test_c14_has_no_limit_if_a_vector_holds_as_many_items_as_one_likes(cards, monkeypatch):
    whole = c14_fixed_size.share_of_items
    monkeypatch.setattr(
        c14_fixed_size, "share_of_items", lambda size, count, setting: whole(64, 1, setting)
    )
    found = make_record(
        c14_fixed_size.CLAIM, "cpu", {0: c14_fixed_size.CLAIM.measure(Setting("smoke", 0, {}))}
    )
    assert statuses(found)["fall"] == "failed"
    assert found["verdict"] == "holds"


def test_c15_has_no_limit_if_the_list_forgets_what_is_old(monkeypatch):
    card = card_of(trained.toy_run("dot", "copy", "smoke", 0), metrics={"pointed": 1.0})
    readers = c15_memory.READERS
    monkeypatch.setitem(readers, c15_memory.LIST, readers[c15_memory.TIMED])
    found = record_of_cards(c15_memory.CLAIM, {"copy": card}, "smoke")
    assert statuses(found)["overwritten"] == "failed"
    assert found["verdict"] == "holds"


def test_32_names_do_not_fit_into_a_matrix_of_16_numbers_a_row_and_fit_into_a_list():
    shares = [
        c15_memory.share_newest(reader, 32, torch.Generator().manual_seed(0))
        for reader in (c15_memory.DELTA, c15_memory.TIMED)
    ]
    assert shares[0] < 0.6
    assert shares[1] == 1.0


# Chapter 4


def test_c17_and_c18_turn_if_attention_goes_step_by_step(cards, monkeypatch):
    cell = torch.nn.GRUCell(8, 8)
    for module in (c17_parallel, c18_sequential_operations):
        monkeypatch.setattr(module, "self_attended", lambda states: graph.unrolled(cell, states))
        assert verdict(module.CLAIM, "cpu", cards) == "refuted"


def test_c17_has_no_limit_if_a_linear_recurrence_has_to_wait_too(cards, monkeypatch):
    def step_by_step(decays, inputs):
        state, states = torch.zeros_like(inputs[:1]), []
        for decay, one in zip(decays.split(1), inputs.split(1), strict=True):
            state = decay * state + one
            states.append(state)
        return torch.cat(states)

    monkeypatch.setattr(c17_parallel, "scan", step_by_step)
    assert verdict(c17_parallel.CLAIM, "cpu", cards) == "holds"


def test_attention_in_rounds_is_the_same_attention():
    states = torch.randn(16, 8)
    torch.testing.assert_close(graph.attended_in_rounds(states), graph.self_attended(states))


def test_c19_turns_if_words_reach_each_other_step_by_step(cards, monkeypatch):
    monkeypatch.setitem(c19_distance.READERS, "self-attention", "last")
    assert verdict(c19_distance.CLAIM, "smoke", cards) == "refuted"


def test_c19_has_no_limit_if_a_gru_cannot_learn_to_reach_far():
    reach = {"first_word": 1e-6, "last_word": 1.0, "end_mark": 1.0}
    card = card_of(trained.toy_run("last", "copy", "smoke", 0), metrics={"reach": reach})
    found = record_of_cards(c19_distance.CLAIM, {"GRU, last state": card}, "smoke")
    assert statuses(found)["learned"] == "failed"
    assert found["verdict"] == "holds"


def test_c20_turns_if_attention_waits_for_itself(cards, monkeypatch):
    cell = torch.nn.GRUCell(64, 64)
    monkeypatch.setattr(c20_gpu, "LENGTHS", (4, 8, 16, 64))
    monkeypatch.setattr(
        c20_gpu, "written_out", lambda states: graph.unrolled(cell, states[0])[None]
    )
    assert verdict(c20_gpu.CLAIM, "cpu", cards) == "refuted"


def test_c20_has_no_limit_if_the_weights_are_never_all_there(cards, monkeypatch):
    chain = c20_gpu.chain(16)
    monkeypatch.setattr(c20_gpu, "chain", lambda length: chain)
    monkeypatch.setattr(c20_gpu, "written_out", c20_gpu.fused)
    monkeypatch.setattr(c20_gpu, "LENGTHS", (16, 32, 64))
    assert verdict(c20_gpu.CLAIM, "cpu", cards) == "holds"


def test_a_layer_with_its_projections_fused_is_the_layer_written_out():
    torch.manual_seed(0)
    layer, states = c20_gpu.WholeLayer(fused=False), torch.randn(2, 5, c20_gpu.SIZE)
    plain = layer(states)
    layer.fused = True
    torch.testing.assert_close(layer(states), plain)


def cards_of_c21(gain):
    """Cards that differ in accuracy by so much."""
    rows = [{"length": 3, "tokens": 4, "accuracy": 0.9}]
    return {
        name: card_of(run, metrics={"accuracy": accuracy, "accuracy_by_length": rows})
        for (name, run), accuracy in zip(
            c21_every_word.runs("cpu", 0).items(), (0.9, 0.9 - gain), strict=True
        )
    }


def test_c21_turns_if_a_word_cannot_see_every_word(monkeypatch):
    attend = ch4_self_attention.attend_fused
    monkeypatch.setattr(
        ch4_self_attention,
        "attend_fused",
        lambda q, k, v, mask: attend(q, k, v, mask & torch.ones(10, 10).tril().bool()),
    )
    assert record_of_cards(c21_every_word.CLAIM, cards_of_c21(0.4))["verdict"] == "refuted"


def test_c21_has_no_limit_if_positions_gain_nothing():
    assert record_of_cards(c21_every_word.CLAIM, cards_of_c21(0.0))["verdict"] == "holds"


def test_c23_turns_if_attention_forgets_its_scale(cards, monkeypatch):
    attend = c23_general.attend
    monkeypatch.setattr(c23_general, "attend", lambda q, k, v, mask: attend(2 * q, k, v, mask))
    assert verdict(c23_general.CLAIM, "cpu", cards) == "refuted"


# Recall and depth


def test_q07_turns_if_one_layer_hears_which_token_stands_before(cards, monkeypatch):
    built = q07_depth.Stack.__init__
    monkeypatch.setattr(q07_depth.Stack, "__init__", lambda self, layers: built(self, 2))
    assert verdict(q07_depth.CLAIM, "smoke", cards) == "refuted"


def test_q07_has_no_limit_if_one_sum_cannot_choose_its_state(monkeypatch):
    monkeypatch.setattr(q07_depth, "Attention", lambda score: Mean())
    monkeypatch.setitem(q07_depth.PAIRS, "cpu", (1, 2))
    monkeypatch.setitem(q07_depth.STEPS, "cpu", 100)
    found = make_record(
        q07_depth.CLAIM, "cpu", {0: q07_depth.recall_by_depth(Setting("cpu", 0, {}))}
    )
    assert statuses(found)["read"] == "failed"


def test_the_answer_is_the_digit_that_followed_the_letter_that_comes_again():
    batch = q07_depth.sampler_of((4,))(torch.Generator().manual_seed(0))
    for row, answer in zip(batch.inputs[0].tolist(), batch.answers.tolist(), strict=True):
        *pairs, asked = row
        assert pairs[pairs.index(asked) + 1] == q07_depth.LETTERS + answer


def test_no_token_sees_what_comes_later_and_the_letter_before_is_found():
    torch.manual_seed(0)
    model = q07_depth.Stack(2)
    [heads] = {len(q07_depth.one_back(model, 4, torch.Generator().manual_seed(0)))}
    assert heads == q07_depth.HEADS
    assert float(model.first.weights.triu(1).abs().max()) == 0


# Beyond the trained length


def beyond(accuracies):
    """Cards on which each reader keeps one accuracy at every length."""
    return {
        name: card_of(
            run,
            metrics={
                "accuracy_beyond": [
                    {"length": round(part * run.longest), "accuracy": accuracies[name]}
                    for part in toy_probes.PARTS
                ]
            },
        )
        for name, run in q08_beyond.runs("cpu", 0).items()
    }


def test_q08_turns_if_content_does_not_go_on_and_has_no_limit_if_letters_are_no_guide():
    expected = dict.fromkeys(q08_beyond.READERS, 0.95)
    low = {"copy, Transformer": 0.3}
    found = statuses(record_of_cards(q08_beyond.CLAIM, beyond({**expected, **low})))
    assert found["content"] == "held"
    assert (found["sines"], found["inside"]) == ("held", "failed")  # one level says both
    turned = beyond({**expected, **low, "find, GRU": 0.5})
    assert statuses(record_of_cards(q08_beyond.CLAIM, turned))["content"] == "failed"
    lost = beyond({**expected, **low, "copy, GRU": 0.2})
    assert statuses(record_of_cards(q08_beyond.CLAIM, lost))["letters"] == "failed"


def test_q08_turns_if_attention_ignores_the_query(tmp_path, monkeypatch):
    mean_for("scaled", monkeypatch)
    found = record(q08_beyond.CLAIM, "smoke", tmp_path)
    assert statuses(found)["letters"] == "failed"


def test_accuracy_beyond_asks_at_every_length_and_counts_no_end_marks():
    run = trained.toy_run("dot", "find", "smoke", 0, epochs=1, train_pairs=100)
    made = prepare(run, data.load(run))
    rows = toy_probes.accuracy_beyond(made)
    assert [row["length"] for row in rows] == [2, 5, 8, 10, 12, 15, 20, 30, 40]
    assert {row["tokens"] for row in rows} == {toy_probes.PER_LENGTH}
    assert rows == toy_probes.accuracy_beyond(made)
    assert max(row["accuracy"] for row in rows) < 0.5  # it has learned nothing


def test_a_claim_that_says_where_training_ended_has_a_line_there():
    curve = [[4.0, 1.0, 1.0, 1.0], [64.0, 0.2, 0.1, 0.3]]
    made = {"curves": {name: curve for name in q08_beyond.SHOWN.values()}}
    for ax in ledger.figure(q08_beyond.CLAIM, made):
        assert [line.get_xdata()[0] for line in ax.lines if len(set(line.get_xdata())) == 1] == [16]
