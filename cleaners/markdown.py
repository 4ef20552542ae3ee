"""Writes the clean text of a page as Markdown: headings, lists, tables, code, quotes and links.

The output is CommonMark 0.31 (spec.commonmark.org) with GitHub's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urljoin

from cleaners.model import Block, Kind

_HEADING_LEVEL = re.compile(r"h([1-6])(?:\.|$)")
_LISTS = frozenset(("ul", "ol", "menu", "dl"))
_IN_ITEMS = frozenset((Kind.PARAGRAPH, Kind.CODE))  # blocks that may continue a list item
_INDENT = 4  # blanks for each level of a list
_DEFAULT_LEVEL = 2  # level of headings that are no h1 to h6 in the HTML
_FENCE = re.compile(r"`{3,}")
_LANGUAGE = re.compile(r"(?:language|lang|highlight(?:-source)?|brush)[-:]([\w+#]{1,20})")
_NO_LANGUAGES = frozenset(("default", "none", "notranslate", "text", "plaintext"))
# Text that would start a heading, list, quotation, rule or code block at the start of a line.
_BLOCK_MARK = re.compile(
    r"[#>+\-=](?=\s|$)|#{2,6}(?=\s|$)|(?:[-_=] *){3,}$|~{3}|(\d{1,9})(?=[.)](?:\s|$))"
)
# Text that would be emphasis, code, a link, a tag, an entity or an escape inside a line.
_INLINE_MARK = re.compile(
    r"[*`]|\\(?=[!-/:-@\[-`{-~])|(?<![^\W_])_|_(?![^\W_])|~(?=~)|\](?=[(:\[])|!(?=\[)|"
    r"<(?=[a-zA-Z/!?])|&(?=#?\w{1,31};)"
)
_BRACKET = re.compile(r"[\[\]]")
_ADDRESS_UNSAFE = re.compile(r"[\s()<>]")


def to_markdown(title: str | None, blocks: Iterable[Block], url: str | None = None) -> str:
    r"""The title and the kept blocks of a page as Markdown; empty for a page without content.

    Links are relative unless `url`, the page's own URL, is known.

    >>> blocks = Block("Tides", Kind.TITLE), Block("Ebb", Kind.LIST_ITEM, path="ul/li")
    >>> to_markdown("Tides", blocks)
    '# Tides\n\n- Ebb'
    """
    parts = [f"# {_heading(_escaped(title))}"] if title else []
    kept = (
        replace(block, anchors=tuple(_absolute(url, block.anchors)))
        for block in blocks
        if block.kept and block.kind is not Kind.TITLE
    )
    for kind, group in _groups(kept):
        if kind is Kind.LIST_ITEM:
            parts.append(_list(group))
        elif kind is Kind.TABLE_ROW:
            parts.append(_table(group))
        elif kind is Kind.QUOTE:
            parts.append("\n>\n".join(f"> {_paragraph(block)}" for block in group))
        else:
            parts += map(_block, group)
    return "\n\n".join(parts)


def _groups(blocks: Iterable[Block]) -> Iterator[tuple[Kind, list[Block]]]:
    """Runs of blocks of the same kind; further blocks inside a list item belong to the list."""
    kind: Kind | None = None
    group: list[Block] = []
    for block in blocks:
        continues = kind is Kind.LIST_ITEM and block.kind in _IN_ITEMS and _lists_around(block)
        if kind is not block.kind and not continues:
            if kind is not None:
                yield kind, group
            kind, group = block.kind, []
        group.append(block)
    if kind is not None:
        yield kind, group


def _block(block: Block) -> str:
    """A heading, code block or paragraph as Markdown."""
    if block.kind is Kind.CODE:
        fence = max([*_FENCE.findall(block.text), "``"], key=len) + "`"
        return f"{fence}{_language(block.path)}\n{block.text}\n{fence}"
    level = _heading_level(block) if block.kind is Kind.HEADING else 0
    return f"{'#' * level} {_heading(_linked(block))}" if level else _paragraph(block)


def _heading_level(block: Block) -> int:
    """The level of a heading; 0 for a line of HTML that isn't marked up as a heading."""
    element = block.path.rpartition("/")[2]
    found = _HEADING_LEVEL.match(element)
    if found:
        return int(found[1])
    return 0 if block.path and not element.startswith("summary") else _DEFAULT_LEVEL


