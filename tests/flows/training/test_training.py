"""Annotated pages: how they are read, split, measured on and learnt from."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import clean
from cleaners.model import Capture, Media
from flows.training.corpus import CorpusError, folds_of, read_corpus
from flows.training.metrics import (
    Overlap,
    PrecisionRecall,
    page_score,
    pooled_score,
    segment_overlap,
    shingle_overlap,
)
from tests.annotated import html, paragraph, write_corpus

NEEDS_EXTRA = "training needs the extra `train`"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


def add(corpus: Path, **row: object) -> None:
    """One more row on the list of articles."""
    with (corpus / "articles.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")


def test_a_corpus_says_what_is_true_of_each_page(corpus: Path) -> None:
    pages = read_corpus(corpus)
    assert len(pages) == 12
    first, last = pages[0], pages[-1]
    assert (first.set, last.set) == ("made-up", "segments")
    assert (first.date, first.language) == ("2025-03-01", "en")
    assert first.authors == ("Ada Brook",)
    assert first.body and not first.with_
    assert last.body is None and len(last.with_) == 3 and len(last.without) == 2
    assert b"<title>Town number 0" in first.payload()


def test_only_the_lists_asked_for_are_read(corpus: Path) -> None:
    assert {page.set for page in read_corpus(corpus, ["segments"])} == {"segments"}


def test_a_sample_takes_so_many_pages_of_each_set_and_always_the_same(corpus: Path) -> None:
    once = read_corpus(corpus, sample=3)
    assert [page.set for page in once] == ["made-up"] * 3 + ["segments"] * 3
    assert once == read_corpus(corpus, sample=3)
    assert set(once) <= set(read_corpus(corpus, sample=4))


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"looked for articles\.jsonl or segments\.jsonl or"):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "not a JSON object"),
        ("[]", "not a JSON object"),
        ('{"id": 1, "body": ""}', "no 'html'"),
        ('{"id": 1, "html": "a.html"}', "needs a body"),
        ('{"id": 1, "html": "a.html", "with": 3}', "not a JSON object of the right form"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_by_its_line(
    corpus: Path, line: str, wrong: str
) -> None:
    with (corpus / "articles.jsonl").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(CorpusError, match=f"line 9.*{wrong}"):
        read_corpus(corpus)


@pytest.mark.parametrize(
    ("row", "site"),
    [
        ({"url": "https://www.example.co.uk/news/1"}, "example"),
        ({"url": "https://edition.valley-times.de/a"}, "valleytimes"),
        ({"set": "fundus", "id": "fundus-de-DieWelle_2025_10_20"}, "diewelle"),
        ({"url": "https://bbc.co.uk/a"}, "bbc"),
        ({"url": "https://www.cnn.com/a"}, "cnn"),
        ({"url": "hard::sub.island.org-story.html"}, "island"),
        ({"id": "page-7"}, "page7"),
    ],
)
def test_a_site_is_known_by_its_host_or_by_its_publishers_name(
    corpus: Path, row: dict[str, str], site: str
) -> None:
    add(corpus, **({"id": "x", "html": "x.html", "body": ""} | row))
    assert read_corpus(corpus, ["articles"])[-1].site == site


def test_pages_of_one_site_are_held_out_together(corpus: Path) -> None:
    pages = read_corpus(corpus)
    fold = folds_of(pages, 4)
    assert len(set(zip((page.site for page in pages), fold, strict=True))) == len(set(fold)) == 4


def test_there_are_no_more_folds_than_sites(corpus: Path) -> None:
    with pytest.raises(CorpusError, match="4 sites: too few for 5 folds"):
        folds_of(read_corpus(corpus), 5)


def test_each_page_counts_the_same_where_whole_texts_are_compared() -> None:
    long, short = Overlap(900, 1000, 900), Overlap(1, 2, 4)
    assert page_score([long, short]) == PrecisionRecall((0.9 + 0.5) / 2, (1 + 0.25) / 2)


def test_a_page_on_which_nothing_was_found_costs_recall_alone() -> None:
    right = shingle_overlap("a b c d e", "a b c d e")
    assert page_score([right, shingle_overlap("a b c d e", "")]) == PrecisionRecall(1.0, 0.5)


def test_each_piece_counts_the_same_where_pieces_are_looked_for() -> None:
    found = segment_overlap("one two", ["one", "two", "three"], ["advert"])
    misled = segment_overlap("advert", [], ["advert"])
    assert pooled_score([found, misled]) == PrecisionRecall(2 / 3, 2 / 3)


def test_nothing_to_measure_scores_nothing() -> None:
    assert page_score([]).f1 == pooled_score([]).f1 == 0


@given(st.text("ab ", max_size=40), st.text("ab ", max_size=40))
def test_the_truth_and_the_text_may_change_places(one: str, other: str) -> None:
    there, back = shingle_overlap(one, other), shingle_overlap(other, one)
    assert (there.shared, there.found, there.wanted) == (back.shared, back.wanted, back.found)
    assert there.shared <= min(there.found, there.wanted)
    assert shingle_overlap(one, one).shared == shingle_overlap(one, one).found


@pytest.mark.slow
def test_what_was_learnt_tells_stories_from_menus(corpus: Path) -> None:
    pytest.importorskip("html_text", reason=NEEDS_EXTRA)
    pytest.importorskip("optax", reason=NEEDS_EXTRA)
    from flows.training.train import examples_of, train, weights_of

    pages = read_corpus(corpus)
    told: list[tuple[str, int, int]] = []
    examples = examples_of(pages, lambda *step: told.append(step))
    assert not examples.skipped
    assert len({one.page for one in examples.kinds["html"]}) == 12
    assert 48 < len(examples.kinds["text"]) <= 48 + 2 * 8
    classifier = train(examples, lambda *step: told.append(step))
    assert told[0] == ("reading pages", 0, 12)
    assert told[-1] == ("training networks", 48, 48)
    weights = weights_of(classifier)
    with np.load(io.BytesIO(weights), allow_pickle=False) as arrays:
        assert {name.rsplit("_", 1)[0] for name in arrays.files} == set(classifier.ensembles)

    dice = random.Random(99)
    body = [paragraph(dice) for _ in range(5)]
    page = html("other.example", "The ferry sails again", "Eve Hall", "2025-04-01", body, ["More"])
    assert clean(Capture("new", page.encode(), Media.HTML), classifier).text == "\n\n".join(body)


def test_what_cannot_be_read_is_left_out_and_told(corpus: Path) -> None:
    pytest.importorskip("html_text", reason=NEEDS_EXTRA)
    from flows.training.train import examples_of

    whole = (corpus / "html" / "page-2.html.gz").read_bytes()
    (corpus / "html" / "page-2.html.gz").write_bytes(whole[:-20])
    (corpus / "html" / "page-3.html.gz").write_bytes(b"not gzip")
    (corpus / "html" / "page-4.html.gz").unlink()
    examples = examples_of(read_corpus(corpus))
    assert len({one.page for one in examples.kinds["html"]}) == 9
    assert [told.split(":")[0] for told in examples.skipped] == ["page-2", "page-3", "page-4"]


def test_one_site_alone_is_nothing_to_learn_from(corpus: Path) -> None:
    pytest.importorskip("html_text", reason=NEEDS_EXTRA)
    pytest.importorskip("optax", reason=NEEDS_EXTRA)
    from flows.training.train import TrainingError, examples_of, train

    pages = [page for page in read_corpus(corpus) if page.site == "harbourpost"]
    assert pages
    with pytest.raises(TrainingError, match="two sites"):
        train(examples_of(pages))


def lessons() -> list[list[Any]]:
    from flows.training.descent import TrainingPage

    draw = np.random.default_rng(4)
    return [
        [
            TrainingPage(
                draw.normal(size=(6, blocks)).astype(np.float32),
                draw.integers(0, 50, (blocks, 3)).astype(np.int16),
                (draw.random(blocks) > 0.5).astype(np.float32),
                np.ones(blocks, dtype=np.float32),
                draw.integers(1, 40, blocks).astype(np.float32),
                whole=whole,
                page_type=page_type,
            )
        ]
        for blocks, whole, page_type in ((23, True, 0), (40, False, -1), (11, True, 1))
    ]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_network_that_is_used_scores_a_page_as_the_one_that_was_trained(at: int) -> None:
    pytest.importorskip("optax", reason=NEEDS_EXTRA)
    from cleaners.classifier.network import Ensemble
    from flows.training.descent import fit, forward, pack_batch

    network = fit(lessons(), 2, 3, lambda: None)
    (page,) = lessons()[at]
    arrays = network.arrays | {"lists": np.zeros((1, 48), np.float32)}
    content, types = forward(arrays, pack_batch([page], network.scale, 64, None))
    own = Ensemble((network,)).score(page.columns, page.hashes)
    assert np.asarray(content)[0, : len(page.words)] == pytest.approx(own.content, abs=1e-4)
    assert np.asarray(types)[0] == pytest.approx(own.types, abs=1e-4)


def test_the_same_lessons_give_the_same_network() -> None:
    pytest.importorskip("optax", reason=NEEDS_EXTRA)
    from flows.training.descent import fit

    one, same = (fit(lessons(), 2, 3, lambda: None).arrays for _ in range(2))
    assert all(np.array_equal(one[name], same[name]) for name in one)
