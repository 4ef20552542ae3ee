"""Finding the publication date of a page whose metadata has none."""

import pytest

from cleaners.clean import clean
from cleaners.metadata.page_dates import day_in_url
from cleaners.model import Capture

_H1 = "<h1>Harbour bridge reopens after nine months</h1>"
_TEXT = "".join(
    f"<p>The harbour bridge reopened after {n} months of repairs, and the ferry crew said that"
    " they would miss the long queues at the quay on summer evenings.</p>"
    for n in ("nine", "ten", "eleven", "twelve")
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
        "<p><span>May 12, 2022</span> <span>- Updated July 9, 2029</span></p>",
        "<span class=field--name-created><time datetime=2022-05-12T10:00>5/12 — 2022</time></span>",
    ],
)
def test_a_date_element_beside_the_headline_gives_the_day(lead: str) -> None:
    assert _published(lead=lead) == "2022-05-12"


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
