"""Refuses text files that aren't pages: other XML, lists of addresses, scripts."""

from __future__ import annotations

import re

from cleaners.model import Capture, Media
from flows.sources.errors import ReadError, ReadErrorKind
from flows.sources.file_formats import extension_of
from flows.sources.sniff_format import root_element

_HEAD_BYTES = 1 << 16
_SITEMAP_ROOTS = frozenset(("urlset", "sitemapindex"))
_ADDRESS_LINE = re.compile(r"(?:https?://\S+|[\w.%/+~-]*/[\w.%/+~-]+\.\w{1,8})")
_SCRIPT_START = re.compile(
    rb"""\s*(?:/\*.*?\*/\s*)?
    (?:["']use\ strict["'] | [!;+(]*function\s*\w*\( | \(\(\)\s*=>
    | (?:var|let|const)\s+\w+\s*=)""",
    re.DOTALL | re.VERBOSE,
)
_CODE_ENDINGS = frozenset(
    ".py .js .mjs .cjs .ts .jsx .tsx .css .scss .less .c .h .cc .cpp .hpp .java .kt .go .rs .rb .pl"
    " .sh .bat .ps1 .sql .r .swift .lua .scala .vue .map .toml .ini .cfg .yaml .yml".split()
)
_SCRIPT_SIGNS = b"{}()[];=&|.,:\"'"
# The share of such signs among all bytes. In prose it is about one in twenty.
_MIN_SCRIPT_SIGNS = 0.15


def refuse_non_pages(capture: Capture) -> None:
    """Raise ReadError (NO_PAGE) for a text file that is certainly not a page."""
    head = capture.payload[:_HEAD_BYTES]
    root = root_element(head)
    if root in _SITEMAP_ROOTS:
        _refuse("it is a sitemap, which lists pages: presswash collect fetches them")
    if root is not None:
        _refuse(
            f"it is XML with the root element {root}, not a page: convert its texts to HTML or"
            " plain text first"
        )
    if capture.media_type is Media.HTML:
        return
    if _is_address_list(head):
        _refuse("it is a list of addresses or files, not a page: presswash collect fetches pages")
    if _is_script(head):
        _refuse("it is a script, not a page")


def refuse_source_code(name: str) -> None:
    """Raise ReadError (NO_PAGE) for a file whose extension is that of source code."""
    if extension_of(name) in _CODE_ENDINGS:
        _refuse("it is source code, not a page")


def _refuse(why: str) -> None:
    raise ReadError(ReadErrorKind.NO_PAGE, why)


def _is_address_list(head: bytes) -> bool:
    lines = [line.strip() for line in head.decode("utf-8", "replace").splitlines()[:200]]
    lines = [line for line in lines if line and not line.startswith("#")]
    return bool(lines) and all(map(_ADDRESS_LINE.fullmatch, lines))


def _is_script(head: bytes) -> bool:
    """Whether text begins like a JavaScript file, and has as many signs as code has."""
    if not _SCRIPT_START.match(head):
        return False
    return sum(map(head.count, map(bytes, zip(_SCRIPT_SIGNS)))) > _MIN_SCRIPT_SIGNS * len(head)
