"""Shows a saved page with its blocks outlined, without scripts and anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners.encoding.decode import decode
from cleaners.model import Block, Media, Rejection
from flows.browse.outlines import outline_blocks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADERS = {
    # In a sandbox no script runs, and the page can't reach the page around it.
    "content-security-policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        " frame-ancestors 'self'"
    ),
}
# None of them holds a URL, except `src` of pictures that are embedded in the page.
_ATTRIBUTES = frozenset(
    "align alt class colspan datetime dir height id lang rowspan src style title valign"
    " width".split()
)
_XML_UNKNOWN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # to lxml
_PICTURE = "data:image/"
_PLAIN = (
    '<html><body><pre style="white-space: pre-wrap; overflow-wrap: anywhere"></pre></body></html>'
)
_FOREIGN_URL = re.compile(r"url\s*\(\s*(?![\"']?\s*data:image/)[^)]*\)?", re.IGNORECASE)
# With more blocks than this, finding them in the page takes too long.
_MAX_BLOCKS = 50_000
_NOT_OUTLINED = "This page has too many blocks ({:,}) to be outlined."
# With more characters than this, parsing the page takes too long.
_MAX_CHARS = 2_000_000
_CUT = "Only the first {:,} of this page's {:,} characters are shown. `{}` prints them all."
# Embedded pictures and scripts don't count.
_NOT_COUNTED = re.compile(
    r"data:[\w/+.;=-]{1,100},[\w/+%=-]{1000,}|<script\b[^<]*(?:<(?!/script)[^<]*)*", re.IGNORECASE
)
# Elements to drop with their text, and to replace by their content. lxml does it in one pass; its
# Cleaner takes seconds for thousands of elements in a row.
_DROPPED = tuple(
    "applet base frame frameset input link meta noframes noscript script select template"
    " textarea".split()
)
_UNWRAPPED = tuple("blink embed form iframe layer marquee object param".split())
_STYLE_SHEET = Path(__file__).with_name("html") / "saved.css"


def render_saved_page(
    payload: bytes,
    media: Media,
    charset: str | None,
    blocks: Sequence[Block] = (),
    record_id: int | None = None,
) -> str:
    """A saved page as harmless HTML: without scripts, forms, frames, links and loaded content.

    Plain text, and HTML that can't be parsed or is nested too deeply, is shown as text. `blocks`
    are outlined where they are found, with a title that says why they were removed; of more than
    50,000 blocks, none is. A page of more than 2,000,000 characters is cut. A note says so in both
    cases.
    """
    from lxml.etree import SubElement
    from lxml.html import Element, fromstring, tostring

    try:
        text = decode(payload, media, charset).text
    except Rejection:
        text = payload.decode("utf-8", "replace")
    end = _end_of_shown(text)
    notes = []
    if end < len(text):
        command = f"presswash show {record_id or 'ID'} --raw"
        notes.append(_CUT.format(end, len(text), command))
        text = text[:end]
    tree = _harmless(text) if media is Media.HTML else None
    if tree is None:
        tree = fromstring(_PLAIN)
        tree.find("body/pre").text = _XML_UNKNOWN.sub("\ufffd", text)
    if len(blocks) <= _MAX_BLOCKS:
        outline_blocks(tree, blocks)
    else:
        notes.append(_NOT_OUTLINED.format(len(blocks)))
    body = tree.find("body")
    if body is None:  # a page of frames, which are left out
        body = SubElement(tree, "body")
    for words in reversed(notes):
        note = Element("p")
        note.text = words
        body.insert(0, note)
    head = tree.find("head")
    if head is None:
        tree.insert(0, head := Element("head"))
    style = Element("style")
    style.text = _STYLE_SHEET.read_text(encoding="utf-8")
    head.append(style)
    return f"<!doctype html>{tostring(tree, encoding='unicode')}"


def _end_of_shown(text: str) -> int:
    """The number of characters to show: `_MAX_CHARS`, and the embedded pictures and scripts."""
    end = _MAX_CHARS
    if len(text) > end:
        for found in _NOT_COUNTED.finditer(text):
            if found.start() > end:
                break
            end += len(found[0])
    return min(end, len(text))


def _harmless(html: str) -> HtmlElement | None:
    from lxml import etree
    from lxml.html import HTMLParser, defs, document_fromstring
    from lxml_html_clean import Cleaner

    clean = Cleaner(
        page_structure=False,
        style=False,
        safe_attrs_only=True,
        safe_attrs=_ATTRIBUTES,
        kill_tags=("base", "noscript", "template"),
    )
    try:
        parser = HTMLParser(encoding="utf-8", huge_tree=True)
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
        if any(one.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for one in parser.error_log):
            return None  # nested too deeply: the tree is incomplete
        for button in tree.iter("button"):
            button.tag = "span"  # its text stays
        etree.strip_elements(
            tree, *_DROPPED, etree.Comment, etree.ProcessingInstruction, with_tail=False
        )
        unknown = {one.tag for one in tree.iter(etree.Element)} - defs.tags - {"image"}
        etree.strip_tags(tree, *_UNWRAPPED, *unknown)
        clean(tree)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        return None
    for element in tree.iter(etree.Element):
        is_picture = element.tag == "img" and element.get("src", "").startswith(_PICTURE)
        if "src" in element.attrib and not is_picture:
            del element.attrib["src"]
        if style := element.get("style"):
            element.set("style", _FOREIGN_URL.sub("none", style))
        if element.tag == "style" and element.text:
            element.text = _FOREIGN_URL.sub("none", element.text)
    return tree
