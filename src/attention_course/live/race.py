"""The rungs' learning on one clock: what each says of a sentence after so many seconds."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn import functional as F

from attention_course.data.batch import Example, collate
from attention_course.live.film import Film, hundredths, shared


class Lap(Film):
    """One rung of the race: as a film, of any kind of model."""

    @torch.no_grad()
    def sentence(self, source: list[int], target: list[int]) -> dict[str, Any]:
        """One sentence, its true words given: the loss in nats a token, and of each token the

        weights, its probability, and the likeliest token.
        """
        batch = collate([Example(source, target)])
        output = self.trained.model(batch.source, batch.source_lengths, batch.target_in)
        logits = output.logits[0]
        losses = F.cross_entropy(logits, torch.tensor(target), reduction="none")
        return {
            "loss": round(losses.mean().item(), 3),
            "weights": hundredths(output.of_layer(-1)[0]),
            "right": hundredths((-losses).exp()),
            "says": logits.argmax(dim=1).tolist(),
        }


def race(laps: Mapping[str, Lap], seconds: Mapping[str, float]) -> dict[str, Any]:
    """The race as the page shows it; all rungs have learned the same words.

    `seconds` says how long each rung's training takes by itself: its moments stand on that clock,
    as if all updates took the same time.

    Raises:
        ValueError: the rungs have learned other words.
    """
    first, *others = laps.values()
    if any(one.trained.target.to_json() != first.trained.target.to_json() for one in others):
        raise ValueError("expected rungs that have learned the same words, got others")
    for name, lap in laps.items():
        for frame in lap.frames:
            frame["seconds"] = round(seconds[name] * (frame["update"] + 1) / lap.updates, 1)
    return {
        **shared([first, *others]),
        "updates": {name: lap.updates for name, lap in laps.items()},
        "frames": {name: lap.frames for name, lap in laps.items()},
    }
