"""Decides which blocks of a page are its main content, and gives each other block a reason.

The classifier gives the probability that a block is main content. Rules then remove boilerplate and
repeated text that the classifier keeps. Each removed block gets the reason that fits best.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from cleaners.block_kinds import ElementPaths, kind_of
from cleaners.blocks.raw import RawPage
from cleaners.classifier.scoring import Classifier, Scored, shipped_classifier
from cleaners.classifier.trafilatura_vote import trafilatura_vote
from cleaners.metadata.credits import Credits, choose_authors, read_credits
from cleaners.metadata.html_head import Head
from cleaners.metadata.publication import publication_date
from cleaners.metadata.thread_starter import starter_on_line
from cleaners.metadata.title import find_title, names_page, title_text
from cleaners.metadata.title_line import title_of_clean_text
from cleaners.model import Block, Cleaner, Decoded, Kind, Media, PageType, Removal
from cleaners.page import Page
from cleaners.quality_notes import quality_notes, reads_as_notice
from cleaners.reasons import Reason
from cleaners.repeats import find_repeats, find_repeats_of_content
from cleaners.rules.assign import assign_reasons
from cleaners.rules.author_names import common_words, without_capitals
from cleaners.rules.clean_text import (
    is_chrome,
    reads_as_clean,
    true_repeats,
)
from cleaners.rules.documents import record_fields
from cleaners.rules.fact_lists import dated_rows, fact_lines, timed_rows
from cleaners.rules.left_out import data_below_title, verses
from cleaners.rules.line_features import PageLines
from cleaners.rules.missed_content import missed_content
from cleaners.rules.overrides import (
    above_title,
    add_missing,
    chrome_in_content,
    has_no_sentences,
    headlines_in_content,
    not_shown,
    prose_or_short_text,
)
from cleaners.rules.page_context import PageContext, Removals
from cleaners.rules.post_bodies import signed_posts
from cleaners.rules.repeated_posts import line_of_first_name
from cleaners.rules.structure import (
    live_times,
    page_type_by_structure,
    software_lines,
)
from cleaners.rules.structured_content import marked_facts
from cleaners.rules.threads import AUTHOR_REMOVAL, Thread, read_thread
from cleaners.text.language import detect_language
from cleaners.text.scripts import main_script

# Removed blocks shorter than this are not compared with the content.
_MIN_REPEAT_CHARS = 30
# Below this quality, trafilatura decides which blocks of an article are content.
_TRAFILATURA_VOTE_QUALITY = 0.3
# Below this quality, rules add what the classifier may have missed.
_DOUBTFUL_QUALITY = 0.5
_UNKNOWN_QUALITY = 0.2  # below this, the prose of a text says more than the classifier
_MIN_POSTS = 2  # a thread has at least so many posts with an author
_ARTICLE_TYPES = frozenset((PageType.ARTICLE, PageType.OTHER))
_PAGE_TITLE_REMOVAL = Removal(
    Reason.NAVIGATION, Cleaner.POSITION, "the title with the site's name", 0.85
)
_TEXT_TYPES = _ARTICLE_TYPES | {PageType.DOCUMENTATION}
_SCRIPT_SAMPLE_CHARS = 8000  # characters of the content that decide the page's script


@dataclass(frozen=True, slots=True)
class Extraction:
    """What is decided about a page: the removals of its blocks, its title and its credits.

    `title` is the index of the title block, which is never removed, and `headline` is the title.
    """

    page: PageContext
    removals: Removals
    title: int | None
    headline: str | None
    language: str | None
    credit: Credits
    scored: Scored
    author_lines: Set[int]

    @property
    def keeps_all(self) -> bool:
        """Whether no block is removed."""
        return all(found is None or i == self.title for i, found in enumerate(self.removals))


def extract(
    raw: RawPage, decoded: Decoded, head: Head, classifier_override: Classifier | None = None
) -> Extraction:
    """Decides which blocks to keep, and for what reason each of the others is removed.

    `classifier_override` replaces the shipped classifier, for measurements.
    """
    lines = PageLines([block.list_mark + block.text for block in raw.blocks])
    scored = (classifier_override or shipped_classifier()).score(raw)
    page_type = page_type_by_structure(raw, lines, scored.page_type, scored.quality)
    scored = replace(scored, page_type=page_type)
    kept = scored.kept.tolist()
    reads_as_article = scored.page_type in _ARTICLE_TYPES
    if raw.is_html and reads_as_article and scored.quality < _TRAFILATURA_VOTE_QUALITY:
        vote = trafilatura_vote(decoded.text, raw, lines, scored.content.tolist())
        if vote is not None and any(vote):
            kept = vote
    is_clean = not raw.is_html and reads_as_clean(lines, kept, page_type)
    is_unsure = scored.quality < _DOUBTFUL_QUALITY
    for i in missed_content(raw, lines, kept, page_type, is_clean=is_clean, is_unsure=is_unsure):
        kept[i] = True
    content = "\n".join(lines.texts[i] for i, keep in enumerate(kept) if keep)
    script = main_script(content[:_SCRIPT_SAMPLE_CHARS])
    before = PageContext(raw, lines, kept, range(0))
    removals: Removals = [None] * len(lines)
    if reads_as_article:  # lists, labels and headlines are the content of other pages
        removals = _chrome_of_article(before, scored, script, is_clean=is_clean)
    if raw.is_html:
        add_missing(removals, not_shown(before, kept))
    else:
        fields = record_fields(lines)
        add_missing(removals, {i: found for i, found in fields.items() if kept[i]})
    add_missing(removals, software_lines(before, kept, page_type, scored.content.tolist()))
    thread = _read_posts(before, kept, removals, page_type, is_unsure)
    if is_unsure:
        kept = _reconsidered(raw, lines, kept, removals, scored, thread)
    span = _content_span(kept, removals)
    title, headline = _find_title(replace(before, kept=kept, span=span), head, thread)
    if is_clean:
        title, headline = _title_of_clean_text(raw, lines, removals, span, (title, headline))
    add_missing(removals, _above_title(before, kept, title, page_type, is_clean=is_clean))
    span = _content_span(kept, removals)
    times = live_times(replace(before, kept=kept, span=span), removals)
    for i in times:
        kept[i], removals[i] = True, None
    credit_lines = thread.authors.union(times, thread.facts)
    repeats = _repeat_removals(lines, kept, removals, title)
    repeats = {i: removal for i, removal in repeats.items() if i not in thread.authors}
    add_missing(removals, true_repeats(lines, repeats) if is_clean else repeats)
    body = [i for i, keep in enumerate(kept) if keep and removals[i] is None and i != title]
    text = "\n".join(lines.texts[i] for i in body)
    language = (
        detect_language(text, head.language)
        or head.language
        or detect_language("\n".join(lines.texts))
    )
    page = replace(before, kept=kept, span=_content_span(kept, removals))
    credit = read_credits(page, title, language, head.month_first(), thread.no_credits)
    add_missing(removals, {i: r for i, r in credit.removals.items() if i not in credit_lines})
    assign_reasons(page, removals, script, scored.confidence.tolist())
    return Extraction(page, removals, title, headline, language, credit, scored, thread.authors)


def _chrome_of_article(
    page: PageContext, scored: Scored, script: str | None, *, is_clean: bool
) -> Removals:
    """The removals of boilerplate and other stories' headlines that the classifier keeps."""
    lines, content = page.lines, scored.content.tolist()
    removals = chrome_in_content(lines, page.kept, content, script)
    if is_clean:
        removals = [
            r if r and is_chrome(line) else None for r, line in zip(removals, lines, strict=True)
        ]
    add_missing(removals, headlines_in_content(page, content, removals))
    rows = {i for i, block in enumerate(page.raw.blocks) if block.tag == "tr" and page.kept[i]}
    for i, removal in enumerate(removals):
        # “Snow showers” in a table of the weather, whose other rows stay.
        if removal is not None and removal.reason is Reason.TICKER and i in rows:
            beside = [j for j in (i - 1, i + 1) if j in rows and removals[j] is None]
            removals[i] = None if beside else removal
    return removals


