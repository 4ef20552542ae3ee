"""Pages over HTTP from a server on loopback, which does what servers do."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners.model import Capture
from flows.runs.batches import open_reader
from flows.runs.ingest import ingest
from flows.runs.jobs import IngestJob
from flows.sources.discover import InputRef
from flows.sources.file_formats import Format
from flows.sources.resume_state import EmptyResumeState
from flows.sources.web.politeness import Politeness
from flows.sources.web.prefetch import Prefetcher
from flows.sources.web.ssrf_guard import is_public_address
from tests.flows.archive_writers import html
from tests.flows.conftest import Presswash, rows, story
from tests.flows.http_site import (
    PACKED,
    Site,
    cut_off,
    dripping,
    endless,
    failing_at_first,
    redirect,
    send,
    validated,
)
from warehouse.model import Known, Rejected

DB = Path("presswash.db")
QUICK = Politeness(delay=0, backoff=0.01, retries=2, allow_private=True, page_time=20)

Got = Rejected | Capture | Known


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().up() as site:
        yield site


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def got(*urls: str, web: Politeness = QUICK) -> list[Got]:
    """What comes of fetching addresses, with no warehouse."""
    batch = open_reader(IngestJob(urls, "", web=web)).take()
    return list(batch.items) if batch else []


def page(*urls: str, web: Politeness = QUICK) -> Capture:
    (found,) = got(*urls, web=web)
    assert isinstance(found, Capture), found
    return found


def refusal(*urls: str, web: Politeness = QUICK) -> Rejected:
    (found,) = got(*urls, web=web)
    assert isinstance(found, Rejected), found
    return found


def test_a_page_has_its_address_its_declared_charset_and_the_moment_of_fetching(
    site: Site,
) -> None:
    url = site.page("/a", 1, Content_Type='text/html; charset="Windows-1251"')
    found = page(url)
    assert (found.locator, found.url, found.payload) == (url, url, html(1))
    assert (found.charset, found.media_type) == ("windows-1251", "text/html")
    assert found.captured_at is not None


@pytest.mark.parametrize("packing", PACKED)
def test_packed_pages_are_unpacked(site: Site, packing: str) -> None:
    body = PACKED[packing](html(1))
    site.routes["/a"] = lambda handler: send(handler, body, Content_Encoding=packing)
    assert page(site.url("/a")).payload == html(1)


@pytest.mark.parametrize("packing", PACKED)
def test_a_bomb_stops_at_the_limit(site: Site, packing: str) -> None:
    body = PACKED[packing](bytes(3_000_000))
    site.routes["/a"] = lambda handler: send(handler, body, Content_Encoding=packing)
    assert refusal(site.url("/a"), web=replace(QUICK, page_bytes=1_000_000)).error == "TooLarge"


def test_a_user_agent_is_sent_that_says_who_asks(site: Site) -> None:
    page(site.page("/a", 1))
    (agent,) = site.agents
    assert agent.startswith("presswash")
    site.agents.clear()
    page(site.page("/a", 1), web=replace(QUICK, user_agent="archive of a library"))
    assert site.agents == {"archive of a library"}


def test_what_robots_txt_forbids_is_not_asked_for(site: Site) -> None:
    rules = b"User-agent: presswash\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
    site.routes["/robots.txt"] = lambda h: send(h, rules, Content_Type="text/plain")
    urls = [site.page("/open", 1), site.page("/private/a", 2)]
    first, second = got(*urls)
    assert isinstance(first, Capture)
    assert isinstance(second, Rejected)
    assert (second.error, site.asked["/private/a"]) == ("Robots", 0)
    assert "robots.txt" in second.message
    assert site.asked["/robots.txt"] == 1
    assert len(got(*urls, web=replace(QUICK, robots=False))) == 2


def test_a_site_whose_robots_txt_fails_is_left_alone(site: Site) -> None:
    site.routes["/robots.txt"] = lambda h: send(h, b"", 500)
    assert refusal(site.page("/a", 1)).error == "Robots"


def test_a_redirect_leads_to_the_page_and_its_address(site: Site) -> None:
    site.page("/new", 1)
    site.routes["/old"] = redirect("/new")
    found = page(site.url("/old"))
    assert (found.locator, found.url) == (site.url("/old"), site.url("/new"))


def test_redirects_end_in_a_circle_and_at_a_limit(site: Site) -> None:
    site.routes["/a"], site.routes["/b"] = redirect("/b"), redirect("/a")
    assert "in a circle" in refusal(site.url("/a")).message
    for number in range(20):
        site.routes[f"/{number}"] = redirect(f"/{number + 1}")
    assert "more than 10 times" in refusal(site.url("/0")).message
    assert site.asked["/10"] == 1
    assert site.asked["/11"] == 0


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/"])
def test_a_redirect_away_from_the_web_is_not_followed(site: Site, to: str) -> None:
    site.routes["/a"] = redirect(to)
    assert refusal(site.url("/a")).error == "BadAddress"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "0x7f.1"])
def test_this_machine_is_not_asked_unless_it_may_be(site: Site, host: str) -> None:
    url = f"http://{host}:{site.port}/a"
    site.page("/a", 1)
    found = refusal(url, web=replace(QUICK, allow_private=False))
    assert found.error == "PrivateAddress"
    assert "--allow-private" in found.message
    assert not site.asked


def test_a_redirect_to_a_private_address_is_not_followed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test's server stands for one of the internet; the address it redirects to doesn't.
    monkeypatch.setattr(
        "flows.sources.web.ssrf_guard.is_public_address", lambda address: address == "127.0.0.1"
    )
    site.routes["/a"] = redirect(f"http://127.0.0.2:{site.port}/secret")
    site.page("/secret", 1)
    found = refusal(site.url("/a"), web=replace(QUICK, allow_private=False))
    assert (found.error, site.asked["/secret"]) == ("PrivateAddress", 0)


def test_a_name_that_answers_with_another_address_the_second_time_gains_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    answers = iter(["9.9.9.9", "127.0.0.1", "127.0.0.1", "127.0.0.1"])
    connected: list[str] = []

    async def look_up(_loop: object, host: str, port: int, **_: object) -> list[object]:
        return [(2, 1, 6, "", (next(answers), port))]

    async def connect(_backend: object, host: str, *_: object) -> object:
        import httpcore

        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect)
    web = replace(QUICK, allow_private=False, robots=False, retries=1)
    assert refusal("http://rebinding.example/", web=web).error == "PrivateAddress"
    assert connected == ["9.9.9.9"]


@pytest.mark.parametrize(
    "address",
    "10.0.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 fe80::1%eth0 ::ffff:192.168.0.1"
    " 64:ff9b::7f00:1 2002:7f00:1:: fc00::1 240.0.0.1".split(),
)
def test_no_way_of_writing_a_private_address_makes_it_public(address: str) -> None:
    assert not is_public_address(address)


def test_a_body_that_never_ends_stops_at_the_limit_of_bytes(site: Site) -> None:
    site.routes["/a"] = endless
    web = replace(QUICK, page_bytes=100_000)
    assert (
        refusal(site.url("/a"), web=web).message
        == "it is larger than the limit of 100,000 bytes (page_bytes in presswash.toml)"
    )


def test_a_body_that_drips_stops_at_the_limit_of_time(site: Site) -> None:
    site.routes["/a"] = dripping
    found = refusal(site.url("/a"), web=replace(QUICK, page_time=0.3))
    assert found.message == "its response took longer than 0.3 seconds"


def test_a_body_shorter_than_promised_is_a_reject(site: Site) -> None:
    site.routes["/a"] = cut_off
    assert "before the whole page was received" in refusal(site.url("/a")).message
    assert site.asked["/a"] == 3


def test_a_server_that_is_busy_is_asked_again_when_it_wants(site: Site) -> None:
    site.page("/a", 1)
    site.routes["/a"] = failing_at_first(1, 429, site.routes["/a"], Retry_After="1")
    page(site.url("/a"))
    assert site.asked["/a"] == 2
    assert site.times[-1] - site.times[-2] >= 1.0


def test_a_server_that_wants_a_long_rest_is_left_alone(site: Site) -> None:
    site.routes["/a"] = lambda handler: send(handler, b"", 503, Retry_After="86400")
    assert "a pause of 86,400 seconds" in refusal(site.url("/a")).message
    assert site.asked["/a"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_fails_is_asked_again_and_then_given_up(site: Site, status: int) -> None:
    site.page("/a", 1)
    site.routes["/a"] = failing_at_first(2, status, site.routes["/a"])
    page(site.url("/a"))
    site.routes["/b"] = lambda handler: send(handler, b"", status)
    assert f"its server answered {status}" in refusal(site.url("/b")).message
    assert site.asked["/b"] == 3


def test_what_is_missing_is_a_reject_at_once(site: Site) -> None:
    found = refusal(site.url("/nowhere"))
    assert (found.message, site.asked["/nowhere"]) == ("its server answered 404 Not Found", 1)


def test_a_server_that_nobody_answers_for_is_a_reject() -> None:
    with Site().up() as gone:
        url = gone.url("/")
    assert refusal(url).error == "Robots"
    assert "can't be reached" in refusal(url, web=replace(QUICK, robots=False)).message


def test_what_is_no_page_is_a_reject(site: Site) -> None:
    url = site.page("/a.png", 1, Content_Type="image/png")
    assert refusal(url).message == "it is not a page: its server sends image/png"


def test_between_two_requests_to_a_host_there_is_a_pause(site: Site) -> None:
    urls = [site.page(f"/{number}", number) for number in range(3)]
    got(*urls, web=replace(QUICK, delay=0.2))
    gaps = [after - before for before, after in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.2


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>{0}</link>
<item><title>a</title><link>{0}/1</link></item><item><title>b</title><link>{0}/2</link></item>
<item><title>a again</title><link>{0}/1</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><title>a</title><link rel="alternate" href="/1"/></entry>
<entry><title>b</title><link href="{0}/2"/></entry></feed>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:i="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>{0}/1</loc><i:image><i:loc>{0}/picture.png</i:loc></i:image></url>
<url><loc> {0}/2 </loc></url></urlset>"""


