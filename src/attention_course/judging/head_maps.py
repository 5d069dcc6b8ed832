"""Who asks whom in a trained Transformer: the map of weights of every layer and head.

Training and translation leave most maps unwritten (`attend_fused`). Here they are worked out again,
for one sentence pair.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attention_course.models.masks import causal_mask, padding_mask
from attention_course.models.transformer import EncoderLayer, Transformer, TransformerMemory


class HeadMaps(NamedTuple):
    """The weights of one sentence pair, layer by layer (L) and head by head (H)."""

    encoder: Float[Tensor, "L H S S"]  # source words ask source words
    decoder: Float[Tensor, "L H T T"]  # target words ask the target words up to themselves
    cross: Float[Tensor, "L H T S"]  # target words ask source words


@contextmanager
def without_head(output: nn.Linear, heads: int, head: int) -> Iterator[None]:
    """Take one of the heads away: what it brings to the map W_O is not mixed in, for a while."""
    weight = output.weight
    size = weight.shape[1] // heads
    kept = weight.detach().clone()
    with torch.no_grad():
        weight[:, head * size : (head + 1) * size] = 0
    try:
        yield
    finally:
        with torch.no_grad():
            weight.copy_(kept)


@torch.no_grad()
def head_maps(
    model: Transformer, source: Int[Tensor, "1 S"], target_in: Int[Tensor, "1 T"]
) -> HeadMaps:
    """Every map that the model makes of one source and of the target that its decoder reads."""
    memory = model.encode(source, torch.tensor([source.shape[1]], device=source.device))
    cross = model.decode(target_in, memory).maps[0]
    return HeadMaps(encoder_maps(model, source), decoder_maps(model, target_in, memory), cross)


def encoder_maps(model: Transformer, source: Int[Tensor, "1 S"]) -> Float[Tensor, "L H S S"]:
    """What each head of the encoder reads, from the states that its layer gets."""
    everyone = padding_mask(torch.tensor([source.shape[1]]), source.shape[1]).to(source.device)
    states, maps = model.add_positions(model.source_embedding(source)), []
    for layer in cast(list[EncoderLayer], list(model.encoder_layers)):
        normed = layer.norms[0](states)
        maps.append(layer.self_attention(normed, normed, everyone.unsqueeze(1)).weights[0])
        states = layer(states, everyone.unsqueeze(1))
    return torch.stack(maps)


def decoder_maps(
    model: Transformer,
    target_in: Int[Tensor, "1 T"],
    memory: TransformerMemory,
    masked: bool = True,
) -> Float[Tensor, "L H T T"]:
    """What each head of the decoder reads of the target so far; of all of it where not masked."""
    causal = causal_mask(target_in.shape[1], target_in.device).unsqueeze(0)
    causal = causal if masked else torch.ones_like(causal)
    states, maps = model.add_positions(model.target_embedding(target_in)), []
    for layer, offered in zip(model.layers_of_decoder, memory.offered, strict=True):
        normed = layer.norms[0](states)
        maps.append(layer.self_attention(normed, normed, causal).weights[0])
        states = layer(states, offered, causal, memory.mask.unsqueeze(1)).states
    return torch.stack(maps)
