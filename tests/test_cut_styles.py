"""Style sheets of others lose the rules that no page can need, and no other."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "book" / "_ext"))
import cut_styles


def test_a_rule_stays_if_one_of_its_selectors_can_match_and_keeps_those():
    cut = cut_styles.cut(".used, .unused a, h1 > .used.other { color: red }", {"used", "other"})
    assert cut == ".used,h1 > .used.other{ color: red }"
    assert cut_styles.cut(".unused{color:red}p{color:blue}", {"used"}) == "p{color:blue}"


def test_a_media_query_without_rules_goes_and_one_with_rules_stays():
    styles = "@media print{.unused{top:0}}@media (width<9px){.unused{top:0}.used{top:1px}}"
    assert cut_styles.cut(styles, {"used"}) == "@media (width<9px){.used{top:1px}}"


def test_in_doubt_a_rule_stays():
    for styles in (
        "a:not(.unused, :is(.other, .third)){top:0}",
        ':is(.unused,.used) [title="a,b"]{top:0}',
        ".bs-tooltip-auto{top:0}",  # put together by a script
        "@font-face{font-family:x}",
        "@keyframes turn{from{top:0}to{top:1px}}",
    ):
        assert cut_styles.cut(styles, set()) == styles


def test_names_with_signs_in_them_are_read_as_they_stand_in_pages():
    words = cut_styles.words_in(iter(['<p class="sd-col-6 w-50">', "list.add('from-script')"]))
    assert {"sd-col-6", "w-50", "from-script"} <= words
    assert cut_styles.cut(".w\\-50{top:0}", words) == ".w\\-50{top:0}"


def test_comments_go_and_licences_stay():
    styles = "/* of .unused */ p{top:0} /*! MIT, by A. Uthor */ .unused{top:0} /* end */"
    cut = cut_styles.cut(styles, set())
    assert "MIT, by A. Uthor" in cut
    assert "unused" not in cut
    assert "p{top:0}" in cut
