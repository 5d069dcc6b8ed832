"""The questions "Check yourself": whole, right by computation, alike in page and notebook."""

import itertools
import math
import re
import sys
from pathlib import Path

import pytest
import torch
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import home as homes
import page_notebooks
import questions
from attention_course.course import build, preset
from attention_course.exercises.nucleus import nucleus
from attention_course.ladder.ch1_bottleneck import LastState
from attention_course.ladder.ch2_averaging import Max, Mean
from attention_course.ladder.ch3_attention import soft_lookup
from attention_course.ladder.ch4_self_attention import attend, projected_heads, sinusoidal_positions
from attention_course.ladder.ch5_one_stack import CausalHeads, rotary
from attention_course.models.masks import causal_mask, masked_softmax
from attention_course.rungs import STEMS
from attention_course.runs.results import read_records

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(file.stem for file in questions.FOLDER.glob("*.yml"))
ALL = [(file, one) for file in FILES for one in questions.read(file)]
each_file = pytest.mark.parametrize("file", FILES)
each_question = pytest.mark.parametrize(
    ("file", "one"), ALL, ids=[f"{file}-{one.name}" for file, one in ALL]
)
ROLE_OR_LINK = re.compile(r"\{[\w:]+\}`|\]\(")


def right(one: questions.Question) -> questions.Choice:
    """The right choice of a question."""
    [choice] = [choice for choice in one.choices if choice.right]
    return choice


# The files


@pytest.mark.parametrize("stem", STEMS)
def test_a_chapter_has_four_to_six_questions(stem):
    assert 4 <= len(questions.read(stem)) <= 6


@each_question
def test_one_choice_is_right_and_every_choice_says_why(file, one):
    assert sum(choice.right for choice in one.choices) == 1
    assert all(len(choice.why) > 20 for choice in one.choices)
    assert len({choice.text for choice in one.choices}) == len(one.choices)
    assert len({choice.why for choice in one.choices}) == len(one.choices)


@each_question
def test_the_text_of_a_question_is_one_that_every_reader_of_markdown_shows(file, one):
    texts = [one.ask, *(text for choice in one.choices for text in (choice.text, choice.why))]
    assert [text for text in texts if ROLE_OR_LINK.search(text)] == []
    assert all(text.count("$") % 2 == text.count("`") % 2 == 0 for text in texts)


def test_the_right_choice_stands_in_no_place_more_often_than_not():
    places = [[choice.right for choice in one.choices].index(True) for _, one in ALL]
    assert max(places.count(place) for place in range(4)) <= len(places) / 2


def test_the_right_choice_is_not_known_by_its_length():
    longest = [max(one.choices, key=lambda choice: len(choice.text)) for _, one in ALL]
    assert sum(choice.right for choice in longest) <= len(ALL) / 2


BAD = """\
- name: bad
  ask: Which?
  choices:
    - {choice: one, why: because it is not%s}
    - {choice: two, why: because it is not}
    - {choice: three, right: true%s}
"""


@pytest.mark.parametrize(
    ("first", "third", "says"),
    [
        (", right: true", ", why: it is", "got 3 and 2 right; mark it with `right: true`"),
        ("", "", "expected a why for every choice of bad, got none for 'three'"),
    ],
)
def test_a_question_without_one_right_choice_or_without_a_why_is_refused(
    tmp_path, first, third, says
):
    (tmp_path / "trial.yml").write_text(BAD % (first, third))
    with pytest.raises(questions.QuestionError, match=re.escape(says)):
        questions.read("trial", tmp_path)


def test_two_questions_of_one_name_are_refused_since_answers_are_remembered_by_it(tmp_path):
    good = BAD % ("", ", why: it is")
    (tmp_path / "trial.yml").write_text(good + good)
    with pytest.raises(questions.QuestionError, match="expected one question named bad"):
        questions.read("trial", tmp_path)


# What the numbers of right choices are, computed


def last_real_token():
    mask = torch.tensor([[True] * 3 + [False] * 2, [True] * 5])
    weights = LastState().weights(torch.zeros(2, 1, 7), torch.randn(2, 5, 7), mask)
    return f"column {weights[0, 0].argmax() + 1}."


def bits():
    assert 10 * 12 * math.log2(16) < 64 * 32
    return f"{12 * math.log2(16):.0f} bits, and many"


def loss():
    surprise = -torch.tensor([1 / 2, 1 / 4, 1 / 8]).log().mean().item()
    assert math.isclose(surprise, 2 * math.log(2), rel_tol=1e-6)
    return rf"$2 \ln 2 \approx {surprise:.2f}$"


