"""The Datasette plugin: pages about each served warehouse, and descriptions of its views.

It does nothing for other databases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

from flows.browse_address import ROOT

if TYPE_CHECKING:
    from flows.browse.links import Links
    from flows.browse.page_request import FormHandler, PageResponse, PageView

hookimpl = HookimplMarker("datasette")

_FOLDER = Path(__file__).parent
_ASSETS = {"presswash.css": "text/css", "presswash.js": "text/javascript"}
# Nothing is loaded from elsewhere, and scripts and styles inside a page have no effect.
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # With no-referrer, browsers would also send our own forms without an origin.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """The routes of the pages, all below /-/presswash."""
    from flows.browse.changes import CHANGES
    from flows.browse.pages import PAGES, not_found

    routes: list[tuple[str, Callable[..., Awaitable[Any]]]] = [
        (rf"{ROOT}/static/(?P<name>[a-z.]+)$", _asset)
    ]
    routes += [(f"{ROOT}{pattern}$", _view(page)) for pattern, page in PAGES]
    routes += [(f"{ROOT}{pattern}$", _form_view(handler)) for pattern, handler in CHANGES]
    # Datasette itself redirects a path that ends in a slash.
    routes.append((rf"{ROOT}/.*[^/]$", _view(not_found)))
    if _is_ours(datasette):
        routes.append(("/$", _to_front))
    return routes


@hookimpl(hookwrapper=True)
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Generator[None, Any, None]:
    """In `presswash serve`, our own error page, because Datasette's also prints each error."""
    from flows.browse.error_pages import error_response

    result = yield
    if _is_ours(datasette):
        result.force_result([partial(error_response, datasette, request, exception)])


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Titles, descriptions and columns of the views, for each warehouse."""
    from flows.browse.metadata import view_texts

    return {"databases": {name: view_texts() for name in warehouses(datasette)}}


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """A link to the pages, for the menu of each Datasette page."""
    if not warehouses(datasette):
        return []
    return [{"href": datasette.urls.path(ROOT), "label": "presswash"}]


@hookimpl
def database_actions(datasette: Any, database: str) -> list[dict[str, str]]:
    """A link to the pages, for Datasette's page about a warehouse."""
    if database not in warehouses(datasette):
        return []
    from flows.browse.links import Links

    return [{"href": _links(datasette, database, Links).to(), "label": "Browse with presswash"}]


@hookimpl(optionalhook=True)
def register_mcp_tools(datasette: Any, mcp: Any) -> None:
    """Tools for the MCP server of the plugin datasette-mcp, if it is installed."""
    from flows.browse.mcp_tools import add_tools

    async def find(actor: Any, database: str) -> Path | None:
        served = warehouses(datasette)
        name = database or next(iter(served), "")
        may_see = name in served and await datasette.permission_allowed(
            actor, "view-database", name, default=True
        )
        return served[name] if may_see else None

    add_tools(mcp, find)


def warehouses(datasette: Any) -> dict[str, Path]:
    """The databases that are warehouses, by name."""
    files = {name: one.path for name, one in datasette.databases.items() if one.path}
    return {name: Path(path) for name, path in files.items() if _is_warehouse(Path(path))}


@cache
def _is_warehouse(path: Path) -> bool:
    from warehouse.opening import is_warehouse

    return is_warehouse(path)


def _is_ours(datasette: Any) -> bool:
    """Whether `presswash serve` runs this Datasette; only then can records be corrected."""
    return bool((datasette.plugin_config("presswash") or {}).get("served"))


def _links(datasette: Any, name: str, links: Any) -> Any:
    first = next(iter(warehouses(datasette)))
    return links(
        root=datasette.urls.path(ROOT),
        tables=datasette.urls.database(name),
        database=None if name == first else name,
    )


def _view(page: PageView) -> Callable[..., Awaitable[Any]]:
    """A page as Datasette calls it; it is made in a thread, with its own connection."""

    async def view(request: Any, datasette: Any) -> Any:
        from flows.browse.pages import respond

        path, links = await _requested_warehouse(request, datasette)
        query = {key: request.args.get(key) for key in request.args}
        token = request.scope["csrftoken"]() if _is_ours(datasette) else None
        found = await asyncio.to_thread(respond, page, path, links, request.url_vars, query, token)
        return _response(found)

    return view


def _form_view(handler: FormHandler) -> Callable[..., Awaitable[Any]]:
    """A form handler as Datasette calls it, which has checked the form's token."""

    async def view(request: Any, datasette: Any) -> Any:
        from datasette.utils.asgi import Response

        if request.method != "POST":
            return Response.text("Send changes with POST.", status=HTTPStatus.METHOD_NOT_ALLOWED)
        if not _is_ours(datasette):
            return Response.text("Only `presswash serve` corrects.", status=HTTPStatus.FORBIDDEN)
        path, links = await _requested_warehouse(request, datasette)
        form = await request.post_vars()
        return _response(await asyncio.to_thread(handler, path, links, request.url_vars, form))

    return view


async def _requested_warehouse(request: Any, datasette: Any) -> tuple[Path, Links]:
    """The warehouse that a request names, and links to its pages; checks the permissions."""
    from datasette.utils.asgi import NotFound

    from flows.browse.links import Links

    served = warehouses(datasette)
    name = request.args.get("db") or next(iter(served), None)
    if name not in served:
        raise NotFound("No warehouse of that name is served.")
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])
    return served[name], _links(datasette, name, Links)


def _response(page: PageResponse) -> Any:
    from datasette.utils.asgi import Response

    return Response(
        page.body,
        status=page.status,
        headers={**_HEADERS, **page.headers},
        content_type="text/html; charset=utf-8",
    )


async def _asset(request: Any) -> Any:
    from datasette.utils.asgi import NotFound, Response

    name = request.url_vars["name"]
    if name not in _ASSETS:
        raise NotFound("There is no such file.")
    return Response(
        (_FOLDER / "html" / name).read_text(encoding="utf-8"),
        headers={"cache-control": "max-age=60", "x-content-type-options": "nosniff"},
        content_type=f"{_ASSETS[name]}; charset=utf-8",
    )


async def _to_front(datasette: Any) -> Any:
    from datasette.utils.asgi import Response

    return Response.redirect(datasette.urls.path(ROOT), status=HTTPStatus.FOUND)
