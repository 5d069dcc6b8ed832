"""What a chapter brings to the course beside its source of weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from torch import nn

from attention_course.config import ModelSettings, Run, Settings
from attention_course.models.context import NewPart
from attention_course.models.model import Model

SettingsT = TypeVar("SettingsT", bound=ModelSettings)


@dataclass(frozen=True)
class Chapter(Generic[SettingsT]):
    """How its models are built, in which variants, at which sizes, and what they can be told."""

    settings_type: type[SettingsT]  # the settings that its models have beside those of every run
    variants: Mapping[
        str, Callable[[Run, SettingsT], nn.Module]
    ]  # what is plugged in; default first
    assemble: Callable[
        [Run, SettingsT, NewPart, int, int], Model
    ]  # around it, for two vocabularies' sizes
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

    def settings(self, run: Run) -> SettingsT:
        """The settings of the run's model."""
        if not isinstance(run.model_settings, self.settings_type):
            raise ValueError(
                f"expected {self.settings_type.__name__} for {run.stem}, got {run.model_settings}; "
                "make the run with course.preset"
            )
        return run.model_settings
