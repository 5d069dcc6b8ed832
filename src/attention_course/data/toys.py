"""Toy tasks that isolate one ability each: seconds to learn, exact to judge."""

import random
from collections.abc import Callable

from attention_course.data.pairs import Corpus, Pair

LETTERS = [chr(ord("a") + number) for number in range(20)]
DIGITS = [str(number) for number in range(10)]
MARK = "!"
CLASSES = 5  # letters of the bag task are counted by class


def copy(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Say the source again."""
    letters = rng.choices(LETTERS, k=length)
    return letters, letters


def reverse(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Say the source backwards."""
    letters = rng.choices(LETTERS, k=length)
    return letters, letters[::-1]


def recall(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Read pairs of a letter and a digit, then one letter: say its digit."""
    keys = rng.sample(LETTERS, k=max(1, min(len(LETTERS), length // 2)))
    values = rng.choices(DIGITS, k=len(keys))
    query = rng.randrange(len(keys))
    pairs = [symbol for pair in zip(keys, values, strict=True) for symbol in pair]
    return [*pairs, keys[query]], [values[query]]


def find(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """One letter stands behind a mark, however long ago: say it."""
    letters = rng.choices(LETTERS, k=max(1, length - 1))
    marked = rng.randrange(len(letters))
    return [*letters[:marked], MARK, *letters[marked:]], [letters[marked]]


def bag(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Say which letters of the source's first five kinds are there, in alphabetical order.

    The order of the source does not matter, so a mean of the states can know the answer.
    """
    letters = rng.choices(LETTERS, k=length)
    return letters, sorted(set(letters) & set(LETTERS[:CLASSES])) or ["none"]


def sort(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Say the source in alphabetical order: how often each letter stands there, not where."""
    letters = rng.choices(LETTERS, k=length)
    return letters, sorted(letters)


TASKS: dict[str, Callable[[random.Random, int], tuple[list[str], list[str]]]] = {
    "copy": copy,
    "reverse": reverse,
    "recall": recall,
    "find": find,
    "bag": bag,
    "sort": sort,
}


def corpus(
    task: str, train: int, validation: int, test: int, shortest: int, longest: int, seed: int = 0
) -> Corpus:
    """Draw distinct pairs of a toy task, lengths uniform from `shortest` to `longest` tokens.

    Raises:
        ValueError: there are not enough distinct sources of that length.
    """
    rng = random.Random(f"{task}/{seed}")
    wanted = train + validation + test
    pairs: dict[str, Pair] = {}
    for _ in range(20 * wanted):
        source, target = TASKS[task](rng, rng.randint(shortest, longest))
        pairs.setdefault(" ".join(source), Pair(" ".join(source), " ".join(target)))
        if len(pairs) == wanted:
            break
    else:
        raise ValueError(
            f"expected {wanted} distinct sources of {shortest} to {longest} tokens, "
            f"got {len(pairs)}; ask for fewer or for longer ones"
        )
    examples = list(pairs.values())
    held_out = validation + test
    return Corpus(
        task,
        tuple(examples[held_out:]),
        tuple(examples[:validation]),
        tuple(examples[validation:held_out]),
    )
