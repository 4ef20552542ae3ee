"""Removing lines of a site's software on any type of page, and keeping times of live reports."""

import pytest

from cleaners import clean
from cleaners.blocks.text import text_blocks
from cleaners.model import Capture, Media, PageType
from cleaners.page import Page
from cleaners.rules.line_features import PageLines
from cleaners.rules.structure import page_type_by_structure

PUMP = "The bilge pump starts every ten minutes, day and night, and nobody aboard knows why."
LOCK = "The canal company bought the land in 1783, and two winters of floods held up the work."
GATE = "Both pairs of gates were of oak, and the last set survived until the floods of 1987."


def page_of(body: str, title: str = "Dunmore Lock") -> Page:
    html = f"<title>{title}</title><main><h1>{title}</h1>{body}</main>"
    return clean(Capture("a.html", html.encode(), Media.HTML))


def kept(page: Page) -> list[str]:
    return [block.text for block in page.blocks if block.kept]


@pytest.mark.parametrize(
    "label",
    [
        "Add to cart",
        "In den Warenkorb",
        "Jump to Recipe · Print Recipe",
        "Edit this page",
        "View details",
    ],
)
def test_controls_are_not_content(label: str) -> None:
    page = page_of(f"<p>{PUMP}</p><p>{label}</p><p>{LOCK}</p><p>{GATE}</p>")
    assert label not in page.text
    assert PUMP in page.text


def test_a_sentence_with_the_words_of_a_control_is_kept() -> None:
    said = "Add to cart whatever you like, the sign above the door of the shop says in red."
    assert said in page_of(f"<p>{PUMP}</p><p>{said}</p><p>{LOCK}</p>").text


def test_wiki_software_lines_and_menus_are_not_content() -> None:
    menu = "".join(f"<li><a href=/{n}>{n}</a></li>" for n in ("Random article", "Recent changes"))
    page = page_of(
        f"<nav><ul>{menu}</ul></nav><p>From Openpedia, the free encyclopedia</p>"
        f"<p>{PUMP}</p><h2>History</h2><p>{LOCK}</p><p>{GATE}</p>"
        '<p>Retrieved from "https://wiki.example/index.php?title=Lock"</p>'
        "<div id=catlinks>Hidden categories: <ul><li>Articles without sources</li></ul></div>"
    )
    assert kept(page)[1:] == [PUMP, "History", LOCK, GATE]


def test_a_table_of_contents_is_removed_and_the_headings_are_kept() -> None:
    entries = "<li><a href='#a'>1 The early years</a></li><li><a href='#b'>2 The gates</a></li>"
    page = page_of(
        f"<p>{PUMP}</p><div><h2>Contents</h2><ul>{entries}</ul></div>"
        f"<h2 id=a>The early years</h2><p>{LOCK}</p><h2 id=b>The gates</h2><p>{GATE}</p>"
    )
    assert kept(page)[1:] == [PUMP, "The early years", LOCK, "The gates", GATE]


@pytest.mark.parametrize(
    "profile",
    [
        "<dl><dt>ada</dt><dd>Posts: 2211</dd><dd>Joined: Mar 2019</dd><dd>Location: Hull</dd></dl>",
        "<ul><li>Senior Member</li><li>Join Date: Mar 2019</li><li>Posts: 2,211</li></ul>",
        "<div>Сообщений: 14<br>Регистрация: 02.03.2019<br>Откуда: Самара</div>",
    ],
)
def test_author_profiles_in_a_forum_are_not_content(profile: str) -> None:
    posts = "".join(f"<div class=post>{profile}<p>{text}</p></div>" for text in (PUMP, LOCK, GATE))
    page = page_of(posts, "Pump trouble")
    assert PUMP in page.text
    for fact in ("2211", "2,211", "2019", "Hull", "Senior", "Самара", "14"):
        assert fact not in page.text


