"""Builds HTML pages with metadata, and reads their heads."""

import json
from typing import Any

from cleaners.blocks.html import parse_html
from cleaners.metadata.html_head import Head, read_head


def json_ld(*nodes: Any, wrap: str = "{}") -> str:
    scripts = (wrap.format(json.dumps(node, ensure_ascii=False)) for node in nodes)
    return "".join(f'<script type="application/ld+json">{one}</script>' for one in scripts)


def html_page(head: str, body: str = "") -> str:
    return f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>"


def head_of(page: str) -> Head:
    return read_head(parse_html(page), page)


def meta(**contents: str) -> str:
    return "".join(f"<meta name='{name}' content='{said}'>" for name, said in contents.items())
