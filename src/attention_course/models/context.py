"""The socket that every rung plugs into: one sum, c_t = sum over s of weights[t, s] * states[s].

A rung only says where the weights come from.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

NewPart = Callable[[], nn.Module]  # makes a fresh context at each call: rung 4 needs several


class Attended(NamedTuple):
    """What a context gives the decoder: the vectors, and the weights that made them."""

    vector: Float[Tensor, "B T d_state"]
    weights: Float[Tensor, "B T S"]


def weighted_sum(
    weights: Float[Tensor, "*batch T S"],
    states: Float[Tensor, "*batch S d_state"],
) -> Float[Tensor, "*batch T d_state"]:
    """Add up the states, each as heavily as its weight says: the one sum."""
    return weights @ states


class Context(nn.Module):
    """One rung of the ladder. Subclasses say where the weights come from, nothing else."""

    def keys(self, states: Float[Tensor, "B S d_state"]) -> Float[Tensor, "B S d_key"]:
        """What the states are found by: they themselves, unless a rung maps them first.

        Keys depend on the source alone. So a decoder asks for them once and keeps them while it
        writes word after word.
        """
        return states

    def weights(
        self,
        queries: Float[Tensor, "B T d_query"],
        keys: Float[Tensor, "B S d_key"],
        mask: Bool[Tensor, "B S"],
    ) -> Float[Tensor, "B T S"]:
        """Say how heavily each target step t reads each source state s; rows sum to 1."""
        raise NotImplementedError("a context must say where its weights come from")

    def forward(
        self,
        queries: Float[Tensor, "B T d_query"],
        states: Float[Tensor, "B S d_state"],
        mask: Bool[Tensor, "B S"],
        keys: Float[Tensor, "B S d_key"] | None = None,
    ) -> Attended:
        """Weigh the source states for every target step and add them up.

        `keys`: those of the states, from who has kept them.
        """
        weights = self.weights(queries, self.keys(states) if keys is None else keys, mask)
        return Attended(weighted_sum(weights, states), weights)


class FeatureContext(Context):
    """A context whose weights differ from feature to feature: one sum per feature.

    The weights that it shows are the share of features that each source word gives.
    """

    def feature_weights(
        self, states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
    ) -> Float[Tensor, "B S d_state"]:
        """Say for each feature how heavily each source state is read; sums to 1 over S."""
        raise NotImplementedError("a feature context must say where its weights come from")

    def weights(
        self,
        queries: Float[Tensor, "B T d_query"],
        keys: Float[Tensor, "B S d_state"],
        mask: Bool[Tensor, "B S"],
    ) -> Float[Tensor, "B T S"]:
        """The share of features that each source state gives, the same at every target step."""
        return shares(self.feature_weights(keys, mask), queries.shape[1])

    def forward(
        self,
        queries: Float[Tensor, "B T d_query"],
        states: Float[Tensor, "B S d_state"],
        mask: Bool[Tensor, "B S"],
        keys: Float[Tensor, "B S d_state"] | None = None,
    ) -> Attended:
        """Add up the states feature by feature; every target step gets the same vector."""
        weights = self.feature_weights(states, mask)
        vector = (weights * states).sum(dim=1, keepdim=True)  # [B, 1, d_state]
        steps = queries.shape[1]
        return Attended(vector.expand(-1, steps, -1), shares(weights, steps))


def shares(weights: Float[Tensor, "B S d_state"], steps: int) -> Float[Tensor, "B steps S"]:
    """The share of features that each source state gives, the same at every target step."""
    return weights.mean(dim=-1).unsqueeze(1).expand(-1, steps, -1)


class KeysValues(NamedTuple):
    """What positions offer to those that ask, head by head: keys to be found by, values to be read.

    Both depend on these positions alone, not on who asks. So they are worked out once and kept
    while word after word is written: the cache of keys and values. It holds 2 * d_model numbers for
    each position and layer (Shazeer 2019, section 2.4.1).
    """

    keys: Float[Tensor, "B H S d_head"]
    values: Float[Tensor, "B H S d_head"]

    def and_then(self, later: "KeysValues") -> "KeysValues":
        """With those of later positions behind them."""
        return KeysValues(*(torch.cat(both, dim=2) for both in zip(self, later, strict=True)))

    def rows(self, order: Int[Tensor, "N"]) -> "KeysValues":
        """Pick sentences, in the order asked for; a sentence may be picked twice."""
        return KeysValues(*(part.index_select(0, order) for part in self))


class HeadsOutput(NamedTuple):
    """What a context with heads gives: one vector a position, one map of weights a head."""

    vector: Float[Tensor, "B T d_model"]
    weights: Float[Tensor, "B H T S"]


class MultiHeadContext(nn.Module):
    """The socket in a Transformer's layer: the same sum for several heads side by side.

    `asking` is where the queries come from, `answering` where keys and values do; in self-attention
    both are the same states.
    """

    def offer(self, answering: Float[Tensor, "B S d_model"]) -> KeysValues:
        """The keys and values of positions, before anybody asks."""
        raise NotImplementedError("a context must say what its positions offer")

    def read(
        self,
        asking: Float[Tensor, "B T d_model"],
        offered: KeysValues,
        mask: Bool[Tensor, "#B #T S"],
    ) -> HeadsOutput:
        """Every position of `asking` reads the offered positions that the mask allows."""
        raise NotImplementedError("a context must say where its weights come from")

    def fused(
        self,
        asking: Float[Tensor, "B T d_model"],
        offered: KeysValues,
        mask: Bool[Tensor, "#B #T S"],
    ) -> Float[Tensor, "B T d_model"]:
        """The same vectors where nobody will look at the weights: faster, if there is a way."""
        return self.read(asking, offered, mask).vector

    def forward(
        self,
        asking: Float[Tensor, "B T d_model"],
        answering: Float[Tensor, "B S d_model"],
        mask: Bool[Tensor, "#B #T S"],
    ) -> HeadsOutput:
        """The same where nothing has been kept: keys and values are worked out on the way."""
        return self.read(asking, self.offer(answering), mask)
