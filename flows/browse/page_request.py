"""What a page gets and returns, and the page that explains an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TypeAlias

from flows.browse.correction_form import RecordChanged
from flows.browse.links import Links
from flows.browse.render import render
from flows.errors import ConfigError
from warehouse.answers import Record
from warehouse.errors import RequestError, WarehouseError
from warehouse.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page: the warehouse, the ids in the URL's path, and the URL's query.

    `form_token` is the token that forms must send back; None if nothing can be changed.
    """

    warehouse: Warehouse
    links: Links
    ids: Mapping[str, int]
    query: Mapping[str, str]
    form_token: str | None = None

    def render(self, template: str, **context: object) -> PageResponse:
        """The page that a template makes from `context` and from what every page needs."""
        name = self.warehouse.path.name
        return PageResponse(
            render(template, links=self.links, name=name, query=self.query, **context)
        )

    def record(self, name: str = "id") -> Record:
        """The record whose id has this name in the URL. Raises PageNotFound if there is none."""
        found = self.warehouse.record(self.ids[name])
        if found is None:
            raise PageNotFound(f"There is no record {self.ids[name]}.")
        return found


@dataclass(frozen=True, slots=True)
class PageResponse:
    """An HTML page, its HTTP status, and headers besides those of every page."""

    body: str
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


PageView: TypeAlias = Callable[[PageRequest], PageResponse]
# Handles a form: the warehouse, links, the ids in the URL's path, and the fields of the form.
FormHandler: TypeAlias = Callable[[Path, Links, Mapping[str, str], Mapping[str, str]], PageResponse]


class PageNotFound(Exception):
    """There is no page at this URL; the message is a sentence."""


def redirect(location: str) -> PageResponse:
    """A response that leads the browser to another page, after a form."""
    return PageResponse("", HTTPStatus.SEE_OTHER, {"location": location})


def with_error_page(
    respond: Callable[[], PageResponse], path: Path, links: Links, heading: str
) -> PageResponse:
    """The response of `respond` or, if it raises an error, a page that explains the error."""
    try:
        return respond()
    except RecordChanged as error:
        status, message = HTTPStatus.CONFLICT, str(error)
    except PageNotFound as error:
        status, message = HTTPStatus.NOT_FOUND, str(error)
    except RequestError as error:
        status, message = HTTPStatus.BAD_REQUEST, str(error)
    except (WarehouseError, ConfigError) as error:
        status, message = HTTPStatus.SERVICE_UNAVAILABLE, str(error)
    body = render(
        "error.html", links=links, name=path.name, query={}, heading=heading, message=message
    )
    return PageResponse(body, status)
