"""Finds lines on pages of any type that are not content although the classifier keeps them.

The classifier has learnt that lists, labels and short lines are content on many types of page. The
exceptions are found here: controls ("Add to cart"), lines of wiki software, notices about the
reader's browser, vote counts, tables of contents, teasers and menus, and the captions of articles.
Other functions correct the page type, and find lines to keep: the times of a live report, table
rows and forum posts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

from cleaners.blocks.raw import Container, RawPage
from cleaners.blocks.text import link_list
from cleaners.model import Cleaner, PageType, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.post_bodies import is_page_of_comments
from cleaners.rules.repeated_posts import (
    is_thread_of_posts,
    posts_between_controls,
    repeated_posts,
)
from cleaners.rules.software_words import (
    BUILT_WITH,
    END_MARKS,
    POSSIBLE_CONTROL,
    WIKI_LINE,
    match_software_line,
)
from cleaners.rules.tails import tail_lines
from cleaners.rules.threads import has_posts, is_author_line, profile_lines

_MIN_PROFILE_LINES = 4
_POST_WORDS = re.compile(
    r"(?<![a-z])(?:posts?|comments?|messages?|repl(?:y|ies)|answers?|threads?|topics?|forums?|"
    r"discussions?|questions?|users?|authors?|bbcode|postbody)(?![a-z])",
    re.I,
)
_MIN_NAMED = 3  # elements with class names for posts that a forum has
_TIME = re.compile(
    r"\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s?(?:[A-Z]{2,4}|Uhr))?|\d{1,2}\s?[ap]m", re.I
)
_MIN_TIMES = 3  # times that a live report has
_VOTES = re.compile(r"[-+]?\d{1,6}(?:[.,]\d)?k?", re.I)
_VOTE_WORDS = re.compile(
    r"(?<![a-z])(?:(?:up|down)?vot(?:es?|ed|ing)|likes?|reactions?)(?:-?(?:counts?|score))?(?![a-z])",
    re.I,
)
_MAX_TIME = 16
_SURE_PROBABILITY = 0.6  # from here on, lines that may be controls are content
# Menus, or captions, with more than this share of the kept characters are content.
_MAX_SHARE = 0.3
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt"))
_MIN_ENTRIES = 2
_CONTENTS = re.compile(
    r"(?:table of )?contents(?: \[.*\])?|on this page:?|in this (?:article|guide|post|section):?|"
    r"inhalt(?:sverzeichnis)?|sommaire|índice|contenidos?|indice|содержание|оглавление|目次|目录|목차",
    re.I,
)
_NUMBER = re.compile(r"^\W*\d{0,2}(?:\.\d{1,2}){0,4}[.)]?\s*")
_WIKI_PARTS = re.compile(r"\b(?:catlinks|mw-hidden-catlinks|mw-navigation|mw-panel)\b")
# If at least this share of the words of a `dl` or `table` is kept, the rest of it is kept too.
_KEPT_SHARES = {"dl": 0.5, "table": 0.5}
_MIN_TEASERS, _MAX_TEASER_WORDS = 2, 60
_MAX_TEASER_SHARE = 0.3  # teasers with more than this share of the kept words are content
_TEASER_REMOVAL = Removal(Reason.RELATED, Cleaner.MARKUP, "the teaser of another article", 0.8)
_LISTS = frozenset((PageType.COLLECTION, PageType.LISTING))
_VAGUE_TYPES = _LISTS | {PageType.OTHER}
_MIN_PROSE = 3  # lines of prose in a text that is an article
_COMMENT = re.compile(r"(?<![\w-])(?:comment|message|reply)(?![\w-])", re.I)


# Words in a page's structured data, its og:type or its generator that name its type.
_STATED_TYPES = (
    (
        PageType.FORUM,
        {"discussionforumposting", "qapage", "phpbb", "vbulletin", "xenforo", "discuz"},
    ),
    (PageType.ARTICLE, {"recipe", "newsarticle", "blogposting", "mediawiki"}),
    (PageType.PRODUCT, {"product", "individualproduct", "productgroup"}),
    (PageType.DOCUMENTATION, {"techarticle", "apireference", "docusaurus", "sphinx", "mkdocs"}),
    (PageType.LISTING, {"searchresultspage", "itemlist"}),
    (PageType.COLLECTION, {"collectionpage"}),
    (PageType.SERVICE, {"service", "faqpage"}),
)
_UNSURE_QUALITY = 0.5  # below this, what a page states decides its type


def _stated_page_type(raw: RawPage) -> PageType | None:
    """The type that a page states for machines, if it states only one."""
    stated = [page_type for page_type, words in _STATED_TYPES if not words.isdisjoint(raw.markers)]
    return stated[0] if len(stated) == 1 else None


def page_type_by_structure(
    raw: RawPage, lines: PageLines, page_type: PageType, quality: float = 1.0
) -> PageType:
    """The page type: the classifier's answer, corrected by evidence for or against a forum.

    A page with author profiles is a forum. A page without class names for posts is none. Where the
    classifier is unsure, what the page states for machines decides.
    """
    if sum(1 for _ in profile_lines(lines)) >= _MIN_PROFILE_LINES:
        return PageType.FORUM
    if not raw.is_html:
        return _page_type_of_text(lines, page_type, quality)
    if quality < _UNSURE_QUALITY and (
        (page_type in _VAGUE_TYPES and _has_many_comments(raw)) or is_page_of_comments(raw, lines)
    ):
        return PageType.FORUM
    if page_type is PageType.OTHER or quality < _UNSURE_QUALITY:
        stated = _stated_page_type(raw)
        of_entries = stated is PageType.PRODUCT and page_type in _LISTS
        page_type = page_type if stated is None or of_entries else stated
    if page_type is PageType.ARTICLE and _stated_page_type(raw) is PageType.FORUM:
        page_type = PageType.FORUM
    if page_type is not PageType.FORUM:
        return PageType.FORUM if is_thread_of_posts(raw, lines) else page_type
    named = sum(_POST_WORDS.search(container.label) is not None for container in raw.containers)
    if named >= _MIN_NAMED or repeated_posts(raw, lines):
        return page_type
    has_steps = any(container.tag in ("ol", "pre") for container in raw.containers)
    return PageType.DOCUMENTATION if has_steps else PageType.ARTICLE


def _page_type_of_text(lines: PageLines, page_type: PageType, quality: float) -> PageType:
    """The type of a plain text: a thread has authors or dates of posts, and an article has prose.

    The classifier takes some articles with a few words of comments for threads, and knows next to
    nothing about some languages.
    """
    if quality < _UNSURE_QUALITY and posts_between_controls(lines):
        return PageType.FORUM
    if page_type is PageType.FORUM:
        return page_type if has_posts(lines) else PageType.ARTICLE
    if quality >= _UNSURE_QUALITY:
        return page_type
    if sum(map(is_author_line, lines)) >= _MIN_NAMED:
        return PageType.FORUM
    is_article = page_type is PageType.OTHER and sum(line.is_prose for line in lines) >= _MIN_PROSE
    return PageType.ARTICLE if is_article else page_type


def _has_many_comments(raw: RawPage) -> bool:
    """Whether a page has several elements for one comment or message each."""
    return sum(_COMMENT.search(one.label) is not None for one in raw.containers) >= _MIN_NAMED


def software_lines(
    page: PageContext, kept: Sequence[bool], page_type: PageType, content: Sequence[float]
) -> dict[int, Removal]:
    """The removals of kept lines that the site's software writes.

    `content` are the probabilities that a block is content.
    """
    found = {
        i: removal
        for i, keep in enumerate(kept)
        if keep
        and (removal := match_software_line(page.lines[i], page.raw.blocks[i].tag)) is not None
        and not (
            removal in (BUILT_WITH, WIKI_LINE)
            and page_type is not PageType.FORUM
            and _is_amid_prose(page.lines, kept, i)
        )
        and not (removal is POSSIBLE_CONTROL and _is_no_control(page, kept, i, content[i]))
    }
    if not page.raw.is_html:
        found |= dict.fromkeys(link_list(page.lines.texts), _LINKS_REMOVAL)
    else:
        found |= {i: _VOTES_REMOVAL for i, keep in enumerate(kept) if keep and _is_votes(page, i)}
        found |= {i: _CONTENTS_REMOVAL for i in _contents(page) if kept[i]}
        if page_type not in _LISTS:
            found |= _menus(page, kept)
            found |= {} if page_type is PageType.FORUM else _teasers(page, kept)
        if page_type is PageType.ARTICLE:
            found |= _figure_captions(page, kept)
    if page_type not in (PageType.ARTICLE, PageType.FORUM):
        found |= tail_lines(page.lines, kept)
    return found


def _is_amid_prose(lines: Sequence[LineFeatures], kept: Sequence[bool], i: int) -> bool:
    """Whether a line is a sentence with kept prose directly above and below it."""
    return lines[i].is_short_sentence and all(
        0 <= j < len(lines) and kept[j] and lines[j].is_prose for j in (i - 1, i + 1)
    )


def _is_no_control(page: PageContext, kept: Sequence[bool], i: int, probability: float) -> bool:
    """Whether a line that may be a control is content: it is no link, and has text around it.

    `probability` is that of content.
    """
    if page.raw.is_html and page.is_mostly_link(i):
        return False
    if not page.raw.is_html and not (any(kept[:i]) and any(kept[i + 1 :])):
        return False
    is_amid = all(
        0 <= j < len(kept) and kept[j] and (page.lines[j].is_prose or page.lines[j].ends_sentence)
        for j in (i - 1, i + 1)
    )
    return is_amid or probability >= _SURE_PROBABILITY


_LINKS_REMOVAL = Removal(Reason.NAVIGATION, Cleaner.POSITION, "in a list of link addresses", 0.9)
_VOTES_REMOVAL = Removal(Reason.SHARE, Cleaner.MARKUP, "a number of votes", 0.75)
_CONTENTS_REMOVAL = Removal(Reason.NAVIGATION, Cleaner.POSITION, "an entry of the contents", 0.8)
_MENU_REMOVAL = Removal(Reason.NAVIGATION, Cleaner.MARKUP, "inside <nav>", 0.75)
_CAPTION_REMOVAL = Removal(Reason.CAPTION, Cleaner.MARKUP, "inside <figcaption>", 0.8)


def _is_votes(page: PageContext, i: int) -> bool:
    """Whether a block is a number in an element with a class name for votes."""
    block, containers = page.raw.blocks[i], page.raw.containers
    if not _VOTES.fullmatch(block.text) or block.tag in ("td", "tr", "th", "dd"):
        return False
    own = containers[block.container]
    above = containers[own.parent] if own.parent >= 0 else own
    return _VOTE_WORDS.search(f"{own.label} {above.label}") is not None


def _menus(page: PageContext, kept: Sequence[bool]) -> dict[int, Removal]:
    """The removals of kept blocks in `nav` elements, unless they are much of the content."""
    in_menu = _inside(page, _is_menu)
    return _few_of_content(page, kept, in_menu, _MENU_REMOVAL)


def _is_menu(element: Container) -> bool:
    if element.tag == "nav":
        return True
    label = element.label
    return ("mw-" in label or "catlinks" in label) and _WIKI_PARTS.search(label) is not None


def _figure_captions(page: PageContext, kept: Sequence[bool]) -> dict[int, Removal]:
    """The removals of the captions of an article's figures, unless they are much of the content."""
    if not _has_any(page.raw, {"figcaption"}):
        return {}
    in_caption = _inside(page, lambda element: element.tag == "figcaption")
    return _few_of_content(page, kept, in_caption, _CAPTION_REMOVAL)