@pytest.mark.parametrize("listing", [RSS, ATOM, SITEMAP])
@pytest.mark.parametrize("kind", ["application/xml", "text/html", "application/rss+xml"])
def test_a_feed_or_sitemap_gives_the_pages_it_lists(site: Site, listing: str, kind: str) -> None:
    body = listing.format(site.url("")).encode()
    site.routes["/list"] = lambda handler: send(handler, body, Content_Type=kind)
    wanted = [site.page("/1", 1), site.page("/2", 2)]
    assert [one.locator for one in got(site.url("/list")) if isinstance(one, Capture)] == wanted


def test_an_index_of_packed_sitemaps_is_followed(site: Site) -> None:
    index = f"<sitemapindex><sitemap><loc>{site.url('/s.xml.gz')}</loc></sitemap></sitemapindex>"
    packed = gzip.compress(SITEMAP.format(site.url("")).encode())
    site.routes["/index"] = lambda h: send(h, index.encode(), Content_Type="text/xml")
    site.routes["/s.xml.gz"] = lambda h: send(h, packed, Content_Type="application/gzip")
    wanted = [site.page("/1", 1), site.page("/2", 2)]
    assert [one.locator for one in got(site.url("/index")) if isinstance(one, Capture)] == wanted


def test_an_index_of_itself_ends(site: Site) -> None:
    index = f"<sitemapindex><sitemap><loc>{site.url('/index')}?a</loc></sitemap></sitemapindex>"
    for path in ("/index", "/index?a", "/index?b"):
        site.routes[path] = lambda h: send(h, index.encode(), Content_Type="text/xml")
    assert got(site.url("/index")) == []


