"""The live figures in the output of a cell: one script, and what it answers without a network."""

import re

import nbformat
import pytest

import execute_notebooks
from attention_course.live import bundle, model_file, notebook
from attention_course.runs.trained import translate
from test_live_engine import made
from test_live_page import browser, needs_browser, weights, written  # noqa: F401  # one is a fixture
from test_palette import DARK

SENTENCES = ["a b c d", "c c a"]
ENTRIES = ["page/ladder.js", "page/step.js"]
FORMS = re.compile(r"^(import .*|export \{.*|export )", re.MULTILINE)


@pytest.fixture(scope="module")
def models():
    return {"Bottleneck": made("last"), "Attention": made("scaled")}


def stored(trained):
    """A model as the figure has it, in 8 bits."""
    return model_file.as_file(trained, SENTENCES)[0]


# One script


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_bundle_has_no_import_left_and_every_other_line_of_its_modules(entry):
    script = bundle.bundle(entry)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    assert "MIT licence" in script.splitlines()[0]
    modules = ["page/draw.js", "page/element.js", "engine/trained.js", "engine/seq2seq.js", entry]
    for name in modules:
        text = FORMS.sub("", (bundle.LIVE / name).read_text(encoding="utf-8"))
        for line in text.replace("<!--", "<\\!--").splitlines():
            assert line in script


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_bundle_can_stand_in_a_page(entry):
    script = bundle.bundle(entry)
    assert "</script" not in script
    assert "<!--" not in script
    assert not re.search(r"(https?:)?//\w+\.\w+/", script)


def test_every_module_of_a_figure_is_called_once_after_those_it_imports():
    script = bundle.bundle("page/ladder.js")
    defined = re.findall(r"^const (\w+) = \(\(\) => \{$", script, re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert (defined[-1], defined.count("engine_rungs")) == ("page_ladder", 1)
    for name in defined:
        used = re.search(rf"= {name}[;.]|: {name}\.", script)
        assert used is None or used.start() > script.index(f"const {name} = (")


@pytest.mark.parametrize(
    "line", ["export default 3;", 'import x from "./y.js";', "await import(x);"]
)
def test_an_import_of_an_unknown_form_is_refused(line):
    with pytest.raises(ValueError, match=r"of known forms in page/x\.js, got: "):
        bundle.as_function("page/x.js", f"{line}\n")


def test_modules_that_import_each_other_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "LIVE", tmp_path)
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n')
    with pytest.raises(ValueError, match=r"without a circle, got a\.js > b\.js > a\.js"):
        bundle.bundle("a.js")


# What is refused, in words


def test_no_model_and_no_sentence_are_refused(models):
    with pytest.raises(ValueError, match="at least one model and one sentence, got 0 and 2"):
        notebook.ladder({}, SENTENCES)
    with pytest.raises(ValueError, match="at least one model and one sentence, got 2 and 0"):
        notebook.ladder(models, [])
    with pytest.raises(ValueError, match="at least one sentence, got none"):
        notebook.step(models["Attention"], [])


def test_models_that_have_learned_other_words_are_refused_by_their_names(models):
    other = made("mean", "sort", vocabulary_size=40)
    with pytest.raises(ValueError, match="the same words, got Attention and Other with other ones"):
        notebook.ladder({"Attention": models["Attention"], "Other": other}, SENTENCES)


def test_a_model_whose_scores_the_stepper_does_not_explain_is_refused(models):
    with pytest.raises(ValueError, match=r"variant scaled, .* got last; .* seen with ladder"):
        notebook.step(models["Bottleneck"], SENTENCES)


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "x.model").write_text("no model")
    with pytest.raises(model_file.ModelFileError, match="expected an exported model"):
        notebook.ladder(tmp_path / "x.model", SENTENCES)


def test_an_executed_copy_has_a_line_in_the_place_of_the_model(models):
    output = nbformat.v4.new_output(
        "execute_result", data={"text/html": notebook.ladder(models, SENTENCES).data}
    )
    [shown] = execute_notebooks.as_shown(output, "notebook.ladder(models, sentences)")
    assert shown.data == {"text/plain": execute_notebooks.LIVE}


