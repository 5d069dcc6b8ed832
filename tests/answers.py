"""Answers that learners may write: right ones in other words, and wrong ones nobody planned for."""

import math

import numpy as np
import torch
from torch.nn import functional as F

LOWEST = torch.finfo(torch.float32).min


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


def turn(pair, angle):
    x, y = pair.unbind(1)
    return torch.stack([x * angle.cos() - y * angle.sin(), y * angle.cos() + x * angle.sin()], 1)


def loop_prompt_mask(real, new):
    mask = torch.zeros(len(real), new, real.shape[1] + new, dtype=torch.bool)
    for t in range(new):
        mask[:, t, : real.shape[1]] = real
        mask[:, t, real.shape[1] : real.shape[1] + t + 1] = True
    return mask


def below(vector, K, k, V, v):
    return torch.vstack([vector, K, k, V, v])


def stable_read(K, V, q, k, v):
    scores = torch.stack([one @ q for one in (*K, k)]) / len(q) ** 0.5
    return stable(scores, torch.tensor(True)) @ torch.vstack([V, v])


def joined_read(K, V, q, k, v):
    """What is read of the old words and of the new one, joined by their shares."""
    old, new = (K @ q / len(q) ** 0.5).exp(), (k @ q / len(q) ** 0.5).exp()
    return (old @ V + new * v) / (old.sum() + new)


def likelier(share):
    """Of each word the probability of all that are likelier, without a sort."""
    return ((share[:, None] > share[..., None]) * share[:, None]).sum(-1)


def loop_nucleus(z, p):
    result = torch.zeros_like(z)
    for row, share in zip(result, z.softmax(-1), strict=True):
        total = 0.0
        for word in share.argsort(descending=True).tolist():
            if total < p:
                row[word] = share[word]
                total += float(share[word])
    return again(result)


RIGHT = {
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
        lambda h, m: (h + LOWEST * ~m[..., None]).amax(1),
        lambda h, m: torch.where(m[..., None], h, -torch.inf).max(1).values,
    ],
    "ch2.running_mean": [
        lambda h: torch.stack([h[:, : s + 1].mean(1) for s in range(h.shape[1])], 1),
        lambda h: (
            (
                torch.ones(h.shape[1], h.shape[1]).tril().softmax(1) * 0
                + F.normalize(torch.ones(h.shape[1], h.shape[1]).tril(), p=1, dim=1)
            )
            @ h
        ),
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
        lambda z, m: (z + LOWEST * ~m[:, None]).softmax(-1),
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
            [torch.tanh(q @ W.T + (k[:, s] @ U.T)[:, None]) @ v for s in range(k.shape[1])], 2
        ),
        lambda q, k, W, U, v: torch.einsum(
            "btsh,h->bts", torch.tanh((q @ W.T)[:, :, None] + (k @ U.T)[:, None]), v
        ),
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
            1 - (int((a & s).sum()) + int((a & p).sum())) / (int(a.sum()) + int(s.sum()))
        ),
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
        lambda q, k, v, m: (
            torch.baddbmm(
                torch.where(m, 0.0, -torch.inf).expand(len(q), -1, -1),
                q,
                k.mT,
                alpha=k.shape[-1] ** -0.5,
            ).softmax(-1)
            @ v
        ),
        lambda q, k, v, m: ((q / q.shape[-1] ** 0.5) @ k.mT + LOWEST * ~m).softmax(-1) @ v,
    ],
    "ch4.transformer_block": [
        block_by_hand,
        lambda x, Wq, Wk, Wv, W1, W2: second_half(
            x
            + by_hand_attention(
                *(F.layer_norm(x, x.shape[-1:]) @ W.T for W in (Wq, Wk, Wv)), torch.tensor(True)
            ),
            W1,
            W2,
        ),
        lambda x, *W: torch.stack([block_by_hand(one[None], *W)[0] for one in x]),
    ],
    "ch5.prompt_mask": [
        loop_prompt_mask,
        lambda real, new: (
            F.pad(real, (0, new), value=True)[:, None]
            & torch.ones(new, real.shape[1] + new, dtype=torch.bool).tril(real.shape[1])
        ),
        lambda real, new: (
            F.pad(real, (0, new), value=True)[:, None]
            & (torch.arange(real.shape[1] + new) <= torch.arange(new)[:, None] + real.shape[1])
        ),
    ],
    "ch5.rotary": [
        lambda x, places, rates: torch.view_as_real(
            torch.view_as_complex(x.unflatten(1, (-1, 2))) * torch.exp(1j * places[:, None] * rates)
        ).flatten(1),
        lambda x, places, rates: torch.stack(
            [turn(pair, places * rate) for pair, rate in zip(x.split(2, 1), rates, strict=True)], 1
        ).flatten(1),
        lambda x, places, rates: (
            x * torch.outer(places, rates).cos().repeat_interleave(2, 1)
            + torch.stack([-x[:, 1::2], x[:, ::2]], 2).flatten(1)
            * torch.outer(places, rates).sin().repeat_interleave(2, 1)
        ),
    ],
    "ch5.cached_step": [
        lambda K, V, q, k, v: below(
            by_hand_attention(
                q[None, None],
                torch.vstack([K, k])[None],
                torch.vstack([V, v])[None],
                torch.tensor(True),
            )[0],
            K,
            k,
            V,
            v,
        ),
        lambda K, V, q, k, v: below(stable_read(K, V, q, k, v), K, k, V, v),
        lambda K, V, q, k, v: below(joined_read(K, V, q, k, v), K, k, V, v),
    ],
    "ch5.nucleus": [
        loop_nucleus,
        lambda z, p: again(z.softmax(-1) * (likelier(z.softmax(-1)) < p)),
        lambda z, p: z.where(likelier(z.softmax(-1)) < p, LOWEST).softmax(-1),
    ],
}