def mean_of_padding():
    states = torch.tensor([[[2.0, 0.0], [4.0, 6.0], [0.0, 0.0], [0.0, 0.0]]])
    wrong = states.mean(dim=1)[0].tolist()
    mask = torch.tensor([[True, True, False, False]])
    good = Mean()(torch.zeros(1, 1, 2), states, mask).vector.flatten().tolist()
    return f"$({wrong[0]:g}, {wrong[1]:g})$ and should be $({good[0]:g}, {good[1]:g})$"


def outside():
    states = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    can = {
        tuple((torch.tensor([a, b, 8 - a - b]) / 8 @ states).tolist())
        for a, b in itertools.product(range(9), repeat=2)
        if a + b <= 8
    }
    [never] = {(2.0, 2.0), (3.0, 3.0), (1.0, 1.0), (4.0, 0.0)} - can
    return f"$({never[0]:g}, {never[1]:g})$"


def feature_by_feature():
    states = torch.tensor([[[3.0, 1.0], [1.0, 2.0], [2.0, 5.0]]])
    vector, weights = Max()(torch.zeros(1, 1, 2), states, torch.ones(1, 3, dtype=torch.bool))
    assert weights.flatten().tolist() == [0.5, 0, 0.5]
    return "$({:g}, {:g})$, and the shares are $1/2$, $0$ and $1/2$".format(*vector.flatten())


def table_of_weights():
    mask = torch.ones(1, 5, dtype=torch.bool)
    weights = Mean().weights(torch.randn(1, 6, 2), torch.randn(1, 5, 2), mask)
    assert weights.shape == (1, 6, 5)
    assert torch.allclose(5 * weights, torch.ones(1, 6, 5))
    return "Six rows of five cells, each cell $1/5$."


def three_weights():
    keys = torch.tensor([[1.0, 5.0], [0.0, 2.0], [0.0, -3.0]])
    fifths = 5 * soft_lookup(torch.tensor([[math.log(3), 0.0]]), keys, keys, 1.0).weights[0]
    return "${:.0f}/5$, ${:.0f}/5$ and ${:.0f}/5$".format(*fifths)


def masked_score():
    scores = torch.tensor([[[math.log(2), 0.0, math.log(5)]]])
    weights = masked_softmax(scores, torch.tensor([[[True, True, False]]]))
    return f"${3 * weights[0, 0, 0]:.0f}/3$"


def shape_of_context():
    return f"`{list((torch.zeros(2, 7, 5) @ torch.zeros(2, 5, 64)).shape)}`"


def size_of_scores():
    sizes = [(torch.randn(20_000, d) * torch.randn(20_000, d)).sum(1).std() for d in (16, 64)]
    return "from {:.0f} to {:.0f}.".format(*sizes)


def shapes_of_heads():
    heads, words = projected_heads(d_model=64, heads=8), torch.randn(2, 10, 64)
    weights = heads(words, words, torch.ones(1, 1, 10, dtype=torch.bool)).weights
    return f"`{list(weights.shape)}`, and {heads.offer(words).keys.shape[-1]} numbers."


def columns_of_a_prompt():
    model = build(preset("ch5_one_stack", "one-stack", "copy", "smoke"), 11, 13).eval()
    source, target = torch.tensor([[4, 5, 2, 0, 0]]), torch.tensor([[1, 4, 5, 6]])
    maps = model(source, torch.tensor([3]), target).maps
    assert maps.shape[-1] == 9
    return f"{(maps[0, 0, 0, 2] > 0).sum()}: the 3 tokens of the source, and 3 of its own."


def size_of_the_cache():
    words, places = torch.randn(1, 100, 64), torch.arange(100)[None]
    offers = [CausalHeads(64, 8, key_heads).offer(words, places) for key_heads in (8, 2)]
    sizes = [4 * 2 * sum(part.numel() for part in offered) for offered in offers]
    return "{:,} bytes, and {:,} bytes if they share".format(*sizes)


def turned_distance():
    query, key = torch.randn(2, 1, 1, 1, 8, dtype=torch.float64)

    def score(here, there):
        return rotary(query, torch.tensor([[here]])) @ rotary(key, torch.tensor([[there]])).mT

    offered = ((4, 7), (14, 8), (103, 100))
    [same] = [one for one in offered if torch.allclose(score(*one), score(7, 4))]
    return "query at place {} and the key at place {}".format(*same)


