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


def test_posts_with_floor_numbers_and_times_below_them_are_kept_in_plain_text() -> None:
    posts = (
        "白天抽水一点问题没有，一到晚上就空转，每天早上都要灌一壶水才行。底阀是去年换的。",
        "多半是吸水管接头漏气，抹点肥皂水看看哪里冒泡。",
        "找到了，是井口的接头。谢谢！",
    )
    text = (
        f"水泵晚上不上水怎么办\n\n麦田老李\n\n{posts[0]}\n\n1楼 2019-05-03 20:14 回复\n\n"
        f"河边的石头\n\n{posts[1]}\n\n2楼 回复\n\n麦田老李\n\n{posts[2]}\n\n热议榜\n\n©2019 协议"
    )
    page = clean(Capture("thread", text.encode(), Media.TEXT))
    assert all(post in page.text for post in posts)
    assert "回复" not in page.text


def test_answers_below_their_writers_names_are_kept_in_plain_text() -> None:
    posts = (
        "기름을 발랐는데도 오르막에서 딱딱 소리가 납니다. 체인을 갈아야 할까요?",
        "스프라켓이 닳았을 수도 있어요. 같이 가는 게 좋습니다.",
        "둘 다 갈았더니 조용하네요. 감사합니다.",
    )
    text = (
        "자전거 체인에서 소리가 납니다\n\n글쓴이 느티나무 | 2021.04.11 09:20 | 조회 312\n\n"
        f"{posts[0]}\n\n댓글 2\n\n바퀴살\n\n{posts[1]}\n\n느티나무\n\n{posts[2]}\n\n"
        "목록 이전글\n\n개인정보처리방침"
    )
    page = clean(Capture("board", text.encode(), Media.TEXT))
    assert all(post in page.text for post in posts)
    assert "개인정보처리방침" not in page.text


NEWS = (
    ("10:15", "The harbour closed the quay to all ships this morning, the harbour office said."),
    ("11:15", "Winds reached 120 km/h at the lighthouse, the weather service said."),
    ("12:15", "Schools close at noon in Port Ellis, and buses stop at three."),
    ("13:15", "The ferry was cancelled for the day, the operator said on its site."),
)


@pytest.mark.parametrize("control", ["Share", "Copy link", "Follow", "Save", "Top"])
def test_a_live_report_with_a_control_below_each_entry_is_no_thread(control: str) -> None:
    entries = "".join(
        f"<div class=entry><time>{time}</time><p>{text}</p><button>{control}</button></div>"
        for time, text in NEWS
    )
    assert _html(entries).page_type is not PageType.FORUM
    shown = "\n".join(f"{time}\n{text}\n{control}" for time, text in NEWS)
    text = f"Quay News\nHome\nLive: storm hits quay\nBy Ann Marlow\n12 May 2024\n{shown}\nRelated"
    page = clean(Capture("live", text.encode(), Media.TEXT))
    assert page.page_type is not PageType.FORUM
    assert page.authors == ("Ann Marlow",)