def second_half(y, W1, W2):
    return y + F.relu(F.layer_norm(y, y.shape[-1:]) @ W1.T) @ W2.T


def checking_rnn(x, W, U, b):
    rnn = torch.nn.RNN(W.shape[1], W.shape[0])
    with torch.no_grad():
        for name, value in (("weight_ih_l0", W), ("weight_hh_l0", U), ("bias_ih_l0", b),
                            ("bias_hh_l0", torch.zeros_like(b))):  # fmt: skip
            getattr(rnn, name).copy_(value)
        return rnn(x)[0]


# More right answers, at the borders of what float32 holds


def stable(scores, mask):
    """A softmax by hand, from which the largest score of a row is taken away."""
    scores = scores.masked_fill(~mask, -torch.inf)
    powers = (scores - scores.amax(-1, keepdim=True)).exp()
    return powers / powers.sum(-1, keepdim=True)


def loop_softmax(scores, mask):
    weights = torch.zeros_like(scores)
    for b, real in enumerate(mask):
        weights[b][:, real] = scores[b][:, real].softmax(-1)
    return weights


def again(weights):
    """Rows divided by their sum."""
    return weights / weights.sum(-1, keepdim=True)


def scores_of(q, k):
    return q @ k.mT / math.sqrt(k.shape[-1])


def block_with(norm=None, root=True, bend=torch.relu, end=lambda states: states):
    """A layer of which one part is another."""
    norm = norm or (lambda y: F.layer_norm(y, y.shape[-1:]))

    def answer(x, Wq, Wk, Wv, W1, W2):
        y = norm(x)
        scores = (y @ Wq.T) @ (y @ Wk.T).mT / (math.sqrt(y.shape[-1]) if root else 1)
        x = x + again(scores.exp()) @ (y @ Wv.T)
        return end(x + bend(norm(x) @ W1.T) @ W2.T)

    return answer


def centred(y):
    return y - y.mean(-1, keepdim=True)


