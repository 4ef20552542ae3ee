"""What the text of each block, and its place among the others, says: one row a block, one column a fact.

Everything is counted for the whole page at once; nothing here knows a language's grammar. Words
are counted by blanks and, in scripts without blanks, two characters to the word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaners.classifier import chars
from cleaners.classifier.lexicon import LEXICON_FACTS
from cleaners.classifier.words import function_counts, numbers_of, page_words, split_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleaners.blocks.raw import RawPage
    from cleaners.classifier.lexicon import Lexicon
    from cleaners.classifier.words import PageWords

TEXT_FACTS: tuple[str, ...] = (
    "log_chars", "log_words", "word_length", "lower_share", "upper_share", "digit_share", "stop_marks", "commas",
    "quotes", "rules", "brackets", "money", "web", "other_share", "starts_upper", "starts_lower", "starts_digit",
    "starts_quote", "starts_rule", "ends_stop", "ends_comma", "ends_quote", "ends_letter", "ends_digit", "ends_other",
    "title_case", "function_share", "log_function", "page_script", "letters_share", "stops_per_word", "commas_per_word",
    "log_twins", "earlier_twin", "gap", "gap_after", "indent", "indent_step", "bullet", "bullet_run",
    "group_size", "group_place", "group_words", "prose", "colon", "ellipsis", "dense_share",
    "title_overlap", "title_cover", "log_joined", *LEXICON_FACTS,
)  # fmt: skip
PAGE_FACTS: tuple[str, ...] = (
    "p_log_blocks", "p_log_words", "p_prose_share", "p_prose_blocks", "p_function", "p_gap_share", "p_bullet_share",
    "p_indent_share", "p_max_words", "p_mean_words",
)  # fmt: skip
PLACE_FACTS: tuple[str, ...] = (
    "place", "words_place", "prose_place", "from_start", "from_end", "prev_prose", "next_prose", "prev_long", "next_long",
    "core_in", "core_before", "core_after", "core_place", "core_share", "prose_2", "prose_5", "prose_12", "prose_ahead",
    "prose_behind", "words_rank", "short_run_before", "short_run_after",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Facts of each block's own text (blocks x `TEXT_FACTS`), its size in words, and the words themselves."""

    rows: NDArray[np.float32]
    words: NDArray[np.float32]
    spoken: PageWords


