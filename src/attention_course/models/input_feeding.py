"""Input feeding: what of step t-1 the decoder also reads at step t, beside the word before."""

from jaxtyping import Float
from torch import Tensor, nn


class Feed(nn.Module):
    """What of the step before the decoder also reads, beside the word before: input feeding."""

    size: int  # features that are fed

    def forward(
        self, vector: Float[Tensor, "B d_state"], readout: Float[Tensor, "B d_readout"]
    ) -> Float[Tensor, "B d_feed"]:
        """Choose what is fed to the next step."""
        raise NotImplementedError("a feed must say what of the step before is fed")


class FeedContext(Feed):
    """As the lecture notes tell it: a_{t-1}, the raw weighted sum of the step before."""

    def __init__(self, d_state: int, d_readout: int) -> None:
        super().__init__()
        self.size = d_state

    def forward(
        self, vector: Float[Tensor, "B d_state"], readout: Float[Tensor, "B d_readout"]
    ) -> Float[Tensor, "B d_state"]:
        """Choose the weighted sum."""
        return vector


class FeedAttentional(Feed):
    """As Luong et al. 2015, section 3.3, tell it: the attentional vector tanh(W [a; s]_{t-1})."""

    def __init__(self, d_state: int, d_readout: int) -> None:
        super().__init__()
        self.size = d_readout

    def forward(
        self, vector: Float[Tensor, "B d_state"], readout: Float[Tensor, "B d_readout"]
    ) -> Float[Tensor, "B d_readout"]:
        """Choose the attentional vector."""
        return readout
