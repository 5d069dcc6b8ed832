"""Checks are proven: a wrong answer fails with the message that names it, a right one passes."""

import re

import pytest
import torch
from torch.nn import functional as F

from attention_course.exercises import catalogue, checking, keys
from attention_course.exercises.checking import check, verdict
from attention_course.exercises.judging import Failure, judge

EXERCISES = list(catalogue.EXERCISES.values())
KEYS = [keys.DEMO, *(f"a key that nobody has seen, {number}".encode() for number in range(20))]
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
SECTIONS = {"ch1": "Chapter 1", "ch2": "Chapter 2", "ch3": "Chapter 3", "ch4": "Chapter 4"}


@each
def test_the_right_answer_passes_with_every_key(exercise):
    for key in KEYS:
        assert verdict(exercise, exercise.right, key).right


@each
def test_every_mistake_fails_with_the_message_that_names_it(exercise):
    assert len(exercise.mistakes) >= 8
    for key in KEYS:
        for mistake in exercise.mistakes:
            found = verdict(exercise, mistake.wrong, key)
            assert not found.right
            assert found.says == mistake.says


def spoiled(exercise):
    """A right answer that changes its first input on the way."""

    def answer(first, *rest):
        result = exercise.right(first.clone() if isinstance(first, torch.Tensor) else first, *rest)
        if isinstance(first, torch.Tensor):
            first.logical_not_() if first.dtype == torch.bool else first.add_(1)
        return result

    return answer


GENERAL = {
    "returns nothing": (lambda exercise: lambda *given: None, "It returns nothing"),
    "a list": (lambda exercise: lambda *given: exercise.right(*given).tolist(), "Expected a tens"),
    "an error": (lambda exercise: lambda *given: 1 / 0, "It stops with an error: ZeroDivision"),
    "asks for too much": (
        lambda exercise: lambda *given: given[len(given)],
        "It stops with an error: IndexError",
    ),
    "the first sentence only": (
        lambda exercise: lambda *given: exercise.right(*given)[..., :1],
        "",
    ),
    "float64": (lambda exercise: lambda *given: exercise.right(*given).double(), "Expected numb"),
}  # fmt: skip


@each
@pytest.mark.parametrize("kind", GENERAL)
def test_a_mistake_of_any_exercise_is_told_apart(exercise, kind):
    make, words = GENERAL[kind]
    found = verdict(exercise, make(exercise))
    if kind == "the first sentence only" and exercise.name in ("ch1.masked_loss",
                                                               "ch3.alignment_error"):  # fmt: skip
        return  # one number has no first sentence
    assert not found.right
    assert words in found.says


@pytest.mark.parametrize(
    "exercise",
    [one for one in EXERCISES if isinstance(keys.draw_inputs(one)[0][0], torch.Tensor)],
    ids=lambda one: one.name,
)
def test_an_answer_that_changes_its_inputs_is_told(exercise):
    assert "changes its inputs" in verdict(exercise, spoiled(exercise)).says


# Other ways to write each right answer


def loop_loss(scores, targets):
    nats = [-scores[b, t].log_softmax(0)[targets[b, t]] for b, t in targets.nonzero().tolist()]
    return torch.stack(nats).mean()


def loop_recurrence(inputs, W, U, b):
    h = [torch.zeros(len(b))]
    for x in inputs.unbind(0):
        h += [(x @ W.T + h[-1] @ U.T + b).tanh()]
    return torch.stack(h[1:])


def by_hand_attention(q, k, v, mask):
    scores = torch.einsum("btd,bsd->bts", q, k) / k.shape[-1] ** 0.5
    powers = scores.exp() * mask
    return torch.einsum("bts,bsd->btd", powers / powers.sum(-1, keepdim=True), v)


def block_by_hand(x, Wq, Wk, Wv, W1, W2):
    def normed(y):
        return (y - y.mean(-1, keepdim=True)) / (
            y.var(-1, unbiased=False, keepdim=True) + 1e-5
        ).sqrt()

    n = normed(x)
    y = x + F.scaled_dot_product_attention(n @ Wq.T, n @ Wk.T, n @ Wv.T)
    return y + F.linear(F.linear(normed(y), W1).clamp_min(0), W2)


