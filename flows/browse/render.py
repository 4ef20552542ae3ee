"""Renders the HTML templates, which escape all values, and defines their filters."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.browse.links import harmless_url
from flows.words import counted, escape_controls

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

FOLDER = Path(__file__).with_name("html")
# Characters that set the direction of the letters beside them; they can't reorder other text.
_KEPT = "\t\n\u061c\u200e\u200f"
_MATCH_START, _MATCH_END = "\x02", "\x03"


def render(template: str, **context: object) -> str:
    """A page made from a template in `html/`."""
    return environment().get_template(template).render(context)


def style_sheet() -> Markup:
    """The style sheet, for a self-contained page."""
    from markupsafe import Markup

    return Markup((FOLDER / "presswash.css").read_text(encoding="utf-8"))  # noqa: S704 - ours


@cache
def environment() -> Environment:
    """The templates, and the filters that they use."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("flows.browse", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "shown": shown,
        "marked": marked,
        "percent": lambda share: f"{share:.0%}",
        "number": lambda number: f"{number:,}",
        "counted": counted,
        "moment": lambda moment: (moment or "").removesuffix("Z").replace("T", " "),
        "harmless_url": harmless_url,
        "named": lambda name: str(name).replace("_", " "),
    }
    return templates


def shown(text: object, limit: int = 300) -> str:
    r"""A text without characters that reorder or hide others, cut after `limit` characters.

    >>> shown("a\u202eb"), shown("harbour", limit=4)
    ('a<U+202E>b', 'harb…')
    """
    whole = "" if text is None else str(text)
    cut = whole if len(whole) <= limit else f"{whole[:limit]}…"
    return escape_controls(cut, keep=_KEPT)


def marked(snippet: str) -> Markup:
    """A search snippet on one line, with its matches marked."""
    from markupsafe import Markup, escape

    first, *others = " ".join(snippet.split()).split(_MATCH_START)
    parts = [escape(shown(first, 1_000))]
    for other in others:
        match, _, rest = other.partition(_MATCH_END)
        parts += [Markup("<mark>{}</mark>").format(shown(match)), escape(shown(rest, 1_000))]
    return Markup().join(parts)
