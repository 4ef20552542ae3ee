"""Keeping tables, lists and verses of pages that were flattened to text, without what follows."""

from __future__ import annotations

from itertools import product

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media
from cleaners.page import Page
from cleaners.rules.left_out import lines_left_out, sentences_left_out
from cleaners.rules.line_features import PageLines

ROWS = (
    "Monday 30 December Saturday 28 December",
    "Wednesday 1 January Friday 3 January",
    "Thursday 2 January Saturday 4 January",
)
VERSES = (
    "The tide came up and took the stair",
    "and took the stone below",
    "it took the bell that hung up there",
    "and rang it soft and slow",
    "Oh leave the lamp beside the door",
    "and leave the door ajar",
    "the sea has never gone before",
    "so quietly or far",
)


def page_of(text: str) -> Page:
    return clean(Capture("a.txt", text.encode()))


def test_the_rows_of_a_flattened_table_below_the_text_are_kept() -> None:
    rows = "\n".join(ROWS)
    page = page_of(
        "Market days over the new year - Odda Town Council\n\nOdda Town Council\nSearch\nHome\n"
        "Markets\n\nMarket days over the new year\n\nThe market moves in the first week of"
        f" January. Stalls open at 7am.\n\nUsual day New day\n{rows}\n\n"
        "Is this page useful?\n\nAccessibility statement\nCookies\n© Odda Town Council"
    )
    assert [row for row in ROWS if row not in page.text] == []
    assert "Cookies" not in page.text and "useful" not in page.text


def test_a_song_without_a_sentence_is_kept() -> None:
    verses = "\n".join(VERSES)
    page = page_of(f"SongLocker\nCharts Videos\nThe Stair\nPetrel & Daughter\n{verses}\nAdvertise")
    assert [verse for verse in VERSES if verse not in page.text] == []
    assert "Advertise" not in page.text


