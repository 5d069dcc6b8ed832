"""Rung 1, the bottleneck: all of the weight on the last real token.

c_t = states[last]    Sutskever et al. 2014, section 2; Cho et al. 2014, section 2.2
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from attention_course.config import RecurrentSettings
from attention_course.ladder.chapter import Chapter
from attention_course.models.context import Context, FeatureContext
from attention_course.models.recurrent import SIZES, assemble


def last_token(mask: Bool[Tensor, "B S"]) -> Float[Tensor, "B S"]:
    """Weight 1 on the last real token of each sentence, 0 on every other."""
    last = mask.sum(dim=1) - 1
    return F.one_hot(last, mask.shape[1]).float()


class LastState(Context):
    """The encoder's last state at every step: one vector for a sentence."""

    def weights(
        self,
        queries: Float[Tensor, "B T d_query"],
        states: Float[Tensor, "B S d_state"],
        mask: Bool[Tensor, "B S"],
    ) -> Float[Tensor, "B T S"]:
        """One-hot on the last real token, whatever is asked."""
        one_hot = last_token(mask).to(states.dtype).unsqueeze(1)  # [B, 1, S]
        return one_hot.expand(-1, queries.shape[1], -1)


class EndStates(FeatureContext):
    """The bottleneck of a bidirectional encoder: where each of the two directions ends.

    The forward half of the features is read at the last token and the backward half at the
    first, because that is where each half has seen the whole sentence.
    """

    def feature_weights(
        self, states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
    ) -> Float[Tensor, "B S d_state"]:
        """One-hot per feature: on the last token for one half, on the first for the other."""
        half = states.shape[2] // 2
        last = last_token(mask).to(states.dtype)
        first = torch.zeros_like(last)
        first[:, 0] = 1.0
        return torch.stack([last, first], dim=2).repeat_interleave(half, dim=2)


CHAPTER = Chapter(
    RecurrentSettings,
    {"last": lambda run, settings: EndStates() if settings.bidirectional else LastState()},
    assemble,
    SIZES,
)
