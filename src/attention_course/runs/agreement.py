"""Whether a device gives what the processor gives: one batch, before a run begins on it.

The course is tried on processors and on GPUs of NVIDIA. On Apple GPUs it could not be tried, and
there PyTorch lacks some operations and has calculated others wrongly. So a run goes there only if
the very model of the run gives the same loss, gradients and translation there, on one batch.
"""

import copy
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from attention_course import logs
from attention_course.data.batch import Example, collate
from attention_course.judging.decoding import translate_ids
from attention_course.models.model import Model
from attention_course.training.objective import token_loss

PAIRS = 32  # in the batch that is compared
TOLERANCE = 1e-3  # of the loss, and of the norm of each gradient; full precision differs by 1e-5
SMALL = 1e-3  # of the whole gradient's norm: what is smaller is rounding on either device


class StepResult(NamedTuple):
    """What a device makes of a batch: nats per token, gradients by name, a translation."""

    loss: float
    gradients: dict[str, Tensor]
    tokens: list[int]


Trial = Callable[[Model, Sequence[Example], torch.device], StepResult]


def learn_once(model: Model, examples: Sequence[Example], device: torch.device) -> StepResult:
    """Learn from one batch on a device, with a copy of the model: the model stays as it is.

    Without dropout, which draws other numbers on another device.
    """
    copied = copy.deepcopy(model).to(device).eval()
    batch = collate(examples).to(device)
    loss = token_loss(
        copied(batch.source, batch.source_lengths, batch.target_in).logits, batch.target_out
    )
    torch.autograd.backward(loss)
    gradients = {
        name: one.grad.cpu() for name, one in copied.named_parameters() if one.grad is not None
    }
    [translation] = translate_ids(copied, [examples[0].source], width=2)
    return StepResult(loss.item(), gradients, translation.tokens)


def differences(here: StepResult, there: StepResult) -> str:
    """What differs between the processor and another device; empty where nothing does."""
    if not abs(here.loss - there.loss) <= TOLERANCE * abs(here.loss):  # so that NaN differs too
        return f"a loss of {there.loss:.6g}, where the processor gives {here.loss:.6g}"
    if here.gradients.keys() != there.gradients.keys():
        return "gradients of other parameters than on the processor"
    norms = {name: one.norm().item() for name, one in here.gradients.items()}
    rounding = SMALL * sum(norm**2 for norm in norms.values()) ** 0.5
    for name, norm in norms.items():
        apart = (here.gradients[name] - there.gradients[name]).norm().item()
        if not apart <= TOLERANCE * (norm + rounding):
            return f"a gradient of {name} that is off by {apart:.3g}, of {norm:.3g}"
    if here.tokens != there.tokens:
        return "another translation than on the processor"
    return ""


def trouble(
    model: Model, examples: Sequence[Example], device: torch.device, trial: Trial = learn_once
) -> str:
    """Why a run of this model should not go to a device; empty where it may."""
    here = trial(model, examples, torch.device("cpu"))
    try:
        there = trial(model, examples, device)
    except Exception as error:  # whatever an operation raises that is not there
        words = " ".join(str(error).split())
        return f"it stops with {type(error).__name__}: {words[:160]}"
    return differences(here, there)


def settle(
    model: Model,
    examples: Sequence[Example],
    device: torch.device,
    requested: bool = False,
    trial: Trial = learn_once,
) -> torch.device:
    """The device of a run: the one that was picked, if it is a tried kind or agrees, else cpu.

    One line says what came of a comparison.

    Raises:
        RuntimeError: the device was asked for by name, and does not agree.
    """
    if device.type != "mps":
        return device
    why = trouble(model, examples[:PAIRS], device, trial)
    if why and requested:
        raise RuntimeError(
            f"expected of the Apple GPU what the processor gives on one batch, got: {why}; "
            "train on the processor with --device cpu"
        )
    logs.say(
        f"The Apple GPU is not used: {why}. Training on the processor."
        if why
        else "Training on the Apple GPU: on one batch it gives what the processor gives."
    )
    return torch.device("cpu" if why else device)
