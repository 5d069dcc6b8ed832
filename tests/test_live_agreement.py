"""The book's models, run by the page in Chromium, say what PyTorch says from the same files.

A few sentences each; ATTENTION_COURSE_PROVE=1 asks 200 of every model, captions too; `make prove`.
"""

import os
from pathlib import Path

import pytest

from attention_course import data
from attention_course.data.batch import encode_sentence
from attention_course.judging.decoding import translate_ids
from attention_course.live import model_file
from attention_course.runs.results import results_folder
from test_live_page import browser, needs_browser, serving  # noqa: F401  (a fixture)

PROVE = bool(os.environ.get("ATTENTION_COURSE_PROVE"))
SENTENCES = 200 if PROVE else 6
FILES = sorted(
    file
    for file in (results_folder() / "live").glob("*.model")
    if "language" not in file.stem and (PROVE or file.stem.startswith("pocket-korean"))
)
TRANSLATE = """async ([file, sentences]) => {
  const { readTrained } = await import("/engine/trained.js");
  const trained = await readTrained(await (await fetch(file)).arrayBuffer());
  return sentences.map((sentence) => {
    const { tokens, steps } = trained.translate(sentence);
    return [tokens, trained.weightsOf(steps).map((row) => Array.from(row))];
  });
}"""
pytestmark = needs_browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The engine and the book's models, served."""
    root = tmp_path_factory.mktemp("served")
    (root / "engine").symlink_to(Path(model_file.__file__).parent / "engine")
    (root / "models").symlink_to(results_folder() / "live")
    (root / "empty.html").write_text("<!doctype html><title>empty</title>")
    with serving(root) as served:
        yield f"{served}/empty.html"


def pairs_of(run):
    """The pairs that a run was judged on."""
    pocket = run.data == "pocket-korean"  # written without those that it learned from: faster
    return data.load_test_pairs(run) if pocket else data.load(run).test


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_page_says_the_same_words_with_the_same_weights(file, address, browser):  # noqa: F811
    stored = model_file.read(file)
    sentences = [pair.source for pair in pairs_of(stored.run)[:SENTENCES]]
    page = browser.new_page()
    page.set_default_timeout(0)  # a busy machine decides nothing
    page.goto(address)
    said = page.evaluate(TRANSLATE, [f"/models/{file.name}", sentences])
    page.close()
    tokens = [encode_sentence(sentence, stored.source) for sentence in sentences]
    expected = translate_ids(stored.model, tokens, layer=stored.shown_layer)
    assert [words for words, _ in said] == [one.tokens for one in expected]
    for (_, weights), one in zip(said, expected, strict=True):
        theirs = one.weights.tolist()
        assert len(weights) == len(theirs)
        for row, reference in zip(weights, theirs, strict=True):
            assert row == pytest.approx(reference, abs=1e-4)