def _read_posts(
    page: PageContext,
    kept: list[bool],
    removals: Removals,
    page_type: PageType,
    is_unsure: bool,
) -> Thread:
    """The lines of a forum thread, or the facts that other pages list.

    Updates `kept` and `removals` to keep facts, or posts and authors only.
    """
    if page_type is not PageType.FORUM:
        thread = Thread(facts=fact_lines(page))
        thread.facts |= signed_posts(page.lines) | timed_rows(page)
        if is_unsure and page.raw.is_html:
            content = [i for i, keep in enumerate(kept) if keep and removals[i] is None]
            thread.facts |= marked_facts(page, content)
        if page_type is not PageType.ARTICLE:
            thread.facts |= {i for i in dated_rows(page) if removals[i] is None}
    else:
        thread = read_thread(page, kept, is_unsure=is_unsure)
    add_missing(removals, thread.removals)
    for i in thread.posts | thread.facts:
        kept[i], removals[i] = True, None
    for i in thread.authors:
        kept[i] = thread.keeps_authors
        removals[i] = None if thread.keeps_authors else AUTHOR_REMOVAL
    return thread


def _above_title(
    page: PageContext, kept: list[bool], title: int | None, page_type: PageType, *, is_clean: bool
) -> dict[int, Removal]:
    """The removals of labels above the title, and of the title with the site's name above it."""
    if not title:
        return {}
    if page.raw.is_html:
        is_article = page_type in _ARTICLE_TYPES
        return above_title(page, kept, title, is_certain=True) if is_article else {}
    is_named = names_page(page.lines.texts[0], page.lines.texts[title])
    is_menu_above = is_named or page_type is PageType.DOCUMENTATION
    found: dict[int, Removal] = {}
    if is_menu_above and not is_clean:
        found = above_title(page, kept, title, is_certain=is_named)
    if kept[0] and is_named:
        found[0] = _PAGE_TITLE_REMOVAL
    return found