OTHERS = {
    "ch1.padding_mask": [
        lambda n, size: torch.stack([torch.arange(size) < one for one in n]),
        lambda n, size: ~(torch.arange(size).expand(len(n), -1) >= n.unsqueeze(1)),
        lambda n, size: torch.tensor([[s < one for s in range(size)] for one in n.tolist()]),
    ],
    "ch1.last_state": [
        lambda h, n: torch.stack([one[m - 1] for one, m in zip(h, n, strict=True)]),
        lambda h, n: h.gather(1, (n - 1)[:, None, None].expand(-1, 1, h.shape[2]))[:, 0],
        lambda h, n: (F.one_hot(n - 1, h.shape[1]).float()[:, None] @ h)[:, 0],
    ],
    "ch1.masked_loss": [
        loop_loss,
        lambda z, y: F.nll_loss(z.log_softmax(2).flatten(0, 1), y.flatten(), ignore_index=0),
        lambda z, y: -z.log_softmax(2).gather(2, y[..., None])[..., 0][y != 0].mean(),
    ],
    "ch1.recurrent_states": [
        loop_recurrence,
        lambda x, W, U, b: checking_rnn(x, W, U, b),
        lambda x, W, U, b: loop_recurrence(x @ W.T, torch.eye(len(b)), U, b),
    ],
    "ch2.masked_mean": [
        lambda h, m: torch.stack([one[keep].mean(0) for one, keep in zip(h, m, strict=True)]),
        lambda h, m: ((m / m.sum(1, keepdim=True))[:, None] @ h)[:, 0],
        lambda h, m: h.masked_fill(~m[..., None], 0).sum(1) / m.sum(1)[:, None],
    ],
    "ch2.masked_max": [
        lambda h, m: torch.stack([one[keep].amax(0) for one, keep in zip(h, m, strict=True)]),
        lambda h, m: (h - 1e4 * ~m[..., None]).amax(1),
        lambda h, m: torch.where(m[..., None], h, -torch.inf).max(1).values,
    ],
    "ch2.running_mean": [
        lambda h: torch.stack([h[:, : s + 1].mean(1) for s in range(h.shape[1])], 1),
        lambda h: (torch.ones(h.shape[1], h.shape[1]).tril().softmax(1) * 0
                   + F.normalize(torch.ones(h.shape[1], h.shape[1]).tril(), p=1, dim=1)) @ h,
        lambda h: h.cumsum(1) / torch.ones_like(h).cumsum(1),
    ],
    "ch2.effective_words": [
        lambda w: (w * w).sum(-1).reciprocal(),
        lambda w: w.norm(dim=-1) ** -2,
        lambda w: 1 / torch.einsum("bts,bts->bt", w, w),
    ],
    "ch3.dot_scores": [
        lambda q, k: torch.einsum("btd,bsd->bts", q, k),
        lambda q, k: (q[:, :, None] * k[:, None]).sum(-1),
        lambda q, k: torch.stack([a @ b.T for a, b in zip(q, k, strict=True)]),
    ],
    "ch3.masked_softmax": [
        lambda z, m: (z.exp() * m[:, None]) / (z.exp() * m[:, None]).sum(-1, keepdim=True),
        lambda z, m: (z - 1e9 * ~m[:, None]).softmax(-1),
        lambda z, m: F.softmax(torch.where(m[:, None], z, -torch.inf), -1),
    ],
    "ch3.attention_output": [
        lambda w, v: torch.einsum("bts,bsd->btd", w, v),
        lambda w, v: (w[..., None] * v[:, None]).sum(2),
        lambda w, v: torch.stack([a @ b for a, b in zip(w, v, strict=True)]),
    ],
    "ch3.additive_scores": [
        lambda q, k, W, U, v: (F.linear(q, W)[:, :, None] + F.linear(k, U)[:, None]).tanh() @ v,
        lambda q, k, W, U, v: torch.stack(
            [torch.tanh(q @ W.T + (k[:, s] @ U.T)[:, None]) @ v for s in range(k.shape[1])], 2),
        lambda q, k, W, U, v: torch.einsum(
            "btsh,h->bts", torch.tanh((q @ W.T)[:, :, None] + (k @ U.T)[:, None]), v),
    ],
    "ch3.align": [
        lambda w, real: (w * real).argmax(1),
        lambda w, real: real.nonzero()[:, 0][w[:, real].argmax(1)],
        lambda w, real: torch.tensor([int((row * real).argmax()) for row in w]),
    ],
    "ch3.alignment_error": [
        lambda a, s, p: 1 - ((a & s).sum() + (a & p).sum()) / (a.sum() + s.sum()),
        lambda a, s, p: 1 - (1.0 * a * (1.0 * s + p)).sum() / (1.0 * a + s).sum(),
        lambda a, s, p: torch.tensor(
            1 - (int((a & s).sum()) + int((a & p).sum())) / (int(a.sum()) + int(s.sum()))),
    ],
    "ch4.causal_mask": [
        lambda n: torch.arange(n)[:, None] >= torch.arange(n),
        lambda n: ~torch.ones(n, n, dtype=torch.bool).triu(1),
        lambda n: torch.tensor([[s <= t for s in range(n)] for t in range(n)]),
    ],
    "ch4.split_heads": [
        lambda x, h: torch.stack(x.chunk(h, dim=2), dim=1),
        lambda x, h: x.view(*x.shape[:2], h, -1).permute(0, 2, 1, 3),
        lambda x, h: x.reshape(len(x), x.shape[1], h, x.shape[2] // h).transpose(1, 2).contiguous(),
    ],
    "ch4.scaled_attention": [
        by_hand_attention,
        lambda q, k, v, m: torch.baddbmm(
            torch.where(m, 0.0, -torch.inf).expand(len(q), -1, -1), q, k.mT,
            alpha=k.shape[-1] ** -0.5,
        ).softmax(-1) @ v,
        lambda q, k, v, m: ((q / q.shape[-1] ** 0.5) @ k.mT - 1e9 * ~m).softmax(-1) @ v,
    ],
    "ch4.transformer_block": [
        block_by_hand,
        lambda x, Wq, Wk, Wv, W1, W2: second_half(
            x + by_hand_attention(*(F.layer_norm(x, x.shape[-1:]) @ W.T for W in (Wq, Wk, Wv)),
                                  torch.tensor(True)), W1, W2),
        lambda x, *W: torch.stack([block_by_hand(one[None], *W)[0] for one in x]),
    ],
}  # fmt: skip


def second_half(y, W1, W2):
    return y + F.relu(F.layer_norm(y, y.shape[-1:]) @ W1.T) @ W2.T


def checking_rnn(x, W, U, b):
    rnn = torch.nn.RNN(W.shape[1], W.shape[0])
    with torch.no_grad():
        for name, value in (("weight_ih_l0", W), ("weight_hh_l0", U), ("bias_ih_l0", b),
                            ("bias_hh_l0", torch.zeros_like(b))):  # fmt: skip
            getattr(rnn, name).copy_(value)
        return rnn(x)[0]


@each
def test_right_answers_that_are_written_differently_pass(exercise):
    assert len(OTHERS[exercise.name]) >= 3
    for other in OTHERS[exercise.name]:
        for key in KEYS[:5]:
            assert verdict(exercise, other, key).right


def test_what_is_to_be_written_by_hand_may_not_be_called():
    one = catalogue.find("ch4.scaled_attention")
    found = verdict(one, lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, m))
    assert found.says == ("It uses scaled_dot_product_attention; here it is to be written by hand.")

    def hidden(q, k, v, m):
        def inside():
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, m)

        return inside()

    assert "scaled_dot_product_attention" in verdict(one, hidden).says


