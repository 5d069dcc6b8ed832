"""An exercise of chapter 5: which columns a new word may read behind a padded prompt."""

import torch
from torch import Tensor

from attention_course.exercises.drawing import random_mask, sizes
from attention_course.exercises.exercise import Exercise, Inputs, Mistake, Symptom


def readable(real: Tensor, new: int) -> Tensor:
    """Real words of the prompt, then the new words up to the one that asks."""
    return beside(real, torch.ones(new, new, dtype=torch.bool).tril())


def beside(real: Tensor, own: Tensor) -> Tensor:
    """The columns of the prompt, the same for every new word, and a mask of the new words."""
    new = len(own)
    return torch.cat([real[:, None].expand(-1, new, -1), own.expand(len(real), -1, -1)], dim=2)


def square(new: int) -> Tensor:
    """A mask of the new words that hides nothing."""
    return torch.ones(new, new, dtype=torch.bool)


def from_the_first_column(real: Tensor, new: int) -> Tensor:
    """A triangle that begins at the first column, as if there were no prompt."""
    whole = torch.ones(new, real.shape[1] + new, dtype=torch.bool)
    return beside(real, square(new)) & whole.tril()


def behind_the_words(real: Tensor, new: int) -> Tensor:
    """A triangle that begins behind the real words of a prompt, where its padding stands."""
    columns = torch.arange(real.shape[1] + new)
    ends = real.sum(dim=1)[:, None, None] + torch.arange(new)[:, None]
    return beside(real, square(new)) & (columns <= ends)


def with_rows_of_the_prompt(real: Tensor, new: int) -> Tensor:
    """The square mask of the whole text: rows for the words of the prompt, too."""
    every = torch.cat([real, torch.ones(len(real), new, dtype=torch.bool)], dim=1)
    return every[:, None] & square(every.shape[1]).tril()


def draw_prompt(generator: torch.Generator, case: int) -> Inputs:
    """Which places of the prompts are words, and a number of words to write."""
    size = sizes(generator, case)
    return random_mask(generator, size), size.T


def hidden(given: Inputs, output: Tensor) -> bool:
    """Whether a column that should be read is not."""
    return bool((readable(*given) & ~output).any())


def padding_read(given: Inputs, output: Tensor) -> bool:
    """Whether a column of the prompt that holds no word is read."""
    real, _ = given
    return bool((output[:, :, : real.shape[1]] & ~real[:, None]).any())


def later_read(given: Inputs, output: Tensor) -> bool:
    """Whether a new word reads one that comes after it."""
    real, _ = given
    return bool(output[:, :, real.shape[1] :].triu(1).any())


PROMPT_MASK = Exercise(
    name="ch5.prompt_mask",
    asks="What new words may read: a mask [B, S] of prompts and a number T give [B, T, S + T].",
    again="Chapter 5, The same sum, over the words so far",
    draw=draw_prompt,
    right=readable,
    points=2,
    minutes=10,
    mistakes=(
        Mistake(
            "Padding of the prompt is read.",
            lambda real, new: readable(torch.ones_like(real), new),
        ),
        Mistake(
            "A new word reads all new words, those after it too.",
            lambda real, new: beside(real, square(new)),
        ),
        Mistake(
            "A new word cannot read itself.",
            lambda real, new: beside(real, square(new).tril(-1)),
        ),
        Mistake(
            "A new word reads the one that it is to predict.",
            lambda real, new: beside(real, square(new).tril(1)),
        ),
        Mistake(
            "A new word reads those *after* it: turn the triangle around.",
            lambda real, new: beside(real, square(new).triu()),
        ),
        Mistake(
            "Of the new words each reads only itself.",
            lambda real, new: beside(real, torch.eye(new, dtype=torch.bool)),
        ),
        Mistake(
            "The prompt is not read.",
            lambda real, new: readable(torch.zeros_like(real), new),
        ),
        Mistake(
            "Only the prompt is read; new words read themselves and earlier new words, too.",
            lambda real, new: beside(real, ~square(new)),
        ),
        Mistake(
            "The triangle begins at the first column; the new words begin behind the prompt.",
            from_the_first_column,
        ),
        Mistake(
            "The new words begin behind the padding of a prompt, not behind its last real word.",
            behind_the_words,
        ),
        Mistake(
            "The new words stand before the prompt; the prompt begins the text.",
            lambda real, new: readable(real, new).roll(new, dims=2),
        ),
        Mistake(
            "There are rows for the words of the prompt, too; only new words ask here.",
            with_rows_of_the_prompt,
        ),
        Mistake(
            "There are no columns for the new words.",
            lambda real, new: real[:, None].expand(-1, new, -1).clone(),
        ),
        Mistake(
            "It is one mask for the batch; each prompt has its own padding.",
            lambda real, new: readable(real.all(dim=0, keepdim=True), new)[0],
            also=(
                lambda real, new: readable(real[:1], new)[0],
                lambda real, new: readable(real[:1], new).expand(len(real), -1, -1).clone(),
            ),
        ),
        Mistake(
            "Rows and columns are exchanged: the new words are the rows.",
            lambda real, new: readable(real, new).transpose(1, 2),
        ),
        Mistake(
            "True and False are exchanged: True means *may be read*.",
            lambda real, new: ~readable(real, new),
        ),
        Mistake(
            "These are numbers, not truth values.",
            lambda real, new: readable(real, new).float(),
            also=(
                lambda real, new: readable(real, new).long(),
                lambda real, new: readable(real, new).int(),
            ),
        ),
        Mistake(
            "These are numbers to add to scores; truth values are asked for.",
            lambda real, new: torch.where(readable(real, new), 0.0, float("-inf")),
            also=(lambda real, new: torch.where(readable(real, new), 0.0, -1e9),),
        ),
    ),
    symptoms=(
        Symptom("Padding of the prompt is read.", padding_read),
        Symptom("A later word is visible.", later_read),
        Symptom("A column that may be read is hidden.", hidden),
    ),
)
