"""Checks are proven: a wrong answer fails with the message that names it, a right one passes.

ATTENTION_COURSE_PROVE=1 proves it at twenty secret keys in the place of two; `make prove` does.
"""

import json
import math
import os
import re
from itertools import combinations
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

import answers
from attention_course import rungs
from attention_course.exercises import catalogue, checking, keys
from attention_course.exercises.checking import check, verdict
from attention_course.exercises.drawing import LIMITS, sizes
from attention_course.exercises.judging import Failure, Other, alike, attempt, judge

EXERCISES = list(catalogue.EXERCISES.values())
SECRET = [f"a key that nobody has seen, {number}".encode() for number in range(20)]
KEYS = [keys.DEMO, *(SECRET if os.environ.get("ATTENTION_COURSE_PROVE") else SECRET[:2])]
ASSIGNMENTS = Path(__file__).parents[1] / "notebooks" / "assignments"


def each_of(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=lambda one: one.name)


each = each_of(EXERCISES)


def small(exercise):
    """The inputs of the case of one sentence, and what is right for them."""
    given = keys.draw_inputs(exercise)[1]
    return given, exercise.right(*given)


TAKES_TENSORS = [one for one in EXERCISES if any(isinstance(x, Tensor) for x in small(one)[0])]
HAS_A_BATCH = [one for one in EXERCISES if small(one)[1].shape[:1] == (1,)]
ONE_NUMBER = [one for one in EXERCISES if small(one)[1].dim() == 0]


def ways_of(exercise):
    """Every wrong function of an exercise, with the mistake that it is."""
    return [
        (mistake, wrong)
        for mistake in exercise.mistakes
        for wrong in (mistake.wrong, *mistake.also)
    ]


def hidden_verdict(exercise, function, key):
    """What the grader says, which has only the kind of what is no tensor."""
    inputs = keys.draw_inputs(exercise, key)
    outputs = [checking.call(function, given)[0] for given in inputs]
    kinds = [
        one if one is None or isinstance(one, Tensor | Failure) else Other(type(one).__name__)
        for one in outputs
    ]
    return judge(exercise, inputs, kinds, hidden=True)


# What is right passes


@each
def test_the_right_answer_passes_with_every_key(exercise):
    for key in KEYS:
        for right in (exercise.right, *exercise.also_right):
            assert verdict(exercise, right, key).right


@each
def test_right_answers_that_are_written_differently_pass(exercise):
    assert len(answers.RIGHT[exercise.name]) >= 3
    for right in answers.RIGHT[exercise.name] + answers.BORDERS.get(exercise.name, []):
        for key in KEYS:
            result = verdict(exercise, right, key)
            assert result.right, result.says


