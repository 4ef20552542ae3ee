"""Finding the publication date of a page whose metadata has none."""

import pytest

from cleaners.clean import clean
from cleaners.metadata.page_dates import day_in_url
from cleaners.model import Capture, PageType

_H1 = "<h1>Harbour bridge reopens after nine months</h1>"
_TEXT = "".join(
    f"<p>The harbour bridge reopened after {n} months of repairs, and the ferry crew said that"
    " they would miss the long queues at the quay on summer evenings.</p>"
    for n in ("nine", "ten", "eleven", "twelve")
)
_CONTACT = "".join(
    f"<p>Write to desk {n} of the harbour pages about the bridge.</p>" for n in range(12)
)
_COUNCIL = "Council votes on the new tram depot"


def _published(before: str = "", lead: str = "", after: str = "", head: str = "") -> str | None:
    page = (
        f"<html lang=en><head><title>Harbour bridge reopens after nine months</title>{head}</head>"
        f"<body>{before}<main><article>{_H1}{lead}<div>{_TEXT}</div></article></main>{after}</body>"
    )
    return clean(Capture("bridge.html", page.encode())).published


@pytest.mark.parametrize(
    "lead",
    [
        "<time datetime=2022-05-12T10:00>2 days ago</time>",
        "<div class=meta><time datetime=2022-05-12>yesterday</time></div>",
        "<span class=post-date title='12 May 2022, 10:00'>3 weeks ago</span>",
        "<p class=published>12 May 2022</p>",
        "<time class=updated datetime=2022-06-01>1 June</time><time datetime=2022-05-12>May</time>",
        "<div>By Ann MarlowMay 12, 2022June 1, 2022</div>",
        "<span class=field--name-created><time datetime=2022-05-12T10:00>5/12 — 2022</time></span>",
    ],
)
def test_a_date_element_beside_the_headline_gives_the_day(lead: str) -> None:
    assert _published(lead=lead) == "2022-05-12"


def test_a_day_and_the_day_of_a_much_later_update_are_no_life_span() -> None:
    lead = "<p><span>May 12, 2012</span> <span>- Updated July 9, 2022</span></p>"
    assert _published(lead=lead) == "2012-05-12"


@pytest.mark.parametrize(
    "other",
    [
        "<div class=today><time datetime=2020-11-28>Saturday, 28 November 2020</time></div>",
        f"<div class=related><h3>{_COUNCIL}</h3><time datetime=2020-11-28>28 Nov</time></div>",
        f"<article><a href=/tram>{_COUNCIL}</a><time datetime=2020-11-28>28 Nov</time></article>",
        f"<div><h3>{_COUNCIL}</h3><time datetime=2020-11-28>28 November</time></div>",
        "<ul><li><time datetime=2020-11-28>28 November</time> Fair on the north quay</li></ul>",
        "<div class=events><h4>Upcoming</h4><time datetime=2020-11-28>28 November</time></div>",
        "<ul><li><a href=/2020/11/>November 2020</a></li></ul>",
        "<footer>© 2009-2020 The Quay <time datetime=2020-11-28>28 November 2020</time></footer>",
        "<script src=/a/2020/11/28/x.js></script><img src=/uploads/2020/11/28/quay.jpg alt=Quay>",
        "<p>The plan is in the file report-2020-11-28 of the archive of the harbour office.</p>",
    ],
)
def test_dates_of_other_things_are_not_the_day_of_publication(other: str) -> None:
    assert _published(after=other) is None
    assert _published(before=f"<header>{other}</header>", after=other) is None


@pytest.mark.parametrize(
    "comments",
    [
        "<div id=comments><p class=comment-meta>Ian Bell <time datetime=2022-06-03>3 June</time>",
        "<ol class=commentlist><li><cite>Ian Bell</cite> says: <a>June 3, 2022 at 4 pm</a>",
    ],
)
def test_dates_of_comments_are_not_the_day_of_publication(comments: str) -> None:
    assert _published(after=f"{comments}<p>I crossed it, and it was fine.</p>") is None


@pytest.mark.parametrize(
    "head",
    [
        "<meta property=article:modified_time content=2022-06-03T10:00:00Z>",
        "<meta property=og:updated_time content=2022-06-03>",
        "<meta http-equiv=last-modified content=2022-06-03>",
        "<meta name=date content=2022-06-03><meta name=last-modified content=2022-06-03>",
    ],
)
def test_the_day_of_an_unseen_update_is_not_the_day_of_publication(head: str) -> None:
    assert _published(head=head) is None


