"""Cleans an HTML page: trafilatura decides what is content, the tree keeps what it dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cleaners.blocks.html import html_blocks
from cleaners.content import article_span
from cleaners.credits import read_credits
from cleaners.facts import Facts, facts_of
from cleaners.language import language_of
from cleaners.marking import Marks, add, first_marks, foreign_labels, said_again
from cleaners.model import Block, Decoded, Kind, Media, Page, Reason, Rejection, Removal, Stage
from cleaners.reasons.markup import by_markup
from cleaners.reasons.names import byline_authors
from cleaners.reasons.wording import by_traces
from cleaners.script import main_script
from cleaners.sections import outside_article, under_headings
from cleaners.shingles import containment, shingles, tokens
from cleaners.title import title_position

_FOUND = 0.8  # of a block's shingles, where a converter cut or joined its ends
_LEAST_WORDS = 12  # less extracted text than this is a label, not an article

# What a block that was extracted may be removed for all the same.
_OVERRULING = frozenset(Reason) - {Reason.NAVIGATION, Reason.BOILERPLATE, Reason.CAPTION}


@dataclass(frozen=True, slots=True)
class _Extract:
    """What trafilatura reads from a page."""

    text: str
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    url: str | None


def clean_html(decoded: Decoded) -> Page:
    """The page that a decoded HTML document holds, every block marked."""
    tree = _parsed(decoded.text)
    blocks = html_blocks(tree)
    extract = _extract(tree)
    facts = [facts_of(block.text) for block in blocks]
    wording = first_marks(facts)
    add(wording, under_headings(facts, wording))
    add(wording, foreign_labels(facts, main_script(extract.text)))
    kept = _kept(blocks, extract.text)
    language = language_of(extract.text) or _declared_language(tree)
    span = article_span(facts, _unless_extracted(wording, kept))
    title = _title_position(blocks, extract.title)
    if title is None:
        title = title_position(facts, wording, span)
    credits_ = read_credits(facts, wording, span, title, language)
    within = [keep and i in span for i, keep in enumerate(kept)]
    marks = _marks(blocks, facts, wording, within, credits_.removals, span)
    add(marks, outside_article(facts, marks, span))
    if title is not None:
        marks[title] = None
    add(marks, said_again(facts, marks, title))
    finished = [replace(block, removal=mark) for block, mark in zip(blocks, marks, strict=True)]
    if title is not None:
        finished[title] = replace(finished[title], kind=Kind.TITLE)
    return Page(
        media_type=Media.HTML,
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        repairs=decoded.repairs,
        blocks=tuple(finished),
        title=finished[title].text if title is not None else extract.title,
        authors=extract.authors or credits_.authors,
        published=extract.published or credits_.published,
        language=language,
        url=extract.url,
    )


def _parsed(text: str) -> Any:
    """The lxml tree of a page; what isn't in the tree of a broken page isn't text."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Rejection(Stage.CLEAN, "NoDocument", "there is no HTML document in it") from error


def _extract(tree: Any) -> _Extract:
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False},
    )
    if found is None or isinstance(found, dict):
        return _Extract("", None, (), None, None)
    named = (found.author or "").split(";")
    authors = tuple(dict.fromkeys(name for part in named for name in _author_names(part)))
    text = found.text or ""
    if len(tokens(text)) < _LEAST_WORDS:
        text = ""
    return _Extract(text, found.title, authors, found.date, found.url)


def _author_names(part: str) -> tuple[str, ...]:
    """The names in an author field, without the “Text by” or “reporter” before them."""
    name = part.strip()
    return byline_authors(name) or ((name,) if name else ())


def _unless_extracted(wording: Marks, kept: Sequence[bool]) -> Marks:
    """What each block's words say of it, and that trafilatura left it out where it did."""
    left_out = Removal(Reason.BOILERPLATE, "content", "trafilatura left it out", 0.6)
    return [said or (None if keep else left_out) for said, keep in zip(wording, kept, strict=True)]


def _kept(blocks: Sequence[Block], text: str) -> list[bool]:
    """Whether each block is in the extracted text, in whole or in its greater part."""
    lines = {" ".join(tokens(line)) for line in text.split("\n")}
    whole = shingles(text)
    kept = []
    for block in blocks:
        words = tokens(block.text)
        if len(words) < 5:
            kept.append(bool(words) and " ".join(words) in lines)
        else:
            kept.append(containment(shingles(block.text), whole) >= _FOUND)
    return kept


def _title_position(blocks: Sequence[Block], title: str | None) -> int | None:
    """The block that is the title: its first heading with these words, else its first line."""
    if title is None:
        return None
    wanted = tokens(title)
    same = [i for i, block in enumerate(blocks) if tokens(block.text) == wanted]
    headings = [i for i in same if blocks[i].kind is Kind.HEADING]
    return next(iter(headings or same), None)


def _marks(
    blocks: Sequence[Block],
    facts: Sequence[Facts],
    wording: Marks,
    kept: Sequence[bool],
    credit: Mapping[int, Removal],
    span: range,
) -> Marks:
    """The marks where trafilatura and the words of a block are heard together.

    `kept` are the blocks of the article, `span` goes from its first to its last. Of what
    trafilatura keeps, a line that its own words call chrome goes all the same.
    """
    marks: Marks = []
    for i, (block, said) in enumerate(zip(blocks, wording, strict=True)):
        if kept[i] and not (said and said.reason in _OVERRULING and not facts[i].spoken):
            marks.append(credit.get(i))
        else:
            mark = said or credit.get(i) or by_markup(block.path)
            marks.append(mark or (_left_out(block, facts[i]) if i in span else None))
    return marks


def _left_out(block: Block, fact: Facts) -> Removal:
    """The reason for a block amid the article that trafilatura didn't extract."""
    if traced := by_traces(fact):
        return traced
    if block.kind is Kind.CAPTION:
        return Removal(Reason.CAPTION, "content", "a caption outside the article's text", 0.8)
    if block.links >= 0.7:
        return Removal(Reason.NAVIGATION, "content", f"{block.links:.0%} of it is links", 0.6)
    return Removal(Reason.BOILERPLATE, "content", "trafilatura left it out", 0.6)


def _declared_language(tree: Any) -> str | None:
    declared = (tree.get("lang") or "").split("-")[0].strip().lower()
    return declared if len(declared) == 2 and declared.isalpha() else None
