"""Computes the features of each block's text and of its position in the page.

All blocks of a page are processed at once, without knowledge of any grammar. Words are separated by
blanks; in scripts without blanks, two characters count as one word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaners.classifier import char_features as chars
from cleaners.classifier.char_features import Characters, read_characters
from cleaners.classifier.lexicon import LEXICON_FEATURES
from cleaners.classifier.sequence_ops import best_run, clip, distances, run_lengths, window_means
from cleaners.classifier.words import function_counts, page_words, word_numbers, words_in

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawBlock, RawPage
    from cleaners.classifier.lexicon import Lexicon
    from cleaners.classifier.words import PageWords

FeatureRow = NDArray[np.generic]  # one feature of all blocks, of any number type

TEXT_FEATURES: tuple[str, ...] = (
    "log_chars", "log_words", "word_length", "lower_share", "upper_share", "digit_share", "stop_marks", "commas",
    "quotes", "rules", "brackets", "money", "web", "other_share", "starts_upper", "starts_lower", "starts_digit",
    "starts_quote", "starts_rule", "ends_stop", "ends_comma", "ends_quote", "ends_letter", "ends_digit", "ends_other",
    "title_case", "function_share", "log_function", "page_script", "letters_share", "stops_per_word", "commas_per_word",
    "log_twins", "earlier_twin", "gap", "gap_after", "indent", "indent_step", "bullet", "bullet_run",
    "group_size", "group_place", "group_words", "prose", "colon", "ellipsis", "dense_share",
    "title_overlap", "title_cover", "log_joined", *LEXICON_FEATURES,
)  # fmt: skip
PAGE_FEATURES: tuple[str, ...] = (
    "p_log_blocks", "p_log_words", "p_prose_share", "p_prose_blocks", "p_function", "p_gap_share", "p_bullet_share",
    "p_indent_share", "p_max_words", "p_mean_words",
)  # fmt: skip
PLACE_FEATURES: tuple[str, ...] = (
    "place", "words_place", "prose_place", "from_start", "from_end", "prev_prose", "next_prose", "prev_long", "next_long",
    "core_in", "core_before", "core_after", "core_place", "core_share", "prose_2", "prose_5", "prose_12", "prose_ahead",
    "prose_behind", "words_rank", "short_run_before", "short_run_after",
)  # fmt: skip


_LAYOUT = attrgetter("gap", "indent", "bullet", "source_lines")
_MIN_SCRIPT_VOTER_CHARS = 100  # shorter blocks don't count in the choice of the page's script
_MAX_GAP_LINES = 4  # more blank lines before a block count as this many


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """Features of each block's own text, and the values from which other features are computed.

    `columns` is `TEXT_FEATURES` x blocks. `length` and `words` are each block's size in characters
    and words, `prose` its number of words in sentences, and `page_words` the words themselves.
    """

    columns: NDArray[np.float32]
    length: NDArray[np.float32]
    words: NDArray[np.float32]
    prose: NDArray[np.float32]
    page_words: PageWords


@dataclass(frozen=True, slots=True)
class _Counts:
    """The numbers of characters and words of each kind; `kinds` is `chars.N_KINDS` x blocks."""

    kinds: NDArray[np.float32]
    length: NDArray[np.float32]
    letters: NDArray[np.float32]
    dense: NDArray[np.float32]
    words: NDArray[np.float32]
    title_words: NDArray[np.float32]
    function: NDArray[np.float32]


def block_texts(blocks: Sequence[RawBlock]) -> list[str]:
    """The text of each block without line feeds, which only preformatted blocks have."""
    texts = [block.text for block in blocks]
    if "\n" in "".join(texts):
        return [" ".join(text.split()) if "\n" in text else text for text in texts]
    return texts


def text_features(page: RawPage, lexicon: Lexicon, columns: NDArray[np.float32]) -> TextFeatures:
    """The text features of each block of a page, which are also written to `columns`.

    `columns` is `TEXT_FEATURES` x blocks. The page must have at least one block.
    """
    texts = block_texts(page.blocks)
    text = read_characters(texts)
    words_found = page_words(text)
    numbers = word_numbers(words_found.words, lexicon.number)
    counts = _count_kinds(text, function_counts(words_found, numbers, lexicon.function_languages))
    layout = _layout_columns(page.blocks)
    # The order is that of `TEXT_FEATURES`.
    features = [
        *_amount_features(counts),
        *_end_features(text),
        *_share_features(counts, own_script(text)),
        *_repeat_features(texts),
        *_layout_features(layout, counts.words),
        *_sentence_features(text, counts),
        *title_features(words_found, counts.words, page.title),
        np.log(layout[3]),
    ]
    own = len(features)
    fill(columns[:own], features)
    columns[own:] = lexicon.features(words_found, numbers)
    prose = np.expm1(columns[TEXT_FEATURES.index("prose")])
    return TextFeatures(columns, counts.length, counts.words, prose, words_found)


def fill(columns: NDArray[np.float32], features: Sequence[FeatureRow | float]) -> None:
    """Writes each feature to a row of `columns`; a single number is the value of all blocks."""
    for number, feature in enumerate(features):
        columns[number] = feature


def _count_kinds(text: Characters, function: NDArray[np.float32]) -> _Counts:
    kinds = text.count_each(text.kinds, chars.N_KINDS)
    space = text.kinds == chars.SPACE
    opens = ~space
    opens[1:] &= space[:-1]
    starts = opens.nonzero()[0]
    capital = starts[text.kinds.take(starts) == chars.UPPER]
    dense = kinds[chars.DENSE] + kinds[chars.DENSE_FUNCTION]
    return _Counts(
        kinds=kinds,
        length=text.lengths.astype(np.float32),
        letters=kinds[chars.LOWER] + kinds[chars.UPPER] + kinds[chars.UNCASED] + dense,
        dense=dense,
        words=np.maximum(text.count(starts).astype(np.float32), 1) + dense / 2,
        title_words=text.count(capital).astype(np.float32),
        function=function + kinds[chars.DENSE_FUNCTION] / np.float32(2),
    )


def _amount_features(counts: _Counts) -> list[FeatureRow]:
    kinds, length, words = counts.kinds, counts.length, counts.words
    return [
        np.log1p(length), np.log1p(words), np.minimum(counts.letters / words, 15),
        *(kinds[chars.LOWER : chars.DIGIT + 1] / length), *np.log1p(kinds[chars.STOP : chars.BRACKET + 1]),
        kinds[chars.MONEY], kinds[chars.WEB], kinds[chars.OTHER] / length,
    ]  # fmt: skip


def _end_features(text: Characters) -> list[FeatureRow]:
    first, last = text.kinds[text.starts], text.kinds[text.starts + text.lengths - 1]
    return [
        first == chars.UPPER, first == chars.LOWER, first == chars.DIGIT, first == chars.QUOTE, first == chars.RULE,
        last == chars.STOP, last == chars.COMMA, last == chars.QUOTE, chars.LETTER[last], last == chars.DIGIT,
        last == chars.OTHER,
    ]  # fmt: skip


def _share_features(counts: _Counts, own_script: NDArray[np.float32]) -> list[FeatureRow]:
    words, letters = counts.words, counts.letters
    return [
        counts.title_words / words, counts.function / words, np.log1p(counts.function), own_script / np.maximum(letters, 1),
        letters / counts.length, counts.kinds[chars.STOP] / words, counts.kinds[chars.COMMA] / words,
    ]  # fmt: skip


def own_script(text: Characters) -> NDArray[np.float32]:
    """The number of letters in the page's main script, for each block.

    The main script is that of the longer blocks, or of all blocks if none is long. Han and kana
    count as one script, because Japanese mixes them.
    """
    counts = text.count_each(text.coded // np.uint8(chars.N_KINDS), chars.N_SCRIPTS)
    long = text.lengths >= _MIN_SCRIPT_VOTER_CHARS
    totals = counts @ (long if long.any() else np.ones_like(long))
    totals[0] = 0
    script = int(totals.argmax())
    own: NDArray[np.float32] = counts[script]
    if script in (chars.HAN, chars.KANA):
        own = counts[chars.HAN] + counts[chars.KANA]
    return own


def _repeat_features(texts: list[str]) -> list[FeatureRow]:
    """How often each block's text occurs in the page, and whether it occurred before."""
    n = len(texts)
    seen: dict[str, int] = {}
    first = np.fromiter(map(seen.setdefault, texts, range(n)), dtype=np.intp, count=n)
    return [np.log(np.bincount(first)[first].astype(np.float32)), first < np.arange(n)]