def test_less_common_meta_elements_give_the_day() -> None:
    names = "date", "DC.date", "dcterms.date", "published-date", "citation_date", "q-publish-date"
    for name in (*names, "pageDatePosted", "og:pubdate", "article:first_published_time"):
        assert _published(head=f"<meta name={name} content=2022-05-12>") == "2022-05-12"
    for name in ("site-published-date", "unpublish_date", "publish-date-modified", "publisher"):
        assert _published(head=f"<meta name={name} content=2022-05-12>") is None


def test_a_date_line_gives_the_local_day_of_a_time_in_utc() -> None:
    stated = "<meta property=article:published_time content={}>"
    evening, noon = "2022-05-11T20:00:00Z", "2022-05-11T20:00:00+02:00"
    assert _published(head=stated.format(evening), lead="<p>12 May 2022, 2:00</p>") == "2022-05-12"
    assert _published(head=stated.format(noon), lead="<p>12 May 2022, 2:00</p>") == "2022-05-11"


@pytest.mark.parametrize(
    "frame",
    ["node node--promoted", "post category-reviews tag-event", "hentry category-latest-news"],
)
def test_topics_and_promotion_of_a_story_do_not_hide_its_date(frame: str) -> None:
    day = "<footer class=entry-footer>Filed <time datetime=2022-05-12>12 May</time></footer>"
    headings = "<h3>Nine months of work on the quay</h3><h3><a href=/w>Work by the crew</a></h3>"
    page = f"<article class='{frame}'>{_TEXT}{headings}{_TEXT}{headings}{_TEXT}{day}</article>"
    site = f"<html lang=en><body>{_H1}<div>{page}</div></body>"
    assert clean(Capture("bridge.html", site.encode())).published == "2022-05-12"


def test_microdata_with_the_headline_of_the_page_gives_the_day() -> None:
    answer = (
        "<div itemscope itemtype=https://schema.org/Comment>"
        "<meta itemprop=datePublished content=2023-06-01><p>It is open again.</p></div>"
    )
    item = (
        "<div itemscope itemtype=https://schema.org/DiscussionForumPosting>"
        "<meta itemprop=headline content='When will the harbour bridge reopen?'>"
        f"<meta itemprop=datePublished content=2022-05-12>{_TEXT}{answer}</div>"
    )
    title = "When will the harbour bridge reopen? - The Quay Forum"
    page = f"<title>{title}</title><main><h2>{title} - Harbour (page 1)</h2>{item}</main>"
    assert clean(Capture("bridge.html", page.encode())).published == "2022-05-12"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://quay.example/2022/05/12/ferry-late", "2022-05-12"),
        ("https://quay.example/2022/may/12/ferry-late", "2022-05-12"),
        ("https://quay.example/2022/october/03/ferry-late", "2022-10-03"),
        ("https://quay.example/news/2022-05-12-ferry-late", "2022-05-12"),
        ("https://quay.example/news/20220512/ferry.html", "2022-05-12"),
        ("https://quay.example/events/2022-05-12-fair", None),
        ("https://quay.example/2022/05/ferry-late", None),
        ("https://quay.example/2022/13/12/ferry-late", None),
        ("https://quay.example/ferry?day=2022-05-12", None),
        (None, None),
    ],
)
def test_a_url_can_have_the_day(url: str | None, day: str | None) -> None:
    assert day_in_url(url) == day


@pytest.mark.parametrize(
    "last",
    [
        "<div class=meta><span>Posted on May 12, 2022</span><div>Tags: <a href=/t>bridges</a>",
        "<div><h4>Published</h4><time datetime=2022-05-12>12 May 2022</time></div><div><h4>Reviewed"
        "</h4><time datetime=2022-06-12>12 June 2022</time></div>",
        "<dl><dt>Date of publication:</dt><dd>12 May 2022</dd><dt>Last update</dt><dd>3 June 2022",
        "<aside class=sidebar><p>Veröffentlicht am 12.05.2022</p><p>Lesezeit: 3 Minuten</p>",
        "<p>First published: Thu, 12 May 2022</p>",
        "<footer class=entry-footer>Опубликовано 12.05.2022</footer>",
    ],
)
def test_a_labelled_day_away_from_the_headline_gives_the_day(last: str) -> None:
    assert _published(after=f"<div>{_CONTACT}</div><div>{last}</div>") == "2022-05-12"


