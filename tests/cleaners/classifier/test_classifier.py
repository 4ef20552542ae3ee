"""Scoring the blocks of any page, with the same result each time."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.blocks.html import html_blocks
from cleaners.blocks.raw import RawPage
from cleaners.blocks.text import text_blocks
from cleaners.classifier.char_features import read_characters
from cleaners.classifier.hashed_words import N_HASHES
from cleaners.classifier.lexicon import LEXICON_REASONS
from cleaners.classifier.network import Ensemble, Network, Scale, load_ensemble, weight_shapes
from cleaners.classifier.scoring import (
    Scored,
    best_threshold,
    network_disagreement,
    shipped_classifier,
)
from cleaners.classifier.sequence_ops import best_run, distances, window_means
from cleaners.classifier.words import page_words, words_by_line, words_of_entries
from cleaners.reasons import Reason
from cleaners.rules.wordlists import split_words, wordlist, wordlist_tables

STORY = (
    "The ferry was late again on Monday, and the harbour office said that the tide was to blame. "
)


def one_line(line: str) -> list[list[str]]:
    return words_by_line([line])


def scored(page: RawPage) -> Scored:
    result = shipped_classifier().score(page)
    assert len(result.content) == len(result.words) == len(page.blocks)
    assert np.isfinite(result.content).all()
    assert ((result.content >= 0) & (result.content <= 1)).all()
    assert 0 <= result.quality <= 1
    assert 0 <= result.disagreement <= 0.5
    assert ((result.confidence >= 0.5) & (result.confidence <= 1)).all()
    return result


@pytest.mark.parametrize("page", [text_blocks(""), html_blocks("<p> </p>")])
def test_a_page_without_blocks_has_no_scores_and_no_quality(page: RawPage) -> None:
    assert scored(page).quality == 0


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1",
        "—",
        "\u200f",
        "\u200fمرحبا\u200e",
        "😀",
        "\ud800",
        "的了",
        "İΣ",
        "a\x00b",
        "\u0301",
    ],
)
def test_a_page_with_one_block_is_scored(text: str) -> None:
    scored(text_blocks(text))
    scored(html_blocks(f"<p>{text}x</p>"))


def test_a_story_is_content_and_a_menu_is_not() -> None:
    story = "\n\n".join([STORY * 4] * 6)
    page = text_blocks(f"Home\nNews\nSport\nLog in\n\n{story}\n\nShare\nRead more\nCookie policy")
    assert scored(page).kept.tolist() == [False] * 4 + [True] * 6 + [False] * 3


def test_ten_thousand_blocks_are_scored() -> None:
    scored(text_blocks("\n".join(f"{n} {STORY}" for n in range(10_000))))
    scored(html_blocks("".join(f"<div class=c{n}><p>{n} {STORY}</div>" for n in range(10_000))))


def test_a_line_of_two_million_words_is_scored() -> None:
    scored(text_blocks("ferry tide " * 1_000_000))


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr><td>Wheat<td>212.50" * 40 + "</table>",
        "<ul>" + "<li>Bring a coat" * 40 + "</ul>",
        "<b>" * 100_000 + STORY,
        "<div>" * 100_000 + STORY,
    ],
)
def test_a_page_with_a_single_kind_of_element_is_scored(page: str) -> None:
    scored(html_blocks(page))


def test_line_feeds_in_preformatted_text_do_not_change_the_score() -> None:
    lines = html_blocks(f"<pre>{STORY}\n{STORY}\n  {STORY}</pre><p>Home</p>")
    one = html_blocks(f"<pre>{STORY} {STORY} {STORY}</pre><p>Home</p>")
    assert scored(lines).content.tolist() == scored(one).content.tolist()


def test_scoring_a_page_twice_gives_the_same() -> None:
    page = html_blocks(f"<nav><a>Home</a></nav><article><p>{STORY * 3}<p>{STORY}</article>")
    assert scored(page).content.tolist() == scored(page).content.tolist()


def f1_to_expect(content: list[float], words: list[int], keep: float) -> float:
    kept = [p >= keep for p in content]
    right = sum(p * w for p, w, yes in zip(content, words, kept, strict=True) if yes)
    found = sum(w for w, yes in zip(words, kept, strict=True) if yes)
    return 2 * right / (found + sum(p * w for p, w in zip(content, words, strict=True)) or 1)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 90)), min_size=1, max_size=12))
def test_the_threshold_has_the_best_expected_f1(blocks: list[tuple[int, int]]) -> None:
    content, words = [p / 1000 for p, _ in blocks], [w for _, w in blocks]
    keep = best_threshold(np.array(content, dtype=np.float32), np.array(words, dtype=np.float32))
    assert 0.3 <= keep <= 0.6 + 1e-6
    if 0.3 < keep < 0.6:
        best = max(f1_to_expect(content, words, cut) for cut in content)
        assert f1_to_expect(content, words, keep - 1e-6) == pytest.approx(best, abs=1e-4)


def test_a_page_with_only_doubtful_blocks_keeps_the_more_likely_ones() -> None:
    content = np.array([0.02, 0.4, 0.45, 0.38, 0.01], dtype=np.float32)
    keep = best_threshold(content, np.array([5, 40, 60, 50, 3], dtype=np.float32))
    assert (content >= keep).tolist() == [False, True, True, True, False]


@given(st.text(max_size=200))
def test_any_text_is_scored(page: str) -> None:
    scored(text_blocks(page))


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=20), min_size=1))
def test_words_are_split_line_by_line(lines: list[str]) -> None:
    assert words_by_line(lines) == list(itertools.chain.from_iterable(map(one_line, lines)))
    words = page_words(read_characters(lines))
    assert len(words.words) == words.sizes.sum() == len(words.owner)


def test_words_are_lower_cased_as_by_python() -> None:
    assert words_by_line(["ΟΔΟΣ ΣΟΦΊΑΣ", "DİYARBAKIR", "ГАЗЕТА"]) == [
        ["οδος", "σοφίας"],
        ["di̇yarbakir"],
        ["газета"],
    ]


def test_the_entries_of_word_lists_have_the_words_that_lines_have() -> None:
    for reason in map(Reason, LEXICON_REASONS):
        for table in wordlist_tables(reason).values():
            entries = [*table.get("phrases", ()), *table.get("words", ())]
            lines = [entry.replace("\n", " ") for entry in entries]
            assert words_of_entries(entries) == list(map(tuple, words_by_line(lines)))
            phrases = {tuple(split_words(phrase)) for phrase in table.get("phrases", ())}
            assert phrases - {()} <= wordlist(reason).phrases


@given(st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=30))
def test_the_best_run_has_the_largest_sum(gains: list[float]) -> None:
    start, end = best_run(np.array(gains, dtype=np.float32))
    sums = [sum(gains[a:b]) for a in range(len(gains) + 1) for b in range(a, len(gains) + 1)]
    assert sum(gains[start:end]) == pytest.approx(max(sums), abs=1e-4)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_distances_are_counted_to_the_nearest_flag(flags: list[bool]) -> None:
    back, ahead = distances(np.array([flags]))
    for row in range(len(flags)):
        before = [row - i for i in range(row) if flags[i]]
        after = [i - row for i in range(row + 1, len(flags)) if flags[i]]
        assert (back[0, row], ahead[0, row]) == (min([*before, 100]), min([*after, 100]))


@given(st.lists(st.floats(0, 9, width=32), min_size=1, max_size=20), st.integers(1, 25))
def test_rows_beyond_the_ends_count_as_zero_in_a_window(values: list[float], reach: int) -> None:
    (means,) = window_means(np.array([values], dtype=np.float32), (reach,))
    for row, mean in enumerate(means[0]):
        around = values[max(row - reach, 0) : row + reach + 1]
        assert mean == pytest.approx(sum(around) / (2 * reach + 1), rel=1e-5, abs=1e-5)


def test_networks_disagree_by_the_words_of_the_blocks_on_which_they_differ() -> None:
    words = np.array([90, 10], dtype=np.float32)
    for short, long in (([0.2, 0.8, 0.5], [0.9] * 3), ([0.5] * 3, [0.1] * 3)):
        spread = float(np.std(short))
        each = np.array([long, short], dtype=np.float32).T
        assert network_disagreement(each, words) == pytest.approx(0.1 * spread, abs=0.001)
        assert network_disagreement(each[:, ::-1], words) == pytest.approx(0.9 * spread, abs=0.001)
    assert network_disagreement(each, np.zeros(2, dtype=np.float32)) == 0.0


def made_up_network(facts: int, draw: np.random.Generator) -> Network:
    mean, factor = draw.normal(size=(2, facts)).astype(np.float32)
    arrays = {
        name: draw.normal(scale=0.2, size=shape).astype(np.float16).astype(np.float32)
        for name, shape in weight_shapes(facts).items()
    }
    return Network(Scale(mean, factor), arrays)


def test_an_ensemble_survives_a_round_trip_through_arrays() -> None:
    draw = np.random.default_rng(1)
    made = Ensemble((made_up_network(7, draw), made_up_network(7, draw)))
    columns = np.random.default_rng(2).normal(size=(7, 50)).astype(np.float32)
    hashes = np.random.default_rng(3).integers(0, N_HASHES, (50, 4)).astype(np.int16)
    again = load_ensemble(made.arrays("any"), "any")
    first, same = made.score(columns, hashes), again.score(columns, hashes)
    assert same.content.tolist() == first.content.tolist()
    assert same.types.tolist() == first.types.tolist()
    assert len(again.networks) == 2


def test_networks_of_an_ensemble_give_the_same_together_as_alone() -> None:
    draw = np.random.default_rng(1)
    networks = made_up_network(7, draw), made_up_network(7, draw)  # each with its own scale
    columns = draw.normal(size=(7, 50)).astype(np.float32)
    hashes = draw.integers(0, N_HASHES, (50, 4)).astype(np.int16)
    together = Ensemble(networks).score(columns, hashes)
    alone = [Ensemble((network,)).score(columns, hashes) for network in networks]
    assert together.each.tolist() == [one.content.tolist() for one in alone]
    assert together.types == pytest.approx(np.mean([one.types for one in alone], axis=0))


def test_a_network_sees_beyond_the_direct_neighbours() -> None:
    network = made_up_network(3, np.random.default_rng(1))
    rows = np.random.default_rng(3).normal(size=(3, 90)).astype(np.float32)
    moved = rows.copy()
    moved[:, 45] += 2
    none = np.zeros((90, 2), dtype=np.int16)
    first, other = (Ensemble((network,)).score(columns, none).content for columns in (rows, moved))
    changed = np.flatnonzero(np.abs(first - other) > 1e-6)
    assert {45 - 1 - 2 - 4 - 8 - 16, 45 + 1 + 2 + 4 + 8 + 16} <= set(changed.tolist())
