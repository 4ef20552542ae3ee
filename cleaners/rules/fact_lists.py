"""Finds lists of facts about the subject of a page: when and where an event is, what a job pays.

The classifier mistakes such short lines for chrome, and the byline rules take the day of an event
for the day of publication. A list counts if it has several well-known labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from cleaners.reasons import Reason
from cleaners.rules.dates import has_date
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.page_context import PageContext
from cleaners.rules.wordlists import split_words, wordlist

_MIN_FACTS, _MIN_STRONG = 3, 2  # different labels of a list of facts, and those that aren't weak
_MIN_DATED_ROWS = 4
_MIN_TIMED_ROWS = 3
_TIMED = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?)\s+(?=[^\W\d_])(?![ap]\.?m\b)", re.I)
_MAX_LABEL_WORDS = 4
_MAX_VALUE_WORDS = 24
_MAX_GLUED_WORDS = 80
_MAX_ROW_WORDS = 8  # in a fact without a colon: “Prep time 15 minutes”
_LABELLED = re.compile(r"([^\W\d_][\w '’/()-]{1,30}?)\s?[:：]\s*(\S.*)")


def fact_lines(page: PageContext) -> set[int]:
    """The indices of the lines of lists of facts, outside menus and footers."""
    found: set[int] = set()
    glued = [(labels, [i]) for i, line in enumerate(page.lines) if (labels := _glued_labels(line))]
    for labels, places in [*_runs(page.lines), *glued]:
        strong = labels & _labels()[0]
        if len(labels) >= _MIN_FACTS and len(strong) >= _MIN_STRONG:
            found.update(i for i in places if not page.is_in_menu(i))
    return found


def dated_rows(page: PageContext) -> set[int]:
    """The kept lines with dates of a page that lists dates, such as a calendar or a timetable.

    Lines that say when the page was published or changed don't count.
    """
    found = {
        i
        for i, (line, keep) in enumerate(zip(page.lines, page.kept, strict=True))
        if keep
        and line.n_numbers
        and not line.is_prose
        and has_date(line)
        and not wordlist(Reason.DATE).match_phrase(line.text, line.words, max_extra_words=8)
    }
    return found if len(found) >= _MIN_DATED_ROWS else set()


def timed_rows(page: PageContext) -> set[int]:
    """The lines of a list of times in rising order next to kept lines: chapters, or a programme.

    The newest of other articles comes first in a list of news, so that its times fall.
    """
    found: set[int] = set()
    run: list[int] = []
    last = -1
    for i, line in enumerate([*page.lines, None]):
        at = _TIMED.match(line.text) if line is not None and line.n_numbers else None
        seconds = _seconds(at[1]) if at else -1
        if seconds > last and (not run or i - run[-1] == 1):
            run.append(i)
            last = seconds
            continue
        if len(run) >= _MIN_TIMED_ROWS and any(page.kept[max(0, run[0] - 2) : run[-1] + 3]):
            found.update(run)
        run, last = ([i], seconds) if at else ([], -1)
    return found


def _seconds(time: str) -> int:
    parts = [int(part) for part in time.split(":")]
    return sum(part * 60**n for n, part in enumerate(reversed(parts)))


def _runs(lines: Sequence[LineFeatures]) -> Iterator[tuple[set[str], list[int]]]:
    """The labels and the line indices of each run of facts."""
    labels: set[str] = set()
    places: list[int] = []
    i = 0
    while i < len(lines):
        label, n_lines = _fact(lines, i)
        is_unknown = label is None and bool(places) and _is_labelled(lines[i])
        if label is None and not is_unknown:
            if places:
                yield labels, places
                labels, places = set(), []
            i += 1
            continue
        if label is not None:
            labels.add(label)
        places.extend(range(i, i + n_lines))
        i += n_lines
    if places:
        yield labels, places


def _fact(lines: Sequence[LineFeatures], i: int) -> tuple[str | None, int]:
    """The known label of the fact that starts in a line, or None, and its number of lines."""
    line = lines[i]
    if line.n_words > _MAX_LABEL_WORDS + _MAX_VALUE_WORDS:
        return None, 1
    if _first_words().isdisjoint(line.words[:1]):  # as in most lines
        return None, 1
    strong, weak = _labels()
    if (labelled := _LABELLED.fullmatch(line.text)) is not None:
        label = labelled[1].casefold()
        return (label if label in strong or label in weak else None), 1
    whole = line.text.rstrip(" :：").casefold()
    if whole in strong or whole in weak:
        is_value = i + 1 < len(lines) and _is_value(lines[i + 1])
        return (whole, 2) if is_value else (None, 1)
    if line.n_words <= _MAX_ROW_WORDS and not line.ends_sentence:
        words = line.text.casefold().split()
        for n in range(min(_MAX_LABEL_WORDS, len(words) - 1), 0, -1):
            label = " ".join(words[:n])
            if label in strong and any(char.isdigit() for word in words[n:] for char in word):
                return label, 1
    return None, 1


def _glued_labels(line: LineFeatures) -> set[str]:
    """The known labels of a list of facts that a converter joined into one line."""
    if (
        line.n_words > _MAX_GLUED_WORDS
        or line.ends_sentence
        or not line.n_numbers
        or _first_words().isdisjoint(line.words[:1])
    ):
        return set()
    words = [word.casefold() for word in line.text.split()]
    spans = (" ".join(words[i : i + n]).rstrip(":") for i in range(len(words)) for n in range(1, 4))
    strong, weak = _labels()
    found = {label for label in spans if label in strong or label in weak}
    return found if line.n_words >= 2 * len(found) else set()  # else the filters of a shop


def _is_value(line: LineFeatures) -> bool:
    whole = line.text.rstrip(" :：").casefold()
    strong, weak = _labels()
    return line.n_words <= _MAX_VALUE_WORDS and whole not in strong and whole not in weak


def _is_labelled(line: LineFeatures) -> bool:
    return line.n_words <= _MAX_VALUE_WORDS and _LABELLED.fullmatch(line.text) is not None


@cache
def _labels() -> tuple[frozenset[str], frozenset[str]]:
    """The strong and the weak labels."""
    path = files("cleaners") / "data" / "fact_labels.json"
    lists: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(lists["strong"]), frozenset(lists["weak"])


@cache
def _first_words() -> frozenset[str]:
    return frozenset(split_words(label)[0] for labels in _labels() for label in labels)
