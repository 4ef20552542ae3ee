"""Cleaning whole pages: content is kept, and each removal has a reason."""

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import clean
from cleaners.clean import clean_to_fixed_point, printed_text
from cleaners.model import Block, Capture, Cleaner, Kind, Media, Rejection, Removal
from cleaners.page import Page
from cleaners.reasons import Reason

SEEDS = Path(__file__).parents[2] / "seeds"
EXPECTED = Path(__file__).parents[1] / "seeds_expected.jsonl"
PARAGRAPHS = [
    paragraph
    for line in EXPECTED.read_text(encoding="utf-8").splitlines()
    for paragraph in json.loads(line)["keep"]
]
CHROME = [
    "Home",
    "Share",
    "Read also",
    "Weather",
    "© 2024 The Paper",
    "USD 1.27",
    "Menu News Sport",
]


def page_of(*lines: str) -> Page:
    return clean(Capture("page.txt", "\n\n".join(lines).encode(), Media.TEXT))


def kept(page: Page) -> list[str]:
    return [b.text for b in page.blocks if b.kept and b.kind is not Kind.TITLE]


ARTICLE = [
    "Harbour clock stops for the first time since 1911",
    "The clock on the harbour office stopped at 4.17 on Sunday afternoon, and for an hour nobody "
    "noticed, since half the town has set its watches by it for as long as anyone remembers.",
    "The clockmaker, who is 81, climbed the tower on Monday with a lamp and a sandwich, and found "
    "a swallow's nest in the works. He said that the birds would leave in three weeks.",
    "Until then a card in the window of the office gives the time, corrected every hour by the "
    "youngest clerk, who has asked for a bell of her own to ring when she does it.",
]


def test_an_article_about_cookies_and_facebook_is_not_taken_for_a_consent_note() -> None:
    lead = (
        "Facebook has been fined 60 million euros by the privacy regulator, which found that "
        "visitors could accept cookies with one click but had to search for the way to refuse."
    )
    assert lead in kept(page_of("Facebook fined over cookies", lead, *ARTICLE[1:]))


def test_sentences_that_start_like_boilerplate_stay_in_the_article() -> None:
    openers = [
        "Share prices of the ferry company rose by a tenth when the news of the nest came out.",
        "More than forty people came to look, and the baker sold out of buns before eleven.",
        "By Christmas Eve the birds had long gone and the clock was striking again.",
        "Comments are closed on the matter of the swallow, the harbour master joked on Tuesday.",
    ]
    found = kept(page_of(*ARTICLE, *openers, ARTICLE[1] + " So it goes."))
    assert [line for line in openers if line not in found] == []


def test_a_sentence_with_a_date_is_not_a_date_line() -> None:
    page = page_of(*ARTICLE, "The contract for the bell was signed on 3/4/2020.", ARTICLE[2])
    assert page.published is None
    assert "The contract for the bell was signed on 3/4/2020." in page.text


def test_a_list_after_a_colon_is_kept_with_the_sentence_that_ends_it() -> None:
    items = ["A lamp", "A sandwich", "Two pairs of gloves", "A letter to the swallow"]
    closing = "None of it weighs much, the clockmaker said, and all of it was used by noon."
    page = page_of(*ARTICLE, "This is what the clockmaker took up the tower:", *items, closing)
    assert [line for line in [*items, closing] if line not in kept(page)] == []


def test_a_single_headline_under_a_related_heading_is_removed() -> None:
    said = [f"<p>{paragraph}</p>" for paragraph in ARTICLE[1:]]
    html = (
        f"<h1>{ARTICLE[0]}</h1>{said[0]}<p>Read also</p><p><a href=/a>New ramp was promised</a></p>"
    )
    page = clean(Capture("a", f"{html}{said[1]}{said[2]}".encode(), Media.HTML))
    reasons = {block.text: block.removal and block.removal.reason for block in page.blocks}
    assert reasons["New ramp was promised"] is Reason.RELATED
    html = html.replace("<p><a href=/a>New ramp was promised</a></p>", "<h2>What comes next</h2>")
    page = clean(Capture("a", f"{html}{said[1]}{said[2]}".encode(), Media.HTML))
    assert "What comes next" in page.text


def test_a_page_with_only_labels_has_a_note_that_it_has_no_article() -> None:
    page = page_of(*CHROME)
    assert page.text == ""
    assert page.quality < 0.5
    assert page.notes


def test_the_time_for_a_long_token_is_linear_in_its_length() -> None:
    page = page_of(*ARTICLE, "data " + "QUJD" * 20_000 + " end.")
    assert ARTICLE[1] in page.text


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*PARAGRAPHS, *CHROME]), min_size=1, max_size=25))
def test_kept_and_removed_blocks_together_are_the_whole_page(lines: list[str]) -> None:
    page = page_of(*lines)
    found = "".join("".join(block.text.split()) for block in page.blocks)
    assert found == "".join("".join(line.split()) for line in lines)
    assert all(b.removal is None or b.removal.detail for b in page.blocks)
    assert 0 <= page.quality <= 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.sampled_from(list(Media)))
