"""Renders MediaWiki's wikitext as plain HTML: headings, paragraphs, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mwparserfromhell.nodes import Node, Tag, Template, Wikilink
    from mwparserfromhell.wikicode import Wikicode

# Tags whose content isn't part of the article's text.
_DROPPED_TAGS = frozenset(
    "ref references gallery timeline math chem score imagemap syntaxhighlight graph maplink"
    " mapframe templatestyles indicator categorytree inputbox style".split()
)
# A dump's pages contain calls of templates, but not the text that these produce. For templates that
# are used within sentences, these arguments are shown in its place.
_SHOWN_ARGUMENTS = {
    **dict.fromkeys(("convert", "cvt", "unité"), ("1", "2")),
    **dict.fromkeys(
        ("nowrap", "small", "abbr", "val", "tooltip", "angbr", "transl", "ill"), ("1",)
    ),
    **dict.fromkeys(("lang", "langue", "transliteration"), ("2",)),
}
_SHOWN_FUNCTIONS = frozenset(("formatnum", "lc", "uc", "lcfirst", "ucfirst"))
_LANGUAGE_TEMPLATE = re.compile(r"lang-[a-z-]+")
_INTERLANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]+)*:")
_LIST_MARKS = frozenset("*#;:")
# Placeholder before a list item.
_ITEM = "\x02"
# Placeholder for a table, with its number.
_TABLE = re.compile("\x03(\\d+)\x03")
# Such as __TOC__ and __NOTOC__.
_SWITCH = re.compile(r"__[A-Z]{3,}__")
# Placeholder for a template without text.
_LEFT_OUT = "\x04"
# The parser takes time with the square of the openings that don't end, or end after many others.
_MAX_OPEN = 100
_ELEMENTS_WITHOUT_END = "br|hr|wbr|li|dd|dt|tr|td|th"
# By what they begin, each with an opening as its first group, or else a closing.
_PAIRS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "templates": r"(\{\{)|\}\}",
        "tables": r"(\{\|)|\|\}",
        "links": r"(\[)|\]",
        "comments": r"(<!--)|-->",
        "elements": rf"(<(?!(?:{_ELEMENTS_WITHOUT_END})\b)[a-z][^<>]*(?<!/)>)|</",
        "tags": r"(<(?!!))|>",
    }.items()
}
_EMPTY_BRACKETS = re.compile(r" ?[(（][;,，、\s]{0,9}\x04[;,，、\s\x04]{0,99}[)）]")


def wikitext_to_html(text: str, hidden: Iterable[str]) -> str:
    """The article in a page's wikitext, as HTML; "" if there is none.

    `hidden` are the lower-case namespaces whose links show no text, such as "file" and "category".
    Most templates, and all notes, pictures and formulas, are left out.
    """
    import mwparserfromhell

    renderer = _Renderer(frozenset(hidden))
    nodes = mwparserfromhell.parse(_SWITCH.sub("", text)).nodes
    return "".join(renderer.blocks(nodes))


def without_unclosed_markup(text: str) -> tuple[str, str | None]:
    """Wikitext without the openings of which too many aren't closed, and a note that says so.

    Their contents become text.
    """
    damaged = []
    for name, pair in _PAIRS.items():
        n_open = most = 0
        for mark in pair.finditer(text):
            n_open = n_open + 1 if mark[1] else max(0, n_open - 1)
            most = max(most, n_open)
        if most > _MAX_OPEN:
            text = pair.sub("", text)
            damaged.append(name)
    if not damaged:
        return text, None
    return text, f"the {' and '.join(damaged)} in its wikitext aren't closed, and are read as text"


class _Renderer:
    """Renders the nodes of one page in a single pass."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden
        self._tables: list[str] = []

    def blocks(self, nodes: Iterable[Node]) -> Iterator[str]:
        """Yield the blocks of the page; a heading only if text follows it."""
        from mwparserfromhell.nodes import Heading

        # Headings whose text hasn't come yet.
        pending: list[tuple[int, str]] = []
        section: list[str] = []
        for node in [*nodes, None]:
            if node is not None and not isinstance(node, Heading):
                section.append(self._text_of(node))
                continue
            if content := "".join(self._paragraphs("".join(section))):
                yield from (f"<h{level}>{title}</h{level}>" for level, title in pending)
                yield content
                pending = []
            section = []
            if node is not None:
                pending = [one for one in pending if one[0] < node.level]
                pending.append((node.level, self._inline(node.title)))

    def _paragraphs(self, text: str) -> Iterator[str]:
        """Yield the paragraphs, list items and tables in the text of a section."""
        paragraph: list[str] = []
        for line in [*_without_templates(text).split("\n"), ""]:
            table = _TABLE.fullmatch(line.strip())
            is_item = line.startswith(_ITEM)
            if paragraph and (table or is_item or not line.strip()):
                yield f"<p>{escape(' '.join(' '.join(paragraph).split()))}</p>"
                paragraph = []
            if table:
                yield self._tables[int(table[1])]
            elif not is_item:
                paragraph += [line] if line.strip() else []
            elif item := line.strip(f"{_ITEM} "):
                yield f"<ul><li>{escape(item)}</li></ul>"

    def _inline(self, code: Wikicode | None) -> str:
        """A title or a table cell, as HTML."""
        text = "".join(map(self._text_of, code.nodes)) if code else ""
        text = _TABLE.sub(" ", _without_templates(text).replace(_ITEM, " "))
        return escape(" ".join(text.split()))

    def _text_of(self, node: Node) -> str:
        from mwparserfromhell import nodes

        if isinstance(node, nodes.Text):
            return str(node.value)
        if isinstance(node, nodes.HTMLEntity):
            return str(node.normalize())
        if isinstance(node, nodes.Tag):
            return self._text_of_tag(node)
        if isinstance(node, nodes.Template):
            return self._text_of_template(node)
        if isinstance(node, nodes.Wikilink):
            shown = None if self._is_hidden(node) else node.text or node.title
        elif isinstance(node, nodes.ExternalLink):
            shown = node.title if node.brackets else node.url
        else:
            # A comment, or an argument of a template.
            shown = None
        return "".join(map(self._text_of, shown.nodes)) if shown else ""

    def _text_of_tag(self, tag: Tag) -> str:
        name = _name(tag)
        if name in _DROPPED_TAGS:
            return ""
        if str(tag.wiki_markup) in _LIST_MARKS:
            return _ITEM
        if name == "table":
            self._tables.append(f"<table>{''.join(self._rows(tag))}</table>")
            return f"\n\x03{len(self._tables) - 1}\x03\n"
        if name in {"br", "hr"}:
            return "\n"
        return "".join(map(self._text_of, tag.contents.nodes)) if tag.contents else ""

    def _text_of_template(self, template: Template) -> str:
        name, _, argument = str(template.name).strip().partition(":")
        name = name.lower()
        if name in _SHOWN_FUNCTIONS:
            return argument.strip()
        shown = ("1",) if _LANGUAGE_TEMPLATE.fullmatch(name) else _SHOWN_ARGUMENTS.get(name, ())
        values = [template.get(one).value for one in shown if template.has(one)]
        texts = ("".join(map(self._text_of, value.nodes)).strip() for value in values)
        return " ".join(texts) or _LEFT_OUT

    def _is_hidden(self, link: Wikilink) -> bool:
        """Whether a link leads to a picture, a category or the article in another language."""
        title = str(link.title)
        namespace, colon, _ = title.partition(":")
        is_elsewhere = link.text is None and _INTERLANGUAGE.match(title) is not None
        return bool(colon) and (is_elsewhere or namespace.strip().lower() in self._hidden)

    def _rows(self, table: Tag) -> Iterator[str]:
        # The first row may lack its row mark.
        for row in (table, *_tags_in(table)):
            if row is not table and _name(row) != "tr":
                continue
            cells = "".join(
                f"<{_name(cell)}>{self._inline(cell.contents)}</{_name(cell)}>"
                for cell in _tags_in(row)
                if _name(cell) in {"td", "th"}
            )
            if cells:
                yield f"<tr>{cells}</tr>"


def _without_templates(text: str) -> str:
    """The text without template placeholders, and without brackets that held only those."""
    return _EMPTY_BRACKETS.sub("", text).replace(_LEFT_OUT, "")


def _tags_in(tag: Tag) -> list[Tag]:
    from mwparserfromhell.nodes import Tag

    return [node for node in tag.contents.nodes if isinstance(node, Tag)] if tag.contents else []


def _name(tag: Tag) -> str:
    return str(tag.tag).strip().lower()