BORDERS = {
    "ch1.masked_loss": [
        lambda z, y: -again(z.exp()).log().gather(2, y[..., None])[..., 0][y != 0].mean(),
        lambda z, y: (z.logsumexp(2) - z.gather(2, y[..., None])[..., 0])[y > 0].mean(),
        lambda z, y: F.cross_entropy(z[y != 0], y[y != 0]),
    ],
    "ch2.masked_mean": [
        lambda h, m: (h * m[..., None]).sum(1) / (m.sum(1, keepdim=True) + 1e-6),
        lambda h, m: h.masked_fill(~m[..., None], torch.nan).nanmean(1),
    ],
    "ch2.masked_max": [
        lambda h, m: h.masked_fill(~m[..., None], LOWEST).amax(1),
        lambda h, m: h.masked_fill(~m[..., None], h.min()).amax(1),
        lambda h, m: (h + m[..., None].float().log()).amax(1),
        lambda h, m: h.double().masked_fill(~m[..., None], -torch.inf).amax(1).float(),
    ],
    "ch3.masked_softmax": [
        lambda z, m: z.masked_fill(~m[:, None], LOWEST).softmax(-1),
        lambda z, m: (z + (1.0 - m[:, None].float()) * LOWEST).softmax(-1),
        lambda z, m: (z + m[:, None].float().log()).softmax(-1),
        lambda z, m: z.masked_fill(~m[:, None], -torch.inf).log_softmax(-1).exp(),
        lambda z, m: again(z.masked_fill(~m[:, None], -torch.inf).exp()),
        lambda z, m: again((z - z.amax(-1, keepdim=True)).exp() * m[:, None]),
        lambda z, m: again(z.softmax(-1) * m[:, None]),
        lambda z, m: again(z.double().exp() * m[:, None]).float(),
        lambda z, m: stable(z, m[:, None]),
        loop_softmax,
    ],
    "ch3.align": [
        lambda w, real: w.masked_fill(~real, -torch.inf).argmax(1),
        lambda w, real: (w - 1.0 * ~real).argmax(1),
        lambda w, real: (w * real).max(1).indices,
    ],
    "ch4.scaled_attention": [
        lambda q, k, v, m: scores_of(q, k).masked_fill(~m, LOWEST).softmax(-1) @ v,
        lambda q, k, v, m: again(scores_of(q, k).softmax(-1) * m) @ v,
        lambda q, k, v, m: stable(scores_of(q, k), m) @ v,
        lambda q, k, v, m: (
            ((q * q.shape[-1] ** -0.25) @ (k * k.shape[-1] ** -0.25).mT)
            .masked_fill(~m, -torch.inf)
            .softmax(-1)
            @ v
        ),
    ],
    "ch4.transformer_block": [
        block_with(lambda y: centred(y) / y.std(-1, correction=0, keepdim=True)),
        block_with(lambda y: centred(y) / (y.std(-1, correction=0, keepdim=True) + 1e-5)),
        lambda *given: block_with()(*(one.double() for one in given)).float(),
    ],
}


# Wrong answers, with a part of what is to be said about them


def filled_softmax(value):
    return lambda z, m: z.masked_fill(~m[:, None], value).softmax(-1)


def lowered_softmax(value):
    return lambda z, m: (z - value * ~m[:, None]).softmax(-1)


def filled_max(value):
    return lambda h, m: h.masked_fill(~m[..., None], value).amax(1)


def lowered_max(value):
    return lambda h, m: (h - value * ~m[..., None]).amax(1)


def filled_attention(value):
    return lambda q, k, v, m: scores_of(q, k).masked_fill(~m, value).softmax(-1) @ v


def lowered_attention(value):
    return lambda q, k, v, m: (scores_of(q, k) - value * ~m).softmax(-1) @ v


FINITE = (50, 100, 1e3, 1e4, 1e6, 1e9, 1e20, 1e30)
STAND_INS = {
    "ch2.masked_max": (filled_max, lowered_max, "The stand-in for padding can win"),
    "ch3.masked_softmax": (filled_softmax, lowered_softmax, "Hidden scores are only low"),
    "ch4.scaled_attention": (filled_attention, lowered_attention, "Hidden scores are only low"),
}
SEVERAL = "It returns several things, a tuple: a single tensor is asked for."
A_LIST = "It returns a Python list that holds tensors"
LOST = "An axis is lost where its size is 1"
DIFFER = "The values differ"

