"""Pages that lead elsewhere by themselves, and lists of pages that are not quite whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cleaners.model import Capture, Media
from flows.runs.batches import open_reader
from flows.runs.jobs import IngestJob
from flows.sources.web.feeds import extract_links
from tests.flows.archive_writers import html
from tests.flows.http_site import Site, failing_at_first, redirect, send
from tests.flows.sources.test_web_as_it_is import QUICK, got, here, pages, refusal, site
from warehouse.model import Rejected

__all__ = ["here", "site"]

STUB = '<html><head><meta http-equiv="Refresh" content="{}"></head><body><p>Moved.</body></html>'


def stub(site: Site, path: str, content: str) -> str:
    body = STUB.format(content).encode()
    site.routes[path] = lambda handler: send(handler, body)
    return site.url(path)


@pytest.mark.parametrize("content", ["0; url=/a", "5;URL='/a'", "0.5, /a", " 1 ; /a"])
def test_a_page_that_only_leads_to_another_is_followed(site: Site, content: str) -> None:
    site.page("/a", 1)
    (found,) = got(stub(site, "/old", content))
    assert isinstance(found, Capture)
    assert (found.locator, found.url, found.payload) == (site.url("/old"), site.url("/a"), html(1))


def test_a_refresh_header_is_followed(site: Site) -> None:
    site.page("/a", 1)
    site.routes["/old"] = lambda handler: send(handler, b"<html></html>", Refresh="0; url=/a")
    assert pages(site.url("/old")) == ["a"]


@pytest.mark.parametrize("content", ["300", "0", "300; url=/a", "0; url=/old", "now", ""])
def test_a_page_that_reloads_itself_or_waits_is_the_page(site: Site, content: str) -> None:
    site.page("/a", 1)
    assert pages(stub(site, "/old", content)) == ["old"]


@pytest.mark.parametrize(
    "content",
    [
        "5;url=",
        "0;url=''",
        "0;url=javascript:location.reload()",
        "0;url=intent://open#Intent;end",
        "0;url=mailto:desk@example.org",
        "0;url=file:///etc/hosts",
        "0;url=http://[bad/",
        "0;url=/gone",
        "0;url=/back",
        "5;url=/back",
        "10;url=/",
        "5;url=/",
        f"{'9' * 5000};url=/",
    ],
)
@pytest.mark.parametrize("in_header", [False, True])
def test_a_short_story_whose_refresh_leads_nowhere_is_kept(
    site: Site, content: str, in_header: bool
) -> None:
    site.page("/", 1)
    stub(site, "/back", "0;url=/brief")
    story = "The ferry to the island does not sail today because of the strong wind."
    page = STUB.format("" if in_header else content).replace("Moved.", story).encode()
    header = {"Refresh": content} if in_header else {}
    site.routes["/brief"] = lambda handler: send(handler, page, ETag='"1"', **header)
    (found,) = got(site.url("/brief"))
    assert isinstance(found, Capture)
    assert (found.url, found.payload) == (site.url("/brief"), page)


@pytest.mark.parametrize(
    "notice",
    [
        "If your browser does not take you there by itself, <a href='/a'>go to the new page</a>.",
        "本页已移到新的地址，请稍候",
    ],
)
def test_a_notice_about_the_new_page_does_not_stop_a_refresh(site: Site, notice: str) -> None:
    site.page("/a", 1)
    body = STUB.format("5; url=/a").replace("Moved.", notice).encode()
    site.routes["/old"] = lambda handler: send(handler, body)
    assert pages(site.url("/old")) == ["a"]


def test_a_story_with_a_refresh_and_a_refresh_without_scripts_stay_what_they_are(
    site: Site,
) -> None:
    meta = b'<meta http-equiv="refresh" content="5; url=/next">'
    site.page("/next", 2)
    live = html(1).replace(b"<html>", b"<html><head>" + meta + b"</head>")
    site.routes["/live"] = lambda handler: send(handler, live)
    noscript = b"<html><head><noscript>" + meta + b"</noscript></head><body>Hello.</body></html>"
    site.routes["/app"] = lambda handler: send(handler, noscript)
    assert sorted(pages(site.url("/live"), site.url("/app"))) == ["app", "live"]


def test_pages_that_lead_to_each_other_are_a_circle(site: Site) -> None:
    stub(site, "/b", "0; url=/a")
    assert "in a circle" in refusal(stub(site, "/a", "0; url=/b")).message


@pytest.mark.parametrize("to", ["http://[bad/", "mailto:desk@example.org"])
def test_a_redirect_to_what_is_no_url_is_named(site: Site, to: str) -> None:
    site.routes["/a"] = redirect(to)
    found = refusal(site.url("/a"))
    assert found.error == "BadAddress"
    assert "redirects to" in found.message


@pytest.mark.parametrize("status", [408, 425, 520, 524])
def test_a_server_that_answers_late_is_asked_again(site: Site, status: int) -> None:
    site.page("/a", 1)
    site.routes["/a"] = failing_at_first(1, status, site.routes["/a"])
    assert pages(site.url("/a")) == ["a"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/octet-stream", html(1)),
        ("application/gzip", gzip.compress(html(1))),
        ("text/plain", html(1)),
    ],
)
def test_a_page_is_recognised_under_a_media_type_for_any_file(
    site: Site, kind: str, body: bytes
) -> None:
    site.routes["/a"] = lambda handler: send(handler, body, Content_Type=kind)
    (found,) = got(site.url("/a"))
    assert isinstance(found, Capture)
    assert (found.media_type, found.payload) == (Media.HTML, html(1))


def test_the_media_type_of_what_is_no_page_is_named(site: Site) -> None:
    site.routes["/a"] = lambda handler: send(
        handler, gzip.compress(b"\x00\x01"), Content_Type="application/gzip"
    )
    assert refusal(site.url("/a")).message.endswith("its server sends application/gzip")


def test_gzip_is_read_under_the_name_of_another_encoding(site: Site) -> None:
    body = gzip.compress(html(1))
    site.routes["/a"] = lambda handler: send(handler, body, Content_Encoding="br")
    assert pages(site.url("/a")) == ["a"]


def test_why_robots_txt_cannot_be_fetched_is_said() -> None:
    found = refusal("http://127.0.0.1:1/a")
    assert found.error == "Robots"
    assert "its server can't be reached" in found.message


def test_the_url_of_a_page_has_no_fragment(site: Site) -> None:
    site.page("/a", 1)
    site.routes["/old"] = redirect("/a#part")
    assert pages(site.url("/old"), site.url("/a") + "#top") == ["a", "a"]


def test_entries_without_a_link_are_reported(site: Site) -> None:
    items = "".join(
        f"<item><title>t</title>{link}</item>"
        for link in (f"<link>{site.page('/a', 1)}</link>", "", "<link>javascript:x()</link>")
    )
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    site.routes["/feed"] = lambda handler: send(handler, body, Content_Type="text/xml")
    Path("feed.xml").write_bytes(body)
    batch = open_reader(IngestJob(("feed.xml",), "", web=QUICK, url_lists=True)).take()
    assert batch is not None
    for found in (got(site.url("/feed")), batch.items):
        assert [one.url for one in found if isinstance(one, Capture)] == [site.url("/a")]
        (bad,) = [one for one in found if isinstance(one, Rejected)]
        assert "without a link to a page: 2 of 3" in bad.message


@pytest.mark.parametrize(
    ("media_type", "feed"),
    [
        (
            "text/xml",
            "<rss version='2.0'><channel><item><title>Pool</title><description>The pool opens on"
            " Monday.</description><guid isPermaLink='false'>n2</guid></item>"
            "<item><link>/a</link></item></channel></rss>",
        ),
        (
            "application/feed+json",
            '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "n2",'
            ' "title": "Pool", "content_text": "The pool opens on Monday."}, {"url": "/a"}]}',
        ),
    ],
)
def test_an_entry_of_a_feed_that_has_a_text_and_no_link_is_a_page(
    site: Site, media_type: str, feed: str
) -> None:
    link = site.page("/a", 1)
    site.routes["/feed"] = lambda handler: send(handler, feed.encode(), Content_Type=media_type)
    page, entry = got(site.url("/feed"))
    assert isinstance(page, Capture)
    assert isinstance(entry, Capture)
    assert (page.url, entry.url) == (link, None)
    assert entry.locator == site.url("/feed#n2")
    assert b"The pool opens on Monday." in entry.payload
    assert entry.stated is not None
    assert entry.stated.title == "Pool"
    assert entry.rights


def test_urls_beyond_the_limit_of_a_sitemap_are_reported(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.sources.web.feeds.MAX_URLS", 2)
    places = "".join(f"<url><loc>{site.page(f'/{n}', n)}</loc></url>" for n in range(3))
    body = f"<urlset>{places}</urlset>".encode()
    site.routes["/map"] = lambda handler: send(handler, body, Content_Type="text/xml")
    found = got(site.url("/map"))
    assert [one.url for one in found if isinstance(one, Capture)] == [
        site.url("/0"),
        site.url("/1"),
    ]
    assert any("last 1 are left out" in one.message for one in found if isinstance(one, Rejected))


def test_a_json_feed_gives_the_pages_that_it_lists(site: Site) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News [all]",
        "items": [{"id": "1", "url": site.page("/a", 1)}, {"external_url": site.page("/b", 2)}],
    }
    body = json.dumps(feed).encode()
    site.routes["/feed"] = lambda h: send(h, body, Content_Type="application/feed+json")
    assert pages(site.url("/feed")) == ["a", "b"]
    site.routes["/bad"] = lambda h: send(h, body[:-9], Content_Type="application/feed+json")
    assert "JSON Feed that can't be read" in refusal(site.url("/bad")).message


def test_a_comment_may_follow_a_url_in_a_list(site: Site) -> None:
    Path("list.txt").write_text(f"{site.page('/a', 1)}  # the first\n\t# none\n", "utf-8")
    batch = open_reader(IngestJob(("list.txt",), "", web=QUICK, url_lists=True)).take()
    assert batch is not None
    assert [one.url for one in batch.items if isinstance(one, Capture)] == [site.url("/a")]


def test_collect_reads_subscriptions_and_bookmarks(site: Site) -> None:
    feed = f"<rss><channel><item><link>{site.page('/a?x=1&y=2', 1)}</link></item></channel></rss>"
    body = feed.replace("&", "&amp;").encode()
    site.routes["/feed"] = lambda handler: send(handler, body, Content_Type="text/xml")
    Path("feeds.opml").write_text(
        "<?xml version='1.0'?><opml version='2.0'><body><outline text='News'>"
        f"<outline type='rss' title='a &gt; b' xmlUrl='{site.url('/feed')}'/>"
        "</outline></body></opml>"
    )
    Path("bookmarks.html").write_text(
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE><DL><p>"
        f'<DT><H3>News</H3><DL><p><DT><A HREF="{site.page("/b?x=1&y=2", 2)}" ADD_DATE="1">B</A>'
        "</DL></DL>".replace("x=1&y", "x=1&amp;y")
    )
    batch = open_reader(
        IngestJob(("feeds.opml", "bookmarks.html"), "", web=QUICK, url_lists=True)
    ).take()
    assert batch is not None
    assert [one.url for one in batch.items if isinstance(one, Capture)] == [
        site.url("/a?x=1&y=2"),
        site.url("/b?x=1&y=2"),
    ]


@pytest.mark.parametrize(
    "form",
    [
        "<opml><body><outline text='b > c' xmlUrl={}/></body></opml>",
        "<opml><body><outline text='b < c'><outline url={} /></outline></body></opml>",
        "<opml><body><!-- <outline xmlUrl='/old'/> --><outline xmlURL={}/></body></opml>",
        "<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><A TITLE='b > c' HREF={}>B</A>",
        "<!DOCTYPE NETSCAPE-Bookmark-file-1><A HREF='javascript:x()'>S</A><A HREF={}>",
    ],
)
def test_subscriptions_and_bookmarks_are_found_whatever_their_attributes_hold(form: str) -> None:
    url = "https://news.example/what's?x=1"
    links = extract_links(form.format(f'"{url}"').encode(), "https://news.example/", "")
    assert links is not None
    assert (links.urls, links.missing) == ((url,), "")