@pytest.mark.parametrize(
    "last",
    [
        f"<h3><a href=/tram>{_COUNCIL}</a></h3><p>Posted on May 12, 2022</p>",
        "<div id=comments><p>Posted on May 12, 2022</p><p>It was fine.</p></div>",
        "<table><tr><th>Publication date</th><td>12 May 1922</td></tr></table>",
        "<p>Posted on May 12, 2022</p><p>Night ferry</p><p>Posted on May 14, 2022</p>",
        "<p>Ann Marlow published her first book about the harbour on May 12, 2012.</p>",
    ],
)
def test_labelled_days_of_other_things_do_not_count(last: str) -> None:
    assert _published(after=f"<div>{_CONTACT}</div><div>{last}</div>") is None


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("OSLO, May 12, 2022 (Quay News) - ", "2022-05-12"),
        ("By Ann Marlow OSLO, Thursday, May 12, 2022 (QN) -- ", "2022-05-12"),
        ("LEEDS, England, May 12, 2022 /Quay Wire/ -- ", "2022-05-12"),
        ("PORT HARBOUR – May 12, 2022 – ", "2022-05-12"),
        ("On May 12, 2022 (a Thursday) - as planned - ", None),
        ("The FERRY, May 12, 2022, was late: ", None),
    ],
)
def test_an_agency_report_starts_with_its_day(start: str, day: str | None) -> None:
    assert _published(lead=_TEXT.replace("<p>", f"<p>{start}", 1)) == day


def test_a_day_directly_above_the_headline_in_the_same_element_gives_the_day() -> None:
    group = f"<div><p>May 12, 2022 - 11 minutes</p>{_H1}<p>Ann Marlow</p></div>"
    page = (
        f"<nav>Menu</nav><div><a href=/all>Back to all articles</a></div>{group}<div>{_TEXT}</div>"
    )
    assert clean(Capture("bridge.html", page.encode())).published == "2022-05-12"


_REPLIES = "".join(
    "<div class=post><div class=author><b>{}</b><p>Joined: Mar 3, 2011</p><p>Posts: 123</p></div>"
    "{}<div class=body>I crossed it {} and the queue at the quay was longer than ever, so I would"
    " rather take the ferry again.</div></div>".format(name, "{" + str(n) + "}", when)
    for n, (name, when) in enumerate((("heron", "today"), ("tern", "again"), ("gull", "too")))
)


@pytest.mark.parametrize(
    ("head", "times"),
    [
        ("<p>Started by heron, May 12, 2022, 11:23:55 AM</p>", ("May {}, 2022, 11:23:55 AM",)),
        ("", ("<span class=post_date>2022-05-{}, 09:14 PM (Last modified: 2024-01-05)</span>",)),
        ("", ("<p class=author>by <b>heron</b> » Thu May {}, 2022 5:12 pm</p>",)),
        ("", ("<time class=u-dt datetime=2022-05-{}T10:00:00+0000>2 years ago</time>",)),
        ("", ("<table><tr><td class=thead>{}th May 2022, 16:26</td><td>#1</td></tr></table>",)),
        (
            "",
            ("<time class=post-time itemprop=datePublished datetime=2022-05-{}T10:00>May</time>",),
        ),
        (
            "",
            ("<span class=moment-time data-tippy-content='May {}th, 2022 at 3:43'>1y ago</span>",),
        ),
        (
            "",
            ("<dl><dt>Joined</dt><dd>May 1, 2022</dd></dl><time datetime=2022-05-{}>then</time>",),
        ),
        ("", ("<p><b>05-{}-2022, 04:26 PM</b> #1</p>",)),
        ("", ("<span class=age title=2022-05-{}T10:00:00><a>4 years ago</a></span>",)),
        ("", ("<a href=#p1 class=smalltext>May {}, 2022, 11:23:55 AM</a>",)),
    ],
)
def test_the_day_of_a_thread_is_that_of_its_first_post(head: str, times: tuple[str]) -> None:
    clock = "<div class=user><time>March 05, 2026, 07:16:19 AM</time></div>"
    latest = "<div class=sidebar><h3>Latest posts</h3><p>Crane at the quay, May 1, 2021</p></div>"
    title = "When will the harbour bridge reopen?"
    posts = _REPLIES.format(*(times[0].format(day) for day in (12, 13, 14)))
    page = (
        f"<html lang=en><head><title>{title}</title></head><body class=forum>{clock}<main>"
        f"<h1>{title}</h1>{head}{posts}</main>{latest}<p>Powered by phpBB</p></body>"
    )
    found = clean(Capture("thread.html", page.encode()))
    assert found.page_type is PageType.FORUM
    assert found.published == "2022-05-12"