def test_headlines_are_no_verses() -> None:
    headlines = "\n".join(
        f"Council says that bridge number {word} will be closed until the end of May"
        for word in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    assert page_of(f"Home\nNews\nSport\n{headlines}\nContact").text == ""


def test_other_items_below_the_content_of_a_flattened_page_are_removed() -> None:
    page = page_of(
        "Two-bedroom cottage for sale\nGuide price £140,000\nProperty type\nCottage\nBedrooms\n2\n"
        "Tenure\nFreehold\nA stone cottage at the end of the lane, with two bedrooms under the"
        " roof and a garden that runs down to the beck.\nKitchen\n3.90m x 2.40m. Stone floor,"
        " range, door to the garden.\nSimilar properties\n1 bedroom flat, Beck Street £80,000\n"
        "4 bedroom house, High Lane £310,000"
    )
    assert "Freehold" in page.text and "Stone floor" in page.text
    assert "Similar properties" not in page.text and "Beck Street" not in page.text


def test_a_short_last_sentence_of_an_uncertain_page_is_kept() -> None:
    page = page_of(
        "About my stove: ivan — Journal\nFind friends\nLog in\nAbout my stove\n14 November 2019\n"
        "I rebuilt the stove. The old one smoked so much that the cats moved in next door.\n"
        "The bricks came from the old bath house.\nThe cats came back on the third day.\n"
        "Tags: village, stove\n2 comments\nReply"
    )
    assert "The cats came back on the third day." in page.text
    assert "Tags" not in page.text


def test_short_posts_between_recurring_lines_of_a_feed_are_kept() -> None:
    posts = (
        "We open the season on Saturday and put all six boats into the water at ten.",
        "Dima has mended the winch, and the old wheel hangs on the wall of the club.",
        "We are looking for an outboard of eight horsepower. Write to us.",
    )
    feed = "".join(
        f"Quiet Haven\n{day} May at 9:14\n\n{post}\n\nLike\n4{day}\nComment\nShare\n\n"
        for day, post in zip((12, 10, 3), posts, strict=True)
    )
    page = page_of(f"Sign in\nRegister\nMy page\nNews\nQuiet Haven\n2 418 followers\n{feed}Rules")
    assert [post for post in posts if post not in page.text] == []
    assert "Comment" not in page.text


def test_the_last_rows_of_a_table_without_numbers_are_kept() -> None:
    page = page_of(
        "Quick start - Tarn\n\nSkip to content\nTarn\n\nQuick start\n\nTarn keeps a folder of notes"
        " in step between two machines.\n\nInstall\n\npipx install tarn\n\nPython 3.10 or newer is"
        " needed.\n\nKey Meaning\nfolder The path to watch\nevery Seconds between rounds\n\n"
        "Previous\nHome\n\nMade with Material for MkDocs"
    )
    assert "every Seconds between rounds" in page.text
    assert "MkDocs" not in page.text


def test_readers_comments_below_a_flattened_recipe_are_removed() -> None:
    page = page_of(
        "Barley bake - The Cold Kitchen\nRecipes\nAbout\nBarley bake\nPrep Time\n15 mins\n"
        "Cook Time\n50 mins\nServings\n4\nThis is what we eat when the wind gets under the door,"
        " and it is better on the second day.\nIngredients\n200 g pearl barley\n3 leeks, sliced\n"
        "100 ml double cream\nInstructions\nBoil the barley for 25 minutes.\nSoften the leeks.\n"
        "14 responses to “Barley bake”\nMade this last night, gorgeous!\nLeave a Reply"
    )
    assert "100 ml double cream" in page.text and "50 mins" in page.text
    assert "gorgeous" not in page.text


def test_a_table_with_one_cell_a_line_is_kept_below_the_title_that_the_first_line_names() -> None:
    cells = ("Author", "Crisp, Arthur, 1871-1950", "Published", "Norwich : Staithe Press, 1923")
    more = ("Description", "xii, 214 pages ; 22 cm", "Holdings", "Main Library, store", "Available")
    menu = ("The wherries of the Yare - Marsh Library", "Catalogue", "My account", "Opening hours")
    lines = (*menu, "The wherries of the Yare", *cells, *more, "© Marsh Library")
    page = clean(Capture("record", "\n".join(lines).encode(), Media.TEXT))
    assert all(cell in page.text for cell in cells + more)
    assert "My account" not in page.text
    assert "©" not in page.text


def test_a_page_of_an_error_stays_without_content_although_its_title_recurs() -> None:
    lines = (
        "Page not found - Marsh Library",
        "Catalogue",
        "My account",
        "Page not found",
        "Search",
    )
    page = clean(Capture("error", "\n".join((*lines, "Home", "Help")).encode(), Media.TEXT))
    assert not page.text
    assert page.notes


def test_a_table_of_the_tides_below_the_title_is_kept() -> None:
    cells = ("Date", "High", "Low", "1 May", "4.2 m", "0.9 m", "2 May", "4.3 m", "0.8 m")
    title = "Tide tables for Quay Harbour, May 2024"
    menu = "Home\nPort\nWeather\nLog in"
    table = "\n".join(cells)
    page = page_of(f"{title} | Quay Port\n{menu}\n{title}\n{table}\nShare\nPopular\nJobs\nTerms\n")
    assert page.text.split("\n\n") == list(cells)


_OPTIONS = ("--port N", "The port. Default 8080.", "--log FILE", "Write the log to FILE.")


def test_the_links_below_a_page_of_options_stay_removed() -> None:
    head = "quayctl reference — Quay docs\nHome\nquayctl reference\nquayctl start\nStart it."
    options = "\n".join(_OPTIONS)
    page = page_of(f"{head}\n{options}\nEdit this page on GitHub\nNext: Configure\n")
    assert [option for option in _OPTIONS if option not in page.text] == []
    assert "GitHub" not in page.text and "Configure" not in page.text


def test_a_page_of_an_error_stays_without_content_although_it_has_numbers() -> None:
    numbers = "Tel. 555 0199\nFax 555 0198\nMon-Fri 9-17"
    for title in ("Page not found", "Error 404: not found - Quay Port\nError 404: not found"):
        page = page_of(f"{title}\nHome\nNews\n{numbers}\nContact us\n")
        assert not page.text
        assert any("error page" in note for note in page.notes)


def test_prose_between_kept_lines_stays_left_out_as_the_classifier_says() -> None:
    terms = (
        "Any claim about an order is settled by a single arbitrator, whose decision is final, and"
        " neither the shop nor the buyer may bring a claim for others before a court of law."
    )
    texts = ["Wool runner, natural grey", "Light and warm shoes", terms, "Machine washable"]
    lines = PageLines(texts)
    assert list(lines_left_out(lines, [True, True, False, True])) == []
    assert list(lines_left_out(lines, [True, False, False, True])) == []
    assert list(lines_left_out(PageLines(texts[:2] + texts[3:]), [True, False, True])) == [1]


@pytest.mark.timeout(20)
def test_a_long_thread_of_many_names_takes_time_in_proportion_to_its_lines() -> None:
    names = [
        f"Ann {''.join(letters).title()}" for letters in product("abcdefghijklmnopqrstuv", repeat=3)
    ]
    posts = [text for name in names for text in (name, "I agree with you on this.")]
    named = [f"{name} wrote" for name in names]
    lines = PageLines(["The ferry stays in harbour for now.", *posts, *named])
    found = sentences_left_out(lines, [True] + [False] * (len(lines) - 1))
    assert len(found) == len(names)