def test_entities_in_a_sitemap_read_no_files(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("http://example.org/secret", encoding="utf-8")
    evil = (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        "<urlset><url><loc>&x;</loc></url></urlset>"
    )
    site.routes["/s"] = lambda h: send(h, evil.encode(), Content_Type="text/xml")
    assert refusal(site.url("/s")).error == "NoPages"


def test_pages_come_in_the_order_asked_for_whoever_is_slow(site: Site) -> None:
    slow = site.page("/slow", 1)
    site.routes["/slow"] = failing_at_first(2, 503, site.routes["/slow"])
    with Site().up() as other:
        urls = [slow, other.page("/a", 2), site.page("/b", 3)]
        found = got(*sorted(urls))
    assert [one.locator for one in found if isinstance(one, Capture)] == sorted(urls)


def test_an_unchanged_page_costs_one_304(site: Site) -> None:
    site.routes["/a"] = validated(html(1), '"v1"')
    job = IngestJob((site.url("/a"),), "presswash.db", web=QUICK)
    assert ingest(job).tally.counts.added == 1
    again = ingest(job).tally
    assert (again.counts.seen, again.counts.unchanged) == (1, 1)
    assert again.pages[0].document_id == 1
    assert site.statuses == [404, 200, 404, 304]
    site.routes["/a"] = validated(html(2), '"v2"')
    assert ingest(job).tally.counts.added == 1
    assert len(rows(DB, "SELECT * FROM captures")) == 2
    assert ingest(replace(job, force=True)).tally.counts.unchanged == 1
    assert site.statuses[-1] == 200


def test_the_command_line_fetches_a_feed_and_says_what_came_of_it(
    presswash: Presswash, site: Site
) -> None:
    site.routes["/feed"] = lambda h: send(h, RSS.format(site.url("")).encode())
    site.page("/1", 1)
    ran = presswash("ingest", site.url("/feed"), "--delay", "0", "--allow-private", "--json")
    assert (ran.json["added"], ran.json["rejected"]) == (1, 1)
    assert rows(DB, "SELECT url FROM articles") == [(site.url("/1"),)]
    refused = presswash("ingest", site.url("/feed"))
    assert refused.code == 1
    assert "--allow-private" in refused.out


def test_pages_can_be_cleaned_from_their_addresses(presswash: Presswash, site: Site) -> None:
    ran = presswash("clean", site.page("/1", 1), "--allow-private", "--delay", "0")
    assert story(1).splitlines()[-1] in ran.out


def test_an_address_of_another_kind_is_bad_usage(presswash: Presswash) -> None:
    ran = presswash("ingest", "ftp://example.org/a.html")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "give one of http, https, file, s3" in ran.err


def test_fetching_that_is_broken_off_leaves_no_thread(site: Site) -> None:
    site.routes["/a"] = dripping
    before = set(threading.enumerate())
    fetching = Prefetcher(
        [InputRef(site.url("/a"), site.url("/a"), Format.URL)], QUICK, EmptyResumeState()
    )
    fetching._fill()
    (loop,) = [
        one for one in threading.enumerate() if one not in before and "run_forever" in one.name
    ]
    fetching.close()
    assert not loop.is_alive()
