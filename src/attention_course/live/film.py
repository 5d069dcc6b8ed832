"""Learning as a film: what a run's attention does on a few sentences, moment after moment.

A moment is taken between two updates and changes nothing: the run goes on as without it.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.hooks import RemovableHandle

from attention_course.data.batch import encode_pairs
from attention_course.data.pairs import Pair
from attention_course.live.reading import read
from attention_course.runs.trained import Trained

MOMENTS = 60


def moments(updates: int, count: int = MOMENTS) -> list[int]:
    """The updates before which a moment is taken: the first and the last, closer at the start."""
    return sorted({round((updates - 1) * (i / (count - 1)) ** 2) for i in range(count)})


class Film:
    """A run's attention on some sentences; it watches each call of the model while it trains.

    It counts one call an update, as training on one processor has it.
    """

    def __init__(self, trained: Trained, pairs: Sequence[Pair], updates: int) -> None:
        self.trained, self.updates = trained, updates
        self.examples = encode_pairs(pairs, trained.source, trained.target)
        self.at, self.done = set(moments(updates)), 0
        self.frames: list[dict[str, Any]] = []

    def watch(self) -> RemovableHandle:
        """Begin; what comes back has a `remove` that ends it."""
        return self.trained.model.register_forward_pre_hook(self.before)

    def before(self, model: nn.Module, _: Any) -> None:
        """Take a moment, if one is due before this update."""
        if not model.training:
            return
        if self.done in self.at:
            model.eval()
            self.frames.append(self.frame())
            model.train()
        self.done += 1

    def frame(self) -> dict[str, Any]:
        """What the model does now; in hundredths."""
        sentences = [self.sentence(*example) for example in self.examples]
        return {"update": self.done, "sentences": sentences}

    @torch.enable_grad()
    def sentence(self, source: list[int], target: list[int]) -> dict[str, Any]:
        """One sentence, its true words given: the loss in nats a token, and of each token

        the weights, the push on each of its scores (what a step against the gradient of the
        token's own loss would add, by a rate of 1), its probability, and the likeliest token.
        """
        reading = read(self.trained.model, source, target)
        losses = F.cross_entropy(reading.logits, torch.tensor(target), reduction="none")
        [gradient] = torch.autograd.grad(losses.sum(), [reading.scores])
        return {
            "loss": round(losses.mean().item(), 3),
            "weights": hundredths(reading.weights),
            "push": hundredths(-gradient),
            "right": hundredths((-losses).exp()),
            "says": reading.logits.argmax(dim=1).tolist(),
        }

    def to_json(self) -> dict[str, Any]:
        """The film as the page shows it."""
        told = shared([self])
        return {
            "run": {**self.trained.run.to_dict()},
            "updates": self.updates,
            **told,
            "frames": self.frames,
        }


def shared(films: Sequence[Film]) -> dict[str, Any]:
    """What films of models with one vocabulary share: their words and sentences.

    Tokens stand as places in one list of words, in the films' own moments as well.
    """
    first = films[0]
    moments = [one for film in films for frame in film.frames for one in frame["sentences"]]
    said = {token for one in moments for token in one["says"]}
    tokens = sorted(said.union(*(one.target for one in first.examples)))
    places = {token: place for place, token in enumerate(tokens)}
    for one in moments:
        one["says"] = [places[token] for token in one["says"]]
    return {
        "words": [word for word, _ in first.trained.target.words(tokens)],
        "sentences": [
            {
                "source": [word for word, _ in first.trained.source.words(one.source)],
                "target": [places[token] for token in one.target],
            }
            for one in first.examples
        ],
    }


def hundredths(numbers: torch.Tensor) -> Any:
    """Numbers as whole hundredths, which take the least room in a file."""
    return (numbers.detach() * 100).round().int().tolist()
