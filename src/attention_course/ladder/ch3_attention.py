"""Rung 3, attention: the weights are the softmax of a score between a query and each key.

c_t = sum over s of softmax_s(score(query_t, key_s)) * states[s]
The decoder's state asks (query); the encoder's states are both looked up (keys) and read (values).
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attention_course.config import RecurrentSettings
from attention_course.ladder.chapter import Chapter
from attention_course.models.context import Context, weighted_sum
from attention_course.models.masks import masked_softmax
from attention_course.models.recurrent import SIZES, assemble


class Score(nn.Module):
    """How well each key answers each query: score(q, h), in two parts.

    `keys` is the part that depends on the states h alone, `compare` is the rest.
    """

    def keys(
        self,
        states: Float[Tensor, "B S d_state"],
    ) -> Float[Tensor, "B S d_key"]:
        """What is compared with the queries: the states themselves, unless a score maps them."""
        return states

    def compare(
        self,
        queries: Float[Tensor, "B T d_query"],
        keys: Float[Tensor, "B S d_key"],
    ) -> Float[Tensor, "B T S"]:
        """Score every key against every query."""
        raise NotImplementedError("a score must say how it compares queries and keys")

    def forward(
        self, queries: Float[Tensor, "B T d_query"], states: Float[Tensor, "B S d_state"]
    ) -> Float[Tensor, "B T S"]:
        """Score every state against every query."""
        return self.compare(queries, self.keys(states))


class DotScore(Score):
    """score(q, h) = q . h    Luong et al. 2015, equation 8 (dot)"""

    def compare(
        self,
        queries: Float[Tensor, "B T d_query"],
        keys: Float[Tensor, "B S d_key"],
    ) -> Float[Tensor, "B T S"]:
        """Score every key against every query; both must live in one space."""
        require_one_space(queries, keys)
        return queries @ keys.transpose(1, 2)


class ScaledDotScore(DotScore):
    """score(q, h) = q . h / sqrt(d_key)    Vaswani et al. 2017, 3.2.1"""

    def compare(
        self,
        queries: Float[Tensor, "B T d_query"],
        keys: Float[Tensor, "B S d_key"],
    ) -> Float[Tensor, "B T S"]:
        """The dot product, at a size that does not grow with d_key."""
        return super().compare(queries, keys) / math.sqrt(keys.shape[-1])


class GeneralScore(DotScore):
    """score(q, h) = q . W h, a learned bilinear form    Luong et al. 2015, equation 8 (general)"""

    def __init__(self, d_query: int, d_state: int) -> None:
        super().__init__()
        self.W = nn.Linear(d_state, d_query, bias=False)

    def keys(self, states: Float[Tensor, "B S d_state"]) -> Float[Tensor, "B S d_query"]:
        """Map the states into the queries' space; what follows is a dot product."""
        mapped: Tensor = self.W(states)
        return mapped


class AdditiveScore(Score):
    """score(q, h) = v . tanh(W q + U h)    Bahdanau et al. 2015, appendix A.1.2

    Bahdanau asks with the decoder's state of the step before, s_{t-1}; here s_t asks.
    """

    def __init__(self, d_query: int, d_state: int, d_score: int) -> None:
        super().__init__()
        self.W = nn.Linear(d_query, d_score, bias=False)
        self.U = nn.Linear(d_state, d_score, bias=False)
        self.v = nn.Linear(d_score, 1, bias=False)

    def keys(self, states: Float[Tensor, "B S d_state"]) -> Float[Tensor, "B S d_score"]:
        """The states' own part of the small network: U h."""
        mapped: Tensor = self.U(states)
        return mapped

    def compare(
        self, queries: Float[Tensor, "B T d_query"], keys: Float[Tensor, "B S d_score"]
    ) -> Float[Tensor, "B T S"]:
        """Score by a small network that sees one query and one key at a time."""
        pairs = self.W(queries).unsqueeze(2) + keys.unsqueeze(1)  # [B, T, S, d_score]
        scores: Tensor = self.v(pairs.tanh())  # [B, T, S, 1]
        return scores.squeeze(3)