def test_profiles_in_a_plain_text_forum_are_removed_and_a_single_fact_is_kept() -> None:
    profile = "Posts: 2211\nJoined: Mar 2019\nLocation: Hull"
    flat = "\n".join(f"{profile}\n{text}" for text in (PUMP, LOCK, GATE))
    text = clean(Capture("a.txt", flat.encode(), Media.TEXT)).text
    assert "Joined" not in text
    assert "Hull" not in text
    assert "Location: Hull" in page_of(f"<p>{PUMP}</p><p>Location: Hull</p><p>{LOCK}</p>").text


def test_a_short_post_is_kept_like_the_others_of_its_thread() -> None:
    posts = (PUMP, LOCK, GATE, "It was the clip of the hose. Thanks!")
    profile = "<ul><li>Senior Member</li><li>Posts: 2,211</li></ul>"
    thread = "".join(
        f"<article class=message><h4 class=username>ada</h4>{profile}"
        f"<div class=message-body><div class=bbWrapper>{text}</div></div></article>"
        for text in posts
    )
    page = page_of(thread, "Pump trouble")
    assert page.page_type is PageType.FORUM
    assert [text for text in kept(page) if text in posts] == list(posts)


def test_a_guide_with_lists_is_not_a_forum_and_a_page_with_profiles_is_one() -> None:
    steps = "".join(f"<li>{step}</li>" for step in ("Close the valve.", "Wait.", "Open it again."))
    guide = page_of(f"<p>{PUMP}</p><h2>How to stop it</h2><ol>{steps}</ol><p>{LOCK}</p>")
    assert guide.page_type is not PageType.FORUM
    profile = "<p>ada</p><p>Joined: Mar 2019</p><p>Posts: 2211</p>"
    posts = "".join(f"<div>{profile}<p>{text}</p></div>" for text in (PUMP, LOCK, GATE))
    assert page_of(posts, "Pump trouble").page_type is PageType.FORUM


def test_vote_counts_are_not_content() -> None:
    answers = "".join(
        f"<div class=answer><div class=vote-count>{n}</div><p>{text}</p></div>"
        for n, text in ((31, PUMP), (6, LOCK))
    )
    assert kept(page_of(answers))[1:] == [PUMP, LOCK]


def test_the_times_of_a_live_report_are_kept() -> None:
    entries = "".join(
        f"<article><time>{at}</time><h3>{what}</h3><p>{text}</p></article>"
        for at, what, text in (
            ("16:42", "Bridge closed", PUMP),
            ("15:10 GMT", "Power cut", LOCK),
            ("1.05pm", "Ferries cancelled", GATE),
        )
    )
    page = page_of(entries, "Storm Edda as it happened")
    assert [time in kept(page) for time in ("16:42", "15:10 GMT", "1.05pm")] == [True] * 3


def test_a_recurring_label_in_an_article_is_kept() -> None:
    towns = "".join(
        f"<h2>{town}</h2><p>Joined: {year}</p><p>{LOCK}</p><p>{GATE}</p>"
        for town, year in (("Wexmoor", 1999), ("Tarnside", 2004), ("Brinehaven", 2011))
    )
    page = page_of(f"<p>{PUMP}</p>{towns}", "The towns of the canal league")
    assert "Joined: 2004" in kept(page)
    assert page.page_type is not PageType.FORUM


def test_the_score_of_a_match_is_not_a_vote_count() -> None:
    page = page_of(f'<p>{LOCK}</p><div class="match-score"><p>3</p></div><p>{GATE}</p>')
    assert all(
        block.removal is None or block.removal.detail != "a number of votes"
        for block in page.blocks
    )


def test_tables_and_definition_lists_are_kept_whole() -> None:
    terms = (
        "<dl><dt>Built by the company</dt><dd>1790</dd><dt>Closed to boats</dt><dd>1954</dd></dl>"
    )
    page = page_of(f"<p>{PUMP}</p><p>{LOCK}</p>{terms}<p>{GATE}</p>")
    assert ["1790" in page.text, "1954" in page.text] == [True, True]


