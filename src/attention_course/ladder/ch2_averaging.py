"""Rung 2, averaging: the same weight on every real token, or the largest value per feature.

mean: c_t = (1/S) sum over s of states[s]
max:  c_t[i] = max over s of states[s][i]    (Conneau et al. 2017, section 3.2.2, compare both)
"""

from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from attention_course.config import RecurrentSettings
from attention_course.ladder.chapter import Chapter
from attention_course.models.context import Context, FeatureContext
from attention_course.models.recurrent import SIZES, assemble


class Mean(Context):
    """Equal weights: every real token counts the same, whatever is asked."""

    def weights(
        self,
        queries: Float[Tensor, "B T d_query"],
        states: Float[Tensor, "B S d_state"],
        mask: Bool[Tensor, "B S"],
    ) -> Float[Tensor, "B T S"]:
        """1 / (number of real tokens) on each of them, 0 on padding."""
        equal = mask.to(states.dtype) / mask.sum(dim=1, keepdim=True)
        return equal.unsqueeze(1).expand(-1, queries.shape[1], -1)


class Max(FeatureContext):
    """Element-wise maximum: a feature's weight is all on its largest token."""

    def feature_weights(
        self, states: Float[Tensor, "B S d_state"], mask: Bool[Tensor, "B S"]
    ) -> Float[Tensor, "B S d_state"]:
        """One-hot per feature on the real token with the largest value."""
        real = states.masked_fill(~mask.unsqueeze(2), float("-inf"))
        winners = real.argmax(dim=1)  # [B, d_state]
        one_hot = F.one_hot(winners, states.shape[1])  # [B, d_state, S]
        return one_hot.transpose(1, 2).to(states.dtype)


CHAPTER = Chapter(
    RecurrentSettings,
    {"mean": lambda run, settings: Mean(), "max": lambda run, settings: Max()},
    assemble,
    SIZES,
)
