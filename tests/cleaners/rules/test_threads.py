"""Threads of several forum packages: posts and authors are kept, profiles and notices removed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Kind, Media, PageType
from cleaners.page import Page
from cleaners.rules.line_features import line_features
from cleaners.rules.threads import is_author_line, profile_lines

POSTS = {
    "en": (
        "The cooker goes out after a minute when the boat heels, and the cabin smells of gas.",
        "The flame sensor is too short on that model. I bent mine a little towards the burner.",
        "Please have the hose tested first. Ours was porous, and soap water showed where.",
        "It was the hose. Thank you both, I would not have looked there for weeks.",
    ),
    "ru": (
        "Плита гаснет через минуту, когда лодка кренится, и запах газа остаётся в каюте.",
        "Датчик пламени на этой модели слишком короткий. Я подогнул его к горелке.",
        "Сначала проверьте шланг. Наш был пористым, это показала мыльная вода.",
        "Это был шланг. Спасибо вам обоим, там бы я искал неделями.",
    ),
    "pl": (
        "Kuchenka gaśnie po minucie, kiedy łódź się przechyla, a zapach gazu zostaje w kabinie.",
        "Czujnik płomienia w tym modelu jest za krótki. Przygiąłem swój do palnika.",
        "Najpierw proszę sprawdzić wąż. Nasz był porowaty, pokazała to woda z mydłem.",
        "To był wąż. Dziękuję wam obojgu, sam szukałbym tam tygodniami.",
    ),
    "el": (
        "Η κουζίνα σβήνει μετά από ένα λεπτό όταν γέρνει το σκάφος και μυρίζει η καμπίνα.",
        "Ο αισθητήρας φλόγας είναι πολύ κοντός. Τον λύγισα λίγο προς τον καυστήρα.",
        "Ελέγξτε πρώτα τον σωλήνα. Ο δικός μας ήταν πορώδης, το έδειξε το σαπουνόνερο.",
        "Ήταν ο σωλήνας. Σας ευχαριστώ και τους δύο, εκεί θα έψαχνα για εβδομάδες.",
    ),
    "zh": (
        "船一侧倾，煤气灶一分钟就灭，船舱里还有煤气味。有人遇到过同样的情况吗？",
        "这个型号的火焰感应器太短了。我把它往炉头方向掰了一点，已经用了两年。",
        "请先检查软管。我们的软管有孔，店里用肥皂水五分钟就找到了。",
        "就是软管的问题。谢谢两位，不然我要找好几个星期。",
    ),
}
NAMES = ("heron", "BilgeRat", "Marit", "heron")

# The language, the HTML of a post with fields for author, number and text, and that of the page.
FORUMS = {
    "XenForo": (
        "en",
        "<article class='message message--post'><div class='message-cell'><section "
        "class='message-user'><h4 class='message-name'><a class='username'>{name}</a></h4><h5 "
        "class='userTitle message-userTitle'>Well-known member</h5><div class='message-userExtras'>"
        "<dl class='pairs'><dt>Joined</dt><dd>Jun 3, 2014</dd></dl><dl class='pairs'><dt>Messages"
        "</dt><dd>3,412</dd></dl></div></section></div><div class='message-cell'><header "
        "class='message-attribution'><time>Mar {number}, 2021</time> <a>#{number}</a></header>"
        "<article class='message-body'><div "
        "class='bbWrapper'>{post}</div></article></div></article>",
        "<body data-template='thread_view'><div class='notice'>JavaScript is disabled. "
        "For a better "
        "experience, please enable JavaScript in your browser before proceeding.</div><h1>Cooker "
        "goes out</h1><div>Not open for further replies.</div>{posts}<div>You must log in or "
        "register to reply here.</div><h3>Similar threads</h3><p><a>Gas locker "
        "drains</a></p></body>",
    ),
    "phpBB": (
        "en",
        "<div class='post has-profile'><dl class='postprofile'><dt><a class='username'>{name}</a>"
        "</dt><dd class='profile-posts'>Posts: 121</dd><dd class='profile-joined'>Joined: Tue Jun "
        "03, 2014</dd></dl><div class='postbody'><p class='author'>by <b>{name}</b> » "
        "Mar {number}, "
        "2021 10:00 am</p><div class='content'>{post}</div><div class='signature'>Fair winds</div>"
        "</div></div>",
        "<body id='phpbb'><h1>Quay Forum</h1><h2 class='topic-title'>Cooker goes out</h2><div>4 "
        "posts • Page 1 of 1</div>{posts}<p>Return to “Galley”</p><p>Users browsing this forum: No "
        "registered users and 3 guests</p></body>",
    ),
    "vBulletin": (
        "en",
        "<table id='post{number}'><tr><td>Mar {number}, 2021, 10:00 AM</td><td>#{number}</td></tr>"
        "<tr><td><div id='postmenu_{number}'><a class='bigusername'>{name}</a></div><div>Senior "
        "Member</div><div>Join Date: Jun 2014</div><div>Posts: 3,412</div></td><td "
        "id='td_post_{number}'><div id='post_message_{number}'>{post}</div></td></tr></table>",
        "<body><h1>Cooker goes out</h1><div>If this is your first visit, be sure to check out the "
        "FAQ by clicking the link above.</div>{posts}<div>You may not post new "
        "threads</div><div>BB "
        "code is On</div><div>All times are GMT +1. The time now is 08:14 PM.</div></body>",
    ),
    "Discourse": (
        "en",
        "<div id='post_{number}' class='topic-body crawler-post'><div class='crawler-post-meta'>"
        "<span class='creator'>{name}</span> <time class='post-time'>March {number}, 2021</time>"
        "</div><div class='post'><p>{post}</p></div></div>",
        "<body class='crawler'><h1>Cooker goes out</h1>{posts}<p>Powered by Discourse, best viewed "
        "with JavaScript enabled</p></body>",
    ),
    "Reddit": (
        "en",
        "<div class='thing comment'><p class='tagline'><a class='author'>{name}</a> 14 points "
        "<time>3 years ago</time></p><div class='usertext-body'><p>{post}</p></div><ul "
        "class='flat-list buttons'><li>permalink</li><li>save</li><li>report</li></ul></div>",
        "<body class='comments-page'><h1>Cooker goes out</h1>{posts}<p>Want to join? "
        "Log in or sign "
        "up in seconds.</p></body>",
    ),
    "Russian": (
        "ru",
        "<div class='post'><div class='postprofile'><b>{name}</b><br>Сообщения: 312<br>"
        "Зарегистрирован: 03 июн 2014<br>Откуда: Выборг</div><p class='author'>Сообщение {name} » "
        "0{number} мар 2021, 10:00</p><div class='content'>{post}</div></div>",
        "<body id='phpbb'><h2 class='topic-title'>Гаснет плита</h2>{posts}<p>Сейчас этот форум "
        "просматривают: 2 гостя</p><p>Для отправки ответа вы должны войти.</p></body>",
    ),
    "Polish": (
        "pl",
        "<div class='post'><div class='author'><b>{name}</b><p>Dołączył: 03 Cze 2014</p><p>Posty: "
        "312</p><p>Skąd: Gdynia</p></div><div class='postbody'>{post}</div></div>",
        "<body><h1>Kuchenka gaśnie</h1>{posts}<p>Nie możesz pisać nowych tematów</p><p>Musisz się "
        "zalogować, aby odpowiedzieć.</p></body>",
    ),
    "Greek": (
        "el",
        "<div class='post'><div class='postprofile'><p>Δημοσιεύσεις: 312</p><p>Εγγραφή: 03 Ιουν "
        "2014</p></div><p class='author'>από {name} » 0{number} Μαρ 2021, 10:00</p><div "
        "class='content'>{post}</div></div>",
        "<body id='phpbb'><h1>Σβήνει η κουζίνα</h1>{posts}<p>Πρέπει να συνδεθείτε για "
        "να απαντήσετε "
        "εδώ.</p></body>",
    ),
    "Discuz": (
        "zh",
        "<table id='pid{number}'><tr><td class='pls'><div "
        "class='authi'>{name}</div><p>帖子: 312</p>"
        "<p>积分: 871</p><p>注册时间: 2014-6-3</p></td><td class='plc'><div class='authi'>发表于 "
        "2021-3-{number} 10:00</div><div id='postmessage_{number}'>{post}</div></td></tr></table>",
        "<body><h1>煤气灶总是灭</h1>{posts}<p>您需要登录后才可以回帖</p><p>返回列表</p></body>",
    ),
}
_CHROME = re.compile(
    r"JavaScript|further replies|log in|Locker|Joined|Posts:|Page 1|browsing|Fair winds|Join Date|"
    r"first visit|may not|code is|times are|Powered|permalink|report|Сообщения:|Откуда|"
    r"просматривают|отправки|Dołączył|Posty:|Skąd|możesz|zalogować|Εγγραφή|συνδεθείτε|积分|注册|登录|返回",
    re.I,
)


def _html(forum: str) -> str:
    language, post, page = FORUMS[forum]
    posts = [
        post.format(name=name, number=number, post=text)
        for number, (name, text) in enumerate(zip(NAMES, POSTS[language], strict=True), 1)
    ]
    return f"<html lang='{language}'>{page.replace('{posts}', ''.join(posts))}</html>"


def _kept(page: Page) -> str:
    return "\n".join(block.text for block in page.blocks if block.kept)


@pytest.mark.parametrize("forum", FORUMS)
def test_a_thread_keeps_its_posts_without_profiles_and_notices(forum: str) -> None:
    page = clean(Capture("thread.html", _html(forum).encode(), Media.HTML))
    assert page.page_type is PageType.FORUM
    text = _kept(page)
    assert [post for post in POSTS[FORUMS[forum][0]] if post not in text] == []
    assert _CHROME.search(text.replace(page.title or "", "")) is None


@pytest.mark.parametrize("forum", sorted(FORUMS.keys() - {"vBulletin"}))
def test_the_author_of_a_post_is_a_byline_block(forum: str) -> None:
    page = clean(Capture("thread.html", _html(forum).encode(), Media.HTML))
    bylines = [block.text for block in page.blocks if block.kind is Kind.BYLINE]
    assert len(bylines) == len(NAMES)
    if forum != "Discuz":  # Discuz: the byline block is the date line below the name
        assert all(name in line for name, line in zip(NAMES, bylines, strict=True))


@pytest.mark.parametrize("forum", sorted(FORUMS.keys() - {"Discuz"}))
def test_a_plain_text_thread_keeps_its_posts(forum: str) -> None:
    broken = re.sub(
        r"</?(?:p|div|h\d|li|dt|dd|tr|td|header|br|article)\b[^<>]*>", "\n", _html(forum)
    )
    lines = (line.strip() for line in re.sub(r"<[^<>]*>", "", broken).split("\n"))
    page = clean(Capture("thread.txt", "\n".join(filter(None, lines)).encode(), Media.TEXT))
    text = _kept(page)
    assert [post for post in POSTS[FORUMS[forum][0]] if post not in text] == []


def test_labels_in_an_article_are_not_profiles() -> None:
    lines = ["Messages: 40", "The mate wrote forty of them.", "Location: the quay", "Posts: none"]
    assert list(profile_lines([line_features(line) for line in lines])) == []


def test_the_comments_of_a_link_page_with_layout_tables_are_its_posts() -> None:
    said = (
        "How do you keep the clock right when summer time begins in the spring?",
        "It shows the tide and not the hour, so there is nothing to set.",
        "Lovely. Did you measure the current while it sleeps, or is that from the data sheet?",
    )
    rows = "".join(
        f"<tr class='athing'><td><div><span class='comhead'><a>{name}</a> 3 months ago</span></div>"
        f"<div class='comment'><div class='commtext'>{text}</div></div></td></tr>"
        for name, text in zip(NAMES, said, strict=False)
    )
    html = (
        "<title>Show: a tide clock on one cell | The Wharf News</title><table><tr><td>"
        "<a>new</a> | <a>past</a> | <a>ask</a> | <a>jobs</a></td></tr><tr><td><a>A tide clock</a>"
        f"</td></tr></table><table class='comment-tree'>{rows}</table>"
    )
    page = clean(Capture("clock.html", html.encode(), Media.HTML))
    assert [text for text in said if text not in page.text] == []


def _comment_page(comments: Sequence[str]) -> str:
    rows = "".join(
        f"<tr><td><div class=comhead><a href=/u>member{n}</a> {n} hours ago | prev | next</div>"
        f"<div class=comment><div class='commtext c00'>{said}</div><p>reply</p></div></td></tr>"
        for n, said in enumerate(comments, 2)
    )
    return f"<title>Old winch</title><table><tr><td>new | ask | login</td></tr>{rows}</table>"


COMMENTS = (
    "My father built one of these winches in 1962, and it still hauls the boat up the slip every"
    " October without a drop of oil on the concrete.",
    "What did he use for the pawl?",
    "A piece of leaf spring, filed by hand. It has worn less than the ratchet.",
    "Agreed.",
)


def test_every_comment_on_a_page_of_comments_is_kept_even_the_short_ones() -> None:
    page = clean(Capture("a.html", _comment_page(COMMENTS).encode(), Media.HTML))
    assert page.page_type is PageType.FORUM
    assert [said for said in COMMENTS if said not in page.text] == []
    assert "reply" not in page.text


def test_plain_text_comments_below_their_authors_are_kept_on_a_page_of_short_ones() -> None:
    posts = "\n".join(
        f"member{n} {n} hours ago | prev | next [–]\n{said}\nreply"
        for n, said in enumerate(COMMENTS[:3], 2)
    )
    text = f"new | comments | ask | show\nOld winch\n{posts}\nGuidelines | FAQ | Lists | Contact"
    page = clean(Capture("a.txt", text.encode()))
    assert [said for said in COMMENTS[:3] if said not in page.text] == []
    assert "Guidelines" not in page.text


def test_ranks_and_subjects_of_replies_are_not_posts() -> None:
    posts = "\n".join(
        f"member_{name}\nBoard regular\nPosts: {n}8\nJoined: Mon Feb 0{n}, 2016\n"
        f"Re: Gas cooker goes out\nPost by member_{name} » Tue Jan 1{n}, 2023 8:12 pm\n{said}\nTop"
        for n, (name, said) in enumerate(zip(("ann", "bo", "cy"), POSTS["en"], strict=False), 1)
    )
    page = clean(Capture("a.txt", f"Gas cooker goes out\nPost Reply\n{posts}".encode()))
    assert [said for said in POSTS["en"][:3] if said not in page.text] == []
    assert "Board regular" not in page.text and "Re: Gas" not in page.text


def test_the_labels_of_an_issue_tracker_are_not_comments() -> None:
    comments = "\n".join(
        f"wren-k commented May {n}, 2023\nMember\n{said}" for n, said in enumerate(POSTS["en"], 1)
    )
    text = (
        f"Skip to content\nSign in\nCooker goes out #88\nNew issue\n{comments}\nSign up for free\n"
        "Assignees\nNo one assigned\nMilestone\nNo milestone"
    )
    page = clean(Capture("a.txt", text.encode()))
    assert [said for said in POSTS["en"] if said not in page.text] == []
    assert [line for line in ("Member", "New issue", "Sign up") if line in page.text] == []


def test_lists_and_words_of_a_plain_text_post_are_kept_up_to_its_controls() -> None:
    said = [
        "Keep less of it, and feed ten grams of starter twice a day at room temperature.",
        "10 g starter\n20 g flour",
    ]
    posts = f"{POSTS['en'][0]}\npermalink\nsave\nreply\n"
    text = f"Starter smells\nbaker 7 points 1 year ago\n{posts}" + "".join(
        f"member{n} 8 points 1 year ago\n{one}\npermalink\nsave\nreply\n"
        for n, one in enumerate(("\n".join(said), POSTS["en"][1], "Same here."))
    )
    page = clean(Capture("a.txt", text.encode()))
    assert [
        line for line in ("10 g starter", "20 g flour", "Same here.") if line not in page.text
    ] == []
    assert "permalink" not in page.text


def test_short_posts_on_the_discussion_page_of_a_wiki_are_kept() -> None:
    said = (
        "The article says that the blocks stick because of air pressure, and it is not so.",
        "I have changed it.",
    )
    html = (
        "<title>Talk:Slip gauge</title><h1>Talk:Slip gauge</h1>"
        f"<p>{said[0]} <a>Tenths</a> (<a>talk</a>) 14:02, 3 May 2019 (UTC)</p>"
        f"<dl><dd>{said[1]} <a>Jig</a> (<a>talk</a>) 09:40, 4 May 2019 (UTC)</dd></dl>"
    )
    page = clean(Capture("a.html", html.encode(), Media.HTML))
    assert [one for one in said if one not in page.text] == []


def test_short_comments_in_preformatted_text_of_an_issue_tracker_are_kept() -> None:
    said = ("The plotter stops after 65535 points.", "The counter has sixteen bits.", "Works here.")
    comments = "".join(
        f"<div class=bz_comment><div class=bz_comment_head>Wren K 2023-05-0{n} 10:11:12 UTC</div>"
        f"<pre class=bz_comment_text>{one}</pre></div>"
        for n, one in enumerate(said, 1)
    )
    html = f"<title>88412 – Plotter stops</title><ul><li>Home<li>| New</ul>{comments}"
    page = clean(Capture("a.html", html.encode(), Media.HTML))
    assert [one for one in said if one not in page.text] == []


def test_a_page_that_states_that_it_is_a_thread_is_one() -> None:
    answers = "".join(f"<div class='answer post-body'><p>{said}</p></div>" for said in POSTS["en"])
    html = (
        "<html itemscope itemtype='https://schema.org/QAPage'><title>Cooker goes out</title>"
        f"<h1>Cooker goes out</h1><div class=question>{answers}</div>"
    )
    page = clean(Capture("a.html", html.encode(), Media.HTML))
    assert page.page_type is PageType.FORUM


@pytest.mark.parametrize("line", ["April 3, 1936 – January 19, 2024", "4:00 PM - 7:00 PM"])
def test_a_range_of_dates_or_times_is_not_the_author_of_a_post(line: str) -> None:
    assert not is_author_line(line_features(line))


def test_signatures_below_posts_stay_removed_when_some_read_like_posts() -> None:
    said = (
        "The bilge pump runs every ten minutes even with the boat on its trailer. Any ideas?",
        "Check the float switch first, mine stuck half way up and kept the pump going all night.",
        "What the others said. And look at the seal of the hatch, because rain comes in there.",
        "Thanks to all of you, it was the switch. A new one is on its way, I will report.",
    )
    signed = (
        "I restore small wooden boats on the river, and I write about each of them at night.",
        "We were all beginners once, so please be patient with people who ask a thing again.",
        "My opinions are my own and do not reflect those of the sailing club that I belong to.",
        "The sea does not reward those who are too anxious or too impatient to wait for it.",
    )
    posts = "".join(
        f"<div id='p{n}' class='post'><dl class='postprofile'><dt>heron{n}</dt><dd>Posts: 2{n}</dd>"
        f"</dl><div class='postbody'><p class='author'>by heron{n} » Mon Mar 0{n}, 2021 4:08 pm</p>"
        f"<div class='content'>{post}</div>"
        f"<div id='sig{n}' class='signature'><span>{signature}</span></div></div></div>"
        for n, (post, signature) in enumerate(zip(said, signed, strict=True), 1)
    )
    html = (
        "<html><head><title>Bilge pump runs - View topic</title></head>"
        f"<body id='phpbb' class='section-viewtopic'><h2>Bilge pump runs</h2>{posts}</body></html>"
    )
    text = clean(Capture("thread.html", html.encode())).text
    assert all(post in text for post in said)
    assert not any(signature in text for signature in signed)


def test_a_wrapper_that_says_that_a_signature_follows_doesnt_hide_the_post() -> None:
    said = [
        "Soak the felt overnight and press it flat under a board, or it will curl again.",
        "Mine curled too, until I put two bricks on the board and left it for a week.",
        "Bricks it is, then. I will report back when the felt has dried out on Sunday.",
    ]
    posts = "".join(
        f"<div id='post{n}' class='postbox'><p class='author'>Heron{n} Jul 0{n}, 2021</p>"
        f"<div class='pb2 contentheight_sig'><div class='post-content'>{text}</div>"
        f"<div class='signature'>Known as the heron of pond {n}</div></div></div>"
        for n, text in enumerate(said, 1)
    )
    page = f"<body><h1>My hat curls at the brim</h1>{posts}<footer>Powered by phpBB</footer>"
    text = clean(Capture("a.html", page.encode(), Media.HTML)).text
    assert [post for post in said if post not in text] == []
    assert "Known as" not in text