def test_teasers_below_an_article_are_not_content() -> None:
    teasers = "".join(
        f"<article class=card><h3><a href=/{n}>{title}</a></h3><p>{text}</p></article>"
        for n, (title, text) in enumerate(
            (
                ("Ferry crews walk out again", "Talks broke down on Thursday without a new date."),
                ("Herring are back in the bay", "Fishermen have not seen so many in ten years."),
                ("A roof for the market hall", "The council has found the money for slates."),
            )
        )
    )
    more = (
        "The keeper of the lock has asked for a second pair of hands, since the gates are heavy.",
        "Whoever wants to see them open should come on a Sunday, when the boats from Hull go up.",
        "In the winter the pub beside the water is closed, and the path along it is often flooded.",
    )
    paragraphs = "".join(f"<p>{text}</p>" for text in (PUMP, LOCK, GATE, *more))
    body = f"<article>{paragraphs}</article>"
    page = page_of(f"{body}<section><h2>More from the harbour</h2>{teasers}</section>")
    assert "so many in ten years" not in page.text
    assert GATE in page.text


CAPTION = "The upper gates after the floods, seen from the towpath that the company never repaired."


def test_figure_captions_in_an_article_are_not_content() -> None:
    story = "".join(
        f"<p>{text} {text[:40]} once more, said the keeper.</p>" for text in (PUMP, LOCK, GATE)
    )
    figure = f"<figure><img src=a.jpg alt=''><figcaption><p>{CAPTION}</p></figcaption></figure>"
    page = page_of(f"<article>{story}{figure}<p>{GATE}</p></article>")
    assert page.page_type is PageType.ARTICLE
    assert CAPTION not in page.text
    assert GATE in page.text


def test_captions_that_are_most_of_a_page_are_kept() -> None:
    figures = "".join(
        f"<figure><img src={n}.jpg alt=''><figcaption>{text}</figcaption></figure>"
        for n, text in enumerate((PUMP, LOCK, GATE, CAPTION))
    )
    assert LOCK in page_of(f"<article>{figures}</article>").text


@pytest.mark.parametrize(
    "notice",
    [
        "JavaScript is disabled. For a better experience, enable it before you go on.",
        "You are using an out of date browser. This site may not look as it should.",
        "Please enable JavaScript to read what others wrote.",
        "Your browser does not support the video tag.",
        "Bitte aktivieren Sie JavaScript, um die Karte zu sehen.",
        "Включите JavaScript, чтобы увидеть карту.",
    ],
)
def test_a_notice_about_the_readers_browser_is_no_content(notice: str) -> None:
    text = "\n".join(("Dunmore Lock", PUMP, notice, LOCK, GATE))
    for page in (
        page_of(f"<p>{PUMP}</p><p>{notice}</p><p>{LOCK}</p><p>{GATE}</p>"),
        clean(Capture("a.txt", text.encode(), Media.TEXT)),
    ):
        assert notice not in page.text
        assert LOCK in page.text


def test_a_sentence_about_scripts_stays() -> None:
    said = "The museum's guide says that JavaScript is disabled on the old terminals in the hall."
    assert said in page_of(f"<p>{PUMP}</p><p>{said}</p><p>{LOCK}</p>").text


_RECIPE = (
    "<h1>Leek soup</h1><p>A soup for cold evenings that is ready in half an hour.</p><ul><li>Leeks"
    "<li>1 l stock</ul><ol><li>Slice the leeks.<li>Fry them for five minutes.<li>Boil all.</ol>"
)
_QUESTIONS = (
    "<h1>Questions</h1><h3>When is the ferry?</h3><p>It leaves at eight and at noon each day.</p>"
    "<h3>May I bring a dog?</h3><p>Yes, dogs travel free of charge on a lead.</p>"
)
_MANUAL = (
    "<h1>Installation</h1><p>Install the package, then create a file in your home folder.</p>"
    "<pre>pip install tidecli</pre><dl><dt>--quiet<dd>Print errors only.</dl>"
)
_STATES = '<script type="application/ld+json">{{"@type": "{}"}}</script>'