def _inside(page: PageContext, chosen: Callable[[Container], bool]) -> list[bool]:
    """For each container, whether it is `chosen` or inside a chosen one."""
    found: list[bool] = []
    for element in page.raw.containers:
        found.append((element.parent >= 0 and found[element.parent]) or chosen(element))
    return found


def _has_any(raw: RawPage, tags: Collection[str]) -> bool:
    """Whether a page has an element with one of the tags."""
    return not {element.tag for element in raw.containers}.isdisjoint(tags)


def nearest(raw: RawPage, tags: Collection[str]) -> list[int]:
    """For each container, the index of the innermost one with such a tag around it, or -1.

    A container can be the one around itself.
    """
    found: list[int] = []
    for at, element in enumerate(raw.containers):
        around = found[element.parent] if element.parent >= 0 else -1
        found.append(at if element.tag in tags else around)
    return found


def _few_of_content(
    page: PageContext, kept: Sequence[bool], elements: Sequence[bool], removal: Removal
) -> dict[int, Removal]:
    """The removals of kept blocks in the marked containers, unless they are much of the content."""
    blocks = page.raw.blocks
    found = [i for i, keep in enumerate(kept) if keep and elements[blocks[i].container]]
    size = sum(len(block.text) for block, keep in zip(blocks, kept, strict=True) if keep)
    if sum(len(blocks[i].text) for i in found) > _MAX_SHARE * size:
        return {}
    return dict.fromkeys(found, removal)


