"""Moves content that is outside the visible DOM tree to where a browser would show it.

This covers `noscript` elements that have the article, declarative shadow roots, frames with
`srcdoc`, and the posts that the forum software Discourse sends as JSON.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html import escape, unescape
from typing import Any

_NOSCRIPT_TAG = re.compile(r"<(/?)noscript\b([^<>]*)>", re.I)
_TEMPLATE_TAG = re.compile(r"<(/?)template\b([^<>]*)>", re.I)
_SHADOW_ROOT = re.compile(r"\bshadowroot(?:mode)?\s*=", re.I)
_FRAME = re.compile(r"<iframe\b[^<>]*\bsrcdoc\s*=\s*(?:\"([^\"]*)\"|'([^']*)')[^<>]*>", re.I)
_BLOCK_TAG = re.compile(r"<(?:p|div|li|h[1-6]|article|section|blockquote|td)\b", re.I)
_ANY_TAG = re.compile(r"<[^<>]*>")
_MIN_WORDS = 15  # a `noscript` element with fewer words is no content
# A shorter text that mentions JavaScript or cookies is a warning, not content.
_WARNING_WORDS = 80
_JAVASCRIPT = re.compile(r"java\s?script|\bjs\b|cookies", re.I)
_CRAWLER_POSTS = "crawler-post"  # class name of the posts that Discourse also writes as HTML
_DISCOURSE_DATA = 'id="data-preloaded"'
_DISCOURSE = re.compile(rf"{_DISCOURSE_DATA}\s+data-preloaded=\"([^\"]*)\"")


def show_fallbacks(html: str) -> str:
    """The page with fallback content in ordinary elements, and without other `noscript` elements.

    Takes linear time.
    """
    low = html.find("<noscript"), html.find("<NOSCRIPT")
    if max(low) >= 0:
        body = max(0, html.find("<body"))
        html = html[:body] + _show_noscripts(html[body:])
    if "shadowroot" in html:
        html = _open_shadow_roots(html)
    if "srcdoc" in html:
        html = _FRAME.sub(_frame_page, html)
    if _DISCOURSE_DATA not in html or _CRAWLER_POSTS in html:
        return html
    found = _DISCOURSE.search(html)
    if found is not None and (posts := _discourse_posts(found[1])):
        html = f"{html[: found.start()]}></div>{posts}<div{html[found.end() :]}"
    return html


def _show_noscripts(html: str) -> str:
    """The HTML with each `noscript` element either turned into a `div` or removed."""
    parts, at, opened = [], 0, None
    for tag in _NOSCRIPT_TAG.finditer(html):
        if not tag[1]:
            opened = opened or tag
        elif opened is not None:
            inner = html[opened.end() : tag.start()]
            shown = f"<div{opened[2]}>{inner}</div>" if _is_content(inner) else ""
            parts += [html[at : opened.start()], shown]
            at, opened = tag.end(), None
    return "".join([*parts, html[at:]])


def _frame_page(frame: re.Match[str]) -> str:
    """The page in a frame's `srcdoc` as a `div`; the unchanged frame if that is no content."""
    page = unescape(frame[1] or frame[2] or "")
    return f"<div>{page}</div><iframe>" if _is_content(page) else frame[0]


def _is_content(inner: str) -> bool:
    """Whether HTML is content, not a warning about JavaScript, a picture or a tracking pixel."""
    words = len(_ANY_TAG.sub(" ", inner).split())
    warns = words < _WARNING_WORDS and _JAVASCRIPT.search(inner)
    return words >= _MIN_WORDS and not warns and _BLOCK_TAG.search(inner) is not None


def _open_shadow_roots(html: str) -> str:
    """The HTML with each declarative shadow root turned into a `div`; other templates are kept."""
    shadow: list[bool] = []

    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return "</div>" if shadow and shadow.pop() else match[0]
        shadow.append(_SHADOW_ROOT.search(match[2]) is not None)
        return f"<div{match[2]}>" if shadow[-1] else match[0]

    return _TEMPLATE_TAG.sub(plain, html)


def _discourse_posts(attribute: str) -> str:
    """The posts of a thread as HTML, from Discourse's JSON data; empty if it can't be read."""
    posts: list[str] = []
    with suppress(ValueError, AttributeError, TypeError, KeyError):
        stored: dict[str, Any] = json.loads(unescape(attribute))
        for name, value in stored.items():
            if not name.startswith("topic_"):
                continue
            topic = json.loads(value)
            posts.append(f"<h1>{escape(str(topic['title']))}</h1>")
            posts += [
                '<article class="topic-post"><div class="topic-meta-data">'
                f'<span class="username">{escape(str(post["username"]))}</span> '
                f"<time>{escape(str(post['created_at'])[:10])}</time></div>"
                f'<div class="cooked post-body">{post["cooked"]}</div></article>'
                for post in topic["post_stream"]["posts"]
            ]
    # JSON escapes can give lone surrogates, which can't be encoded.
    return "".join(posts).encode("utf-8", "ignore").decode()
