"""A news site on loopback: pages, lists, and everything that a server can do wrong."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import zstandard

from tests.flows.archive_writers import html

Handler = BaseHTTPRequestHandler
Route = Callable[[Handler], None]


class Site:
    """A server whose routes a test sets; counts what it was asked and when."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: Counter[str] = Counter()
        self.times: list[float] = []
        self.statuses: list[int] = []
        self.agents: set[str] = set()
        site = self

        class _Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked[self.path] += 1
                site.times.append(time.monotonic())
                site.agents.add(self.headers.get("User-Agent", ""))
                site.routes.get(self.path, missing)(self)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
                site.statuses.append(int(code))

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def page(self, path: str, number: int, **headers: str) -> str:
        """Puts a page of a story at a path."""
        self.routes[path] = lambda handler: send(handler, html(number), **headers)
        return self.url(path)

    @contextmanager
    def up(self) -> Iterator[Site]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()


def send(handler: Handler, body: bytes, status: int = 200, **headers: str) -> None:
    """An answer in order; `headers` have _ for -."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("Content-Type", "text/html; charset=utf-8")
    given.setdefault("Content-Length", str(len(body)))
    handler.send_response(status)
    for name, value in given.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def missing(handler: Handler) -> None:
    send(handler, b"<p>There is nothing here.</p>", 404)


def redirect(to: str) -> Route:
    return lambda handler: send(handler, b"", 302, Location=to)


def endless(handler: Handler) -> None:
    """A body that goes on until nobody listens."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b"<p>and so on</p>" * 1000)
    except OSError:
        return


def dripping(handler: Handler) -> None:
    """A body of which a little comes every now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b"<p>")
            time.sleep(0.02)
    except OSError:
        return


def cut_off(handler: Handler) -> None:
    """Less than was promised."""
    send(handler, html(1)[:100], Content_Length=str(len(html(1))))
    handler.close_connection = True


def validated(body: bytes, etag: str) -> Route:
    """A page that is sent again only to those who have another version."""

    def route(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.send_header("ETag", etag)
            handler.end_headers()
        else:
            send(handler, body, ETag=etag)

    return route


def failing_at_first(failures: int, status: int, route: Route, **headers: str) -> Route:
    """A route that works once it has failed so often."""
    left = iter(range(failures))

    def first(handler: Handler) -> None:
        if next(left, None) is None:
            route(handler)
        else:
            send(handler, b"busy", status, **headers)

    return first


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