@pytest.mark.parametrize(
    ("body", "head", "page_type"),
    [
        (_RECIPE, _STATES.format("Recipe"), PageType.ARTICLE),
        (_QUESTIONS, _STATES.format("FAQPage"), PageType.SERVICE),
        (_MANUAL, "<meta name='generator' content='Docusaurus'>", PageType.DOCUMENTATION),
        (_MANUAL, _STATES.format("TechArticle"), PageType.DOCUMENTATION),
    ],
)
def test_what_a_small_page_states_for_machines_decides_its_type(
    body: str, head: str, page_type: PageType
) -> None:
    html = f"<html><head><title>Quay</title>{head}</head><body><main>{body}</main></body></html>"
    assert clean(Capture("small.html", html.encode())).page_type is page_type


def test_a_plain_text_without_authors_or_dates_of_posts_is_no_forum() -> None:
    raw = text_blocks("Slack water\nThe tide turns here at noon.\nSubscribe\nDiscussion")
    lines = PageLines([block.text for block in raw.blocks])
    assert page_type_by_structure(raw, lines, PageType.FORUM) is PageType.ARTICLE


def test_a_plain_text_with_the_ages_of_its_posts_stays_a_forum() -> None:
    raw = text_blocks("Slack water\nheron 2 hours ago\nAt noon.\nmarit 1 hour ago\nThank you!")
    lines = PageLines([block.text for block in raw.blocks])
    assert page_type_by_structure(raw, lines, PageType.FORUM) is PageType.FORUM


def test_prose_in_a_language_that_the_classifier_does_not_know_is_an_article() -> None:
    raw = text_blocks("\n".join((PUMP, LOCK, GATE)))
    lines = PageLines([block.text for block in raw.blocks])
    assert page_type_by_structure(raw, lines, PageType.OTHER, 0.1) is PageType.ARTICLE
    assert page_type_by_structure(raw, lines, PageType.OTHER, 0.9) is PageType.OTHER


def test_a_plain_text_with_the_same_controls_below_posts_stays_a_forum() -> None:
    row = "Like Quote Reply Report"
    raw = text_blocks(f"{PUMP}\n{row}\nIt was the hose. Thank you!\n{row}")
    lines = PageLines([block.text for block in raw.blocks])
    assert page_type_by_structure(raw, lines, PageType.FORUM) is PageType.FORUM


@pytest.mark.parametrize(
    "line",
    [
        "88.4K subscribers",
        "Showing 1–12 of 40 results",
        "4.8 from 31 votes",
        "© Skarra Ferries 2024",
        "Website by Fenlight Studio",
        "(BUTTON) Toggle navigation",
        "This page was last edited on 3 March 2024, at 10:11 (UTC).",
        "To support my work, consider becoming a free or paid subscriber.",
    ],
)
def test_counts_footers_and_offers_of_the_software_are_not_content(line: str) -> None:
    page = page_of(f"<p>{PUMP}</p><p>{line}</p><p>{LOCK}</p><p>{GATE}</p>")
    assert line not in page.text
    assert LOCK in page.text


def test_a_clause_with_the_letter_c_is_kept() -> None:
    clause = "(c) the tenant keeps the gates shut;"
    assert clause in page_of(f"<p>{PUMP}</p><p>{clause}</p><p>{LOCK}</p>").text


def test_a_row_of_a_kept_table_is_kept_although_its_words_are_those_of_a_ticker() -> None:
    rows = "".join(
        f"<tr><th>{day}</th><td>{degrees}</td><td>{words}</td></tr>"
        for day, degrees, words in (
            ("Monday", "6° / 1°", "Light rain"),
            ("Tuesday", "8° / 2°", "Sunny spells"),
            ("Wednesday", "5° / −1°", "Snow showers"),
        )
    )
    page = page_of(f"<p>{PUMP}</p><p>{LOCK}</p><table>{rows}</table><p>{GATE}</p>")
    assert "Snow showers" in page.text
