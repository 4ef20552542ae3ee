"""Naming the person who started a forum's thread, by the marks of the usual forum software."""

import pytest

from cleaners.clean import clean
from cleaners.metadata.thread_starter import starter_on_line, thread_starter
from cleaners.model import Capture, Media, PageType

_TEXT = "The pump in my boat drops its pressure when I lift the lever, and then it stops at once."
_REPLY = "Look at the valve first, because a worn seal there lets the air in when you lift it."
_POSTS = {
    "XenForo": (
        "<h1>Pump stops</h1><article class='message' data-author=heron_7><a href=/m/7 class="
        "username>heron_7</a><p>{0}</p></article><article data-author=old.tar><p>{1}</p></article>"
    ),
    "phpBB": (
        "<h2 class=topic-title>Pump stops</h2><div class=post><p class=author>by <strong><a "
        "class=username href=/u/7>heron_7</a></strong> » 4 Mar 2021</p><p>{0}</p></div>"
        "<div class=post><p class=author>by <a class=username href=/u/8>old.tar</a></p><p>{1}</p>"
    ),
    "Discourse": (
        "<h1>Pump stops</h1><div itemscope itemtype=https://schema.org/DiscussionForumPosting>"
        "<span class=creator itemprop=author itemscope><a href=/u/7><span itemprop=name>heron_7"
        "</span></a></span><p>{0}</p></div>"
    ),
    "NodeBB": (
        "<h1>Pump stops</h1><div itemprop=author itemscope><meta itemprop=name content=heron_7>"
        "</div><p>{0}</p><div data-username=old.tar><p>{1}</p></div>"
    ),
    "vBulletin": (
        "<div class=navbar>Welcome, <span class=username>Guest of the day</span></div>"
        "<table><tr><td><a class=bigusername href=/u/7>heron_7</a></td><td>{0}</td></tr></table>"
    ),
    "MyBB": (
        "<h1>Pump stops</h1><div class=post_author><a href=/u/7><img></a><strong><a href=/u/7>"
        "heron_7</a></strong> Big Board Owner</div><p>{0}</p>"
    ),
    "SMF": (
        "<h1>Pump stops</h1><form><div class=poster><h4><span></span> <a href=/u/7>heron_7</a></h4>"
        "</div><p>{0}</p></form>"
    ),
    "Flarum": "<h1>Pump stops</h1><h3 class=PostUser-name>heron_7</h3><p>{0}</p>",
    "questions": (
        "<div itemtype=https://schema.org/Question><h1>Pump stops</h1><p>{0}</p><a class=user-link"
        " href=/u/9>editor9</a><div itemprop=author>heron_7</div><div itemtype="
        "https://schema.org/Answer><b itemprop=author>old.tar</b>{1}</div></div>"
    ),
    "links": "<h1>Pump stops</h1><a class='person-listing d-flex' href=/u/7>heron_7</a><p>{0}</p>",
}


@pytest.mark.parametrize("software", _POSTS)
def test_the_writer_of_the_first_post_starts_a_thread(software: str) -> None:
    from cleaners.blocks.html import parse_html

    page = _POSTS[software].format(_TEXT, _REPLY)
    assert thread_starter(parse_html(f"<body>{page}</body>")) == "heron_7"


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Pump stops</h1><div class=last-post>by <a class=username href=/u>old.tar</a></div>",
        "<h1>Pump stops</h1><blockquote data-username=old.tar>Look at it.</blockquote>",
        "<h1>Pump stops</h1><ul class=related><li><a class=username href=/u>old.tar</a></ul>",
        "<h1>Pump stops</h1><span class=author>admin</span>",
        "<h1>Pump stops</h1><span class=author data-username=''>Share</span>",
        "<h1>Pump stops</h1><span class=username>User name:</span>",
        "<h1>Pump stops</h1><p class=author>The author of this long text is not named in it.</p>",
    ],
)
def test_readers_quoted_people_and_labels_start_no_thread(body: str) -> None:
    from cleaners.blocks.html import parse_html

    assert thread_starter(parse_html(f"<body>{body}</body>")) is None


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ("<div class=user>Log in</div>", "heron_7"),
        ("<div class=creator>Follow topic</div>", "heron_7"),
        ("<a class=author-filter href=/a>All authors</a>", "heron_7"),
        ("<ul class=users><li class=user-link>12 users</li></ul>", "heron_7"),
        ("<p class=byline>Posted in <a href=/c>Pumps and Valves</a></p>", "heron_7"),
        ("<p class=topic-poster><i>Started by</i> <a class=username>reed</a></p>", "reed"),
        ("<p class=user>Members online</p>", "heron_7"),
        ("<div class=post><a class=username href=/u/5>Blue Boat</a></div>", "Blue Boat"),
        ("<div class=post><a class=username href=/u/5>news</a></div>", "news"),
        ("<p data-author=news>news</p>", "news"),
    ],
)
def test_a_label_of_the_software_above_the_first_post_starts_no_thread(
    above: str, name: str
) -> None:
    from cleaners.blocks.html import parse_html

    post = f"<div class=post><a class=username href=/u/7>heron_7</a><p>{_TEXT}</p></div>"
    assert thread_starter(parse_html(f"<body><h1>Pump stops</h1>{above}{post}")) == name


