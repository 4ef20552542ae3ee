"""Finds lines of flattened pages that the classifier leaves out between or below kept ones.

Headings, labels and rows of tables look like chrome where the tags are gone. On pages that are not
articles they are content, if none of them has the words of chrome.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from cleaners.blocks.raw import RawBlock
from cleaners.reasons import Reason
from cleaners.rules.captions import match_caption
from cleaners.rules.dates import has_date
from cleaners.rules.forum_words import is_post_control
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.phrases import match_phrases, match_weak_phrases
from cleaners.rules.software_words import is_control, match_software_line

_MIN_SENTENCE_WORDS, _MAX_SENTENCE_WORDS = 2, 25
_MAX_GAP = 6  # lines left out between two kept ones
_MIN_ROWS = 3  # rows of a table below the last kept line
_MAX_ROWS = 40
_LYNX_CAPTION = "CAPTION: "  # Lynx writes this before the title of a table
_MIN_VERSES, _MAX_VERSE_WORDS, _MAX_VERSE_CHARS = 8, 12, 48  # headlines are longer
_MIN_VERSE_WORDS = 3.5  # words of a verse on average
_WEAK_CONFIDENCE = 0.7  # “a page number or a rank” may be a number in a table
_MAX_NAME_WORDS = 3
_MAX_DATE_WORDS, _MAX_BYLINE_WORDS = 8, 14
_MAX_BETWEEN = 8  # lines between two posts
_MIN_GAP_SHARE = 0.2  # of the lines of a text that separates its parts by blank lines
_POST_REASONS = frozenset((Reason.SHARE, Reason.COMMENT, Reason.DATE, Reason.TICKER))
_MAX_MENU_LINES = 60  # above the title of a flattened page
_MIN_TITLE_WORDS = 2
_MIN_SENTENCE_SHARE = 0.15  # of the lines below the title of a page of data
_END_REASONS = frozenset((Reason.FOOTER, Reason.CONSENT, Reason.RELATED))
_WORD = re.compile(r"\w+")
_NEXT_PAGE = re.compile(r"(?:next|previous|prev)(?: page| chapter| topic)?: \S", re.I)
_CELL_REASONS = frozenset((Reason.TICKER, Reason.DATE, Reason.NAVIGATION, Reason.BYLINE))
_LABEL_REASONS = frozenset((Reason.TICKER, Reason.DATE))


def lines_left_out(lines: Sequence[LineFeatures], kept: Sequence[bool]) -> Iterator[int]:
    """The indices of lines to keep: short gaps between kept lines, and a table below the last."""
    places = [i for i, keep in enumerate(kept) if keep]
    for before, after in pairwise(places):
        gap = range(before + 1, after)
        if len(gap) <= _MAX_GAP and not any(_ends_gap(lines[i]) for i in gap):
            yield from gap
    if places:
        yield from _rows_below(lines, places[-1] + 1)


def sentences_left_out(
    lines: Sequence[LineFeatures], kept: Sequence[bool], places: Sequence[int] | None = None
) -> list[int]:
    """The indices of short sentences to keep: between kept lines, or directly below the last.

    `places` are all indices that may be content, if there are others.
    """
    content = [i for i, keep in enumerate(kept) if keep]
    if not content:
        return []
    if places is not None:
        return [i for i in places if i > content[0] and not kept[i] and _is_sentence(lines[i])]
    stop = content[-1] + 1
    times = Counter(line.text for line in lines)
    names = _recurring_names(lines)
    for i in range(stop, len(lines)):
        if _is_sentence(lines[i]):
            stop = i + 1
        elif i - stop >= _MAX_BETWEEN or not (
            times[lines[i].text] > 1
            or _is_between_posts(lines[i])
            or _is_name_above(lines, i, names)
        ):
            break
    return [i for i in range(content[0], stop) if not kept[i] and _is_sentence(lines[i])]


def contiguous_lines(
    blocks: Sequence[RawBlock], kept: Sequence[bool], lines: Sequence[LineFeatures]
) -> Sequence[int]:
    """The indices of lines to keep because no blank line is between the last kept line and them.

    They are the last rows of a table or items of a list. The text must have blank lines elsewhere.
    """
    last = max((i for i, keep in enumerate(kept) if keep), default=-1)
    n_gaps = sum(block.gap > 0 for block in blocks)
    if last < 0 or n_gaps < _MIN_GAP_SHARE * len(blocks) or lines[last].is_prose:
        return ()
    stop = last + 1
    while stop < len(blocks) and not blocks[stop].gap and not _is_chrome(lines[stop]):
        stop += 1
    return range(last + 1, stop) if stop - last - 1 <= _MAX_GAP else ()


def _is_between_posts(line: LineFeatures) -> bool:
    """Whether a line can be between two posts: a control, a date or a count."""
    removal = match_phrases(line)
    return (
        is_control(line)
        or is_post_control(line)
        or (removal is not None and removal.reason in _POST_REASONS)
        or (0 < line.n_words <= _MAX_DATE_WORDS and line.n_numbers > 0 and has_date(line))
    )


def _is_name_above(lines: Sequence[LineFeatures], i: int, names: Set[str]) -> bool:
    """Whether a line can be the name of a writer, directly above a sentence.

    The end of another post is above it, or it is one of the `names` that recur.
    """
    return _may_be_name(lines, i) and (
        _is_between_posts(lines[i - 1]) or " ".join(_words(lines[i])) in names
    )


def _may_be_name(lines: Sequence[LineFeatures], i: int) -> bool:
    return (
        lines[i].n_words <= _MAX_NAME_WORDS
        and not lines[i].n_numbers
        and i + 1 < len(lines)
        and _is_sentence(lines[i + 1])
        and not _is_chrome(lines[i])
    )


def _recurring_names(lines: Sequence[LineFeatures]) -> set[str]:
    """The lines that can be names of writers and are also in another short line."""
    names = {" ".join(_words(lines[i])) for i in range(len(lines)) if _may_be_name(lines, i)}
    n_lines: Counter[str] = Counter()
    for line in lines if names else ():
        if line.n_words <= _MAX_BYLINE_WORDS:
            words = _words(line)
            parts = {
                " ".join(words[start : start + n])
                for start in range(len(words))
                for n in range(1, _MAX_NAME_WORDS + 1)
            }
            n_lines.update(parts & names)
    return {name for name, n in n_lines.items() if n > 1}


def _words(line: LineFeatures) -> list[str]:
    return _WORD.findall(line.text)


def _is_sentence(line: LineFeatures) -> bool:
    return (
        line.ends_sentence
        and _MIN_SENTENCE_WORDS <= line.n_words <= _MAX_SENTENCE_WORDS
        and not _is_chrome(line)
        and match_weak_phrases(line) is None
    )


def _rows_below(lines: Sequence[LineFeatures], start: int) -> Sequence[int]:
    """The lines from `start` to the next chrome, if most of them have numbers, as in a table."""
    stop = start
    while stop < min(len(lines), start + _MAX_ROWS) and not _ends_gap(lines[stop]):
        stop += 1
    rows = range(start, stop)
    while rows and not lines[rows[-1]].n_numbers:
        rows = rows[:-1]
    n_numbered = sum(lines[i].n_numbers > 0 for i in rows)
    return rows if n_numbered >= _MIN_ROWS and 2 * n_numbered >= len(rows) else ()


def verses(lines: Sequence[LineFeatures]) -> list[int]:
    """The indices of the lines of a poem or song; empty if a text has no such run of lines.

    Verses are short, but longer than labels, most of their words are in lower case, and few of
    them are figures. There are at least eight without chrome between them.
    """
    best: list[int] = []
    run: list[int] = []
    for i, line in enumerate([*lines, None]):
        if line is not None and (_is_verse(line) or (run and _is_part_name(line))):
            run.append(i)
            continue
        best, run = max(best, run, key=len), []
    while best and not _is_verse(lines[best[-1]]):
        best.pop()
    n_words = sum(lines[i].n_words for i in best)
    return best if len(best) >= _MIN_VERSES and n_words >= _MIN_VERSE_WORDS * len(best) else []


def data_below_title(lines: PageLines) -> list[int]:
    """The lines of a text that is mostly data, such as a table with one cell a line.

    The first line is the title of the page, which a later line repeats without the site's name,
    unless the text has no boilerplate at all. The data are below that, up to a line of a footer
    without sentences below it. At least three lines have numbers, or some are sentences.
    """
    if not lines or not lines[0].words:
        return []
    opening = lines.texts[0]
    start = next(
        (
            i
            for i in range(1, min(len(lines), _MAX_MENU_LINES))
            if lines[i].n_words >= _MIN_TITLE_WORDS and opening.startswith(lines.texts[i])
        ),
        len(lines) if any(_is_boilerplate(line) or _is_menu_label(line) for line in lines) else 0,
    )
    stop = start + 1
    while stop < len(lines) and not (
        _ends_data(lines[stop]) and not any(map(_is_sentence, lines[stop : stop + _MAX_BETWEEN]))
    ):
        stop += 1
    found = [i for i in range(start + 1, stop) if not _is_boilerplate(lines[i])]
    n_numbered = sum(lines[i].n_numbers > 0 for i in found)
    n_sentences = sum(_is_sentence(lines[i]) for i in found)
    has_data = n_numbered >= _MIN_ROWS or n_sentences >= max(
        _MIN_ROWS, _MIN_SENTENCE_SHARE * len(found)
    )
    return found if has_data and 2 * len(found) > stop - start else []


def _ends_data(line: LineFeatures) -> bool:
    removal = match_phrases(line)
    return removal is not None and removal.reason in _END_REASONS and not line.n_numbers


def _is_boilerplate(line: LineFeatures) -> bool:
    """Whether a line is boilerplate by its words; labels of cells can be words of menus."""
    removal = match_phrases(line)
    return (
        (removal is not None and removal.reason not in _CELL_REASONS)
        or match_software_line(line, "") is not None
        or _NEXT_PAGE.match(line.text) is not None
    )


def _is_menu_label(line: LineFeatures) -> bool:
    removal = match_phrases(line)
    return removal is not None and removal.reason is Reason.NAVIGATION


def _is_verse(line: LineFeatures) -> bool:
    words = line.text.split()
    small = sum(word[0].islower() for word in words)
    return (
        2 <= len(words) <= _MAX_VERSE_WORDS
        and len(line.text) <= _MAX_VERSE_CHARS
        and not line.n_numbers
        and 2 * small >= len(words)
        and not _is_chrome(line)
    )


def _is_part_name(line: LineFeatures) -> bool:
    """Whether a line names a part of a song, such as “[Chorus]”."""
    return line.text[0] in "[(" and line.n_words <= 3


def _ends_gap(line: LineFeatures) -> bool:
    """Whether a line is no label or row: known chrome, or prose, which the classifier knows."""
    return line.is_prose or _is_chrome(line)


def _is_chrome(line: LineFeatures) -> bool:
    if is_control(line) or (match_caption(line) and not line.text.startswith(_LYNX_CAPTION)):
        return True
    removal = match_phrases(line)
    if removal is None or not line.words or removal.reason in _LABEL_REASONS:
        return False
    return removal.reason is not Reason.NAVIGATION or removal.confidence > _WEAK_CONFIDENCE