def top_p():
    logits = torch.tensor([[1 / 2, 1 / 4, 1 / 8, 1 / 8]]).log()
    first, sharper = nucleus(logits, 0.7)[0, 0], nucleus(2 * logits, 0.7)[0, 0]
    assert torch.allclose((2 * logits).softmax(1)[0, 0], torch.tensor(8 / 11))
    return f"${3 * first:.0f}/3$; with a temperature of $1/2$ it would be {sharper:g}."


def second_row():
    scores = torch.tensor([math.log(3), 0.0, math.log(4)]).expand(3, 3)
    row = 4 * masked_softmax(scores, causal_mask(3))[1]
    return "${:.0f}/4$, ${:.0f}/4$ and ${:.0f}$".format(*row)


def four_times_the_words():
    return f"{2048**2 // 512**2} times"


def one_clock():
    """The dot product of the first two numbers of two positions: one clock, of rate 1."""
    table = sinusoidal_positions(8, 2)
    product = (table[7] @ table[4]).item()
    [apart] = [n for n in (3, 11, 28) if math.isclose(math.cos(n), product, abs_tol=1e-5)]
    return rf"\cos({apart}r)"


COMPUTED = {
    ("ch1_bottleneck", "last-real-token"): last_real_token,
    ("ch1_bottleneck", "bits"): bits,
    ("ch1_bottleneck", "loss"): loss,
    ("ch2_averaging", "mean-of-padding"): mean_of_padding,
    ("ch2_averaging", "outside"): outside,
    ("ch2_averaging", "feature-by-feature"): feature_by_feature,
    ("ch2_averaging", "table-of-weights"): table_of_weights,
    ("ch3_attention", "three-weights"): three_weights,
    ("ch3_attention", "masked-score"): masked_score,
    ("ch3_attention", "shape-of-context"): shape_of_context,
    ("ch4_self_attention", "size-of-scores"): size_of_scores,
    ("ch4_self_attention", "shapes-of-heads"): shapes_of_heads,
    ("ch5_one_stack", "columns-of-a-prompt"): columns_of_a_prompt,
    ("ch5_one_stack", "size-of-the-cache"): size_of_the_cache,
    ("ch5_one_stack", "turned-distance"): turned_distance,
    ("ch5_one_stack", "top-p"): top_p,
    ("positions", "one-clock"): one_clock,
    ("transformer", "second-row"): second_row,
    ("transformer", "four-times-the-words"): four_times_the_words,
}


@each_question
def test_where_a_number_is_asked_it_is_the_one_that_the_package_computes(file, one):
    compute = COMPUTED.get((file, one.name))
    if re.search(r"\d", right(one).text):
        assert compute is not None, "add what is right to COMPUTED"
    if compute is not None:
        assert compute() in right(one).text


def test_nothing_is_computed_for_a_question_that_is_not_there():
    assert COMPUTED.keys() <= {(file, one.name) for file, one in ALL}


# What the other right choices say, tried


def test_load_costs_more_than_distance_as_the_question_says():
    records = read_records()
    [one_letter] = [row["mean"] for row in records["c22"]["predictions"] if row["name"] == "kept"]
    seen = records["q01"]["seen"]
    many = seen["ch1_bottleneck (13 to 16 letters), share right"]["mean"]
    assert one_letter > many + 0.3


def test_a_sum_alone_tells_a_source_from_the_same_said_twice():
    letters = torch.eye(2)[[0, 1, 1, 1]]
    twice = letters.repeat(2, 1)
    assert torch.equal(letters.mean(0), twice.mean(0))
    assert torch.equal(letters.amax(0), twice.amax(0))
    assert not torch.equal(letters.sum(0), twice.sum(0))


def test_adding_to_scores_leaves_weights_and_multiplying_makes_them_more_peaked():
    scores = torch.randn(7)
    weights = scores.softmax(0)
    assert torch.allclose((scores + 5).softmax(0), weights, atol=1e-6)
    assert (5 * scores).softmax(0).max() > weights.max()


def test_the_long_key_wins_by_the_dot_product_and_loses_by_the_cosine():
    query, a, b = torch.tensor([[1.0, 0.0], [2.0, 0.0], [3.0, 3.0]])
    assert query @ b > query @ a
    assert torch.cosine_similarity(query, a, 0) > torch.cosine_similarity(query, b, 0)


def test_without_matrices_scores_are_given_back_and_weights_are_not():
    words = torch.randn(5, 8)
    _, weights = attend(words, words, words, torch.ones(1, 5, dtype=torch.bool))
    scores = words @ words.T
    assert torch.allclose(scores, scores.T)
    assert not torch.allclose(weights, weights.T, atol=1e-3)


