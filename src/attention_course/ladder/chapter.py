"""What a chapter brings to the course beside its sum."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from torch import nn

from attention_course.config import ModelSettings, Run, Settings
from attention_course.models.model import Model

Kind = TypeVar("Kind", bound=ModelSettings)
Part = Callable[[], nn.Module]  # makes one more of what a variant plugs in


@dataclass(frozen=True)
class Chapter(Generic[Kind]):
    """How its models are built, in which variants, at which sizes, and what they can be told."""

    kind: type[Kind]  # the settings that its models know beside those of every run
    variants: Mapping[str, Callable[[Run, Kind], nn.Module]]  # what is plugged in; default first
    assemble: Callable[[Run, Kind, Part, int, int], Model]  # around it, for two vocabularies' sizes
    sizes: Mapping[str, Settings] = field(default_factory=dict)  # by corpus, and for `smoke`

    @property
    def default(self) -> str:
        """The variant that the chapter is about."""
        return next(iter(self.variants))

    def part(self, run: Run) -> nn.Module:
        """Make what a run plugs in: a context, or the heads of a layer.

        Raises:
            ValueError: there is no such variant, or the settings are of another kind of model.
        """
        if run.variant not in self.variants:
            raise ValueError(
                f"expected a variant of {run.stem} among {', '.join(self.variants)}, "
                f"got {run.variant!r}"
            )
        return self.variants[run.variant](run, self.settings(run))

    def build(self, run: Run, source_size: int, target_size: int) -> Model:
        """Assemble the untrained model of a run for vocabularies of the given sizes."""
        return self.assemble(
            run, self.settings(run), lambda: self.part(run), source_size, target_size
        )

    def settings(self, run: Run) -> Kind:
        """The settings of the run's model."""
        if not isinstance(run.model, self.kind):
            raise ValueError(
                f"expected {self.kind.__name__} settings for {run.stem}, got {run.model}; "
                "make the run with course.preset"
            )
        return run.model
