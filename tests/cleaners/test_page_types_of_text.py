"""Detecting the type of plain-text pages, and keeping the content of each type."""

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, PageType

_POSTS = (
    "I bought an old block plane at a boot sale and flattened the sole on wet and dry paper. It"
    " takes a nice shaving now, but each stroke leaves a thin raised line on the board.",
    "That line is a nick in the edge. Hold the iron up to a lamp and look straight at the edge: a"
    " sharp edge reflects nothing, and a nick shows as a bright spot.",
    "You were right, there was a tiny bright spot near the left corner. Ten minutes on the coarse"
    " stone and the line has gone. Thank you!",
    "For next time: round the corners of the iron a little with the stone. Then it never leaves"
    " tracks at the sides, whatever you do with the lateral lever.",
)
_STEPS = (
    "Unplug the mill and let it cool for ten minutes.",
    "Turn the hopper to the left until it clicks, and lift it off.",
    "Brush the coffee out of the upper burr with a dry brush.",
    "Put the hopper back and turn it to the right.",
)


def _thread() -> str:
    head = "Oakframe Woodworking Forum\nHome\nForums\nNew posts\nLog in\nRegister\nHand tools"
    posts = "\n".join(
        f"Member {n}\nWell-known member\nJoined\nJun {n}, 2019\nMessages\n1,{n}04\n"
        f"Mar {n}, 2025\n#{n}\n{said}\nReply\nReport"
        for n, said in enumerate(_POSTS, 1)
    )
    tail = "You must log in or register to reply here.\nShare:\nTerms and rules\nPrivacy policy"
    return (
        f"{head}\nWhy does my block plane leave tracks?\nThread starter Member 1\n{posts}\n{tail}"
    )


def test_a_plain_text_thread_is_a_forum_page_and_keeps_every_post() -> None:
    page = clean(Capture("thread.txt", _thread().encode()))
    assert page.page_type is PageType.FORUM
    assert [said for said in _POSTS if said not in page.text] == []
    assert "Privacy policy" not in page.text and "Register" not in page.text


@pytest.mark.parametrize("mark", ["* ", "{n}. "])
def test_plain_text_instructions_keep_every_step(mark: str) -> None:
    steps = "\n".join(mark.format(n=n) + step for n, step in enumerate(_STEPS, 1))
    text = (
        f"Millwright 3 handbook\n* Home\n* Downloads\n* Contact\nCleaning the burrs\n"
        "Clean the burrs once a month, or when the coffee comes out slowly. Old grounds hold oil,"
        f" and the oil turns rancid.\n{steps}\nWhen the mill still runs slowly, have the burrs"
        " changed by the workshop that sold it to you.\n* Privacy policy\n* RSS"
    )
    page = clean(Capture("handbook.txt", text.encode()))
    assert [step for step in _STEPS if step not in page.text] == []


def test_a_plain_text_report_is_an_article() -> None:
    body = "\n".join(
        f"The council said on Monday that bridge number {n} will be closed for {n + 2} weeks,"
        " because its railings have rusted through and nobody may lean on them."
        for n in range(1, 6)
    )
    page = clean(Capture("report.txt", f"Home\nNews\nSport\nBridges to close\n{body}".encode()))
    assert page.page_type is PageType.ARTICLE


def test_all_ingredients_of_a_plain_text_recipe_are_kept() -> None:
    ingredients = "* Гречка — 200 г\n* Лук — 2 шт\n* Сливки — 150 мл\n* Перец — щепотка"
    text = (
        "Дом у воды\nГлавная\nГречка со сливками\n"
        "Эту гречку мы варили на веранде, когда отключали свет и оставалась одна плитка.\n"
        f"Ингредиенты\n{ingredients}\nПриготовление\n"
        "Обжарьте лук на сухой сковороде, всыпьте гречку и держите на огне пять минут.\n"
        "Влейте сливки, накройте крышкой и варите двадцать минут на самом слабом огне.\n"
        "Похожие рецепты\nКаша из топора\n© Дом у воды, 2021\n"
    )
    kept = clean(Capture("recipe.txt", text.encode())).text
    assert all(item in kept for item in ingredients.split("\n"))


def test_plain_text_documentation_loses_the_links_of_its_software() -> None:
    text = (
        "Rivet\n1.4\n* Install\n* Fasten a plate\n* Changelog\n* Edit on GitHub\nFasten a plate¶\n"
        "The tool reads the plates from plates.toml in the folder where it was started.\n"
        "Options¶\nAn option is a name and a value. Names may have dashes, but no blanks.\n"
        "A plate without holes is left as it is, and the tool says so at the end.\n"
        "PreviousNext\n© Copyright 2024, The Rivet authors.\n"
        "Built with Sphinx using a theme provided by Read the Docs.\n"
    )
    page = clean(Capture("rivet.txt", text.encode()))
    assert page.title == "Fasten a plate"
    lost = ("GitHub", "Previous", "©", "Sphinx", "¶")
    assert [word for word in lost if word in page.text] == []
    assert "Options" in page.text


