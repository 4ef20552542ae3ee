"""Builds the URLs of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

_HARMLESS = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Links:
    """Builds URLs below `root` for our pages, and below `tables` for Datasette's own.

    `database` is the name of the warehouse; None if it is the only one served.
    """

    root: str
    tables: str
    database: str | None = None

    def to(self, /, *parts: str | int, **query: str | int | float | None) -> str:
        """The URL of a page; query values that are None or "" are left out.

        >>> Links("/-/presswash", "/news").to("records", site="a.org", q="")
        '/-/presswash/records?site=a.org'
        """
        path = "/".join([str(self.root), *(quote(str(part), safe="") for part in parts)])
        values = {"db": self.database, **query}
        given = {name: value for name, value in values.items() if value not in (None, "")}
        return f"{path}?{urlencode(given)}" if given else path

    def asset(self, name: str) -> str:
        """The URL of a style sheet or script."""
        return f"{self.root}/static/{name}"

    def sql(self, query: str, **parameters: str | int) -> str:
        """The URL of an SQL query in Datasette."""
        return f"{self.tables}?{urlencode({'sql': query, **parameters})}"

    def table(self, name: str, /, **query: str | int) -> str:
        """The URL of a view in Datasette."""
        return f"{self.tables}/{name}" + (f"?{urlencode(query)}" if query else "")


def harmless_url(url: str | None) -> str | None:
    """The URL if it is an http or https address; None for any other.

    >>> harmless_url("javascript:alert(1)"), harmless_url("https://example.org/a")
    (None, 'https://example.org/a')
    """
    return url if url and url.strip().lower().startswith(_HARMLESS) else None
