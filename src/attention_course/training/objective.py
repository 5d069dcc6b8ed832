"""What an update follows: the loss, the learning rate, and a mean of the weights so far."""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel

from attention_course.config import Run
from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding
from attention_course.vocabulary import PAD


def learning_rate(run: Run, step: int, steps: int) -> float:
    """Climb in a straight line over the warm-up, then fall along half a cosine to 0."""
    warmup = max(1, round(run.warmup * steps))
    if step < warmup:
        return run.learning_rate * (step + 1) / warmup
    share = (step - warmup) / max(1, steps - warmup)
    return run.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def dropout_share(run: Run, step: int, steps: int) -> float:
    """How much of its dropout a run has at an update: it climbs in a straight line, then stays.

    What a model learns first, common words and where to look, it cannot learn by heart; so at first
    dropout would only slow it down (Morerio et al. 2017 argue for the same).
    """
    return min(1.0, (step + 1) / max(1.0, run.dropout_ramp * steps))


def set_dropout(model: nn.Module, run: Run, share: float) -> None:
    """Let a model drop this share of the features and words that its run says."""
    for module in model.modules():
        if isinstance(module, VariationalDropout):
            module.p = run.dropout * share
        if isinstance(module, Embedding):
            module.hide.p = run.word_dropout * share


def token_loss(
    logits: Float[Tensor, "B T V"],
    target: Int[Tensor, "B T"],
    smoothing: float = 0.0,
) -> Float[Tensor, ""]:
    """Mean cross-entropy over real tokens (not padding), in nats per token."""
    return F.cross_entropy(
        logits.flatten(0, 1).float(),
        target.flatten(),
        ignore_index=PAD,
        label_smoothing=smoothing,
    )


class MovingAverage(AveragedModel):
    """An exponential moving average (EMA) of a model's parameters, Polyak and Juditsky 1992.

    Each update keeps the share `keep` of it; in the beginning less, so as not to keep the weights
    that learning started from. How many updates it has seen (`n_averaged`) stays on the processor:
    PyTorch's own update would send the number to a GPU and wait until it came back.
    """

    def __init__(self, model: nn.Module, keep: float) -> None:
        super().__init__(model)
        self.keep = keep
        for layer in self.module.modules():
            if isinstance(layer, nn.RNNBase):  # a copy's weights lie apart: a GPU would gather
                layer.flatten_parameters()  # them at every call

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Take in the parameters as they are after an update; the first are taken as they are."""
        updates = int(self.n_averaged)
        share = min(self.keep, (1 + updates) / (10 + updates)) if updates else 0.0
        for mean, weight in zip(self.parameters(), model.parameters(), strict=True):
            mean.lerp_(weight, 1 - share)
        for kept, buffer in zip(self.module.buffers(), model.buffers(), strict=True):
            kept.copy_(buffer)
        self.n_averaged += 1