def test_the_name_of_the_reader_starts_no_thread() -> None:
    from cleaners.blocks.html import parse_html

    post = "<div class=post><a class=username href=/u/7>heron_7</a></div>"
    assert thread_starter(parse_html(f"<body data-username=reed>{post}</body>")) == "heron_7"


def test_the_author_of_a_thread_is_the_one_who_started_it() -> None:
    posts = [("heron_7", _TEXT), ("old.tar", _REPLY), ("heron_7", f"Thank you. {_REPLY}")]
    body = "".join(
        f"<article class='message post' data-author={name}><h4 class=message-name><a class=username"
        f" href=/u>{name}</a></h4><div class=message-userExtras>Posts: 12</div>"
        f"<time datetime=2022-05-1{i}T10:00>May 1{i}, 2022</time><div class=bbWrapper>{text}</div>"
        "<a href=/r>Reply</a> <a href=/q>Quote</a></article>"
        for i, (name, text) in enumerate(posts)
    )
    page = clean(
        Capture(
            "t.html",
            f"<html><h1>Pump stops</h1>{body}".encode(),
            Media.HTML,
            url="https://f.example/threads/pump.7/",
        )
    )
    assert page.page_type is PageType.FORUM
    assert page.authors == ("heron_7",)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("heron_7", "heron_7"),
        ("by heron_7 » Thu Mar 04, 2021 9:41 am", "heron_7"),
        ("Post by heron_7 on 4 March 2021", "heron_7"),
        ("heron_7 | Posted in Boats on March 4, 2021", "heron_7"),
        ("#1 · Mar 4, 2021", None),
        ("asked Mar 4, 2021 at 9:41", None),
        ("View Forum Threads", None),
        ("Editorial Contributor", None),
        ("admin", None),
        ("View all posts", None),
    ],
)
def test_the_line_of_a_first_post_in_plain_text_names_its_writer(
    line: str, name: str | None
) -> None:
    assert starter_on_line(line) == name


def test_the_author_of_a_thread_in_plain_text_is_the_one_who_started_it() -> None:
    posts = [("heron_7", _TEXT), ("old.tar", _REPLY), ("heron_7", f"Thank you. {_REPLY}")]
    lines = ["Pump stops at once", "Reply", "Quote"]
    for i, (name, text) in enumerate(posts):
        lines += [f"by {name} » Thu Mar 04, 2021 9:4{i} am", text, "Reply", "Quote"]
    page = clean(Capture("t.txt", "\n".join(lines).encode(), Media.TEXT))
    assert page.page_type is PageType.FORUM
    assert page.authors == ("heron_7",)


@pytest.mark.parametrize("time", ["2 hours ago", "12 May 2022 10:30"])
def test_the_name_above_the_first_of_posts_with_the_same_controls_starts_a_thread(
    time: str,
) -> None:
    lines = ["Quay Forum", "Home", "Log in", "Pump stops at once"]
    for name, text in (("heron_7", _TEXT), ("Ian Bell", _REPLY), ("Reed", f"Thanks. {_REPLY}")):
        lines += [name, time, text, "Reply"]
    page = clean(Capture("t.txt", "\n".join(lines).encode(), Media.TEXT))
    assert page.page_type is PageType.FORUM
    assert page.authors == ("heron_7",)
