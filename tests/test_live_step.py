"""One step of attention: what the page is told of it, and what a reader can do with it."""

import pytest

from attention_course.data.pairs import Pair
from attention_course.live import figure, model_file, stepper
from attention_course.live.trace import trace
from attention_course.runs.results import results_folder
from attention_course.runs.trained import translate
from test_live_engine import engine, exported, made  # noqa: F401  # two are fixtures
from test_live_page import browser, needs_browser, served  # noqa: F401  # one is a fixture

SENTENCE = "a b c d"
EXAMPLES = [Pair(SENTENCE, "all four"), Pair("c c a", "three")]
STAGES = ["Score", "Softmax", "Sum", "Join", "Predict", "Take hold"]


@pytest.mark.parametrize("variant", ["scaled", "dot", "general", "additive"])
def test_a_trace_is_what_the_page_works_out_itself(engine, exported, variant):  # noqa: F811
    file, one = exported(variant)
    expected = trace(one, SENTENCE)
    found = engine("explain", file=str(file), sentence=SENTENCE)
    assert [found[name] for name in ("source", "size", "vocabulary")] == [
        expected[name] for name in ("source", "size", "vocabulary")
    ]
    assert found["states"] == [pytest.approx(state, abs=6e-3) for state in expected["states"]]
    for ours, theirs in zip(found["steps"], expected["steps"], strict=True):
        assert ours["word"] == theirs["word"]
        assert [word["word"] for word in ours["next"]] == [w["word"] for w in theirs["next"]]
        for name in ("scores", "weights"):
            assert ours[name] == pytest.approx(theirs[name], abs=1e-3)
        for name in ("query", "vector", "readout"):
            assert ours[name] == pytest.approx(theirs[name], abs=6e-3)


def test_a_trace_holds_the_words_and_weights_of_the_translation():
    one = made("scaled")
    told, [expected] = trace(one, SENTENCE), translate(one, [SENTENCE])
    assert [step["word"] for step in told["steps"]] == expected.output_tokens
    for step, row in zip(told["steps"], expected.weights, strict=True):
        assert step["weights"] == pytest.approx(row, abs=2e-4)


def test_a_model_without_scores_has_no_trace():
    for variant, kind in (("mean", "Seq2Seq"), ("transformer", "Transformer")):
        with pytest.raises(TypeError, match=f"attention, got {kind}"):
            trace(made(variant), SENTENCE)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder of results with one model of attention, in the place of the book's own."""
    root = tmp_path_factory.mktemp("results")
    (root / "live").mkdir()
    model_file.export(made("scaled"), root / "live" / "pocket-korean-scaled.model", [SENTENCE])
    return root


@pytest.fixture
def ours(monkeypatch, models):
    monkeypatch.setattr(stepper, "results_folder", lambda: models)
    return trace(model_file.read(models / "live" / "pocket-korean-scaled.model"), SENTENCE)


def test_without_scripts_the_five_steps_are_told_in_a_list(ours):
    word = ours["steps"][1]["word"]
    told = stepper.attention_step(EXAMPLES, word, alive=False)
    assert "<script" not in told
    for name in ("Score", "Softmax", "Sum", "Join", "Predict"):
        assert f"<b>{name}.</b>" in told
    at = [step["word"] for step in ours["steps"]].index(word)
    assert f"its weight is {max(ours['steps'][at]['weights']):.2f}" in told


def test_a_word_that_is_not_written_is_refused(ours):
    with pytest.raises(ValueError, match=r"expected a word among .*, got 'zebra'"):
        stepper.attention_step(EXAMPLES, "zebra")


def test_a_package_without_models_says_where_the_figure_is(monkeypatch, tmp_path):
    monkeypatch.setattr(stepper, "results_folder", lambda: tmp_path)
    assert "on the website" in stepper.attention_step(EXAMPLES, "a", alive=False)
    with pytest.raises(FileNotFoundError):
        stepper.attention_step(EXAMPLES, "a")


def test_the_figure_of_the_book_opens_with_its_sentence():
    from attention_course.data.pocket_korean import read_examples

    assert (results_folder() / "live").exists()
    html = stepper.attention_step(read_examples(), "recommended")
    assert "“yesterday yuna read the novel that minsu” is written." in html
    assert len(html) < 20_000


