"""Dropout that is drawn once for a sentence: all its positions lose the same features."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


class VariationalDropout(nn.Module):
    """Sets a share `p` of the features to 0, the same ones at every position of a sentence.

    Gal and Ghahramani 2016, section 4, for recurrent networks. A processor draws random numbers
    slowly, one at a time: drawn for every position they took a sixth of a Transformer's update.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, states: Float[Tensor, "B T d"]) -> Float[Tensor, "B T d"]:
        """Drop features in training and scale up the others; change nothing in use."""
        by_feature = F.dropout1d(states.transpose(1, 2), self.p, self.training)
        return by_feature.transpose(1, 2)