def live_times(page: PageContext, removals: Sequence[Removal | None]) -> list[int]:
    """The indices of the times above the entries of a live report; empty if fewer than three.

    Each time must have content directly below it.
    """
    found = []
    for i in page.span:
        text = page.lines.texts[i]
        if len(text) <= _MAX_TIME and _TIME.fullmatch(text):
            after = range(i + 1, min(i + 3, len(page.kept)))
            found += [i] if any(page.kept[j] and removals[j] is None for j in after) else []
    return found if len(found) >= _MIN_TIMES else []


def _teasers(page: PageContext, kept: Sequence[bool]) -> dict[int, Removal]:
    """The removals of teasers: short `article` elements whose headline links to another page.

    Nothing is removed if there is only one, or if teasers are much of the content.
    """
    if not _has_any(page.raw, {"article"}):
        return {}
    articles = nearest(page.raw, {"article"})
    cards: defaultdict[int, list[int]] = defaultdict(list)
    for i, block in enumerate(page.raw.blocks):
        if (at := articles[block.container]) >= 0:
            cards[at].append(i)
    short = [card for card in cards.values() if _leads_elsewhere(page, card)]
    found = [i for card in short for i in card if kept[i]]
    n_words = sum(line.n_words for line, keep in zip(page.lines, kept, strict=True) if keep)
    n_teasers = sum(page.lines[i].n_words for i in found)
    if len(short) < _MIN_TEASERS or n_teasers > _MAX_TEASER_SHARE * n_words:
        return {}
    return dict.fromkeys(found, _TEASER_REMOVAL)