def test_twice_the_heads_are_as_many_parameters_and_twice_the_weights():
    words, everyone = torch.randn(1, 6, 64), torch.ones(1, 1, 6, dtype=torch.bool)
    few, many = projected_heads(d_model=64, heads=4), projected_heads(d_model=64, heads=8)
    sizes = [sum(one.numel() for one in heads.parameters()) for heads in (few, many)]
    counts = [heads(words, words, everyone).weights.numel() for heads in (few, many)]
    assert sizes[0] == sizes[1]
    assert 2 * counts[0] == counts[1]


def test_a_source_word_is_read_with_all_words_by_an_encoder_and_with_those_before_by_one_stack():
    lengths = torch.tensor([5])
    source, other = torch.tensor([[4, 5, 6, 4, 7], [4, 5, 9, 8, 10]])[:, None]  # two words stay
    states, keys = [], []
    rung_4 = build(preset("ch4_self_attention", "transformer", "copy", "smoke"), 11, 13).eval()
    rung_5 = build(preset("ch5_one_stack", "one-stack", "copy", "smoke"), 11, 13).eval()
    for one in (source, other):
        states.append(rung_4.encode(one, lengths).offered[-1].keys[:, :, 1])
        keys.append(rung_5.encode(one, lengths).kept[-1].keys[:, :, 1])
    assert not torch.allclose(*states)
    assert torch.equal(*keys)


def test_words_that_change_places_take_their_new_vectors_with_them():
    heads, words = projected_heads(d_model=8, heads=2), torch.randn(1, 6, 8)
    everyone, order = torch.ones(1, 1, 6, dtype=torch.bool), [0, 4, 2, 3, 1, 5]
    straight = heads(words, words, everyone).vector
    exchanged = heads(words[:, order], words[:, order], everyone).vector
    assert torch.allclose(straight[:, order], exchanged, atol=1e-6)


# The page and the notebook


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> BeautifulSoup:
    """All questions on one page, built as the website's are."""
    folder = tmp_path_factory.mktemp("questions")
    blocks = "".join(f"```{{course-questions}} {file}\n```\n\n" for file in FILES)
    (folder / "index.md").write_text(f"# Trial\n\n{blocks}")
    extensions = str(ROOT / "book" / "_ext")
    settings = {
        "extensions": ["myst_parser", "sphinx.ext.mathjax", "course_questions"],
        "myst_enable_extensions": ["dollarmath"],
        "html_static_path": [str(ROOT / "book" / "_static")],
    }
    out, cache = folder / "out", folder / "cache"
    sys.path.append(extensions)
    try:
        with patch_docutils(), docutils_namespace():
            Sphinx(folder, None, out, cache, "html", settings, status=None,
                   warningiserror=True).build()  # fmt: skip
    finally:
        sys.path.remove(extensions)
    return BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")


def test_every_question_is_a_fieldset_with_a_legend_whose_choices_are_folds(page):
    fieldsets = page.select(".course-questions fieldset")
    assert len(fieldsets) == len(ALL)
    for fieldset, (_, one) in zip(fieldsets, ALL, strict=True):
        assert fieldset.find("legend").get_text(strip=True)
        folds = fieldset.find_all("details")
        assert len(folds) == len(one.choices)
        for fold, choice in zip(folds, one.choices, strict=True):
            assert fold["data-right"] == str(choice.right).lower()
            verdict = questions.RIGHT if choice.right else questions.WRONG
            assert fold.select_one(".why strong").get_text() == verdict
            assert fold.find("summary").get_text(strip=True)


def test_formulas_of_questions_are_those_of_the_page(page):
    block = page.select(".course-questions")
    assert sum(len(one.select(".math")) for one in block) > 50
    assert not any("$" in one.get_text() for one in block)


def test_a_page_with_questions_loads_what_they_need(page):
    loaded = str(page.find("head"))
    assert all(name in loaded for name in ("memory.js", "questions.js", "bets.js", "questions.css"))


@pytest.mark.parametrize("stem", STEMS)
def test_a_chapter_asks_its_questions_and_its_notebook_asks_the_same(stem):
    notebook = page_notebooks.convert(ROOT / "book" / f"{stem}.md", homes.read())
    text = "\n".join(cell.source for cell in notebook.cells)
    for one in questions.read(stem):
        assert one.ask in text
        for choice in one.choices:
            assert f"\n\n{choice.answer}\n\n</details>" in text
            assert f"** {choice.text}\n" in text
