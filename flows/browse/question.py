"""What a page is asked and what it answers, and the page that says why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias

from flows.api import Database, open_database
from flows.browse.correcting import RecordChanged
from flows.browse.links import Links
from flows.browse.render import render
from flows.errors import ConfigError
from warehouse.errors import RequestError, WarehouseError
from warehouse.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Question:
    """What a page is asked: about which warehouse, with the ids of its address, and its query.

    `form_token` is what a form must send back; None where nothing can be changed.
    """

    warehouse: Warehouse
    links: Links
    ids: Mapping[str, int]
    query: Mapping[str, str]
    form_token: str | None = None

    def page(self, template: str, **context: object) -> Answer:
        """A page from a template, which also gets what every page needs."""
        name = self.warehouse.path.name
        return Answer(render(template, links=self.links, name=name, query=self.query, **context))


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTML page, its HTTP status, and headers besides those of every page."""

    body: str
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


Page: TypeAlias = Callable[[Question], Answer]
# What a form changes: of which warehouse, with the ids of the address and the fields of the form.
Change: TypeAlias = Callable[[Path, Links, Mapping[str, str], Mapping[str, str]], Answer]


class NothingThere(Exception):
    """There is no page at that address; the message is a sentence."""


def open_to_change(path: Path) -> Database:
    """The warehouse, to change it with the weights that presswash.toml names."""
    from flows.config.config import load_here

    return open_database(path, create=False, weights=load_here().weights)


def explained(made: Callable[[], Answer], path: Path, links: Links, heading: str) -> Answer:
    """The answer of `made`; where that fails, a page that says why."""
    try:
        return made()
    except RecordChanged as error:
        status, message = HTTPStatus.CONFLICT, str(error)
    except NothingThere as error:
        status, message = HTTPStatus.NOT_FOUND, str(error)
    except RequestError as error:
        status, message = HTTPStatus.BAD_REQUEST, str(error)
    except (WarehouseError, ConfigError) as error:
        status, message = HTTPStatus.SERVICE_UNAVAILABLE, str(error)
    body = render(
        "error.html", links=links, name=path.name, query={}, heading=heading, message=message
    )
    return Answer(body, status)