def _leads_elsewhere(page: PageContext, card: Sequence[int]) -> bool:
    """Whether an `article` element is short and its headline links to another page."""
    blocks = page.raw.blocks
    return sum(page.lines[i].n_words for i in card) <= _MAX_TEASER_WORDS and any(
        blocks[i].tag in _HEADINGS and blocks[i].anchors and page.is_mostly_link(i) for i in card
    )


def rest_of_tables(page: PageContext, kept: Sequence[bool]) -> list[int]:
    """The blocks to keep because most of their definition list or table is kept."""
    containers = page.raw.containers
    if not _has_any(page.raw, _KEPT_SHARES):
        return []
    around = nearest(page.raw, _KEPT_SHARES)
    tables: defaultdict[int, list[int]] = defaultdict(list)
    for i, block in enumerate(page.raw.blocks):
        at = around[block.container]
        if at >= 0 and (containers[at].tag != "table" or block.tag == "tr"):
            tables[at].append(i)
    found: list[int] = []
    for at, items in tables.items():
        size = sum(page.lines[i].n_words for i in items)
        n_kept = sum(page.lines[i].n_words for i in items if kept[i])
        if _KEPT_SHARES[containers[at].tag] * size <= n_kept < size:
            found += [i for i in items if not kept[i] and not _is_chrome(page.lines[i])]
    return found


def _is_chrome(line: LineFeatures) -> bool:
    """Whether a line is boilerplate by its words; numbers and labels in a table are not."""
    removal = match_phrases(line)
    return removal is not None and removal.reason not in (Reason.TICKER, Reason.NAVIGATION)


def _contents(page: PageContext) -> Iterator[int]:
    """The lines of tables of contents: links to headings of the page, and the line above them."""
    blocks = page.raw.blocks
    headings = {_entry(b.text) for b in blocks if b.tag in _HEADINGS}
    row: list[int] = []
    for i, block in enumerate(blocks):
        leads_below = block.links > 0 and not block.anchors and page.is_mostly_link(i)
        if leads_below and block.tag not in _HEADINGS and _entry(block.text) in headings:
            row.append(i)
            continue
        yield from _whole_row(row, page)
        row = []
    yield from _whole_row(row, page)


def _whole_row(row: Sequence[int], page: PageContext) -> Iterator[int]:
    if len(row) < _MIN_ENTRIES:
        return
    yield from row
    if row[0] and _CONTENTS.fullmatch(page.lines.texts[row[0] - 1]):
        yield row[0] - 1


def _entry(text: str) -> str:
    """The text of a heading or of an entry in a table of contents, without its number."""
    return _NUMBER.sub("", text).strip(END_MARKS).casefold()
