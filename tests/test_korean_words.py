"""Korean words of a page are marked as Korean, and nothing else of it changes."""

import sys

import pytest

from home import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))
from korean_words import marked


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>She reads 책.</p>", '<p>She reads <span lang="ko">책</span>.</p>'),
        ("<p>유나는 책을, 읽어요.</p>", '<p><span lang="ko">유나는 책을, 읽어요</span>.</p>'),
        (
            "<p>a &lt; 나 &#39;b&#39;<br>다</p>",
            '<p>a &lt; <span lang="ko">나</span> &#39;b&#39;<br><span lang="ko">다</span></p>',
        ),
        (
            '<svg><g><text x="1">유나</text><path d=""/></g></svg>',
            '<svg><g><text lang="ko" x="1">유나</text><path d=""/></g></svg>',
        ),
        (
            '<p lang="ko">가 <b lang="en">see 나</b> 다</p>',
            '<p lang="ko">가 <b lang="en">see <span lang="ko">나</span></b> 다</p>',
        ),
    ],
)
def test_korean_words_are_marked(page: str, expected: str):
    assert marked(page) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>책</title></head><!-- 책 --></html>",
        '<script>const word = "책";</script><style>/* 책 */</style>',
        '<p lang="ko">책을 <b>읽어요</b></p>',
        '<img alt="책"><p>A book &mdash; 本</p>',
    ],
)
def test_what_is_marked_already_or_may_not_be_stays(page: str):
    assert marked(page) == page


def test_marking_twice_changes_nothing_more():
    once = marked("<ul><li>책<li>집</ul><p>유나는 <em>책</em>을</p>")
    assert marked(once) == once