_WRITER = "<a href=/author/ann rel=author>Ann Marlow</a>"


@pytest.mark.parametrize(
    "story",
    [
        "{h1}{text}<footer class=entry-footer><span>Posted on <a href=/x rel=bookmark>"
        "<time class='entry-date published' datetime=2022-05-12T10:00>May 12, 2022</time>"
        "<time class=updated datetime=2022-06-01T10:00>June 1, 2022</time></a></span></footer>",
        "<ul><li>Ann Marlow</li><li><span class='post-metadata__date time-ago'>May 12, 2022</span>"
        "</li></ul><p>Updated: <span class=time-ago>Jun 1, 2022</span></p>{h1}{text}",
        "<div class=date-outer><h2 class=date-header><span>Thursday, May 12, 2022</span></h2>"
        "{h1}{text}<div class=post-footer>Posted by Ann Marlow at 10:00 AM</div></div>",
        "{h1}<ul><li class=post-info__item--date><time>May 12, 2022</time></li></ul>{text}",
        "{h1}<div class=submitted>Submitted by ann on Thu, 05/12/2022 - 10:15</div>{text}",
        "{h1}<dl class=article-info><dt>Details</dt><dd class=createdby>Written by: Ann Marlow</dd>"
        "<dd class=published><time datetime=2022-05-12T10:00>Published: 12 May 2022</time></dd>"
        "<dd class=modified><time datetime=2022-06-01>Last Updated: 01 June 2022</time></dd></dl>"
        "{text}",
        "{h1}<dl><dt>Last updated</dt><dd><time datetime=2022-06-01>1 June 2022</time></dd>"
        "<dt>Published</dt><dd><time datetime=2022-05-12>12 May 2022</time></dd></dl>{text}",
        "{h1}<div><span>3 min read</span> · <span data-testid=storyPublishDate>May 12, 2022</span>"
        "</div>{text}",
        "{h1}<h3>What the crews say</h3><div>{writer}<div>May 12, 2022</div></div>{text}",
        "<span class=news-date-time>12.05.2022</span>{h1}{text}",
        "{h1}<div class=info><span>12-05-2022, 10:15</span> <span>Views: 120</span></div>{text}",
        "{h1}{text}<div class=meta><a href=/p class=post-date>May 12th, 2022</a> 34 notes</div>",
    ],
)
def test_the_day_is_found_where_the_themes_of_blogs_and_news_sites_have_it(story: str) -> None:
    recent = (
        f"<aside class=widget-area><h2>Recent posts</h2><ul><li><a href=/tram>{_COUNCIL}</a>"
        "<span class=post-date>March 3, 2023</span></li></ul></aside>"
    )
    body = story.format(h1=_H1, text=_TEXT, writer=_WRITER)
    page = (
        f"<html lang=en><body><nav>Menu</nav><main><article>{body}</article></main>{recent}</body>"
    )
    assert clean(Capture("bridge.html", page.encode())).published == "2022-05-12"


@pytest.mark.parametrize(
    "last",
    [
        "<p>Copyright © May 12, 2022 The Quay</p>",
        "<p>Retrieved on May 12, 2022</p>",
        "<p>Offers close on May 12, 2022</p>",
        "<div>Today: <span class=date>Thursday, May 12, 2022</span></div>",
        "<div class=review><p>Reviewed in Norway on 12 May 2022</p><p>A fine bridge.</p></div>",
        "<div class=response><b>Ian Bell</b> <span>Posted on May 12, 2022</span><p>Fine.</p></div>",
    ],
)
def test_days_of_other_kinds_are_not_the_day_of_publication(last: str) -> None:
    assert _published(after=last) is None


@pytest.mark.parametrize(
    "last",
    [
        "<p>Last updated on May 12, 2022</p>",
        "<p>Last modified: <time datetime=2022-05-12>12 May 2022</time></p>",
        "<p>Aktualisiert am <span class=date>12.05.2022</span></p>",
    ],
)
def test_the_day_of_an_update_counts_only_where_no_day_of_publication_is_stated(last: str) -> None:
    assert _published(lead=last) == "2022-05-12"
    assert _published(lead=f"<p>Published on May 3, 2022</p>{last}") == "2022-05-03"
    assert _published(lead=f"{last}<p>Published on May 3, 2022</p>") == "2022-05-03"


def test_an_edit_note_of_a_wiki_is_not_the_day_of_publication() -> None:
    note = "<ul><li id=lastmod>This page was last edited on 12 May 2022, at 10:15.</li></ul>"
    assert _published(lead=note) is None
    assert _published(after=note) is None