# In a browser: pages that hold nothing but outputs of cells, without a network


def opened(browser, *outputs, html="", width=1000, **options):  # noqa: F811
    """A page of these outputs, and the errors and requests that it makes."""
    page = browser.new_page(viewport={"width": width, "height": 800}, **options)
    page.context.set_offline(True)
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda request: page.trouble.append(request.url))
    cells = "".join(f'<div class="cell">{output.data}</div>' for output in outputs)
    page.set_content(
        f'<!doctype html><html lang="en" {html}><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>out</title>{cells}'
    )
    return page


@pytest.fixture
def ladder(models, browser):  # noqa: F811
    page = opened(browser, notebook.ladder(models, SENTENCES))
    all_read(page, 2)
    yield page
    assert page.trouble == []
    page.close()


def all_read(page, number):
    page.wait_for_function(f"document.querySelectorAll('.heatmap').length === {number}")


def words(page, name):
    """The words of a model's translation."""
    buttons = page.locator(f".rung[aria-label='{name}'] .words button")
    return [text.strip() for text in buttons.all_inner_texts()]


@needs_browser
def test_a_typed_sentence_is_answered_as_pytorch_does(ladder, models):
    ladder.fill("input[type=text]", "d b a c a")
    ladder.press("input[type=text]", "Enter")
    for name, trained in models.items():
        [expected] = translate(stored(trained), ["d b a c a"])
        assert words(ladder, name) == expected.output_tokens


@needs_browser
def test_a_sentence_that_is_chosen_is_answered_too(ladder, models):
    ladder.select_option("select >> nth=0", SENTENCES[1])
    [expected] = translate(stored(models["Attention"]), [SENTENCES[1]])
    assert words(ladder, "Attention") == expected.output_tokens


@needs_browser
def test_a_weight_is_moved_by_keys_and_taken_back(ladder):
    ladder.locator(".rung[aria-label='Attention'] .words button").first.focus()
    ladder.keyboard.press("Enter")
    before = weights(ladder)
    slider = ladder.locator(".step input[type=range]").nth(1)
    slider.focus()
    ladder.keyboard.press("End")
    assert weights(ladder)[1] == 1
    assert slider.evaluate("one => one === document.activeElement")
    ladder.get_by_role("button", name="Back").focus()
    ladder.keyboard.press("Enter")
    assert weights(ladder) == before


@needs_browser
def test_a_word_that_no_model_knows_is_named(ladder):
    ladder.fill("input[type=text]", "a zebra")
    ladder.press("input[type=text]", "Enter")
    assert ladder.locator("text=no model can know it: zebra").count() == 1


@needs_browser
def test_a_notebook_has_no_address_to_be_linked_to(ladder):
    assert ladder.locator("text=Link to what you see").count() == 0