def _layout_columns(blocks: Sequence[RawBlock]) -> NDArray[np.float32]:
    """Blank lines before each block, indent, whether it has a bullet, source lines (4 x blocks)."""
    n = len(blocks)
    flat = chain.from_iterable(map(_LAYOUT, blocks))
    return np.fromiter(flat, dtype=np.float32, count=4 * n).reshape(n, 4).T.copy()


def _layout_features(layout: NDArray[np.float32], words: NDArray[np.float32]) -> list[FeatureRow]:
    """Features of a block's spacing, and of the group between blank lines that it belongs to."""
    gap, indent, bullet = np.minimum(layout[0], _MAX_GAP_LINES), layout[1], layout[2]
    gap_after, step = np.empty_like(gap), np.zeros_like(indent)
    gap_after[:-1], gap_after[-1] = gap[1:], _MAX_GAP_LINES
    np.subtract(indent[1:], indent[:-1], out=step[1:])
    group = (gap > 0).cumsum()
    size = np.bincount(group)
    place = np.arange(len(gap)) - (size.cumsum() - size)[group]
    return [
        gap, gap_after, np.minimum(indent, 40), clip(step, -20, 20), bullet, run_lengths(bullet),
        np.minimum(size[group], 60), np.minimum(place, 60), np.log1p(np.bincount(group, words).astype(np.float32))[group],
    ]  # fmt: skip