@pytest.mark.parametrize("stem", sorted(file.stem for file in ASSIGNMENTS.glob("*.ipynb")))
def test_the_solutions_of_the_assignments_pass_with_every_key(stem):
    cells = json.loads((ASSIGNMENTS / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    world = {"torch": torch, "math": math}
    for cell in cells:
        text = "".join(cell["source"])
        if text.startswith("# exercise: "):
            exec(text, world)
    expected = [one for one in EXERCISES if one.name.startswith(f"{rungs.rung(stem).short}.")]
    assert expected
    for exercise in expected:
        for key in KEYS:
            result = verdict(exercise, world[exercise.function], key)
            assert result.right, result.says


@pytest.mark.parametrize("stem", sorted(file.stem for file in ASSIGNMENTS.glob("*.ipynb")))
def test_an_assignment_says_of_each_function_what_its_exercise_says(stem):
    cells = json.loads((ASSIGNMENTS / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    expected = [one for one in EXERCISES if one.name.startswith(f"{rungs.rung(stem).short}.")]
    named = [text.splitlines()[0] for text in texts if text.startswith("# exercise: ")]
    assert named == [f"# exercise: {one.name}" for one in expected]
    assert f"**{len(expected)} functions to write" in texts[0]
    for one in expected:
        at = texts.index(next(text for text in texts if f"# exercise: {one.name}\n" in text))
        points = f"{one.points} point{'s' if one.points > 1 else ''}"
        assert texts[at - 1].startswith(f"## {one.name} ({points}, {one.minutes} minutes)\n")
        assert texts[at - 1].endswith(f"Stuck? Read again: {one.again.rstrip('?')}.")
        assert texts[at].splitlines()[1].startswith(f"def {one.function}(")
        assert texts[at + 1] == f'assert check("{one.name}", {one.function})'
        assert cells[at + 1]["metadata"]["nbgrader"]["points"] == one.points


# What is wrong fails, and is named


@each
def test_every_mistake_fails_with_the_message_that_names_it(exercise):
    assert len(exercise.mistakes) >= 8
    for key in KEYS:
        for mistake, wrong in ways_of(exercise):
            result = verdict(exercise, wrong, key)
            assert not result.right
            assert result.says == mistake.says


@each
def test_no_two_mistakes_give_the_same_outputs(exercise):
    for key in KEYS:
        inputs = keys.draw_inputs(exercise, key)
        outputs = [
            (mistake, [attempt(wrong, given) for given in inputs])
            for mistake, wrong in ways_of(exercise)
        ]
        for (one, first), (other, second) in combinations(outputs, 2):
            if one is not other:
                assert not all(
                    alike(a, b, exercise.tolerance) for a, b in zip(first, second, strict=True)
                ), f"{one.says} {other.says}"


@each
def test_wrong_answers_that_nobody_planned_for_fail_and_what_is_seen_is_said(exercise):
    assert len(answers.WRONG[exercise.name]) >= 3
    for wrong, words in answers.WRONG[exercise.name]:
        for key in KEYS:
            result = verdict(exercise, wrong, key)
            assert not result.right
            assert words in result.says


@pytest.mark.parametrize("number", answers.FINITE)
@pytest.mark.parametrize("name", answers.STAND_INS)
def test_no_number_stands_in_for_minus_infinity(name, number):
    filled, lowered, words = answers.STAND_INS[name]
    for wrong in (filled(-number), lowered(number)):
        for key in KEYS:
            result = verdict(catalogue.find(name), wrong, key)
            assert not result.right
            assert words in result.says


@pytest.mark.parametrize("name", answers.STAND_INS)
def test_the_lowest_number_of_float32_is_as_good_as_minus_infinity(name):
    filled, lowered, _ = answers.STAND_INS[name]
    for right in (filled(answers.LOWEST), lowered(-answers.LOWEST)):
        for key in KEYS:
            assert verdict(catalogue.find(name), right, key).right


def spoiled(exercise):
    """A right answer that changes its first input on the way."""

    def answer(first, *rest):
        result = exercise.right(first.clone(), *rest)
        first.logical_not_() if first.dtype == torch.bool else first.add_(1)
        return result

    return answer


GENERAL = {
    "returns nothing": (lambda right: lambda *given: None, "It returns nothing"),
    "an error": (lambda right: lambda *given: 1 / 0, "It stops with an error: ZeroDivision"),
    "asks for too much": (
        lambda right: lambda *given: given[len(given)],
        "It stops with an error: IndexError",
    ),
    "float64": (lambda right: lambda *given: right(*given).double(), "Expected numbers of type"),
    "an array": (lambda right: lambda *given: right(*given).numpy(), "It returns a NumPy array"),
    "output and weights": (
        lambda right: lambda *given: (right(*given), right(*given)),
        "It returns several things, a tuple: a single tensor is asked for.",
    ),
    "a function": (lambda right: lambda *given: lambda: right(*given), "that was not called"),
    "text": (lambda right: lambda *given: str(right(*given)), "It returns text"),
    "an axis too much": (
        lambda right: lambda *given: right(*given)[None],
        "n axis of size 1 is left over|no place here|Expected another",
    ),
}


@each
@pytest.mark.parametrize("kind", GENERAL)
def test_a_mistake_of_any_exercise_is_told_apart_at_home_and_by_the_grader(exercise, kind):
    make, words = GENERAL[kind]
    for result in (
        verdict(exercise, make(exercise.right)),
        hidden_verdict(exercise, make(exercise.right), SECRET[0]),
    ):
        assert not result.right
        assert re.search(words, result.says)


@each
def test_a_list_is_named_with_what_it_holds_where_that_is_known(exercise):
    def listed(*given):
        return exercise.right(*given).tolist()

    result = verdict(exercise, listed).says
    if exercise in ONE_NUMBER:
        assert "as `.item()` gives it" in result
    else:
        assert re.search("a Python list that holds (truth values|whole numbers|numbers):", result)
        assert "It returns a Python list:" in hidden_verdict(exercise, listed, SECRET[0]).says


@each_of(HAS_A_BATCH)
def test_an_answer_for_one_sentence_only_fails(exercise):
    def first_only(*given):
        size = len(given[0])
        return exercise.right(
            *(one[:1] if isinstance(one, Tensor) and len(one) == size else one for one in given)
        )

    def first_repeated(*given):
        one = first_only(*given)
        return one.expand(len(given[0]), *one.shape[1:]).clone()

    for key in KEYS:
        for wrong in (first_only, first_repeated):
            assert not verdict(exercise, wrong, key).right


@each_of(HAS_A_BATCH)
def test_an_answer_that_loses_the_axis_of_a_batch_of_one_fails(exercise):
    for key in KEYS:
        result = verdict(exercise, lambda *given: exercise.right(*given).squeeze(), key)
        assert "An axis is lost where its size is 1" in result.says


@each_of(TAKES_TENSORS)
def test_an_answer_that_changes_its_inputs_is_told(exercise):
    for key in KEYS:
        assert "changes its inputs" in verdict(exercise, spoiled(exercise), key).says


@each
def test_the_grader_tells_no_number_and_no_shape(exercise):
    wrong = [one for one, _ in answers.WRONG[exercise.name]]
    wrong += [one for _, one in ways_of(exercise)]
    wrong += [make(exercise.right) for make, _ in GENERAL.values()]
    for one in wrong:
        result = hidden_verdict(exercise, one, SECRET[0])
        assert not result.right
        if not result.says.startswith("It stops with an error"):  # the grader tells its kind only
            assert not re.search(r"\[\d|\bat \[|\d\.\d|\d{3}", result.says.replace("float32", ""))


# What is drawn


def shapes_of(given):
    """What a table of sizes would be looked up by."""
    return tuple(one.shape if isinstance(one, Tensor) else one for one in given)


@each
def test_a_table_of_the_sizes_of_one_key_fails_at_another(exercise):
    for seen, unseen in zip(KEYS, [*KEYS[1:], KEYS[0]], strict=True):
        table = {shapes_of(given) for given in keys.draw_inputs(exercise, seen)}

        def looked_up(*given, table=table):
            return exercise.right(*given) if shapes_of(given) in table else None

        assert verdict(exercise, looked_up, seen).right
        assert not verdict(exercise, looked_up, unseen).right


def test_sizes_are_drawn_within_limits_and_no_two_of_a_case_are_alike():
    generator = torch.Generator().manual_seed(0)
    for case, limits in enumerate(LIMITS):
        sample = [sizes(generator, case) for _ in range(200)]
        for axis, (low, high) in enumerate(limits):
            assert {one[axis] for one in sample} <= set(range(low, high + 1))
        assert all(len(set(one)) == len(one) for one in sample)
        assert len(set(sample)) > 100


@each_of(TAKES_TENSORS)
def test_no_input_has_two_axes_of_one_size_and_a_check_stays_small(exercise):
    for key in SECRET:
        for given in keys.draw_inputs(exercise, key):
            for one in given:
                if isinstance(one, Tensor) and exercise.name != "ch1.recurrent_states":
                    is_square = exercise.name == "ch4.transformer_block" and one.dim() == 2
                    assert is_square or len(set(one.shape)) == one.dim()
                    assert one.numel() <= 20_000  # what the grader sends at most


def test_neither_a_notebooks_device_nor_its_type_nor_its_seed_changes_what_is_drawn():
    for exercise in EXERCISES:
        before, state = keys.draw_inputs(exercise), torch.get_rng_state()
        torch.set_default_dtype(torch.float64)
        try:
            with torch.device("meta"):
                after = keys.draw_inputs(exercise)
        finally:
            torch.set_default_dtype(torch.float32)
        assert torch.equal(state, torch.get_rng_state())
        for one, other in zip(before, after, strict=True):
            for a, b in zip(one, other, strict=True):
                assert torch.equal(torch.as_tensor(a), torch.as_tensor(b))


# What is said of odd outputs


def around_itself():
    """A list that holds itself."""
    values = []
    values.append(values)
    return values


ODD = {
    "sparse": (lambda right: right.to_sparse(), "Expected a plain tensor, got the layout"),
    "elsewhere": (lambda right: right.to("meta"), "Expected a tensor on cpu, got one on meta"),
    "nested": (
        lambda right: torch.nested.nested_tensor(list(right), layout=torch.jagged),
        "Expected a tensor, got nested tensor",
    ),
    "complex": (lambda right: right.to(torch.complex64), "got torch.complex64"),
    "empty": (lambda right: right[:0], "Expected another shape"),
    "a list around itself": (lambda right: around_itself(), "It returns a Python list:"),
    "an empty tuple": (lambda right: (), "It returns an empty tuple"),
    "a dictionary": (lambda right: {"weights": right}, "It returns a dictionary"),
    "a generator": (lambda right: iter(right), "Expected a tensor, got"),
    "a list of many kinds": (lambda right: [right, 1, 2.0], "It returns a Python list:"),
    "a sorted pair": (lambda right: right.sort(dim=-1), "`sort` with an axis returns a pair"),
    "NaN": (lambda right: right * torch.nan, "Some values are no numbers"),
    "infinite": (lambda right: right * torch.inf, "Some values are no numbers|The values differ"),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", ["ch3.dot_scores", "ch3.masked_softmax", "ch4.scaled_attention"])
def test_an_odd_output_is_a_wrong_answer_in_words_and_no_crash(name, kind):
    exercise = catalogue.find(name)
    make, words = ODD[kind]
    result = verdict(exercise, lambda *given: make(exercise.right(*given)))
    assert not result.right
    assert re.search(words, result.says)


def test_what_crosses_from_the_sandbox_as_a_kind_may_tell_more():
    exercise = catalogue.find("ch3.dot_scores")
    inputs = keys.draw_inputs(exercise)
    for sent, words in (
        (Other("tuple", 1), "a tuple of one thing"),
        (Other("tuple", 2, ("Tensor",)), "several things, a tuple"),
        (Other("list", 2, ("bool",)), "a Python list that holds truth values"),
        (Other("max"), "`max` with an axis returns a pair"),
        (Other("something else"), "Expected a tensor, got something else."),
    ):
        assert words in judge(exercise, inputs, [sent] * len(inputs), hidden=True).says


def test_what_is_to_be_written_by_hand_may_not_be_called():
    one = catalogue.find("ch4.scaled_attention")
    result = verdict(one, lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, m))
    assert result.says == (
        "It uses scaled_dot_product_attention; here it is to be written by hand."
    )

    def hidden(q, k, v, m):
        def inside():
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, m)

        return inside()

    assert "scaled_dot_product_attention" in verdict(one, hidden).says


def test_there_are_at_least_fourteen_exercises_and_each_is_named_and_placed():
    assert len(EXERCISES) >= 14
    chapters = {rung.short: f"Chapter {rung.number}" for rung in rungs.NUMBERED}
    for one in EXERCISES:
        short, _, function = one.name.partition(".")
        assert re.fullmatch(r"[a-z_0-9]+", function)
        assert chapters[short] in one.again
        assert len({mistake.says for mistake in one.mistakes}) == len(one.mistakes)
        assert one.points >= 1
        assert 5 <= one.minutes <= 30


def test_the_same_key_draws_the_same_inputs_and_another_key_draws_others():
    for one in EXERCISES:
        first, again = keys.draw_inputs(one), keys.draw_inputs(one)
        for a, b in zip(first, again, strict=True):
            assert all(torch.equal(torch.as_tensor(x), torch.as_tensor(y))
                       for x, y in zip(a, b, strict=True))  # fmt: skip
    one = catalogue.find("ch3.dot_scores")
    assert not torch.equal(keys.draw_inputs(one)[0][0], keys.draw_inputs(one, b"another")[0][0])


def test_a_key_that_could_be_guessed_is_refused(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"short")
    with pytest.raises(ValueError, match="expected a key of at least 16 bytes"):
        keys.read_key(file)
    file.write_bytes(b"long enough to be a key\n")
    assert keys.read_key(file) == b"long enough to be a key"


def test_a_check_prints_the_mistake_and_what_to_read_again_and_throws_nothing(capsys):
    def dot_scores(queries, keys):
        return queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5

    assert not check("ch3.dot_scores", dot_scores)
    printed = capsys.readouterr().out
    assert "✗ ch3.dot_scores: It divides by sqrt(d)" in printed
    assert "Read again: Chapter 3" in printed
    assert check("ch3.dot_scores", lambda q, k: q @ k.mT)
    assert "✓ ch3.dot_scores: Right." in capsys.readouterr().out
    assert not check("ch3.dot_scores", None)
    assert not check("ch3.dot_scores", lambda: None)
    assert "It stops with an error: TypeError" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"expected an exercise among ch1\.padding_mask"):
        check("ch9.nothing", dot_scores)


def test_a_judge_needs_no_function_of_the_learner():
    one = catalogue.find("ch4.causal_mask")
    inputs = keys.draw_inputs(one)
    assert judge(one, inputs, [one.right(*given) for given in inputs]).right
    result = judge(one, inputs, [Failure("it took too long") for _ in inputs])
    assert result.says == "It stops with an error: it took too long"


def test_nothing_of_an_answer_is_given_away():
    for one in EXERCISES:
        for mistake in one.mistakes:
            assert "(" not in mistake.says.replace("sqrt(d)", "").replace("exp(0)", "")
            assert "=" not in mistake.says
    assert checking.one_line(ValueError("first\nsecond")) == "first"