# In a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory, models):
    """A page with the figure, served."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stepper, "results_folder", lambda: models)
        first = trace(model_file.read(models / "live" / "pocket-korean-scaled.model"), SENTENCE)
        body = stepper.attention_step(EXAMPLES, first["steps"][0]["word"])
    with served(tmp_path_factory.mktemp("site") / "served", models / "live", body) as one:
        yield one


@pytest.fixture
def page(address, browser):  # noqa: F811
    one = browser.new_page()
    errors, asked = [], []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.on("request", lambda request: asked.append(request.url))
    one.goto(address)
    one.wait_for_selector(".stages")
    one.asked = asked
    yield one
    one.close()
    assert errors == []


def hold(page):
    page.click(f"text={STAGES[-1]}")
    page.wait_for_selector("input.meter", state="attached")


def shares(page):
    minus = "\N{MINUS SIGN}"
    return [
        float(text.split()[-1].replace(minus, "-"))
        for text in page.locator(".states .value").all_inner_texts()
    ]


def words(page):
    return [text.strip() for text in page.locator(".words button").all_inner_texts()]


def move(page, s, value):
    page.locator("input.meter").nth(s).evaluate(
        f"one => {{ one.value = {value}; one.dispatchEvent(new Event('input')); }}"
    )


@needs_browser
def test_the_five_steps_are_walked_without_fetching_a_model(page, ours):
    first = ours["steps"][0]
    assert shares(page) == pytest.approx(first["scores"], abs=6e-3)
    for name in STAGES[1:5]:
        page.click(".next-step")
        assert page.inner_text(".stages [aria-pressed='true']").split()[-1] == name
    assert shares(page) == pytest.approx(first["weights"], abs=6e-3)
    assert page.locator(".next b").all_inner_texts() == [one["word"] for one in first["next"]]
    assert not [url for url in page.asked if url.endswith(".model")]


@needs_browser
def test_arrow_keys_lead_from_word_to_word_and_focus_stays(page):
    page.locator(".words button").first.focus()
    page.keyboard.press("ArrowRight")
    pressed = page.locator(".words [aria-pressed='true']")
    assert pressed.evaluate("one => one === document.activeElement")
    assert pressed.evaluate("one => [...one.parentElement.children].indexOf(one)") == 1


@needs_browser
def test_a_weight_is_moved_the_row_sums_to_one_and_the_way_back_is_there(page, ours):
    hold(page)
    before, said = shares(page), words(page)
    move(page, 2, 0.7)
    after = shares(page)
    assert after[2] == 0.7
    assert sum(after) == pytest.approx(1, abs=0.03)
    assert page.inner_text(".told").startswith("Next word: ")
    page.click("text=Undo all changes")
    assert shares(page) == before
    assert words(page) == said == [step["word"] for step in ours["steps"]]


@needs_browser
def test_without_the_division_the_softmax_is_sharper_and_with_heat_flatter(page):
    hold(page)
    own = max(shares(page))
    page.uncheck("text=divide the scores")
    assert max(shares(page)) > own
    page.check("text=divide the scores")
    page.get_by_label("temperature").evaluate(
        "one => { one.value = 2; one.dispatchEvent(new Event('input')); }"
    )
    assert shares(page) == pytest.approx([0.2] * 5, abs=0.02)


@needs_browser
def test_what_is_told_is_one_region_that_stays(page):
    page.evaluate("window.kept = document.querySelector('[aria-live]')")
    page.click(".next-step")
    hold(page)
    assert page.evaluate("window.kept === document.querySelector('[aria-live]')")
    assert page.locator("[aria-live]").count() == 1


@needs_browser
def test_another_sentence_is_stepped_through(page, models):
    one = model_file.read(models / "live" / "pocket-korean-scaled.model")
    page.select_option("select", label="three")
    page.wait_for_function("document.querySelectorAll('.states li').length === 4")
    assert words(page) == translate(one, ["c c a"])[0].output_tokens


def test_the_small_ladder_has_the_chosen_rungs_and_says_their_words_without_scripts():
    from attention_course.data.pocket_korean import read_examples

    told = figure.few_rungs(read_examples(), ("last", "scaled"))
    assert told.count('"file": "models/') == 2
    assert '"small": true' in told
    assert "yesterday yuna read the novel that minsu recommended ." in told
    assert "<script" not in figure.few_rungs(read_examples(), ("last",), alive=False)


def test_where_the_models_are_missing_the_small_ladder_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(figure, "results_folder", lambda: tmp_path)
    assert "on the website" in figure.few_rungs(EXAMPLES, ("last",))