def test_a_plain_text_question_page_loses_reputations_and_other_questions() -> None:
    text = (
        "Log in\nWhy does my pump drop when I lift the lever?\nAsk Question\n"
        "I have a track pump with a lever head. The gauge drops as soon as I lift the lever.\n"
        "ShareImprove this questionFollow\nasked Apr 8, 2019 at 12:40\nmarrow\n"
        "163 4 bronze badges\n2 Answers\n"
        "The gauge is on the pump side of the valve, so it shows the hose and not the tyre.\n"
        "ShareImprove this answer\nanswered Apr 8, 2019 at 14:02\nEdda Quill\n9,412\n"
        "Replace the rubber washer in the head first. Mine did the same until I changed it.\n"
        "ShareImprove this answer\nanswered Jan 3, 2020 at 21:30\ntk\nLinked\n"
        "How do I true a wheel without a stand?\nHot Network Questions\n"
        "How many moons can a planet keep?\n"
    )
    page = clean(Capture("pump.txt", text.encode()))
    assert "washer" in page.text and "hose" in page.text
    assert not any(word in page.text for word in ("badges", "9,412", "Improve", "wheel", "moons"))


def test_a_dump_of_lynx_is_rewrapped_without_the_numbers_of_its_links() -> None:
    body = "\n\n".join(
        f"   The [{n - 2}]ferry will not sail before Thursday, the harbour office said\n"
        f"   after divers had found crack number {n} in the hull of the vessel, which\n"
        "   has been in the yard since Monday and can't be moved until it is dry."
        for n in (4, 5, 6, 7)
    )
    links = "\n".join(f"   {n}. https://quay.example/{'a' * 150}/{n}" for n in range(1, 6))
    text = f"   [1]News\n\n   Ferry stays in harbour\n\n{body}\n\nReferences\n\n{links}\n"
    page = clean(Capture("ferry.txt", text.encode()))
    assert "The ferry will not sail before Thursday, the harbour office said after" in page.text
    assert "quay.example" not in page.text


def test_the_references_of_a_writer_stay_in_the_text() -> None:
    text = (
        "The harbour's count\n\n"
        "The committee counted 31 boats in spring, three more than in the year before [1], and"
        " wrote that the quay would have to be widened before the winter storms.\n\n"
        "In its own notation, boats[10] is the eleventh berth, and boats[1999] stays free for the"
        " lifeboat and for the pilot.\n\n"
        "A second report [2] found two boats that were counted twice, as the clerk admitted.\n\n"
        "References\n\n1. https://quay.example/report.pdf\n2. https://quay.example/second.pdf\n"
    )
    page = clean(Capture("count.txt", text.encode()))
    for kept in ("year before [1], and", "boats[10] is", "boats[1999] stays", "report [2] found"):
        assert kept in page.text


@pytest.mark.parametrize(
    "line",
    [
        "Thanks for reading The Quay! Subscribe for free to receive new posts.",
        "The Quay is a reader-supported publication. To support my work, subscribe.",
    ],
)
def test_an_offer_of_a_newsletter_inside_an_article_is_not_content(line: str) -> None:
    body = "<p>The ferry will not sail before Thursday, the harbour office said on Monday.</p>" * 2
    html = f"<article><h1>Ferry stays</h1>{body}<p>{line}</p><p>It sails later, we hope.</p>"
    assert line not in clean(Capture("ferry.html", html.encode())).text


def test_a_title_in_plain_text_loses_the_site_if_a_heading_repeats_the_rest() -> None:
    text = (
        "Starter smells of nail varnish - Bread - Crumb Talk\nHome\n"
        "Starter smells of nail varnish\n"
        "Mine was fine until the weekend, and now the starter smells of nail varnish again.\n"
        "Do I throw it away and begin again, or will it get better if I feed it more?\n"
    )
    assert clean(Capture("s.txt", text.encode())).title == "Starter smells of nail varnish"


@pytest.mark.timeout(20)
def test_a_line_of_thousands_of_digits_in_a_thread_costs_little() -> None:
    digits = "1" * 20_000 + "x"
    text = f"Which washer fits?\nThe old pump leaks.\nasked Apr 8 at 12:40\nann\n{digits}\n"
    assert clean(Capture("pump.txt", (text + _thread()).encode())).text


def test_a_short_post_between_the_same_controls_of_a_cleaned_thread_is_kept() -> None:
    thanks = "It was the iron! Thank you both. Ten minutes on the stone, and the line has gone."
    row = "Like Quote Reply Report"
    text = "\n".join((*_POSTS, row, thanks, row))
    assert thanks in clean(Capture("thread.txt", text.encode())).text