def test_any_bytes_give_a_page_or_a_rejection(payload: bytes, media: Media) -> None:
    try:
        page = clean(Capture("x", payload, media))
    except Rejection as rejection:
        assert rejection.message
    else:
        assert "\x00" not in page.text


def test_cleaning_a_capture_again_gives_the_same_page() -> None:
    for name in ("body-twice.txt", "share-buttons.html"):
        capture = Capture(name, (SEEDS / name).read_bytes())
        assert clean(capture) == clean(capture)


def test_a_repeated_paragraph_names_the_block_that_it_repeats() -> None:
    story = "Night buses will run again between the town and the hospital from December, they said."
    other = "Residents had counted the empty seats on the late ferry for a year before the vote."
    page = clean(Capture("a.txt", "\n\n".join((story, other, story)).encode()))
    removal = page.blocks[2].removal
    assert removal is not None
    assert (removal.same_as, removal.detail) == (0, "repeats block 0 (the same words)")


def test_a_text_that_is_printed_as_it_was_need_not_be_cleaned_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = (
        "Harbour bridge opens after eleven years",
        "The harbour bridge opened on Monday after eleven years of work, the town council said.",
        "Residents had counted the empty seats on the late ferry for a year before the vote.",
    )
    capture = Capture("a.txt", "\n\n".join(parts).encode(), Media.TEXT)
    once = clean(capture)
    assert printed_text(once) == "\n\n".join(parts)
    monkeypatch.setattr(import_module("cleaners.clean"), "_prints_as", lambda *_: False)
    assert clean(capture) == once


def test_a_repeat_found_in_a_second_pass_is_numbered_as_in_the_whole_page() -> None:
    menu = Block("Menu", removal=Removal(Reason.NAVIGATION, Cleaner.PHRASES, "starts with “menu”"))
    first, second = Block("The ferry is late."), Block("The ferry is late.")
    repeat = Removal(Reason.REPEATED, Cleaner.REPEATS, "the same words", same_as=0)
    page = Page(Media.TEXT, "utf-8", "detected from content", (menu, first, second))
    passes = iter([replace(page, blocks=(first, replace(second, removal=repeat)))])
    cleaned = clean_to_fixed_point(page, lambda _: next(passes, None))
    assert [block.removal and block.removal.same_as for block in cleaned.blocks] == [None, None, 1]


def html_of(*parts: str) -> Page:
    page = f"<body><nav><a href='/'>Home</a></nav><article>{''.join(parts)}</article>"
    return clean(Capture("page.html", page.encode(), Media.HTML))


def test_hidden_text_is_removed_but_a_collapsed_panel_is_kept() -> None:
    note = (
        "A lock is a chamber with gates at both ends, in which boats are raised and lowered. The "
        "keeper lets water in by the paddles of the upper gate, which takes some ten minutes."
    )
    paragraphs = [f"<p>{text}</p>" for text in ARTICLE[1:]]
    for opening in ("<div style='display:none'>", "<div hidden>", "<dialog>"):
        page = html_of(*paragraphs[:2], f"{opening}<p>{note}</p>", "</div></dialog>", paragraphs[2])
        assert note not in kept(page), opening
    panel = (
        f"<h3><button>Locks</button></h3><div class='accordion-panel' hidden><p>{note}</p></div>"
    )
    assert note in kept(html_of(*paragraphs, panel))


def test_form_options_are_not_content() -> None:
    choices = "<select><option>Choose your harbour</option><option>Hull</option></select>"
    page = html_of(*(f"<p>{text}</p>" for text in ARTICLE[1:]), choices)
    assert not any("Choose your harbour" in text for text in kept(page))


POSTS = [
    "The heating is off in forty-six houses on Forest Street after a pipe broke last night.",
    "The heating is on again in thirty of them. The others follow in the evening, the town says.",
    "Pupils of school seven won the region's contest in astronomy with a telescope made of pipes.",
    "A snowstorm is expected tomorrow at noon. Drivers are asked to stay at home until it is over.",
]


def test_a_title_that_is_no_content_on_its_own_is_removed_where_nothing_else_is_left() -> None:
    assert not printed_text(page_of("a"))
    assert not printed_text(page_of("a", "b", "\u0301", "😀"))


def test_a_short_text_without_boilerplate_keeps_all_its_prose() -> None:
    between = ["Photo", "Town news", "112", ""]
    lines = [line for pair in zip(POSTS, between, strict=True) for line in pair if line]
    assert [text for text in kept(page_of(*lines)) if text in POSTS] == POSTS


def test_labels_inside_a_clean_text_are_kept() -> None:
    page = page_of(*ARTICLE[:3], "Weather", "Mood", ARTICLE[3], *POSTS)
    again = page_of(page.title or "", *kept(page))
    assert kept(again) == kept(page)
    assert "Share on Facebook" not in page_of(*ARTICLE, *POSTS, "Share on Facebook").text