@needs_browser
@pytest.mark.parametrize("theme", ['theme="light"', 'theme="dark"'])
def test_on_a_phone_nothing_is_cut_off_and_in_the_dark_ink_stands_out(models, browser, theme):  # noqa: F811
    page = opened(browser, notebook.ladder(models, SENTENCES), html=theme, width=390)
    all_read(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    light = "one => getComputedStyle(one)['{}'].match(/\\d+/g)[0] > 128"
    places = page.locator("course-live, course-live button, course-live select, course-live input")
    for place in places.all():
        if place.get_attribute("type") in ("range", "file"):
            continue
        ink, ground = (place.evaluate(light.format(one)) for one in ("color", "backgroundColor"))
        assert (ink, ground) == (("dark" in theme), ("dark" not in theme))
    page.close()


@needs_browser
def test_two_cells_of_a_page_live_beside_each_other(models, browser):  # noqa: F811
    outputs = [notebook.ladder(one, SENTENCES) for one in models.values()]
    page = opened(browser, *outputs)
    all_read(page, 2)
    for cell, trained in zip(page.locator(".cell").all(), models.values(), strict=True):
        [expected] = translate(stored(trained), [SENTENCES[0]])
        found = cell.locator(".words button").all_inner_texts()
        assert [word.strip() for word in found] == expected.output_tokens
    assert page.trouble == []
    page.close()


@needs_browser
def test_an_output_that_is_put_into_a_page_later_lives_too(models, browser):  # noqa: F811
    page = opened(browser)
    page.evaluate(
        """output => {
          const cell = document.createElement("div");
          cell.innerHTML = output;
          for (const dead of cell.querySelectorAll("script")) {
            const script = document.createElement("script");
            for (const { name, value } of dead.attributes) script.setAttribute(name, value);
            script.textContent = dead.textContent;
            dead.replaceWith(script);
          }
          document.body.append(cell);
        }""",
        notebook.ladder(models, SENTENCES).data,
    )
    all_read(page, 2)
    assert page.trouble == []
    page.close()


@needs_browser
def test_an_output_lives_in_a_frame_that_may_do_nothing_but_run_scripts(models, browser):  # noqa: F811
    page = opened(browser)
    page.evaluate(
        """output => {
          const frame = document.createElement("iframe");
          frame.sandbox = "allow-scripts";
          frame.srcdoc = output;
          document.body.append(frame);
        }""",
        notebook.ladder(models, SENTENCES).data,
    )
    frame = page.frame_locator("iframe")
    frame.locator(".heatmap").nth(1).wait_for()
    [expected] = translate(stored(models["Attention"]), SENTENCES[:1])
    found = frame.locator(".rung[aria-label='Attention'] .words button").all_inner_texts()
    assert [word.strip() for word in found] == expected.output_tokens
    page.close()


@needs_browser
def test_a_notebook_gets_no_key_of_the_figure_but_its_own_with_ctrl(ladder):
    ladder.evaluate(
        """() => {
          window.taken = [];
          addEventListener("keydown", ({ key }) => window.taken.push(key));
          addEventListener("keydown", ({ key, target }) => {
            const kept = target.closest("[data-lm-suppress-shortcuts]"); // asked by JupyterLab
            if (!kept) window.taken.push(`Lab: ${key}`);
          }, true);
        }"""
    )
    ladder.focus("input[type=text]")
    for key in ("x", "Enter", "ArrowDown"):
        ladder.keyboard.press(key)
    assert ladder.evaluate("window.taken") == []
    ladder.keyboard.press("Control+b")
    assert ladder.evaluate("window.taken.slice(-2)") == ["Lab: b", "b"]


@needs_browser
def test_an_exported_file_is_shown_by_its_name(models, browser, tmp_path):  # noqa: F811
    model_file.export(models["Attention"], tmp_path / "mine.model", SENTENCES)
    page = opened(browser, notebook.ladder(tmp_path / "mine.model", SENTENCES))
    all_read(page, 1)
    [expected] = translate(stored(models["Attention"]), SENTENCES[:1])
    assert words(page, "mine") == expected.output_tokens
    page.close()


@needs_browser
def test_one_step_is_walked_by_keys_and_taken_hold_of(models, browser):  # noqa: F811
    page = opened(browser, notebook.step(models["Attention"], SENTENCES), width=390)
    page.locator(".stages button").first.focus()
    for name in ("Softmax", "Sum", "Join", "Predict", "hold"):
        page.keyboard.press("ArrowRight")
        assert page.inner_text(".stages [aria-pressed='true']").split()[-1] == name
    page.wait_for_selector("input.meter", state="attached")
    page.locator("input.meter").nth(2).focus()
    page.keyboard.press("End")
    assert page.locator(".states .value").nth(2).inner_text().strip() == "1.00"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.trouble == []
    page.close()


@needs_browser
def test_without_scripts_there_are_the_words_and_what_to_do(models, browser):  # noqa: F811
    page = opened(browser, notebook.ladder(models, SENTENCES), java_script_enabled=False)
    for trained in models.values():
        [expected] = translate(stored(trained), SENTENCES[:1])
        assert expected.output in page.inner_text("body")
    assert "trust the notebook" in page.inner_text("body")
    page.close()


def test_in_the_dark_a_rung_has_the_colour_that_it_has_on_the_website():
    style = (bundle.LIVE / "page" / "notebook.css").read_text(encoding="utf-8")
    told = dict(re.findall(r"--(rung-\d): (#\w{6});", style))
    assert told == {name: DARK[name] for name in DARK if name.startswith("rung-")}
