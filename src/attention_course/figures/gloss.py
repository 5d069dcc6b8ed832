"""A Korean sentence with its gloss: how each word sounds, what it means, what its ending does."""

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from attention_course.korean.gloss import Gloss, gloss, gloss_pair
from attention_course.korean.hangul import has_hangul

LOOK = """<style>
.gloss { display: flex; flex-wrap: wrap; gap: .6rem 1.1rem; list-style: none; padding: 0; margin: .5rem 0; }
.gloss li { display: flex; flex-direction: column; line-height: 1.35; margin: 0; }
.gloss [lang=ko] { font-size: 1.15em; font-weight: 600; }
.gloss i, .gloss small { font-size: .85em; }
</style>"""  # noqa: E501


def is_known(sentence: str) -> bool:
    """Whether the gloss can tell of every word of a sentence what it means."""
    if not has_hangul(sentence):
        return False  # else every heatmap of German would make the dictionary of Korean
    return all(one.meaning or not one.word[0].isalnum() for one in gloss(sentence))


def with_meanings(words: Sequence[str]) -> list[str]:
    """The words of a sentence, each with what it means behind it, if all are known."""
    sentence = " ".join(words)
    if not is_known(sentence):
        return list(words)
    meanings = [one.meaning.split(" / ")[0] for one in gloss(sentence)]
    lines = zip(words, meanings, strict=True)
    return [f"{word} · {meaning}" if meaning else word for word, meaning in lines]


def interlinear(source: str, target: str = "", links: Iterable[tuple[int, int]] = ()) -> str:
    """A sentence of pocket Korean as HTML, its gloss below each word and its English below all.

    `links` are places of words that mean each other, (Korean, English): where a word has several
    meanings, they decide.
    """
    items = "".join(map(in_html, gloss_pair(source, target, links)))
    below = f'<p class="said">{escape(target)}</p>' if target else ""
    return f'{LOOK}<div><ol class="gloss">{items}</ol>{below}</div>'


def in_html(one: Gloss) -> str:
    """A word above its gloss; of a mark only the mark."""
    lines = [f'<span lang="ko">{escape(one.word)}</span>']
    if one.word[0].isalnum():
        lines.append(f'<i lang="ko-Latn">{escape(one.sound)}</i>')
        lines.append(f"<span>{escape(one.meaning or '?')}</span>")
        lines += [f"<small>{escape(one.function)}</small>"] if one.function else []
    return f"<li>{''.join(lines)}</li>"


def in_columns(sentence: str) -> str:
    """The gloss of a sentence for a terminal: a line for each word."""
    rows = [tuple(one) for one in gloss(" ".join(sentence.split())) if one.word[0].isalnum()]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  " + in_line(row, widths) for row in rows)


def in_line(row: Sequence[str], widths: Sequence[int]) -> str:
    """A row of cells, each as wide as its column."""
    cells = (cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def columns(text: str) -> int:
    """How many columns a terminal gives to a text: two to a syllable of Hangul."""
    return sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in text)
