"""Measuring and training from the command line, on a made-up corpus."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.annotated import write_corpus
from tests.flows.cli.test_terminal import on_a_terminal
from tests.flows.conftest import Presswash

pytest.importorskip("html_text")
pytest.importorskip("inscriptis")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


def test_a_table_shows_presswash_beside_what_else_there_is(
    presswash: Presswash, corpus: Path
) -> None:
    ran = presswash("evaluate", corpus)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("12 pages of 4 sites, cleaned with the shipped weights")
    for row in ("made-up   html          presswash", "segments  html          trafilatura"):
        assert row in ran.out
    for form in ("html_text", "inscriptis", "resiliparse", "mean of text"):
        assert f"made-up   {form:<12}  as it is" in ran.out
    assert "title     html         presswash" in ran.out


def test_machines_get_one_object(presswash: Presswash, corpus: Path) -> None:
    report = presswash("evaluate", corpus, "--json", "--only", "html").json
    assert (report["pages"], report["sites"], report["folds"]) == (12, 4, 0)
    texts = {(one["set"], one["by"]): one for one in report["texts"]}
    assert len(report["texts"]) == len(texts) == 4
    ours = texts["made-up", "presswash"]
    assert ours["f1"] > 0.95
    assert (ours["pages"], ours["failed"]) == (8, 0)
    assert ours["cpu_ms"] > 0
    facts = {(one["fact"], one["by"]): (one["right"], one["stated"]) for one in report["facts"]}
    assert facts["date", "presswash"] == facts["language", "presswash"] == (8, 8)
    assert ("language", "trafilatura") not in facts
    assert ("date", "htmldate") in facts
    for one in report["facts"]:
        assert one["right"] + one["wrong"] + one["absent"] == one["stated"]


def test_a_flattened_page_as_it_is_loses_nothing_and_drops_nothing(
    presswash: Presswash, corpus: Path
) -> None:
    report = presswash("evaluate", corpus, "--json", "--only", "flat", "--sets", "articles").json
    raw = [one for one in report["texts"] if one["by"] == "as it is"]
    assert len(raw) == 4
    assert all(one["recall"] > 0.95 > one["precision"] for one in raw)


def test_a_sample_is_so_many_pages_of_each_set(presswash: Presswash, corpus: Path) -> None:
    report = presswash("evaluate", corpus, "--json", "--only", "html", "--sample", "2").json
    assert [one["pages"] for one in report["texts"]] == [2, 2, 2, 2]


def test_a_page_that_fails_costs_one_page_and_is_counted(
    presswash: Presswash, corpus: Path
) -> None:
    (corpus / "html" / "page-3.html.gz").unlink()
    ran = presswash("evaluate", corpus, "--json", "--sets", "articles")
    assert ran.code == 0
    ours = [one for one in ran.json["texts"] if one["by"] == "presswash"]
    assert [one["failed"] for one in ours] == [1, 1, 1, 1, 1]
    assert all(one["recall"] <= 7 / 8 for one in ours)


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_a_folder_that_is_no_corpus_is_refused_in_a_sentence(
    presswash: Presswash, tmp_path: Path, command: str
) -> None:
    ran = presswash(command, tmp_path)
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "no annotated pages: looked for articles.jsonl or segments.jsonl" in ran.err


@pytest.mark.parametrize(
    "options", [("--only", "pdf"), ("--only", ""), ("--folds", "1"), ("--sets", ",")]
)
def test_options_that_make_no_sense_are_bad_usage(
    presswash: Presswash, corpus: Path, options: tuple[str, str]
) -> None:
    ran = presswash("evaluate", corpus, *options)
    assert ran.code == 2
    assert options[0] in ran.err


@pytest.mark.parametrize(
    ("library", "command", "extra"),
    [
        ("html-text", ("evaluate",), "evaluate"),
        ("inscriptis", ("evaluate",), "evaluate"),
        ("html-text", ("train",), "train"),
        ("inscriptis", ("train",), "train"),
    ],
)
def test_a_missing_library_is_named_with_the_extra_that_has_it(
    presswash: Presswash,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
    library: str,
    command: tuple[str, ...],
    extra: str,
) -> None:
    monkeypatch.setitem(sys.modules, library.replace("-", "_"), None)
    ran = presswash(*command, corpus)
    assert ran.code == 1
    assert f"{library} isn't installed: install presswash's extra '{extra}'" in ran.err


def test_html_alone_takes_no_extra(
    presswash: Presswash, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "html_text", None)
    assert presswash("evaluate", corpus, "--only", "html").code == 0


@pytest.mark.slow
def test_cross_validation_cleans_every_page_once_by_what_other_sites_taught(
    presswash: Presswash, corpus: Path
) -> None:
    pytest.importorskip("optax", reason="training needs the extra `train`")
    report = presswash("evaluate", corpus, "--folds", "2", "--json").json
    assert report["folds"] == 2
    ours = {(one["set"], one["form"]): one for one in report["texts"] if one["by"] == "presswash"}
    assert ours["made-up", "html"]["pages"] == 8
    assert ours["segments", "html"]["pages"] == 4
    assert all(one["f1"] > 0.9 for one in ours.values())


def test_more_folds_than_sites_are_refused(presswash: Presswash, corpus: Path) -> None:
    ran = presswash("evaluate", corpus, "--folds", "5")
    assert ran.code == 1
    assert "4 sites: too few for 5 folds" in ran.err


@pytest.mark.slow
def test_training_writes_the_weights_whole_and_says_so(
    presswash: Presswash, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("optax", reason="training needs the extra `train`")
    monkeypatch.setattr("flows.training.descent._MIN_STEPS", 1)  # not how well it learns
    out = tmp_path / "out"
    out.mkdir()
    once = presswash("train", corpus, "--out", out / "one.npz", "--json")
    assert once.json["size"] == (out / "one.npz").stat().st_size
    assert (once.json["pages"], once.json["sites"]) == (12, 4)
    again = presswash("train", corpus, "--out", out / "two.npz")
    assert "two.npz: " in again.out and "on 12 pages of 4 sites" in again.out
    assert (out / "one.npz").read_bytes() == (out / "two.npz").read_bytes()
    assert sorted(file.name for file in out.iterdir()) == ["one.npz", "two.npz"]


def test_training_that_cannot_write_fails_before_it_begins(
    presswash: Presswash, corpus: Path, tmp_path: Path
) -> None:
    ran = presswash("train", corpus, "--out", tmp_path / "nowhere" / "weights.npz")
    assert ran.code == 1
    assert "No such file or directory" in ran.err


def test_a_person_sees_how_far_it_is(corpus: Path, tmp_path: Path) -> None:
    out, progress = on_a_terminal("evaluate", str(corpus), cwd=tmp_path)
    assert "12 pages of 4 sites" in out
    assert "cleaning pages" in progress