def _find_title(page: PageContext, head: Head, thread: Thread) -> tuple[int | None, str | None]:
    """The index of the title block, which is no fact about the subject, and the title."""
    raw = page.raw
    no_title = thread.no_credits.keys() | thread.posts
    found, title = find_title(raw, page.lines, page.kept, page.span, head, no_title)
    return (None, title if raw.is_html else None) if found in thread.facts else (found, title)


def _title_of_clean_text(
    raw: RawPage,
    lines: PageLines,
    removals: Removals,
    span: range,
    found: tuple[int | None, str | None],
) -> tuple[int | None, str | None]:
    title = title_of_clean_text(raw, lines, removals, found[0])
    return found if title in (None, found[0]) else (title, title_text(raw, lines, title, span))


def _reconsidered(
    raw: RawPage,
    lines: PageLines,
    kept: list[bool],
    removals: Removals,
    scored: Scored,
    thread: Thread,
) -> list[bool]:
    """Which blocks of a page with low quality to keep; adds the verses of a song to `thread`.

    An article without sentences and facts loses all blocks. A text of which nothing is kept, or
    which the classifier says next to nothing about, keeps its prose, or all of it if it is short.
    """
    is_article = scored.page_type in _ARTICLE_TYPES and not thread.facts
    if is_article and has_no_sentences(lines, kept, removals):
        kept = [False] * len(kept)
    if not raw.is_html and (scored.quality < _UNKNOWN_QUALITY or not any(kept)):
        prose = prose_or_short_text(lines)
        kept = prose if any(prose) else kept
        thread.facts.update(() if any(kept) else verses(lines))
        if not reads_as_notice(lines):
            # “High” and “Low” above numbers look like a ticker, and can be a table of the tides.
            thread.facts.update(
                i
                for i in data_below_title(lines)
                if (found := removals[i]) is None or found.reason is Reason.TICKER
            )
        for i in thread.facts:
            kept[i], removals[i] = True, None
    return kept


def _content_span(kept: Sequence[bool], removals: Removals) -> range:
    """The range from the first to the last block of content."""
    places = [i for i, keep in enumerate(kept) if keep and removals[i] is None]
    return range(places[0], places[-1] + 1) if places else range(0)