WRONG = {
    "ch1.padding_mask": [
        (lambda n, size: [[s < one for s in range(size)] for one in n.tolist()], "truth values"),
        (lambda n, size: np.arange(size) < n.numpy()[:, None], "a NumPy array"),
        (lambda n, size: [torch.arange(size) < one for one in n], A_LIST),
        (lambda n, size: (torch.arange(size) < n[:, None]).squeeze(), LOST),
        (lambda n, size: (torch.arange(size) < n[:, None]).byte(), "type torch.bool"),
        (lambda n, size: torch.arange(size) < n[:, None] + 2, "Padding is marked"),
        (lambda n, size: torch.arange(size) < n[:, None] - 2, "A word is missing"),
    ],
    "ch1.last_state": [
        (lambda h, n: [one[m - 1] for one, m in zip(h, n, strict=True)], A_LIST),
        (lambda h, n: h[torch.arange(len(h)), n - 1].squeeze(), LOST),
        (lambda h, n: h[torch.arange(len(h)), n // 2], DIFFER),
        (lambda h, n: h[:, : n.max()], "Expected 2 axes, got 3 axes"),
    ],
    "ch1.masked_loss": [
        (lambda z, y: F.cross_entropy(z[y != 0], y[y != 0]).item(), "as `.item()` gives it"),
        (lambda z, y: F.cross_entropy(z[y != 0], y[y != 0])[None], "of size 1 is left over"),
        (lambda z, y: F.cross_entropy(z[y != 0], y[y != 0], label_smoothing=0.1), DIFFER),
        (
            lambda z, y: -(z.softmax(2) + 1e-10).gather(2, y[..., None])[y != 0].log().mean(),
            "A small number is added to each probability",
        ),
    ],
    "ch1.recurrent_states": [
        (lambda x, W, U, b: list(torch.tanh(x @ W.T + b)), A_LIST),
        (lambda x, W, U, b: loop_recurrence(x, W, U, b).T, "The axes stand in another order"),
        (lambda x, W, U, b: (loop_recurrence(x, W, U, b), b), SEVERAL),
        (lambda x, W, U, b: torch.sin(x @ W.T + b), DIFFER),
    ],
    "ch2.masked_mean": [
        (lambda h, m: h.masked_fill(~m[..., None], torch.nan).mean(1), "are no numbers"),
        (lambda h, m: h.masked_fill(~m[..., None], -torch.inf).mean(1), DIFFER),
        (lambda h, m: ((h * m[..., None]).sum(1) / m.sum(1)[:, None], m.sum(1)), SEVERAL),
        (lambda h, m: (h * m[..., None]).sum(1) / (m.sum(1)[:, None] + 0.01), DIFFER),
    ],
    "ch2.masked_max": [
        (lambda h, m: h.masked_fill(~m[..., None], -torch.inf).max(1), "`max` with an axis"),
        (lambda h, m: (h + ~m[..., None] * -torch.inf).amax(1), "are no numbers"),
        (lambda h, m: (h * m[..., None] - 1e9 * ~m[..., None]).amax(1), "The stand-in"),
        (filled_max(-1.0), "The stand-in for padding can win"),
        (lowered_max(1.0), "Something wins that is larger than every real value"),
    ],
    "ch2.running_mean": [
        (lambda h: [h[:, : s + 1].mean(1) for s in range(h.shape[1])], A_LIST),
        (
            lambda h: torch.stack([h[:, : s + 1].mean(1) for s in range(h.shape[1])]),
            "The axes stand in another order",
        ),
        (lambda h: F.layer_norm(h, h.shape[-1:]), DIFFER),
        (lambda h: h.double().cumsum(1) / (1 + torch.arange(h.shape[1])[:, None]), "float64"),
    ],
    "ch2.effective_words": [
        (lambda w: (w > 0.1).sum(-1), "got torch.int64"),
        (lambda w: (w > 0.1).sum(-1).float(), DIFFER),
        (lambda w: (1 / w.square().sum(-1)).squeeze(), LOST),
        (lambda w: (1 / w.square().sum(-1)).tolist(), "a Python list that holds numbers"),
    ],
    "ch3.dot_scores": [
        (lambda q, k: (q @ k.mT, (q @ k.mT).softmax(-1)), SEVERAL),
        (lambda q, k: (q @ k.mT).numpy(), "a NumPy array"),
        (lambda q, k: (q @ k.mT).double(), "got torch.float64"),
        (lambda q, k: (q @ k.mT).squeeze(), LOST),
        (lambda q, k: (q @ k.mT,), "a tuple of one thing, which a comma makes"),
        (lambda q, k: q @ k.mT / math.sqrt(k.shape[1]), DIFFER),
    ],
    "ch3.masked_softmax": [
        (lambda z, m: (stable(z, m[:, None]), m), SEVERAL),
        (filled_softmax(-1.0), "Padding gets weight"),
        (lowered_softmax(5.0), "Padding gets weight"),
        (lambda z, m: (z + (m[:, None] + 1e-9).log()).softmax(-1), "Hidden scores are only low"),
        (lambda z, m: (z + -torch.inf * ~m[:, None]).softmax(-1), "are no numbers"),
        (
            lambda z, m: torch.where(m[:, None], z, z.amin(-1, keepdim=True) - 15).softmax(-1),
            "Padding gets weight",
        ),
        (
            lambda z, m: (
                (z.exp() * m[:, None]) / ((z.exp() * m[:, None]).sum(-1, keepdim=True) + 1e-20)
            ),
            "The rows do not sum to 1",
        ),
        (lambda z, m: z.sigmoid() * m[:, None], "The rows do not sum to 1"),
    ],
    "ch3.attention_output": [
        (lambda w, v: (w @ v, w), SEVERAL),
        (lambda w, v: (w[..., None] * v[:, None]).amax(2), DIFFER),
        (lambda w, v: F.normalize(w, dim=-1) @ v, DIFFER),
        (lambda w, v: (w @ v).sum(1), "Expected 3 axes, got 2 axes"),
    ],
    "ch3.additive_scores": [
        (
            lambda q, k, W, U, v: torch.tanh((q @ W.T)[:, :, None] + (k @ U.T)[:, None]),
            "Expected 3 axes, got 4 axes",
        ),
        (
            lambda q, k, W, U, v: F.gelu((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v,
            DIFFER,
        ),
        (
            lambda q, k, W, U, v: torch.tanh((q @ W.T)[:, :, None] - (k @ U.T)[:, None]) @ v,
            DIFFER,
        ),
        (
            lambda q, k, W, U, v: (
                torch.tanh((q @ W.T)[:, :, None] + (k @ U.T)[:, None]) @ v[:, None]
            ),
            "An axis of size 1 is left over",
        ),
    ],
    "ch3.align": [
        (lambda w, real: (w * real).max(1), "`max` with an axis"),
        (lambda w, real: [int(one) for one in (w * real).argmax(1)], "that holds whole numbers"),
        (lambda w, real: (w * real).argmax(1).int(), "got torch.int32"),
        (lambda w, real: (w - 0.3 * ~real).argmax(1), "Marks that are not words may win"),
        (lambda w, real: (w * real).argmax(1) + 100, "a place that the sentence does not have"),
        (lambda w, real: real.nonzero()[-1].expand(len(w)), DIFFER),
    ],
    "ch3.alignment_error": [
        (
            lambda a, s, p: 1 - ((a & s).sum() + (a & p).sum()).item() / (a.sum() + s.sum()).item(),
            "as `.item()` gives it",
        ),
        (lambda a, s, p: 1 - (a & p).sum() / (a | p).sum(), DIFFER),
        (lambda a, s, p: 1 - ((a & s).sum() + (a & p).sum()) // (a.sum() + s.sum()), "int64"),
    ],
    "ch4.causal_mask": [
        (lambda n: [[s <= t for s in range(n)] for t in range(n)], "that holds truth values"),
        (lambda n: np.tril(np.ones((n, n), dtype=bool)), "a NumPy array"),
        (torch.nn.Transformer.generate_square_subsequent_mask, "numbers to add to scores"),
        (lambda n: torch.ones(n, n, dtype=torch.bool).tril(2), "A later word is visible"),
        (
            lambda n: torch.ones(n, n, dtype=torch.bool).tril() & (torch.arange(n) < 10),
            "A word that may be read is hidden",
        ),
        (lambda n: torch.ones(n, n).tril().to_sparse(), "Expected a plain tensor"),
    ],
    "ch4.split_heads": [
        (lambda x, h: x.chunk(h, 2), SEVERAL),
        (lambda x, h: torch.stack(x.chunk(h, 2), 3), "The axes stand in another order"),
        (lambda x, h: torch.stack(x.chunk(h, 2), 1).squeeze(), LOST),
        (lambda x, h: torch.stack(x.chunk(h, 2), 1).flip(3), DIFFER),
    ],
    "ch4.scaled_attention": [
        (lambda q, k, v, m: (stable(scores_of(q, k), m) @ v, m), SEVERAL),
        (lambda q, k, v, m: stable((q @ k.mT) / 8**0.5, m) @ v, DIFFER),
        (lambda q, k, v, m: (scores_of(q, k) + -torch.inf * ~m).softmax(-1) @ v, "no numbers"),
        (
            lambda q, k, v, m: (
                ((q @ k.mT).masked_fill(~m, -1e4) / math.sqrt(k.shape[-1])).softmax(-1) @ v
            ),
            "Hidden scores are only low",
        ),
        (filled_attention(-1.0), "Hidden places are read"),
        (lowered_attention(10.0), "Hidden places are read"),
    ],
    "ch4.transformer_block": [
        (block_with(end=lambda states: (states, states)), SEVERAL),
        (block_with(lambda y: centred(y) / y.std(-1, keepdim=True)), "d - 1 in the place of d"),
        (
            block_with(lambda y: centred(y) / (y.std(-1, keepdim=True) + 1e-5)),
            "d - 1 in the place of d",
        ),
        (block_with(lambda y: F.layer_norm(y.mT, y.shape[1:2]).mT), "over the places"),
        (block_with(bend=F.gelu), "GELU in the place of ReLU"),
        (block_with(root=False), "The division by sqrt(d) is missing"),
        (block_with(bend=F.softplus), DIFFER),
        (block_with(end=torch.relu), DIFFER),
    ],
    "ch5.prompt_mask": [
        (lambda real, new: loop_prompt_mask(real, new).numpy(), "a NumPy array"),
        (lambda real, new: loop_prompt_mask(real, new).squeeze(), LOST),
        (lambda real, new: list(loop_prompt_mask(real, new)), A_LIST),
        (lambda real, new: loop_prompt_mask(real, new).byte(), "type torch.bool"),
        (lambda real, new: loop_prompt_mask(real, new)[:, -1], "Expected 3 axes, got 2 axes"),
        (
            lambda real, new: loop_prompt_mask(real | real.roll(1, 1), new),
            "Padding of the prompt is read",
        ),
        (
            lambda real, new: torch.cat(
                [
                    real[:, None].expand(-1, new, -1),
                    torch.ones(len(real), new, new, dtype=torch.bool).tril(2),
                ],
                2,
            ),
            "A later word is visible",
        ),
        (
            lambda real, new: loop_prompt_mask(real & real.roll(1, 1), new),
            "A column that may be read is hidden",
        ),
    ],
    "ch5.rotary": [
        (lambda x, places, rates: x * places[:, None], "another length"),
        (lambda x, places, rates: x * torch.outer(places, rates).cos(), "It stops with an error"),
        (lambda x, places, rates: torch.outer(places, rates).cos(), "Expected another shape"),
        (lambda x, places, rates: (x.cos(), x.sin()), SEVERAL),
        (lambda x, places, rates: x.flip(0), "another length"),
        (lambda x, places, rates: -x, DIFFER),
        (
            lambda x, places, rates: torch.stack(
                [turn(pair, places * rates[0]) for pair in x.split(2, 1)], 1
            ).flatten(1),
            DIFFER,
        ),
    ],
    "ch5.cached_step": [
        (lambda K, V, q, k, v: (stable_read(K, V, q, k, v), torch.vstack([K, k])), SEVERAL),
        (lambda K, V, q, k, v: [K, V], A_LIST),
        (lambda K, V, q, k, v: torch.cat([K, V, k]), "It stops with an error: RuntimeError"),
        (
            lambda K, V, q, k, v: below(stable_read(K, V, -q, k, v), K, k, V, v),
            "The vector differs; what is kept is right",
        ),
        (
            lambda K, V, q, k, v: below(stable_read(K, V, q, k, v), K / 2, k, V, v),
            "The keys and values that are kept are others",
        ),
    ],
    "ch5.nucleus": [
        (lambda z, p: z.sort(-1, descending=True), "`sort` with an axis"),
        (lambda z, p: (loop_nucleus(z, p), p), SEVERAL),
        (lambda z, p: loop_nucleus(z, p).squeeze(), LOST),
        (lambda z, p: loop_nucleus(z, p).double(), "got torch.float64"),
        (lambda z, p: again(loop_nucleus(z, p) + 1e-6), "outside of the set"),
        (lambda z, p: loop_nucleus(z, 0.99), "outside of the set"),
        (
            lambda z, p: again(loop_nucleus(z, p) * (z != z.topk(2).values[:, 1:])),
            "A word of the set is missing",
        ),
        (lambda z, p: loop_nucleus(z, p) / 2, "The rows do not sum to 1"),
        (lambda z, p: again(loop_nucleus(z, p) ** 2), DIFFER),
    ],
}
