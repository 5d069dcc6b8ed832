"""Toy tasks that isolate one ability each: seconds to learn, exact to judge."""

import random
from collections.abc import Callable

from attention_course.data.pairs import Corpus, Pair

LETTERS = [chr(ord("a") + number) for number in range(20)]
DIGITS = [str(number) for number in range(10)]
MARK = "!"
MOST_NUMBERS = 16  # letters that are numbered in one source, at the most
PAUSE = "-"
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


def numbered(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Some letters stand behind a number: say them in the order of the numbers.

    Where a letter stands and when it is said have nothing to do with each other.
    """
    count = rng.randint(1, min(MOST_NUMBERS, length // 2))
    letters = rng.choices(LETTERS, k=length - count)
    places = rng.sample(range(len(letters)), k=count)  # of the letter behind 1, behind 2, ...
    number_at = {place: str(number) for number, place in enumerate(places, start=1)}
    source = []
    for place, letter in enumerate(letters):
        source += [number_at[place], letter] if place in number_at else [letter]
    return source, [letters[place] for place in places]


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


def late(rng: random.Random, length: int) -> tuple[list[str], list[str]]:
    """Say the source again, which begins with pauses: few sources have a letter at their start.

    Copying sources of many lengths is the other way round: few of them have a letter that late.
    """
    letters = rng.choices(LETTERS, k=rng.randint(min(2, length), length))
    source = [PAUSE] * (length - len(letters)) + letters
    return source, source


TASKS: dict[str, Callable[[random.Random, int], tuple[list[str], list[str]]]] = {
    "copy": copy,
    "reverse": reverse,
    "recall": recall,
    "find": find,
    "numbered": numbered,
    "bag": bag,
    "sort": sort,
    "late": late,
}


def pairs_at(task: str, length: int, count: int, seed: int = 0) -> list[Pair]:
    """Further pairs of a task, all of one length; if that is long, none was drawn before."""
    rng = random.Random(f"{task}/{seed}/{length}")
    drawn = (TASKS[task](rng, length) for _ in range(count))
    return [Pair(" ".join(source), " ".join(target)) for source, target in drawn]


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
