"""Style sheets of others without the rules that no page can need.

A rule stays if one of its selectors can match: if every class that it asks for is a word somewhere
in the pages or in their scripts. Classes within parentheses, as in `:not(.shown)`, ask for nothing
here, so that in doubt a rule stays.
"""

import re
from collections.abc import Collection, Iterator

WORD = re.compile(r"[A-Za-z_][\w-]*")
COMMENTS = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)  # all but licences, which begin with /*!
RULE = re.compile(
    r"(?P<licences>(?:\s*/\*!.*?\*/)*)(?P<selectors>[^{}@;]+)\{(?P<body>[^{}]*)\}", re.S
)
EMPTY = re.compile(r"@(?:media|supports)[^{};]*\{\s*\}")
PARENTHESES = re.compile(r"\([^()]*\)")
CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
MADE_BY_SCRIPTS = "bs-"  # Bootstrap's script puts together such names, as in bs-tooltip-auto


def words_in(texts: Iterator[str]) -> set[str]:
    """Every word of pages and scripts that may be the name of a class."""
    return {word for text in texts for word in WORD.findall(text)}


def cut(styles: str, words: Collection[str]) -> str:
    """The style sheet without the selectors that ask for a class which is none of the words."""

    def kept(rule: re.Match[str]) -> str:
        selectors = [one for one in selectors_of(rule["selectors"]) if can_match(one, words)]
        if not selectors:
            return rule["licences"]
        return f"{rule['licences']}{','.join(selectors)}{{{rule['body']}}}"

    return EMPTY.sub("", RULE.sub(kept, COMMENTS.sub("", styles)))


def selectors_of(text: str) -> list[str]:
    """The selectors of a rule; a comma within parentheses or quotation marks parts none."""
    parts = re.findall(r"""(?:[^,("']|\((?:[^()]|\([^()]*\))*\)|"[^"]*"|'[^']*')+""", text)
    return [part.strip() for part in parts]


def can_match(selector: str, words: Collection[str]) -> bool:
    """Whether a selector's classes are all among the words."""
    outside = selector
    while PARENTHESES.search(outside):
        outside = PARENTHESES.sub("", outside)
    classes = [re.sub(r"\\(.)", r"\1", name) for name in CLASS.findall(outside)]
    return all(name in words or name.startswith(MADE_BY_SCRIPTS) for name in classes)
