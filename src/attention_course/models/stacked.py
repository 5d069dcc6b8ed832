"""What models made of stacks of layers share: the tables at their foot, and how parts are made."""

from typing import TypeVar

from torch import nn

from attention_course.config import Run
from attention_course.models.context import NewPart
from attention_course.models.dropout import VariationalDropout
from attention_course.models.embedding import Embedding, OutputEmbedding
from attention_course.models.model import Model

ContextT = TypeVar("ContextT", bound=nn.Module)


class Stacked(Model):
    """What models made of stacks of layers share: a table for each side, at the foot of a stack."""

    def __init__(
        self,
        source_size: int,
        target_size: int,
        d_model: int,
        dropout: float,
        word_dropout: float,
    ) -> None:
        super().__init__()
        self.source_embedding = Embedding(source_size, d_model, word_dropout)
        self.target_embedding = OutputEmbedding(target_size, d_model, word_dropout)
        self.dropout = VariationalDropout(dropout)

    @property
    def embeddings(self) -> tuple[Embedding, Embedding]:
        """Of the source's tokens and of the target's."""
        return self.source_embedding, self.target_embedding


def made(part: NewPart, kind: type[ContextT], run: Run) -> ContextT:
    """Make a run's part, of the kind that its layers ask.

    Raises:
        ValueError: it is of another kind.
    """
    context = part()
    if not isinstance(context, kind):
        raise ValueError(f"expected a {kind.__name__} for {run.stem}, got {type(context).__name__}")
    return context
