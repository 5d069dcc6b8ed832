"""What building the website needs from elsewhere, and what happens where it cannot be had."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import index_search
import npm_package
import vendor_katex


def test_without_node_the_build_says_in_one_line_what_the_pages_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    def absent(name: str) -> str:
        raise npm_package.UnavailableError(f"no {name}")

    monkeypatch.setattr(npm_package, "find_program", absent)
    (tmp_path / vendor_katex.VERSION).touch()  # from an earlier build, on a machine with node
    assert not vendor_katex.vendor(tmp_path)
    assert not vendor_katex.is_there(tmp_path)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "no node" in said
    assert "MathJax's public server" in said


def test_an_archive_that_is_not_the_expected_one_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def other(command: list[str], cwd: Path | None = None) -> None:
        (tmp_path / f"katex-{vendor_katex.VERSION}.tgz").write_bytes(b"something else")

    monkeypatch.setattr(npm_package, "find_program", lambda name: name)
    monkeypatch.setattr(npm_package, "run", other)
    with pytest.raises(ValueError, match="do not trust"):
        npm_package.fetch("katex", vendor_katex.VERSION, vendor_katex.SHA256, tmp_path)


def test_of_a_package_the_wanted_files_are_unpacked_and_nothing_of_an_earlier_one_stays(
    tmp_path: Path,
):
    archive, target = tmp_path / "x-1.tgz", tmp_path / "x"
    with tarfile.open(archive, "w:gz") as package:
        for name in ("LICENSE", "dist/x.js", "dist/fonts/a.woff2", "dist/fonts/a.ttf", "src/x.ts"):
            package.addfile(tarfile.TarInfo(f"package/{name}"))
    target.mkdir()
    (target / "old.js").touch()
    npm_package.unpack(archive, ("LICENSE", "dist/*.js", "dist/fonts/*.woff2"), target)
    files = sorted(one.relative_to(target).as_posix() for one in target.rglob("*.*"))
    assert files == ["fonts/a.woff2", "x.js"]
    assert (target / "LICENSE").is_file()
    with pytest.raises(ValueError, match="expected dist/y"):
        npm_package.unpack(archive, ("dist/y.js",), target)


def test_without_pagefind_the_build_says_in_one_line_that_the_plain_search_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(tmp_path / "absent"))
    monkeypatch.setattr(index_search, "HTML", tmp_path)
    assert index_search.main() == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "does not answer as you type" in said


def test_the_search_reads_a_page_by_its_sections_and_leaves_formulas_out(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(
        '<article class="bd-article"><section id="a"><h1>A<a class="headerlink">#</a></h1>'
        '<table><tr><td>one</td><td>two</td></tr></table><span class="math">c_t</span>'
        '<section id="b"><h2>B</h2></section></section></article>'
    )
    read = index_search.prepare(page, "book/ch1_page.html")
    assert '<h1 id="a">A</h1>' in read
    assert '<h2 id="b">B</h2>' in read
    assert "c_t" not in read
    assert "one </td>" in read
    assert "<title>A</title>" in read


def test_chapters_weigh_more_in_the_search_than_pages_and_those_more_than_the_reference():
    pages = ("book/ch3_attention.html", "book/results.html", "book/api.html")
    assert sorted(pages, key=index_search.weight, reverse=True) == list(pages)
    assert index_search.weight("book/runs/ch3_attention.html") == index_search.REFERENCE


def test_every_package_that_the_build_imports_is_pinned():
    listed = (vendor_katex.ROOT / "requirements.txt").read_text(encoding="utf-8")
    wanted = "sphinxext-opengraph sphinx-notfound-page sphinx-sitemap pagefind pagefind-bin brotli"
    for name in wanted.split():
        assert f"\n{name}==" in listed
    subprocess.run([sys.executable, "-c", "import pagefind, brotli, notfound"], check=True)
