"""Colab's lists of packages are read as they are written."""

import pytest

import colab_fit
import colab_lists
from colab_lists import Listing

SYSTEM = "# made by a program\nUbuntu 22.04.5 LTS\nPython 3.13.15\nR version 4.6.1\n"
FREEZE = """\
# Do not modify this file directly
ipywidgets==7.7.1
Jinja2==3.1.6
torch @ https://example.org/cpu/torch-2.11.0%2Bcpu-cp313-cp313-manylinux_2_28_x86_64.whl
google-colab @ file:///colabtools/dist/google_colab-1.0.0.tar.gz
en_core_web_sm @ https://example.org/en_core_web_sm-3.8.0-py3-none-any.whl#sha256=19
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two runtimes, of which the second is the newer."""
    for runtime in ("2026.07", "2026-08-19"):
        (tmp_path / runtime).mkdir()
        (tmp_path / runtime / "os-info.txt").write_text(SYSTEM)
        for name in ("pip-freeze.txt", "pip-freeze.gpu.txt"):
            (tmp_path / runtime / name).write_text(FREEZE)
    monkeypatch.setenv("ATTENTION_COURSE_COLAB", str(tmp_path))
    colab_lists.read_all.cache_clear()
    yield tmp_path
    colab_lists.read_all.cache_clear()


def test_every_kind_of_line_gives_a_name_and_a_version(folder):
    assert colab_lists.read(folder / "2026.07", "cpu").packages == {
        "ipywidgets": "7.7.1",
        "jinja2": "3.1.6",
        "torch": "2.11.0+cpu",
        "google-colab": "0",
        "en-core-web-sm": "3.8.0",
    }


def test_the_newest_runtime_comes_last(folder):
    listings = colab_lists.read_all()
    names = ["2026.07 cpu", "2026.07 gpu", "2026-08-19 cpu", "2026-08-19 gpu"]
    assert [str(one) for one in listings] == names
    assert listings[-1].python == "3.13"


def test_a_folder_without_lists_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ATTENTION_COURSE_COLAB", str(tmp_path))
    colab_lists.read_all.cache_clear()
    with pytest.raises(SystemExit, match=r"expected folders with os-info\.txt"):
        colab_lists.read_all()


def test_a_runtime_is_played_by_names_and_versions(tmp_path):
    listing = Listing("now", "cpu", "3.13", {"en-core-web-sm": "3.8.0"})
    runtime = colab_fit.stand_in(listing, tmp_path)
    about = (runtime / "en_core_web_sm-3.8.0.dist-info" / "METADATA").read_text()
    assert "Name: en-core-web-sm\nVersion: 3.8.0\n" in about
    assert "--abi=cp313" in colab_fit.options_for(listing)
