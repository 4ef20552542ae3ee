"""What lines owe to their place: lists under a heading, comments, headlines after the article."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.model import Cleaner, Reason, Removal
from cleaners.rules.dates import has_date
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_weak_phrases

# The reasons whose heading speaks for the short lines that follow it.
_HEADING_REASONS = frozenset((Reason.RELATED, Reason.TICKER))
# The reasons whose wording below the comments says that they are over.
_AFTER_COMMENTS = frozenset(
    (Reason.RELATED, Reason.FOOTER, Reason.CONSENT, Reason.TICKER, Reason.ADVERT)
)
_MENU_REASONS = (Reason.NAVIGATION, Reason.FOOTER)
# What labels of menus and footers are taken for where they stand alone.
_MENU_LIKE_REASONS = frozenset((Reason.ADVERT, Reason.RELATED, Reason.CONSENT, Reason.FOOTER))
_NUMBER_REASONS = (Reason.NAVIGATION, Reason.TICKER)
_COUNTED_REASONS = (Reason.COMMENT, Reason.SHARE)
_MENU_NEIGHBOURHOOD = 4  # lines
_MAX_LIST_LINES = 40  # lines under one heading
_HEADLINE_NEIGHBOURS = frozenset(
    ((Reason.RELATED, Reason.RELATED), (Reason.RELATED, Reason.DATE), (Reason.DATE, Reason.RELATED))
)
_HEADLINE_WORDS = range(4, 26)  # words

Marks = Sequence[Removal | None]


def match_headed_lists(view: PageContext, marks: Marks, kept: Sequence[bool]) -> dict[int, Removal]:
    """The removals of unmarked short lines that follow a heading of chrome, up to the next text.

    An entry of a menu that is named like a heading (“Latest”, “Weather”) heads nothing.
    """
    lines = view.lines
    found: dict[int, Removal] = {}
    heading: int | None = None
    for i, mark in enumerate(marks):
        if kept[i]:
            heading = None
        elif mark is not None:
            # A heading ends where it already names its one headline: “Read also: …”.
            if mark.reason in _HEADING_REASONS:
                opens = (
                    lines[i].n_words <= 8 and not view.is_list_item(i) and not view.is_in_menu(i)
                )
                heading = i if opens else None
        elif heading is not None:
            opened = marks[heading]
            if (
                opened is None
                or i - heading > _MAX_LIST_LINES
                or _ends_list(i, opened.reason, view)
            ):
                heading = None
            else:
                what = f"in the list under “{lines.texts[heading][:60]}”"
                found[i] = match_weak_phrases(lines[i]) or Removal(
                    opened.reason, Cleaner.POSITION, what, 0.75
                )
    return found


def _ends_list(i: int, reason: Reason, view: PageContext) -> bool:
    line = view.lines[i]
    if line.is_prose or view.is_in_menu(i):
        return True
    return not line.n_numbers if reason is Reason.TICKER else _labels_start(i, view)


def _labels_start(i: int, view: PageContext) -> bool:
    """Whether three labels in a row stand here, as in menus and not among headlines."""
    row = [view.lines[j] for j in range(i, min(len(view.lines), i + 3))]
    return all(line.n_words <= 3 and not line.n_numbers and not line.ends_sentence for line in row)


def find_comments(view: PageContext, marks: Marks) -> range:
    """The comments section below the article: from its heading to the next chrome of other kind."""
    for i in range(view.span.stop, len(view.lines)):
        mark = marks[i]
        if mark is not None and mark.reason is Reason.COMMENT and not view.lines[i].is_prose:
            stop = (
                j
                for j in range(i + 1, len(view.lines))
                if (after := marks[j]) is not None
                and after.cleaner == Cleaner.PHRASES
                and after.reason in _AFTER_COMMENTS
            )
            return range(i, next(stop, len(view.lines)))
    return range(0)


def match_tickers_without_numbers(view: PageContext, marks: Marks) -> dict[int, Removal]:
    """Entries of menus that are named like tickers, with no figures in them or right below."""
    lines = view.lines
    found = {}
    for i, mark in enumerate(marks):
        if mark is None or mark.reason is not Reason.TICKER:
            continue
        if not any(_has_numbers(lines[j]) for j in range(i, min(len(lines), i + 4))):
            what = "a label with no numbers in it or below it"
            found[i] = Removal(Reason.NAVIGATION, Cleaner.POSITION, what, 0.7)
    return found


def match_menu_labels(view: PageContext, marks: Marks) -> dict[int, Removal]:
    """Labels of a word or two among those of a menu or a footer: they belong to it.

    “Advertising” or “Customer service” on its own says something else than in such a row.
    """
    found = {}
    for i, mark in enumerate(marks):
        if mark is None or mark.reason not in _MENU_LIKE_REASONS or view.lines[i].n_words > 2:
            continue
        row = [marks[j] for j in range(max(0, i - 2), min(len(marks), i + 3)) if j != i]
        menus = [other.reason for other in row if other and other.reason in _MENU_REASONS]
        if len(menus) >= 3 and mark.reason not in menus:
            reason = max(_MENU_REASONS, key=menus.count)
            what = f"a label in a row of {reason} labels"
            found[i] = Removal(reason, Cleaner.POSITION, what, 0.75)
    return found


def match_lone_numbers(view: PageContext, marks: Marks) -> dict[int, Removal]:
    """Figures and nothing else, outside a ticker or a row of page numbers: ranks and counts.

    They go with the headline below, or with the label beside them.
    """
    found = {}
    for i, mark in enumerate(marks):
        if mark is None or mark.reason not in _NUMBER_REASONS or not _is_lone_number(view.lines[i]):
            continue
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(marks)]
        if any(_is_lone_number(view.lines[j]) for j in beside):
            continue
        reasons = [other.reason for j in beside if (other := marks[j])]
        if Reason.TICKER not in reasons:
            found[i] = _lone_number_removal(view.lines[i], reasons)
    return found


def _lone_number_removal(line: LineFeatures, beside: Sequence[Reason]) -> Removal:
    """What a figure on its own is, by the reasons of the lines beside it."""
    if beside[-1:] == [Reason.RELATED] and len(line.words[0]) <= 2:
        return Removal(Reason.RELATED, Cleaner.POSITION, "the rank of a headline", 0.7)
    for reason in beside:
        if reason in _COUNTED_REASONS:
            return Removal(reason, Cleaner.POSITION, f"a number next to a {reason} label", 0.7)
    return Removal(Reason.BOILERPLATE, Cleaner.POSITION, "a number on its own", 0.6)


def _is_lone_number(line: LineFeatures) -> bool:
    return line.n_numbers == 1 and line.n_words <= 2 and all(word.isdigit() for word in line.words)


def _has_numbers(line: LineFeatures) -> bool:
    return bool(line.n_numbers) and not line.is_prose and not has_date(line)


def match_neighbours(i: int, view: PageContext, marks: Marks) -> Removal | None:
    """What a block between headlines, or beside a caption amid the article, shares with them."""
    before = marks[i - 1] if i else None
    after = marks[i + 1] if i + 1 < len(marks) else None
    around = (before and before.reason, after and after.reason)
    if i in view.span and Reason.CAPTION in around and view.lines[i].n_words <= 60:
        return Removal(Reason.CAPTION, Cleaner.POSITION, "next to a caption", 0.6)
    if around in _HEADLINE_NEIGHBOURS:
        return Removal(Reason.RELATED, Cleaner.POSITION, "between headlines", 0.6)
    return None


def match_position(i: int, view: PageContext, marks: Marks) -> Removal:
    """What a line most likely is, by its length, its links and its neighbours."""
    line, span = view.lines[i], view.span
    where = _position_phrase(i, span)
    if view.raw.blocks[i].tag in ("figcaption", "caption"):
        return Removal(Reason.CAPTION, Cleaner.POSITION, "an image caption", 0.8)
    linked = view.is_mostly_link(i)
    follows = line.n_words in _HEADLINE_WORDS and (linked or i >= span.start)
    if follows and _is_headline_like(i, view) and (linked or _is_beside_headline(i, view)):
        return Removal(Reason.RELATED, Cleaner.POSITION, f"a headline {where}", 0.6)
    short = (
        line.n_words < _HEADLINE_WORDS.start
        and not line.ends_sentence
        and (i not in span or linked)
    )
    if short and (linked or i < span.start or not span or _near_menu(i, marks)):
        return Removal(Reason.NAVIGATION, Cleaner.POSITION, f"a short label {where}", 0.6)
    what = f"does not read like article text, {where}"
    return Removal(Reason.BOILERPLATE, Cleaner.CLASSIFIER, what, 0.5)


def _near_menu(i: int, marks: Marks) -> bool:
    """Whether words or markup tell that lines close by are a menu's or a footer's."""
    near = (
        marks[j]
        for j in range(
            max(0, i - _MENU_NEIGHBOURHOOD), min(len(marks), i + _MENU_NEIGHBOURHOOD + 1)
        )
    )
    return any(
        mark and mark.reason in _MENU_REASONS and mark.cleaner != Cleaner.POSITION for mark in near
    )


def _is_headline_like(i: int, view: PageContext) -> bool:
    """Whether a block reads as headlines do: no full stop, or a question, or an entry of a list."""
    line = view.lines[i]
    if not line.ends_sentence:
        return True
    question = line.text.endswith(("?", "!")) and line.n_sentences == 1
    return question or (view.is_list_item(i) and line.n_sentences <= 2)


def _is_beside_headline(i: int, view: PageContext) -> bool:
    """Whether a line next to this one, outside the article, reads as headlines do."""
    for j in (i - 1, i + 1):
        if 0 <= j < len(view.lines) and j not in view.span:
            other = view.lines[j]
            if not other.ends_sentence and 4 <= other.n_words <= 20:
                return True
    return False


def _position_phrase(i: int, span: range) -> str:
    if not span:
        return "on a page without an article"
    if i in span:
        return "inside the article"
    return "before the article" if i < span.start else "after the article"