def require_one_space(queries: Tensor, keys: Tensor) -> None:
    """Refuse a dot product between vectors of different sizes."""
    if queries.shape[-1] != keys.shape[-1]:
        raise ValueError(
            f"expected queries and keys of one size for a dot product, got {queries.shape[-1]} "
            f"and {keys.shape[-1]}; try the general score, which learns a map between them"
        )


class Attention(Context):
    """The decoder asks: the weights are the masked softmax of the scores."""

    def __init__(self, score: Score) -> None:
        super().__init__()
        self.score = score

    def keys(
        self,
        states: Float[Tensor, "B S d_state"],
    ) -> Float[Tensor, "B S d_key"]:
        """What the score compares with the queries."""
        return self.score.keys(states)

    def weights(
        self,
        queries: Float[Tensor, "B T d_query"],
        keys: Float[Tensor, "B S d_key"],
        mask: Bool[Tensor, "B S"],
    ) -> Float[Tensor, "B T S"]:
        """How well each state answers each query, as shares that sum to 1."""
        scores = self.score.compare(queries, keys)
        return masked_softmax(scores, mask.unsqueeze(1))


class Lookup(NamedTuple):
    """An answer of the soft table: the blended value, and how much of each value is in it."""

    value: Float[Tensor, "T d_value"]
    weights: Float[Tensor, "T S"]


def soft_lookup(
    queries: Float[Tensor, "T d_key"],
    keys: Float[Tensor, "S d_key"],
    values: Float[Tensor, "S d_value"],
    temperature: float = 1.0,
) -> Lookup:
    """Look queries up in a table whose keys match by degrees.

    weights = softmax(queries . keys / temperature)

    Towards temperature 0 this is a dictionary that returns the value of the
    best key, towards infinity it is the mean of all values.

    Raises:
        ValueError: the temperature is not positive.
    """
    if not temperature > 0:
        expected = f"expected a temperature above 0, got {temperature}"
        raise ValueError(f"{expected}; try 0.1 or 10")
    weights = (queries @ keys.T / temperature).softmax(dim=-1)
    return Lookup(weighted_sum(weights, values), weights)


class FiveSteps(NamedTuple):
    """Everything that one decoder step of the lecture notes computes, in the notes' order."""

    scores: Float[Tensor, "S"]
    weights: Float[Tensor, "S"]
    attention_output: Float[Tensor, "d_state"]
    concatenated: Float[Tensor, "d_state_plus_d_query"]
    logits: Float[Tensor, "V"]


def five_steps(
    s_t: Float[Tensor, "d_state"],
    states: Float[Tensor, "S d_state"],
    output: Float[Tensor, "V d_state_plus_d_query"],
) -> FiveSteps:
    """One decoder step of the notes: score, softmax, sum, join, predict.

    The score multiplies the query with the *keys*; keys and values happen to
    be one thing here. As in the notes, the readout is one matrix; the decoder
    of the course has a tanh before it.
    """
    scores = states @ s_t
    weights = scores.softmax(dim=0)
    attention_output = weighted_sum(weights.unsqueeze(0), states).squeeze(0)
    concatenated = torch.cat([attention_output, s_t])
    logits = output @ concatenated
    return FiveSteps(scores, weights, attention_output, concatenated, logits)


CHAPTER = Chapter(
    RecurrentSettings,
    {
        "scaled": lambda run, settings: Attention(ScaledDotScore()),
        "dot": lambda run, settings: Attention(DotScore()),
        "general": lambda run, settings: Attention(
            GeneralScore(settings.d_state, settings.d_state)
        ),
        "additive": lambda run, settings: Attention(
            AdditiveScore(settings.d_state, settings.d_state, run.d_model)
        ),
    },
    assemble,
    SIZES,
)
