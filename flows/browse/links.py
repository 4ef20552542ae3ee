"""The addresses of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

_HARMLESS = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses: below `root` of the pages, and at `tables` those of Datasette's own.

    `database` is the name of the warehouse where it isn't the only one that is served.
    """

    root: str
    tables: str
    database: str | None = None

    def to(self, /, *parts: str | int, **query: str | int | float | None) -> str:
        """The address of a page; what is None or "" in the query is left out.

        >>> Links("/-/presswash", "/news").to("records", site="a.org", q="")
        '/-/presswash/records?site=a.org'
        """
        path = "/".join([str(self.root), *(quote(str(part), safe="") for part in parts)])
        given = {"db": self.database, **query}
        asked = urlencode({name: value for name, value in given.items() if value not in (None, "")})
        return f"{path}?{asked}" if asked else path

    def asset(self, name: str) -> str:
        """The address of a style sheet or a script."""
        return f"{self.root}/static/{name}"

    def table(self, name: str, /, **query: str | int) -> str:
        """The address of a view as Datasette shows it."""
        return f"{self.tables}/{name}" + (f"?{urlencode(query)}" if query else "")


def harmless_url(url: str | None) -> str | None:
    """An address of a page on the web that a person may be sent to; None for any other.

    >>> harmless_url("javascript:alert(1)"), harmless_url("https://example.org/a")
    (None, 'https://example.org/a')
    """
    return url if url and url.strip().lower().startswith(_HARMLESS) else None
