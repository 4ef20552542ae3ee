"""Cleans a page of plain text: every line is judged by its words and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cleaners.blocks.text import text_blocks
from cleaners.content import article_span
from cleaners.credits import read_credits
from cleaners.facts import Facts, facts_of
from cleaners.language import language_of
from cleaners.marking import add, first_marks, foreign_labels, said_again
from cleaners.model import Block, Decoded, Kind, Media, Page, Removal
from cleaners.script import main_script
from cleaners.sections import label_runs, outside_article, under_headings
from cleaners.title import title_position


def clean_text(decoded: Decoded) -> Page:
    """The page that a decoded text holds, every block marked."""
    blocks = text_blocks(decoded.text)
    facts = [facts_of(block.text) for block in blocks]
    marks = first_marks(facts)
    add(marks, under_headings(facts, marks))
    prose = [fact.text for fact, mark in zip(facts, marks, strict=True) if fact.prose and not mark]
    script = main_script(" ".join(prose))
    language = language_of("\n".join(prose))
    add(marks, foreign_labels(facts, script))

    span = article_span(facts, marks)
    title = title_position(facts, marks, span)
    add(marks, said_again(facts, marks, title))
    span = article_span(facts, marks)
    credits_ = read_credits(facts, marks, span, title, language)
    add(marks, credits_.removals)
    span = _with_lead(facts, marks, article_span(facts, marks), title)
    add(marks, label_runs(facts, marks, span))
    outside = outside_article(facts, marks, span)
    add(marks, {i: removal for i, removal in outside.items() if i != title})
    return Page(
        media_type=Media.TEXT,
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        repairs=decoded.repairs,
        blocks=tuple(_finished(blocks, facts, marks, title)),
        title=blocks[title].text if title is not None else None,
        authors=credits_.authors,
        published=credits_.published,
        language=language,
    )


def _with_lead(
    facts: Sequence[Facts], marks: Sequence[Removal | None], span: range, title: int | None
) -> range:
    """The article with the standfirst: the longer lines between the title and the first text."""
    if title is None or not span or title >= span.start:
        return span
    start = span.start
    for i in range(span.start - 1, title, -1):
        if marks[i] is None and facts[i].size >= 8:
            start = i
        elif marks[i] is None:
            break
    return range(start, span.stop)


def _finished(
    blocks: Sequence[Block],
    facts: Sequence[Facts],
    marks: Sequence[Removal | None],
    title: int | None,
) -> list[Block]:
    """The blocks with their marks; short kept lines above text are headings."""
    finished = []
    for i, (block, mark) in enumerate(zip(blocks, marks, strict=True)):
        kind = block.kind
        if i == title:
            kind = Kind.TITLE
        elif mark is None and kind is Kind.PARAGRAPH and not facts[i].ends and facts[i].size < 15:
            kind = Kind.HEADING
        finished.append(replace(block, kind=kind, removal=mark))
    return finished