def _repeat_removals(
    lines: PageLines, kept: Sequence[bool], removals: Removals, title: int | None
) -> dict[int, Removal]:
    """The removals of repeated content, and of other blocks that repeat content."""
    content = [i for i, keep in enumerate(kept) if keep and removals[i] is None and i != title]
    anchor = () if title is None else (title,)
    found = find_repeats(lines, content, anchor)
    staying = [i for i in content if i not in found]
    # A short line counts as a repeat only if it may repeat the title.
    title_chars = len(lines.texts[title]) if title is not None else -9
    sizes = [len(text) for text in lines.texts]
    others = [
        i
        for i, keep in enumerate(kept)
        if not keep
        and i != title
        and (sizes[i] >= _MIN_REPEAT_CHARS or abs(sizes[i] - title_chars) < 6)
    ]
    return found | find_repeats_of_content(lines, others, [*anchor, *staying])


def build_page(extraction: Extraction, decoded: Decoded, head: Head) -> Page:
    """The cleaned page: each block is either kept or removed with a reason."""
    raw, lines, title = extraction.page.raw, extraction.page.lines, extraction.title
    credit, scored = extraction.credit, extraction.scored
    paths = ElementPaths(raw)
    published, source = publication_date(
        extraction.page, title, head, credit, scored.page_type, extraction.language
    )
    blocks = []
    items: set[int] = set()
    for i, (block, found) in enumerate(zip(raw.blocks, extraction.removals, strict=True)):
        kind = kind_of(block, raw, items)
        removal = None if i == title else found
        if i == title:
            kind = Kind.TITLE
        elif i in extraction.author_lines:
            kind = Kind.BYLINE
        elif removal is None and kind is Kind.PARAGRAPH and lines[i].is_heading_like:
            kind = Kind.HEADING
        links = min(1.0, block.link_chars / max(1, len(block.text))) if block.link_chars else 0.0
        anchors = block.anchors if removal is None else ()
        path = paths.of(block.container)
        blocks.append(Block(lines.texts[i], kind, removal, path, links, anchors))
    return Page(
        media_type=Media.HTML if raw.is_html else Media.TEXT,
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        repairs=decoded.repairs,
        blocks=tuple(blocks),
        title=extraction.headline,
        authors=_authors(extraction, head),
        published=published,
        published_source=source,
        modified=head.modified or credit.modified,
        language=extraction.language,
        url=head.url,
        description=head.preview.description,
        image=head.preview.image,
        site_name=head.preview.site_name,
        section=head.preview.section,
        tags=head.preview.tags,
        quality=round(min(1.0, max(0.0, scored.quality)), 3),
        notes=quality_notes(blocks, scored.quality),
        page_type=scored.page_type,
        disagreement=scored.disagreement,
    )


def _authors(extraction: Extraction, head: Head) -> tuple[str, ...]:
    """The authors; of a thread, the one who started it.

    In shops, services and lists, elements marked as bylines are those of reviews. In threads, they
    are those of posts. In other pages than articles, a line with only a name is a label, and “by”
    with one word or with common ones names a brand.
    """
    credit, page_type = extraction.credit, extraction.scored.page_type
    if page_type is PageType.FORUM and (
        starter := _first_poster(extraction) or head.thread_starter()
    ):
        return (starter,)
    names = head.authors
    if page_type in _TEXT_TYPES:
        names = choose_authors(head, credit, bylines_only=page_type not in _ARTICLE_TYPES)
    elif (
        not extraction.author_lines
        and credit.has_byline
        and all(map(_may_be_person, credit.authors))
    ):
        names = names or credit.authors
    return names if names == head.authors else tuple(map(without_capitals, names))


def _first_poster(extraction: Extraction) -> str | None:
    """The name on the first line of plain text that names the author of a post."""
    lines, names = extraction.page.lines, extraction.author_lines
    if extraction.page.raw.is_html:
        return None
    line = min(names) if len(names) >= _MIN_POSTS else line_of_first_name(lines)
    return None if line in (None, extraction.title) else starter_on_line(lines.texts[line])


def _may_be_person(name: str) -> bool:
    return " " in name and common_words(name)[0] <= 1