def _sentence_features(text: Characters, counts: _Counts) -> list[FeatureRow]:
    stops, commas = counts.kinds[chars.STOP], counts.kinds[chars.COMMA]
    prose = prose_mass(counts.words, counts.function, stops, commas)
    last = text.codes[text.starts + text.lengths - 1]
    return [
        np.log1p(prose), (last == ord(":")) | (last == ord("：")), last == ord("…"), counts.dense / counts.length,
    ]  # fmt: skip


def prose_mass(
    words: NDArray[np.float32],
    function: NDArray[np.float32],
    stops: NDArray[np.float32],
    commas: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The estimated number of words in sentences, for each block.

    It is near the number of words in a long block with function words and punctuation, and 0 in a
    label.
    """
    spoken = np.minimum(function / words / 0.15, 1)
    punctuated = np.minimum(stops + 0.5 * commas, 2) / 2
    spoken = np.maximum(spoken, 0.3 * punctuated)
    long = clip((words - 5) / 15, 0, 1)
    mass = words * long * (0.25 + 0.75 * spoken) * (0.2 + 0.8 * punctuated)
    result: NDArray[np.float32] = mass.astype(np.float32, copy=False)
    return result


def title_features(
    words_found: PageWords, words: NDArray[np.float32], title: str
) -> tuple[FeatureRow | float, FeatureRow | float]:
    """The share of each block's words that are in the page's title, and the reverse share.

    Both are 0 for a page without a title.
    """
    wanted = {word for word in words_in(title) if len(word) > 2} if title else set()
    if not wanted:
        return 0.0, 0.0
    held = np.fromiter(
        map(wanted.__contains__, words_found.words), np.bool_, len(words_found.words)
    )
    hits = np.bincount(words_found.owner[held], minlength=len(words)).astype(np.float32)
    return np.minimum(hits / words, 1), np.minimum(hits / np.float32(len(wanted)), 2)


def page_features(text: TextFeatures) -> list[float]:
    """Features of the page as a whole (`PAGE_FEATURES`)."""
    columns, words, prose = text.columns, text.words, text.prose
    n, column = len(words), TEXT_FEATURES.index
    total = max(float(words.sum()), 1.0)
    spoken = float(np.expm1(columns[column("log_function")]).sum())
    return [
        float(np.log1p(n)), float(np.log1p(total)), float(prose.sum()) / total, float(np.log1p(np.count_nonzero(prose > 10))),
        spoken / total, np.count_nonzero(columns[column("gap")]) / n, np.count_nonzero(columns[column("bullet")]) / n,
        np.count_nonzero(columns[column("indent")]) / n, float(np.log1p(float(words.max()))),
        float(columns[column("log_words")].sum()) / n,
    ]  # fmt: skip


def place_features(text: TextFeatures) -> list[FeatureRow]:
    """Each block's place in the page, and relative to its core of prose (`PLACE_FEATURES`)."""
    words, prose = text.words, text.prose
    n = len(words)
    at = np.arange(n, dtype=np.float32)
    start, end = best_run(prose - 4.0)
    size = max(end - start, 1)
    before = prose.cumsum()
    flags = np.empty((3, n), dtype=np.bool_)
    flags[0], flags[1], flags[2] = prose > 10, words > 25, prose >= 3
    back, ahead = distances(flags)
    near, wide, far = (np.log1p(means[0]) for means in window_means(prose[None], (2, 5, 12)))
    order = np.empty(n, dtype=np.float32)
    order[(-words).argsort(kind="stable")] = at
    return [
        at / n, words.cumsum() / max(float(words.sum()), 1.0), before / max(float(prose.sum()), 1.0), np.log1p(at),
        np.log1p(n - 1 - at), back[0], ahead[0], back[1], ahead[1],
        (at >= start) & (at < end), clip(start - at, -30, 60), clip(at - end, -30, 60), clip((at - start) / size, -2, 3),
        prose / max(float(prose[start:end].sum()), 1.0), near, wide, far,
        np.log1p(prose[::-1].cumsum()[::-1] - prose), np.log1p(before - prose), np.minimum(order, 100), back[2], ahead[2],
    ]  # fmt: skip