def test_there_are_at_least_fourteen_exercises_and_each_is_named_and_placed():
    assert len(EXERCISES) >= 14
    for one in EXERCISES:
        assert re.fullmatch(r"ch[1-4]\.[a-z_0-9]+", one.name)
        assert SECTIONS[one.name[:3]] in one.again
        assert len({mistake.says for mistake in one.mistakes}) == len(one.mistakes)
        assert one.points >= 1
        assert 5 <= one.minutes <= 30


def test_the_same_key_draws_the_same_inputs_and_another_key_draws_others():
    for one in EXERCISES:
        first, again = keys.draw_inputs(one), keys.draw_inputs(one)
        for a, b in zip(first, again, strict=True):
            assert all(torch.equal(torch.as_tensor(x), torch.as_tensor(y))
                       for x, y in zip(a, b, strict=True))  # fmt: skip
    one = catalogue.find("ch3.dot_scores")
    assert not torch.equal(keys.draw_inputs(one)[0][0], keys.draw_inputs(one, b"another")[0][0])


def test_a_key_that_could_be_guessed_is_refused(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"short")
    with pytest.raises(ValueError, match="expected a key of at least 16 bytes"):
        keys.read_key(file)
    file.write_bytes(b"long enough to be a key\n")
    assert keys.read_key(file) == b"long enough to be a key"


def test_a_check_prints_the_mistake_and_what_to_read_again_and_throws_nothing(capsys):
    def dot_scores(queries, keys):
        return queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5

    assert not check("ch3.dot_scores", dot_scores)
    said = capsys.readouterr().out
    assert "✗ ch3.dot_scores: It divides by sqrt(d)" in said
    assert "Read again: Chapter 3" in said
    assert check("ch3.dot_scores", lambda q, k: q @ k.mT)
    assert "✓ ch3.dot_scores: Right." in capsys.readouterr().out
    assert not check("ch3.dot_scores", None)
    assert not check("ch3.dot_scores", lambda: None)
    assert "It stops with an error: TypeError" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"expected an exercise among ch1\.padding_mask"):
        check("ch9.nothing", dot_scores)


def test_a_judge_needs_no_function_of_the_learner():
    one = catalogue.find("ch4.causal_mask")
    inputs = keys.draw_inputs(one)
    assert judge(one, inputs, [one.right(*given) for given in inputs]).right
    found = judge(one, inputs, [Failure("it took too long") for _ in inputs])
    assert found.says == "It stops with an error: it took too long"


def test_nothing_of_an_answer_is_given_away():
    for one in EXERCISES:
        for mistake in one.mistakes:
            assert "(" not in mistake.says.replace("sqrt(d)", "").replace("exp(0)", "")
            assert "=" not in mistake.says
    assert checking.one_line(ValueError("first\nsecond")) == "first"
