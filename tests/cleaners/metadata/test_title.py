"""Finding the title: the headline, without the site's name or other lines above the article."""

import pytest

from cleaners import clean
from cleaners.metadata.title import choose_stated_title
from cleaners.metadata.title_line import find_title_line
from cleaners.model import Capture, Kind, Media
from cleaners.rules.line_features import PageLines

_BODY = (
    "The ferry to Marlow Point will not sail before Thursday, the harbour office said after divers "
    "had found a second crack in the hull of the vessel.",
    "Passengers who hold tickets for the crossing can take the coach from the north quay, which "
    "leaves every two hours and takes the old road around the bay.",
    "It is the third time this winter that the crossing has been closed, and the island council "
    "has asked for a replacement vessel that can sail in stronger winds.",
    "The harbour office said that it was looking for one, but that none of the yards on the coast "
    "had a vessel of the right size to spare before the end of March.",
)


@pytest.mark.parametrize(
    ("stated", "headings", "sites", "title"),
    [
        (["Ferry late - The Quay"], ["Ferry late"], [], "Ferry late"),
        (["Ferry late | The Quay"], [], ["The Quay"], "Ferry late"),
        (["Ferry late – quay.example"], [], ["quay.example"], "Ferry late"),
        (["The Quay | Ferry late"], [], ["The Quay"], "Ferry late"),
        (["Ferry late | News | The Quay"], [], ["The Quay", "News"], "Ferry late"),
        (["船は木曜まで欠航：港新聞"], [], ["港新聞"], "船は木曜まで欠航"),
        (["Late: a ferry - and a crew"], [], ["The Quay"], "Late: a ferry - and a crew"),
        (["Crew 'tired'", "Ferry late"], ["The Quay", "Ferry late"], [], "Ferry late"),
        (
            ["Ferry late"],
            ["Ferry late again as a crew goes home"],
            [],
            "Ferry late again as a crew goes home",
        ),
        (["Ferry late"], ["Ferry late again", "Other ferries"], [], "Ferry late"),
        (["Ferry 'late'"], ["Ferry ‘late’"], [], "Ferry ‘late’"),
        (["The Quay - The Quay"], [], ["The Quay"], "The Quay"),
        (["«Fähre fällt aus»"], [], [], "«Fähre fällt aus»"),
        *(
            ([f"Ferry late{sign}The Quay"], [], ["The Quay"], "Ferry late")
            for sign in (" ― ", " ǀ ", " → ", " ▷ ", " ★ ", " ¦ ")
        ),
        (["渡船又晚点了_The Quay"], [], ["The Quay"], "渡船又晚点了"),
        # Titles that are no headlines.
        *(
            ([title], ["Ferry late again"], ["The Quay"], "Ferry late again")
            for title in ("The Quay", "Home", "Home | The Quay", "Untitled Document", "undefined")
        ),
        (["https://quay.example/late"], ["Ferry late again"], [], "Ferry late again"),
        (["Home"], [], [], "Home"),
        # Titles that are cut, and headings with more than the title.
        (["Ferry late ag"], ["Ferry late again today"], [], "Ferry late again today"),
        (["Ferry is late ag…"], ["Ferry is late again"], [], "Ferry is late again"),
        (["Ferry is late again"], ["Ferry is late…"], [], "Ferry is late again"),
    ],
)
def test_a_stated_title_loses_the_site_name_and_is_worded_like_the_heading(
    stated: list[str], headings: list[str], sites: list[str], title: str
) -> None:
    assert choose_stated_title(stated, headings, sites) == title


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("The Quay: news of Orwell and its boats", "The Quay: news of Orwell and its boats"),
        ("The Quay | News of Orwell - The Quay", "The Quay | News of Orwell"),
        ("News of Orwell | The Quay", "News of Orwell"),
    ],
)
def test_a_front_page_keeps_the_name_of_the_site_before_its_slogan(stated: str, title: str) -> None:
    page = "<title>{}</title><link rel=canonical href=https://quay.example/{}>{}".format(
        stated, "{}", f"<a href=/>The Quay</a><p>{_BODY[0]}</p><p>{_BODY[1]}</p>"
    )
    assert clean(Capture("a.html", page.format("").encode(), Media.HTML)).title == title
    inner = clean(Capture("a.html", page.format("orwell").encode(), Media.HTML)).title
    assert inner is not None
    assert "The Quay" not in inner


def test_a_stated_title_that_is_only_the_site_is_not_that_of_an_article_without_an_h1() -> None:
    text = "".join(f"<p>{line}</p>" for line in _BODY)
    headline = "Ferry to Marlow Point will not sail before Thursday"
    page = f"<title>The Quay</title><a href=/>The Quay</a><main><h2>{headline}</h2>{text}</main>"
    assert clean(Capture("a.html", page.encode(), Media.HTML)).title == headline
    no_heading = page.replace("h2>", "b>")
    assert clean(Capture("a.html", no_heading.encode(), Media.HTML)).title == "The Quay"


