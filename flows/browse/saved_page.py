"""Shows a saved page as its site did, with everything taken out that could act or load."""

from __future__ import annotations

from html import escape

from cleaners.encoding.decode import decode
from cleaners.model import Media, Rejection

HEADERS = {
    # In a sandbox nothing runs, and the page can't reach what showed it, wherever it is opened.
    "content-security-policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        " frame-ancestors 'self'"
    ),
}
# None of them holds an address.
_ATTRIBUTES = frozenset(
    "align alt class colspan datetime dir height id lang rowspan style title valign width".split()
)
_PLAIN = (
    '<!doctype html><html><head><meta charset="utf-8"><title>Saved page</title></head><body>'
    '<pre style="white-space: pre-wrap; overflow-wrap: anywhere">{}</pre></body></html>'
)


def render_saved_page(payload: bytes, media: Media, charset: str | None) -> str:
    """A page of a warehouse as HTML without scripts, forms, frames, links and images.

    Plain text, and HTML that can't be parsed, is shown as text.
    """
    try:
        text = decode(payload, media, charset).text
    except Rejection:
        text = payload.decode("utf-8", "replace")
    page = _harmless(text) if media is Media.HTML else None
    return page or _PLAIN.format(escape(text))


def _harmless(html: str) -> str | None:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring, tostring
    from lxml_html_clean import Cleaner

    clean = Cleaner(
        page_structure=False,
        style=False,
        safe_attrs_only=True,
        safe_attrs=_ATTRIBUTES,
        kill_tags=("base", "noscript", "template"),
    )
    try:
        tree = document_fromstring(
            html.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8")
        )
        clean(tree)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        return None
    return f"<!doctype html>{tostring(tree, encoding='unicode')}"
