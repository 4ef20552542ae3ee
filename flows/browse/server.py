"""Serves a warehouse to a browser: Datasette with our plugin, on one port of this machine."""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeAlias

from flows.browse import plugin
from flows.browse.guard import Guard
from flows.browse_address import ROOT
from flows.errors import ServeError
from warehouse.opening import open_readonly

_App: TypeAlias = Callable[..., Awaitable[None]]
# Tables are shown in small pages, because our own pages show the texts.
_SETTINGS = {"default_page_size": 50, "truncate_cells_html": 300, "suggest_facets": False}
_SHUTDOWN_S = 1  # the time for pending responses


def serve(path: Path, host: str, port: int, started: Callable[[str], None]) -> None:
    """Serve the warehouse at `path` until it is interrupted.

    `started` is called with the URL to open. On a host that other machines can reach, the URL has a
    token, without which nothing is shown. Raises WarehouseError if there is no warehouse, and
    ServeError if the port isn't available.
    """
    import uvicorn

    open_readonly(path).close()  # raises the error that says what is wrong
    token = None if _is_loopback(host) else token_urlsafe(24)
    with _listen(host, port) as listener:
        app = Guard(_datasette(path), names=_names(host), token=token)
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
        started(_address(host, listener.getsockname()[1], token))
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            # Ctrl-C or SIGTERM
            return


def _datasette(path: Path) -> _App:
    from datasette.app import Datasette
    from datasette.plugins import pm

    if not pm.is_registered(plugin):  # its entry point wasn't found
        pm.register(plugin, name="presswash")
    datasette: Any = Datasette(
        [str(path)],
        metadata={"plugins": {"presswash": {"served": True}}},
        settings=_SETTINGS,
    )
    # The MCP server logs each request to stderr.
    logging.getLogger("mcp").setLevel(logging.WARNING)
    return _compress_tables(datasette.app())


def _compress_tables(app: _App) -> _App:
    """Compress Datasette's pages and scripts, but not our pages, which contain form tokens."""
    from starlette.middleware.gzip import GZipMiddleware

    compressed = GZipMiddleware(app)

    async def choose(scope: Any, receive: Any, send: Any) -> None:
        is_ours = scope.get("path", "").startswith(ROOT)
        await (app if is_ours else compressed)(scope, receive, send)

    return choose


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises ServeError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=128)
    except socket.gaierror as error:
        raise ServeError(f"there is no host {host}: give an address of this machine") from error
    except OSError as error:
        raise ServeError(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: choose another with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: choose another with --host"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than you have: choose one above 1023 with --port"
    return f"port {port} of {host} can't be opened ({error.strerror})"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names(host: str) -> frozenset[str] | None:
    """The host names under which browsers may call this server; None if a token decides."""
    return frozenset({"127.0.0.1", "localhost", "::1", host}) if _is_loopback(host) else None


def _address(host: str, port: int, token: str | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")
