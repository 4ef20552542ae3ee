"""What servers do that no standard wants: presswash fetches what a browser would."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners.model import Capture
from flows.runs.batches import open_reader
from flows.runs.ingest import ingest
from flows.runs.jobs import IngestJob
from flows.sources.web.politeness import Politeness
from tests.flows.archive_writers import html
from tests.flows.conftest import rows
from tests.flows.http_site import Handler, Site, failing_at_first, redirect, send, validated
from warehouse.model import Known, Rejected

QUICK = Politeness(delay=0, backoff=0.01, retries=2, allow_private=True, page_time=20)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().up() as site:
        yield site


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def got(*urls: str, web: Politeness = QUICK) -> list[Rejected | Capture | Known]:
    """What comes of fetching addresses, with no warehouse."""
    batch = open_reader(IngestJob(urls, "", web=web)).take()
    return list(batch.items) if batch else []


def pages(*urls: str, web: Politeness = QUICK) -> list[str]:
    """The paths of the pages fetched, in order; nothing may be rejected."""
    found = got(*urls, web=web)
    assert all(isinstance(one, Capture) for one in found), found
    return [
        str(one.url).partition("//")[2].partition("/")[2]
        for one in found
        if isinstance(one, Capture)
    ]


def refusal(url: str, web: Politeness = QUICK) -> Rejected:
    (found,) = got(url, web=web)
    assert isinstance(found, Rejected), found
    return found


@pytest.mark.parametrize("encoding", ["UTF-8", "none", "binary", "gzip", "br", "deflate"])
def test_a_content_encoding_that_lies_is_ignored(site: Site, encoding: str) -> None:
    site.routes["/a"] = lambda handler: send(handler, html(1), Content_Encoding=encoding)
    (page,) = got(site.url("/a"))
    assert isinstance(page, Capture)
    assert page.payload == html(1)


@pytest.mark.parametrize(
    "body", [gzip.compress(html(1))[:-8], gzip.compress(html(1)) + b"\n<!-- -->"]
)
def test_gzip_without_its_trailer_or_with_junk_behind_it_is_read(site: Site, body: bytes) -> None:
    site.routes["/a"] = lambda handler: send(handler, body, Content_Encoding="gzip")
    (page,) = got(site.url("/a"))
    assert isinstance(page, Capture)
    assert page.payload == html(1)


def test_gzip_that_is_cut_off_is_a_reject(site: Site) -> None:
    body = gzip.compress(html(1))[:-60]
    site.routes["/a"] = lambda handler: send(handler, body, Content_Encoding="gzip")
    assert refusal(site.url("/a")).error == "Damaged"


@pytest.mark.parametrize("kind", ["text/html, text/html; charset=utf-8", "html", "application/xml"])
def test_a_content_type_that_a_browser_understands_is_that_of_a_page(site: Site, kind: str) -> None:
    assert pages(site.page("/a", 1, Content_Type=kind)) == ["a"]


def test_a_page_that_a_proxy_changed_is_a_page(site: Site) -> None:
    site.routes["/a"] = lambda handler: send(handler, html(1), 203)
    assert pages(site.url("/a")) == ["a"]


def _wall(to: str) -> object:
    """A page for those who have the cookie; others are sent to get it."""

    def route(handler: Handler) -> None:
        if "seen=1" in (handler.headers.get("Cookie") or ""):
            send(handler, html(1))
        elif to == "/a":
            send(handler, b"", 302, Location=to, Set_Cookie="seen=1; Path=/")
        else:
            send(handler, b"", 302, Location=to)

    return route


@pytest.mark.parametrize("to", ["/a", "/gate"])
def test_a_cookie_wall_is_passed_with_its_cookie(site: Site, to: str) -> None:
    site.routes["/a"] = _wall(to)  # type: ignore[assignment]
    site.routes["/gate"] = lambda h: send(h, b"", 302, Location="/a", Set_Cookie="seen=1; Path=/")
    assert pages(site.url("/a")) == ["a"]


def test_a_wall_that_takes_no_cookie_is_a_circle(site: Site) -> None:
    site.routes["/a"] = lambda h: send(h, b"", 302, Location="/a", Set_Cookie="a=b")
    assert refusal(site.url("/a")).message == "it redirects in a circle"
    assert site.asked["/a"] == 2


@pytest.mark.parametrize(
    "line", ["get/cache.php: no", "Content-Length: 1\r\nContent-Length: 2", "P3P : x"]
)
def test_a_header_line_against_the_rules_is_named_and_not_asked_for_again(
    site: Site, line: str
) -> None:
    def route(handler: Handler) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{line}\r\n\r\n".encode() + html(1))
        handler.close_connection = True

    site.routes["/a"] = route
    assert "breaks the rules of HTTP" in refusal(site.url("/a")).message
    assert site.asked["/a"] == 1


def robots(site: Site, rules: bytes) -> None:
    site.routes["/robots.txt"] = lambda h: send(h, rules, Content_Type="text/plain")


def test_robots_txt_with_a_byte_order_mark_is_obeyed(site: Site) -> None:
    robots(site, b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")
    assert refusal(site.page("/a", 1)).error == "Robots"


@pytest.mark.parametrize("name", ["Crawler", "library", "press", "example", "bot"])
def test_only_the_product_token_is_matched(site: Site, name: str) -> None:
    agent = "presswash/1.0 (Library of Example; crawler@example.org; bot)"
    robots(site, f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow: /no\n".encode())
    web = replace(QUICK, user_agent=agent)
    assert pages(site.page("/a", 1), web=web) == ["a"]
    assert refusal(site.page("/no", 1), web=web).error == "Robots"


@pytest.mark.parametrize("name", ["presswash", "PressWash", "presswash/2.0"])
def test_the_token_is_matched_whatever_its_case_and_version(site: Site, name: str) -> None:
    robots(site, f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /\n".encode())
    assert refusal(site.page("/a", 1)).error == "Robots"


@pytest.mark.parametrize("status", [503, 429, 500])
def test_a_robots_txt_that_fails_once_is_asked_for_again(site: Site, status: int) -> None:
    robots(site, b"User-agent: *\nDisallow: /no\n")
    site.routes["/robots.txt"] = failing_at_first(1, status, site.routes["/robots.txt"])
    assert pages(site.page("/a", 1)) == ["a"]
    assert refusal(site.page("/no", 1)).error == "Robots"


def test_a_robots_txt_that_is_refused_for_too_many_requests_allows_nothing(site: Site) -> None:
    site.routes["/robots.txt"] = lambda handler: send(handler, b"", 429)
    assert refusal(site.page("/a", 1)).error == "Robots"


def test_validators_go_only_to_the_address_that_gave_them(site: Site) -> None:
    for number in (1, 2):
        site.routes[f"/{number}"] = validated(html(number), '"same"')
    site.routes["/today"] = redirect("/1")
    job = IngestJob((site.url("/today"),), "presswash.db", web=QUICK)
    ingest(job)
    ingest(job)
    assert site.statuses[-1] == 304
    site.routes["/today"] = redirect("/2")
    assert ingest(job).tally.counts.added == 1
    assert len(rows(Path("presswash.db"), "SELECT * FROM documents")) == 2


def sitemap(*locs: str, prolog: str = "", encoding: str = "utf-8") -> bytes:
    urls = "".join(f"<url><loc>{loc}</loc></url>" for loc in locs)
    return f'{prolog}<?xml version="1.0" encoding="{encoding}"?><urlset>{urls}</urlset>'.encode(
        encoding
    )


def serve(site: Site, path: str, body: bytes, kind: str = "application/xml") -> str:
    site.routes[path] = lambda handler: send(handler, body, Content_Type=kind)
    return site.url(path)


def test_a_sitemap_with_bare_ampersands_and_entities_gives_the_addresses_meant(site: Site) -> None:
    for number, path in enumerate(("/q?x=1&id=0", "/q?x=1&copy=2", "/caf%C3%A9", "/a&b")):
        site.page(path, number)
    body = sitemap(
        site.url("/q?x=1&id=0"),
        site.url("/q?x=1&copy=2"),
        site.url("/caf&eacute;"),
        site.url("/a&amp;b"),
    )
    assert pages(serve(site, "/map.xml", body)) == ["q?x=1&id=0", "q?x=1&copy=2", "café", "a&b"]


@pytest.mark.parametrize("prolog", ["<br />\n<b>Warning</b>: something in <b>x.php</b>\n", "\n\n"])
def test_what_a_server_prints_before_a_sitemap_is_ignored(site: Site, prolog: str) -> None:
    body = sitemap(site.page("/a", 1), prolog=prolog)
    assert pages(serve(site, "/map.xml", body, "text/html")) == ["a"]


def test_a_sitemap_in_utf_16_is_read(site: Site) -> None:
    body = sitemap(site.page("/a", 1), encoding="utf-16")
    assert pages(serve(site, "/map.xml", body)) == ["a"]


def test_a_feed_in_utf_16_is_read(site: Site) -> None:
    feed = (
        '<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><title>News</title>'
        f"<item><title>One</title><link>{site.page('/a', 1)}</link></item></channel></rss>"
    )
    assert pages(serve(site, "/feed", feed.encode("utf-16"))) == ["a"]


def test_a_sitemap_in_plain_text_or_packed_under_another_type_is_read(site: Site) -> None:
    lines = f"{site.page('/a', 1)}\n{site.page('/b', 2)}\n".encode()
    assert pages(serve(site, "/map.txt", lines, "text/plain")) == ["a", "b"]
    packed = gzip.compress(sitemap(site.url("/a")))
    assert pages(serve(site, "/map.xml.gz", packed, "text/html")) == ["a"]


@pytest.mark.parametrize("name", ["map.xml", "map.xml.gz"])
def test_collect_fetches_the_pages_of_a_sitemap_on_disk(site: Site, name: str) -> None:
    body = sitemap(site.page("/a", 1), site.page("/b", 2))
    Path(name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    batch = open_reader(IngestJob((name,), "", web=QUICK, url_lists=True)).take()
    assert batch is not None
    assert [one.url for one in batch.items if isinstance(one, Capture)] == [
        site.url("/a"),
        site.url("/b"),
    ]


def test_an_index_of_indexes_is_followed(site: Site) -> None:
    index = '<?xml version="1.0"?><sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>'
    inner = serve(site, "/map.xml", sitemap(site.page("/a", 1)))
    middle = serve(site, "/middle.xml", index.format(inner).encode())
    assert pages(serve(site, "/top.xml", index.format(middle).encode())) == ["a"]


def test_a_password_in_a_url_is_sent_and_not_stored(site: Site) -> None:
    sent = []

    def route(handler: Handler) -> None:
        sent.append(handler.headers.get("Authorization"))
        send(handler, html(1))

    site.routes["/a"] = route
    site.routes["/old"] = redirect("/a")
    typed = [site.url(path).replace("//", "//editor:se@cret@", 1) for path in ("/old", "/gone")]
    bad, page = got(*typed)
    assert isinstance(page, Capture)
    assert isinstance(bad, Rejected)
    assert (page.locator, page.url, bad.locator) == (
        site.url("/old"),
        site.url("/a"),
        site.url("/gone"),
    )
    assert sent == ["Basic ZWRpdG9yOnNlQGNyZXQ="]


def test_links_that_differ_in_their_fragment_are_fetched_once(site: Site) -> None:
    url = site.page("/a", 1)
    body = sitemap(f"{url}#one", f"{url}#two", url)
    assert pages(serve(site, "/map.xml", body)) == ["a"]
    assert len(got(f"{url}#one", f"{url}#two")) == 1


@pytest.mark.parametrize("kind", ["rss", "sitemap"])
def test_a_feed_or_sitemap_that_is_cut_off_is_reported_and_read(site: Site, kind: str) -> None:
    urls = [site.page(f"/{n}", n) for n in range(2)]
    items = "".join(f"<item><link>{url}</link></item>" for url in urls)
    places = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    content = {
        "rss": f"<rss version='2.0'><channel>{items}<item><link>https://exam",
        "sitemap": f"<urlset>{places}<url><lo",
    }[kind]
    site.routes["/list"] = lambda handler: send(handler, content.encode(), Content_Type="text/xml")
    found = got(site.url("/list"))
    pages_found = [one.url for one in found if isinstance(one, Capture)]
    assert pages_found == urls
    assert any("is cut off" in one.message for one in found if isinstance(one, Rejected))