@pytest.mark.parametrize("label", ["View topic", "Просмотр темы", "Thema anzeigen", "Zobacz temat"])
def test_what_forum_software_writes_before_a_title_is_left_out(label: str) -> None:
    page = f"<title>Quay Boats • {label} - Pump stops at once</title><p>{_BODY[0]}</p>"
    assert clean(Capture("a.html", page.encode(), Media.HTML)).title == "Pump stops at once"


def test_a_title_above_the_text_is_found_below_the_title_of_the_page_in_thai() -> None:
    title = "เรือข้ามฟากไปเกาะหยุดสามสัปดาห์"
    text = (
        "เรือข้ามฟากระหว่างเมืองกับเกาะจะหยุดให้บริการสามสัปดาห์เพื่อซ่อมเครื่องยนต์ สำนักงานท่าเรือแจ้ง",
        "มีผู้โดยสารประมาณสี่ร้อยคนใช้เรือลำนี้ทุกวัน และส่วนใหญ่ทำงานในตลาดปลาอีกฝั่งหนึ่งของอ่าว",
    )
    page = "\n".join((f"{title} - ข่าวอ่าวเล็ก", "หน้าแรก", "กีฬา", title, "12 พฤษภาคม 2565", *text))
    assert clean(Capture("a.txt", page.encode(), Media.TEXT)).title == title


@pytest.mark.parametrize(
    "heading",
    [
        "The ferry is late again 12 comments",
        "The ferry is late again (3)",
        "Transport The ferry is late again",
    ],
)
def test_a_heading_with_a_count_or_a_kicker_is_not_preferred(heading: str) -> None:
    stated = ["The ferry is late again | The Quay"]
    title = choose_stated_title(stated, [heading], ["The Quay"], is_news=False)
    assert title == "The ferry is late again"


@pytest.mark.parametrize(
    ("above", "title"),
    [
        (["News", "Cracks keep ferry to Marlow Point in harbour"], 1),
        (["Home News Cracks keep ferry in harbour", "Cracks keep ferry in harbour"], 1),
        (
            [
                "Cracks keep ferry to Marlow Point in harbour",
                "Harbour office finds a second crack in the hull; passengers take a coach",
            ],
            0,
        ),
        (["Cracks keep ferry in harbour", "By Ann Marlow", "12 May 2022", "3 min"], 0),
        (["Cracks keep ferry in harbour", "Winter fair opens its gates to old and young"], 0),
        (
            [
                "Cracks keep ferry in harbour",
                "The vessel in the harbour on Monday",
                "The vessel in the harbour on Monday (Photo: Ian Bell)",
            ],
            0,
        ),
        (
            [
                "Cracks keep ferry in harbour",
                "By Ann Marlow / 12 May 2022",
                "Passengers at the north quay in the winter",
            ],
            0,
        ),
        (["Winter fair opens its gates", "12 May 2022", "Cracks keep ferry in harbour"], 2),
        (["Cracks keep ferry in harbour", "Updated: Thursday, 12 May 2022 - 21.18 h"], 0),
        (["The case for slow boats", "Hull of the vessel has a crack", "12 May 2022"], 0),
        (["Menu", "Search"], None),
    ],
)
def test_the_line_above_the_text_that_is_most_like_a_headline_is_the_title(
    above: list[str], title: int | None
) -> None:
    lines = PageLines([*above, *_BODY])
    kept = [False] * len(above) + [True] * len(_BODY)
    assert find_title_line(lines, kept, range(len(above), len(lines))) == title


def test_a_list_item_is_the_title_only_if_no_other_line_can_be() -> None:
    lines = PageLines(["Cracks keep ferry in harbour", "Cracks keep ferry in harbour", *_BODY])
    kept = [False, False, *[True] * len(_BODY)]
    assert find_title_line(lines, kept, range(2, len(lines)), lambda at: at == 0) == 1


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        (
            "* Cracks keep ferry to Marlow Point in harbour",
            "Cracks keep ferry to Marlow Point in harbour",
        ),
        ("Cracks keep ferry in harbour - The Quay", "Cracks keep ferry in harbour"),
        (
            "Marlow Point : cracks keep ferry in harbour",
            "Marlow Point: cracks keep ferry in harbour",
        ),
        ("Cracks keep ferry in harbour – and a crew", "Cracks keep ferry in harbour – and a crew"),
    ],
)
def test_a_title_in_plain_text_loses_its_bullet_and_the_site_name(
    headline: str, title: str
) -> None:
    text = "\n".join(["News", headline, "By Ann Marlow", *_BODY, "About us", "The Quay"])
    page = clean(Capture("-", text.encode(), Media.TEXT))
    assert page.title == title
    assert [block.text for block in page.blocks if block.kind is Kind.TITLE] == [headline]