def _heading(text: str) -> str:
    """The text of a heading, with a trailing run of # escaped, which Markdown would drop."""
    line = _one_line(text)
    bare = line.rstrip("#")
    is_closed = bare != line and (not bare or bare.endswith(" "))
    return f"{bare}\\{line[len(bare) :]}" if is_closed else line


def _paragraph(block: Block) -> str:
    """A block as one line, escaped so that it doesn't start another kind of block."""
    text = _one_line(_linked(block))
    marked = _BLOCK_MARK.match(text)
    number = marked[1] if marked and marked[1] else ""
    return f"{number}\\{text[len(number) :]}" if marked else text


def _language(path: str) -> str:
    """The language of a code block according to class names in its path; empty if unknown."""
    found = _LANGUAGE.findall(path)
    return found[-1] if found and found[-1] not in _NO_LANGUAGES else ""


def _list(blocks: Sequence[Block]) -> str:
    """List items as Markdown; nested lists are indented, and items of ordered lists numbered."""
    lines: list[str] = []
    numbers: dict[int, int] = {}
    outermost = min(len(_lists_around(block)) for block in blocks)
    deepest = 0
    for block in blocks:
        around = _lists_around(block)
        if block.kind is not Kind.LIST_ITEM:
            indent = " " * _INDENT * min(len(around) - outermost + 1, deepest)
            above = [""] if lines[-1:] != [""] else []
            lines += [
                *above,
                *(f"{indent}{line}".rstrip() for line in _block(block).split("\n")),
                "",
            ]
            continue
        depth = min(len(around) - outermost, deepest)
        deepest = depth + 1
        numbers = {level: number for level, number in numbers.items() if level <= depth}
        is_ordered = around[-1:] == ["ol"]
        numbers[depth] = numbers.get(depth, 0) + 1 if is_ordered else 0
        mark = f"{numbers[depth]}." if is_ordered else "-"
        lines.append(f"{' ' * _INDENT * depth}{mark} {_paragraph(block)}")
    return "\n".join(lines).rstrip()


def _lists_around(block: Block) -> list[str]:
    """The tags of the lists around a block, outermost first."""
    tags = [element.partition(".")[0] for element in block.path.split("/")]
    return [tag for tag in tags if tag in _LISTS]


def _table(blocks: Sequence[Block]) -> str:
    """Table rows as Markdown; the first row becomes the header, which Markdown requires.

    A table with a single column is layout, and its rows become paragraphs.
    """
    rows = [[_cell(cell) for cell in block.text.split("\t")] for block in blocks]
    width = max(map(len, rows))
    if width == 1:
        return "\n\n".join(map(_paragraph, blocks))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(text: str) -> str:
    return _escaped(_one_line(text)).replace("|", r"\|")


def _linked(block: Block) -> str:
    """The text of a block with its links; a link is dropped if its text isn't in the block."""
    parts, at = [], 0
    for text, address in block.anchors:
        start = block.text.find(text, at)
        if start >= 0:
            safe = _ADDRESS_UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", address)
            label = _BRACKET.sub(r"\\\g<0>", _escaped(text).replace(r"\]", "]"))
            parts += [_escaped(block.text[at:start]), f"[{label}]({safe})"]
            at = start + len(text)
    return "".join([*parts, _escaped(block.text[at:])])


def _escaped(text: str) -> str:
    r"""The text with a backslash before each character that Markdown would interpret.

    >>> print(_escaped("2*3*4 in snake_case <b>, but a < b & c"))
    2\*3\*4 in snake_case \<b>, but a < b & c
    """
    return _INLINE_MARK.sub(r"\\\g<0>", text)


def _absolute(base: str | None, anchors: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The links with absolute URLs, if the page's URL is known."""
    for text, address in anchors:
        with suppress(ValueError):  # an invalid URL
            yield text, urljoin(base, address) if base else address


def _one_line(text: str) -> str:
    return " ".join(text.split())
