"""Tests that threads of unknown software are found by their structure."""

from __future__ import annotations

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media, PageType
from cleaners.page import Page

POSTS = (
    ("marsh_tit", "4 May 2021, 10:12", "What do people use for hand sewing a cotton lugsail?"),
    ("tarry", "4 May 2021, 11:40", "Waxed linen, four ply."),
    ("Mo K.", "5 May 2021, 08:20", "Polyester if it has to last, I sewed mine with it in 2009."),
    ("marsh_tit", "5 May 2021, 09:01", "Linen then, it has to look right."),
    ("tarry", "9 May 2021, 19:44", "Good choice. Wax it yourself."),
)
CONTROLS = "<a href='#'>Reply</a> <a href='#'>Quote</a> <a href='#'>Report</a>"
MARKUPS = {
    "numbered classes": "<div class='x12' id='k{n}'><div class='x3'>{name} {time}</div>"
    "<div class='x6'>{text}</div><div class='x9'>{controls}</div></div>",
    "no classes": "<article><h4>{name}</h4><time>{time}</time><p>{text}</p><p>{controls}</p>"
    "</article>",
    "author below": "<div><p>{text}</p><p>{name} · {time}</p><p>{controls}</p></div>",
    "hashed classes": "<div class='Post_root__1aBx'><div class='Post_head__9sQ'>{name} {time}</div>"
    "<div class='Post_body__3kQ2x'><p>{text}</p></div><div class='Post_tools__7'>{controls}</div>"
    "</div>",
    "block, element, modifier": "<div class='talk-item'><div class='talk-item__who'>{name}</div>"
    "<div class='talk-item__when'>{time}</div><div class='talk-item__text'>{text}</div>{controls}"
    "</div>",
    "utility classes": "<div class='flex p-4'><div class='flex-1'><div class='text-sm'>{name}</div>"
    "<div class='text-xs'>{time}</div><div class='mt-2'>{text}</div><div>{controls}</div></div>"
    "</div>",
    "microdata": "<div itemprop='comment' itemscope><div><span itemprop='author'>{name}</span> "
    "<time>{time}</time></div><div class='u{n}' itemprop='text'>{text}</div>{controls}</div>",
    "camel case": "<section class='userMessage'><div class='userMessageHead'>{name} {time}</div>"
    "<div class='userMessageTextInner'><div>{text}</div></div>{controls}</section>",
}
SHOWN = "{name}\n\n{time}\n\n{text}\n\nReply\n\nQuote\n\nReport"


def _thread(markup: str) -> str:
    return "\n\n".join(
        markup.format(n=n, name=name, time=time, text=text, controls=CONTROLS)
        for n, (name, time, text) in enumerate(POSTS)
    )


def _html(body: str) -> Page:
    shell = (
        "<html><head><title>Thread for sails - The Loft</title></head><body><div><a href=/>Home</a>"
        f" <a href=/in>Sign in</a></div><h1>Thread for sails</h1>{body}</body></html>"
    )
    return clean(Capture("thread", shell.encode(), Media.HTML))


def _assert_is_thread(page: Page) -> None:
    assert page.page_type is PageType.FORUM
    for _, _, text in POSTS:
        assert text in page.text
    for label in ("Reply", "Quote", "Report"):
        assert label not in page.text


@pytest.mark.parametrize("name", MARKUPS)
def test_a_thread_keeps_its_posts_whatever_the_names_of_its_classes(name: str) -> None:
    _assert_is_thread(_html(_thread(MARKUPS[name])))


def test_answers_inside_a_post_are_posts_too() -> None:
    body = ""
    for name, time, text in reversed(POSTS):
        body = f"<div class=nd><p>{name} {time}</p><p>{text}</p><p>{CONTROLS}</p>{body}</div>"
    _assert_is_thread(_html(body))


def test_a_plain_text_thread_keeps_its_posts_between_the_same_controls() -> None:
    text = "Home\n\nSign in\n\nThread for sails\n\n" + _thread(SHOWN)
    _assert_is_thread(clean(Capture("thread", text.encode(), Media.TEXT)))


def test_a_list_of_events_with_names_and_times_is_no_thread() -> None:
    events = "".join(
        f"<div class=e><h3><a href=/{n}>The long evening of number {n}</a></h3><p>{n} May 2021, "
        f"19:30</p><p>A talk about boats and nets by the {n} oldest members.</p><p>Share</p></div>"
        for n in range(1, 6)
    )
    assert _html(events).page_type is not PageType.FORUM


def test_reactions_and_share_menus_inside_posts_are_not_content() -> None:
    posts = "".join(
        f"<li class='message'><div class='messageInfo primaryContent'><p>{name}, {time}</p><div>"
        f"<p>{text}</p></div><div class='likesSummary'>Heron{n} likes this.</div><div class="
        f"'postShareMenu'><button>More ways to share...</button></div></div></li>"
        for n, (name, time, text) in enumerate(POSTS)
    )
    page = _html(f"<ol>{posts}</ol>")
    assert all(text in page.text for _, _, text in POSTS)
    assert "likes this" not in page.text
    assert "ways to share" not in page.text