def text_facts(page: RawPage, lexicon: Lexicon) -> TextFacts:
    """What the text of each block of a page says; the page has at least one block."""
    texts = [block.text for block in page.blocks]
    n = len(texts)
    joined = "\n".join(texts)  # a block has no line ends of its own
    codes = chars.code_points(joined)
    coded = chars.table()[codes]
    kinds = coded & np.uint8(chars.CLASSES - 1)
    lengths = np.fromiter(map(len, texts), dtype=np.intp, count=n)
    starts = np.zeros(n, dtype=np.intp)
    np.cumsum(lengths[:-1] + 1, out=starts[1:])
    ends = starts + lengths - 1
    slots = np.repeat(np.arange(0, n * chars.CLASSES, chars.CLASSES), lengths + 1)[: len(codes)]
    slots += kinds
    counts = (
        np.bincount(slots, minlength=n * chars.CLASSES).reshape(n, chars.CLASSES).astype(np.float32)
    )
    space = kinds == chars.SPACE
    opens = ~space
    opens[1:] &= space[:-1]
    blank_words = np.add.reduceat(opens, starts, dtype=np.intp).astype(np.float32)
    opens &= kinds == chars.UPPER
    title_words = np.add.reduceat(opens, starts, dtype=np.intp).astype(np.float32)

    length = lengths.astype(np.float32)
    safe = np.maximum(length, 1)
    dense = counts[:, chars.DENSE] + counts[:, chars.DENSE_FUNCTION]
    words = (np.maximum(blank_words, 1) + dense / 2).astype(np.float32, copy=False)
    letters = counts[:, chars.LOWER] + counts[:, chars.UPPER] + counts[:, chars.UNCASED] + dense
    own_script = _own_script(coded // np.uint8(chars.CLASSES), starts, lengths)

    spoken = page_words(codes, coded, starts)
    numbers = numbers_of(spoken, lexicon.number)
    function = function_counts(spoken, numbers, lexicon.spoken)
    function += counts[:, chars.DENSE_FUNCTION] / np.float32(2)
    overlap = np.zeros(n, dtype=np.float32)
    cover = np.zeros(n, dtype=np.float32)
    title = {w for w in split_lines([page.title.replace("\n", " ")])[0] if len(w) > 2}
    if title:
        held = np.fromiter(
            map(title.__contains__, spoken.flat), dtype=np.bool_, count=len(spoken.flat)
        )
        hits = np.bincount(spoken.owners()[held], minlength=n).astype(np.float32)
        overlap = (hits / np.maximum(words, 1)).astype(np.float32, copy=False)
        cover = np.minimum(hits / np.float32(len(title)), 2)
    overlap = np.minimum(overlap, 1)

    first, last = kinds[starts], kinds[ends]
    last_code = codes[ends]
    twins, earlier = _twins(texts)
    gap = np.minimum(np.fromiter((b.gap for b in page.blocks), dtype=np.float32, count=n), 4)
    gap_after = np.append(gap[1:], np.float32(4))
    indent = np.fromiter((b.indent for b in page.blocks), dtype=np.float32, count=n)
    bullet = np.fromiter((b.bullet for b in page.blocks), dtype=np.float32, count=n)
    joined_lines = np.fromiter((b.joined for b in page.blocks), dtype=np.float32, count=n)
    group = np.cumsum(gap > 0)
    group_size = np.bincount(group)[group].astype(np.float32)
    group_words = np.bincount(group, weights=words)[group].astype(np.float32)
    group_first = np.searchsorted(group, group)
    stops = counts[:, chars.STOP]
    prose = prose_mass(words, function, stops, kinds[ends], length, counts)
    columns = [
        np.log1p(length), np.log1p(words), np.minimum(letters / words, 15), counts[:, chars.LOWER] / safe,
        counts[:, chars.UPPER] / safe, counts[:, chars.DIGIT] / safe, np.log1p(stops), np.log1p(counts[:, chars.COMMA]),
        np.log1p(counts[:, chars.QUOTE]), np.log1p(counts[:, chars.RULE]), np.log1p(counts[:, chars.BRACKET]),
        counts[:, chars.MONEY], counts[:, chars.WEB], counts[:, chars.OTHER] / safe, first == chars.UPPER,
        first == chars.LOWER, first == chars.DIGIT, first == chars.QUOTE, first == chars.RULE, last == chars.STOP,
        last == chars.COMMA, last == chars.QUOTE, (last == chars.LOWER) | (last == chars.UPPER) | (last == chars.UNCASED)
        | (last == chars.DENSE) | (last == chars.DENSE_FUNCTION), last == chars.DIGIT, last == chars.OTHER,
        title_words / words, function / words, np.log1p(function), own_script / np.maximum(letters, 1), letters / safe,
        stops / words, counts[:, chars.COMMA] / words, np.log(twins), earlier, gap, gap_after, np.minimum(indent, 40),
        np.clip(np.diff(indent, prepend=indent[0]), -20, 20), bullet, _run(bullet), np.minimum(group_size, 60),
        np.minimum(np.arange(n) - group_first, 60), np.log1p(group_words), np.log1p(prose),
        (last_code == 58) | (last_code == 0xFF1A), last_code == 0x2026, dense / safe, overlap, cover, np.log(joined_lines),
    ]  # fmt: skip
    rows = np.empty((n, len(TEXT_FACTS)), dtype=np.float32, order="F")
    for number, column in enumerate(columns):
        rows[:, number] = column
    rows[:, len(columns) :] = lexicon.facts(spoken, numbers)
    return TextFacts(rows, words, spoken)


def _own_script(
    scripts: NDArray[np.uint8], starts: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float32]:
    """For each block its letters in the script that the page's longer blocks (or all, where none is
    long) are written in. Japanese mixes scripts, so Han and kana stand for one another.
    """
    long = lengths >= 100
    chosen = scripts[np.repeat(long, lengths + 1)[: len(scripts)]] if long.any() else scripts
    totals = np.bincount(chosen, minlength=chars.SCRIPTS)
    totals[0] = 0
    script = int(np.argmax(totals))
    own = scripts == script
    if script in (chars.HAN, chars.KANA):
        own = (scripts == chars.HAN) | (scripts == chars.KANA)
    return np.add.reduceat(own, starts, dtype=np.intp).astype(np.float32)


def _twins(texts: list[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How often each block's text stands in the page, and whether it stood earlier."""
    seen: dict[str, int] = {}
    earlier = []
    for text in texts:
        count = seen.get(text, 0)
        earlier.append(count > 0)
        seen[text] = count + 1
    return np.array([seen[text] for text in texts], dtype=np.float32), np.array(
        earlier, dtype=np.float32
    )


def _run(flags: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each flagged row, the length of the run of flagged rows that it is in (capped at 50)."""
    n = len(flags)
    edges = np.flatnonzero(np.diff(flags, prepend=0))
    ids = np.zeros(n, dtype=np.int64)
    ids[edges] = 1
    ids = np.cumsum(ids)
    return np.minimum(np.bincount(ids)[ids], 50).astype(np.float32) * flags


def prose_mass(
    words: NDArray[np.float32],
    function: NDArray[np.float32],
    stops: NDArray[np.float32],
    last: NDArray[np.uint8],
    length: NDArray[np.float32],
    counts: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Words that stand in sentences: all of a block that is long, spoken and punctuated, none of a label."""
    spoken = np.minimum(function / words / 0.15, 1)
    punctuated = np.minimum(stops + 0.5 * counts[:, chars.COMMA], 2) / 2
    spoken = np.maximum(spoken, 0.3 * punctuated)
    mass: NDArray[np.float32] = words * np.clip((words - 5) / 15, 0, 1) * (0.25 + 0.75 * spoken)
    return (mass * (0.2 + 0.8 * punctuated)).astype(np.float32, copy=False)


def page_facts(rows: NDArray[np.float32], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Facts of the page as a whole (`PAGE_FACTS`)."""
    column = TEXT_FACTS.index
    prose = np.expm1(rows[:, column("prose")])
    total = max(float(words.sum()), 1.0)
    return np.array(
        [
            np.log1p(len(rows)), np.log1p(total), prose.sum() / total, np.log1p(float((prose > 10).sum())),
            float(np.expm1(rows[:, column("log_function")]).sum()) / total, float((rows[:, column("gap")] > 0).mean()),
            float(rows[:, column("bullet")].mean()), float((rows[:, column("indent")] > 0).mean()),
            np.log1p(float(words.max())), float(np.log1p(words).mean()),
        ],
        dtype=np.float32,
    )  # fmt: skip


def best_run(gains: NDArray[np.floating]) -> tuple[int, int]:
    """The contiguous run of rows with the largest sum of gains, as a half-open range."""
    sums = np.concatenate([[0.0], np.cumsum(gains, dtype=np.float64)])
    lows = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lows))
    start = int(np.argmin(sums[: end + 1]))
    return start, max(end, start)


def window_mean(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """The mean over `reach` rows either side, a row counting as nothing beyond the page's ends."""
    n = len(values)
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(n)
    result: NDArray[np.float32] = (
        (sums[np.minimum(at + reach + 1, n)] - sums[np.maximum(at - reach, 0)]) / (2 * reach + 1)
    ).astype(np.float32)
    return result


def distance_back(flags: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Rows since the last flagged row before this one (100 where there is none)."""
    n = len(flags)
    at = np.where(flags, np.arange(n), -(10**6))
    last = np.maximum.accumulate(np.concatenate([[-(10**6)], at[:-1]]))
    result: NDArray[np.float32] = np.minimum(np.arange(n) - last, 100).astype(np.float32)
    return result


def distance_ahead(flags: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Rows to the next flagged row after this one (100 where there is none)."""
    return distance_back(flags[::-1])[::-1]


def place_facts(rows: NDArray[np.float32], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where each block stands in the page and towards its core of prose (blocks x `PLACE_FACTS`)."""
    n = len(rows)
    prose = np.expm1(rows[:, TEXT_FACTS.index("prose")])
    at = np.arange(n, dtype=np.float32)
    total_words = max(float(words.sum()), 1.0)
    total_prose = max(float(prose.sum()), 1.0)
    gains = prose - 4.0
    start, end = best_run(gains)
    size = max(end - start, 1)
    is_prose = prose > 10
    is_long = words > 25
    short = prose < 3
    ahead = np.cumsum(prose[::-1])[::-1] - prose
    order = np.empty(n, dtype=np.float32)
    order[np.argsort(-words, kind="stable")] = at
    columns = [
        at / n, np.cumsum(words) / total_words, np.cumsum(prose) / total_prose, np.log1p(at), np.log1p(n - 1 - at),
        distance_back(is_prose), distance_ahead(is_prose), distance_back(is_long), distance_ahead(is_long),
        (at >= start) & (at < end), np.clip(start - at, -30, 60), np.clip(at - end, -30, 60), np.clip((at - start) / size, -2, 3),
        prose / max(float(prose[start:end].sum()), 1.0), np.log1p(window_mean(prose, 2)), np.log1p(window_mean(prose, 5)),
        np.log1p(window_mean(prose, 12)), np.log1p(ahead), np.log1p(np.cumsum(prose) - prose), np.minimum(order, 100),
        distance_back(~short), distance_ahead(~short),
    ]  # fmt: skip
    facts = np.empty((n, len(columns)), dtype=np.float32, order="F")
    for number, column in enumerate(columns):
        facts[:, number] = column
    return facts
