"""What the live figures are drawn with: in place, so that what has not changed stays."""

import pytest

from attention_course.live.bundle import LIVE
from test_live_page import browser, needs_browser  # noqa: F401  # one is a fixture

pytestmark = needs_browser
DRAW = (LIVE / "page" / "draw.js").read_text(encoding="utf-8")


@pytest.fixture
def page(browser):  # noqa: F811
    """An empty page with `html`, `svg`, `nothing`, and `draw(value)`, which gives what is seen."""
    one = browser.new_page()
    one.set_content("<div id='room'></div>")
    one.evaluate(
        f"""import("data:text/javascript;base64," + btoa({DRAW!r})).then((draw) => {{
          Object.assign(window, draw, {{ room: document.querySelector("#room") }});
          window.draw = (value) => {{
            draw.render(value, room);
            return room.innerHTML.replace(/<!--.*?-->/g, "");
          }};
        }})"""
    )
    yield one
    one.close()


def test_texts_templates_lists_and_nothing_stand_in_the_place_of_a_child(page):
    found = page.evaluate(
        """() => {
          const item = (one) => html`<li>${one}</li>`;
          const list = (...all) => draw(html`<ul>${all.map(item)}</ul>${all.length || nothing}`);
          return [list("a", html`<b>b</b>`), list(1), list(), list("c", ["d", "e"], undefined)];
        }"""
    )
    assert found == [
        "<ul><li>a</li><li><b>b</b></li></ul>2",
        "<ul><li>1</li></ul>1",
        "<ul></ul>",
        "<ul><li>c</li><li>de</li><li></li></ul>3",
    ]


def test_a_child_becomes_something_else_and_back(page):
    found = page.evaluate(
        """() => [html`<b>x</b>`, "y", [1, 2], html`<b>x</b>`, nothing, html`<i>${0}</i>`].map(
          (one) => draw(html`<p>${one}!</p>`))"""
    )
    inside = ["<b>x</b>", "y", "12", "<b>x</b>", "", "<i>0</i>"]
    assert found == [f"<p>{one}!</p>" for one in inside]


def test_text_is_text_whatever_it_holds(page):
    found = page.evaluate("draw(html`<p title=${'\"<i>'}>${'<b>&'}</p>`)")
    assert found in ('<p title="&quot;<i>">&lt;b&gt;&amp;</p>',
                     '<p title="&quot;&lt;i&gt;">&lt;b&gt;&amp;</p>')  # fmt: skip


def test_attributes_have_one_value_or_several_and_nothing_takes_them_away(page):
    found = page.evaluate(
        """() => {
          const one = (a, b, there) =>
            draw(html`<p class="x ${a} ${b}" id=${b} ?hidden=${there}></p>`);
          return [one("a", "b", true), one("a", nothing, false), one("a", "c", false)];
        }"""
    )
    assert found == [
        '<p class="x a b" id="b" hidden=""></p>',
        "<p></p>",
        '<p class="x a c" id="c"></p>',
    ]


def test_properties_are_set_after_the_attributes_before_them_and_the_last_listener_hears(page):
    heard = page.evaluate(
        """() => {
          const heard = [];
          for (const name of ["first", "last"]) {
            const hear = () => heard.push(name);
            draw(html`<input type="range" max=${5} .value=${"4"} @input=${hear} />`);
          }
          room.querySelector("input").dispatchEvent(new Event("input"));
          return [...heard, room.querySelector("input").value];
        }"""
    )
    assert heard == ["last", "4"]


def test_what_has_not_changed_stays_the_same_element_and_keeps_the_focus(page):
    assert page.evaluate(
        """() => {
          const list = (...all) => draw(html`<ul>${all.map((one) =>
            html`<li><button>${one}</button></li>`)}</ul>`);
          list("a", "b", "c");
          const [, second] = room.querySelectorAll("button");
          second.focus();
          list("x", "y");
          return document.activeElement === second && second.textContent === "y";
        }"""
    )


def test_rows_of_tables_options_and_shapes_become_what_they_are(page):
    found = page.evaluate(
        """() => {
          draw(html`<table><tbody>${[1, 2].map((n) => html`<tr><td>${n}</td></tr>`)}</tbody></table>
            <select>${[1, 2].map((n) => html`<option ?selected=${n === 2}>${n}</option>`)}</select>
            <svg>${svg`<circle r=${3} />`}</svg>`);
          const cells = room.querySelectorAll("tbody > tr > td");
          return [cells.length, room.querySelector("select").value,
            room.querySelector("circle") instanceof SVGElement];
        }"""
    )
    assert found == [2, "2", True]