@pytest.mark.parametrize("chrome", ["Library 2.4 »", "2.1 Gates", "Open issues 12", "ANN MARLOW"])
def test_breadcrumbs_contents_entries_tabs_and_names_in_capitals_are_not_titles(
    chrome: str,
) -> None:
    text = "The gates of the ferry harbour stay shut, the office of the harbour said. " * 4
    lines = [chrome, "Ferry harbour stays shut¶"]
    for above in (lines, lines[::-1]):
        page = clean(Capture("gates.txt", "\n\n".join([*above, text, text]).encode()))
        assert page.title == "Ferry harbour stays shut"


def test_a_page_without_headings_loses_the_site_that_a_line_names() -> None:
    body = "".join(f"<p>{text}</p>" for text in _BODY)
    html = (
        "<title>Cracks keep ferry in harbour - Marlow News</title><font>Marlow News</font>"
        f"<p><b>Cracks keep ferry in harbour</b></p>{body}"
    )
    assert clean(Capture("ferry.html", html.encode())).title == "Cracks keep ferry in harbour"


def test_the_line_that_the_first_line_repeats_beside_the_site_is_the_title() -> None:
    text = (
        "Pump runs dry - Plumbing - Smallholders\n\nSmallholders\nSubscribe\nPump runs dry\n\n"
        "Plumbing\n\nwells, valves\n\nOur pump runs well all day, but the valves leak air every"
        " night, and in the morning I must pour in a jug of water from the other wells."
    )
    assert clean(Capture("a.txt", text.encode())).title == "Pump runs dry"


def test_the_bar_at_the_top_of_a_site_is_not_the_title() -> None:
    body = "Every January the wrack line gives back what December took, and I walk it with a sack."
    text = (
        f"Wrack Line Subscribe Sign in\nWhat the tide took in December\n{body}\n{body[:-1]}, too."
    )
    assert clean(Capture("a.txt", text.encode())).title == "What the tide took in December"


def test_a_title_in_plain_text_loses_the_menu_beside_it() -> None:
    text = (
        "Home               The wherrymen of the Yare\nUntil 1950 a wherry could carry forty tons"
        " of coal on the Yare under a single black sail.\nMy grandfather was one of the wherrymen,"
        " and he waited for hours at the swing bridge."
    )
    assert clean(Capture("a.txt", text.encode())).title == "The wherrymen of the Yare"


def test_the_h2_is_the_title_where_the_only_h1_is_the_site() -> None:
    html = (
        "<title>Ownership of entries - The Tally Book</title><h1>The Tally Book</h1><main>"
        "<h2>Ownership of entries</h2><p>Each entry has one ledger, which frees it when dropped."
        "</p><h2>Borrowing</h2><p>Use a reference to look at an entry that you do not own.</p>"
    )
    assert clean(Capture("a.html", html.encode(), Media.HTML)).title == "Ownership of entries"


def test_the_second_h1_is_the_title_where_the_head_has_only_the_address_in_a_wiki() -> None:
    html = (
        "<title>pump:priming [Well Wiki]</title><h1>Well Wiki</h1><main><h1>Priming a pump</h1>"
        "<p>A pump that has run dry must be filled before it can draw water again.</p>"
    )
    assert clean(Capture("a.html", html.encode(), Media.HTML)).title == "Priming a pump"


def test_the_title_with_the_site_above_the_title_is_not_content() -> None:
    text = (
        "3 bedroom house for sale | Marsh & Toller\n\nMarsh & Toller\nBack to results\n\n"
        "3 bedroom house for sale\n\nProperty type\nTerraced\nBedrooms\n3\nTenure\nFreehold\n\n"
        "A well-kept house with three bedrooms at the end of a quiet row, and a yard that gets the"
        " afternoon sun."
    )
    page = clean(Capture("a.txt", text.encode()))
    assert page.title == "3 bedroom house for sale"
    assert "| Marsh" not in page.text


def test_the_longer_end_of_a_title_after_a_colon_is_not_taken_for_the_site() -> None:
    lines = (
        "scrimshaw: Plotter Class Reference",
        "Plotter Class Reference",
        "Draws paths with one or two pens. Places are in millimetres from the lower left corner.",
        "Lifts the pen and moves it.",
    )
    title = clean(Capture("class", "\n\n".join(lines).encode(), Media.TEXT)).title
    assert title is not None
    assert title.endswith("Plotter Class Reference")


def test_a_menu_between_two_titles_of_a_plain_text_is_no_content() -> None:
    menu = ("Skip to content", "Tarn", "Guides", "Reference", "Changelog", "Search")
    text = (
        "Tarn needs a folder that it may write to, and nothing else on the machine.",
        "Install it with the package manager of your system, and start it once.",
        "It then makes its settings, which you can change with any editor of plain text.",
        "Then open the page on port 8000.",
    )
    lines = ("Quick start - Tarn", *menu, "Quick start", *text, "Previous", "Next", "© 2024 Tarn")
    page = clean(Capture("guide", "\n\n".join(lines).encode(), Media.TEXT))
    assert page.title == "Quick start"
    assert "Changelog" not in page.text
    assert "port 8000" in page.text
