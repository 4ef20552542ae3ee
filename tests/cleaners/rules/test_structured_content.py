"""Tests that tables, facts, captions and entries are kept on pages without prose."""

from __future__ import annotations

from cleaners.blocks.html import html_blocks, parse_html
from cleaners.rules.line_features import PageLines
from cleaners.rules.page_context import PageContext
from cleaners.rules.structured_content import marked_facts
from tests.cleaners.rules.test_structure import page_of

MENU = "<nav><a href=/>Catalogue</a><a href=/a>My account</a><a href=/h>Opening hours</a></nav>"
FOOT = "<footer>© Marsh Library</footer>"


def _marked_facts(body: str) -> list[str]:
    html = f"<html><body>{body}</body></html>"
    raw = html_blocks(html, parse_html(html))
    lines = PageLines([block.text for block in raw.blocks])
    found = marked_facts(PageContext(raw, lines, [False] * len(lines), range(0)), ())
    return [lines.texts[i] for i in sorted(found)]


def test_the_record_of_a_book_in_a_table_is_content() -> None:
    rows = {
        "Author": "Crisp, Arthur, 1871-1950",
        "Published": "Norwich : Staithe Press, 1923",
        "Description": "xii, 214 pages : illustrations ; 22 cm",
        "Shelfmark": "VM 391.C75",
    }
    table = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows.items())
    page = page_of(
        f"{MENU}<h1>The wherries of the Yare</h1><table>{table}</table><h2>Holdings</h2><table><tr>"
        "<th>Location</th><th>Status</th></tr><tr><td>Main Library, store</td><td>Available</td>"
        f"</tr></table><ul><li><a href=/q>Request</a></li></ul>{FOOT}"
    )
    assert all(value in page.text for value in rows.values())
    assert "Holdings" in page.text
    assert "Main Library, store" in page.text
    assert "My account" not in page.text
    assert "Request" not in page.text


def test_a_list_of_facts_without_known_labels_is_content() -> None:
    page = page_of(
        f"{MENU}<h1>Drift of sand spits</h1><dl><dt>Degree</dt><dd>PhD</dd><dt>Supervisor</dt>"
        f"<dd>Sand, Tom</dd><dt>Faculty</dt><dd>Coasts</dd></dl>{FOOT}"
    )
    assert all(fact in page.text for fact in ("Degree", "PhD", "Supervisor", "Sand, Tom", "Coasts"))


def test_a_box_with_facts_beside_an_article_is_content_of_a_short_page() -> None:
    page = page_of(
        f"{MENU}<h1>Iron Lantern</h1><aside class='tall-infobox'><div><h3>Weight</h3><div>2.5</div>"
        "</div><div><h3>Price</h3><div>40 marks</div></div></aside><p>The lantern lights a circle "
        f"of eight paces and burns for a night.</p>{FOOT}"
    )
    assert "40 marks" in page.text
    assert "eight paces" in page.text


def test_the_captions_of_a_gallery_are_its_content() -> None:
    captions = ("The start, off the mole", "Two crews wait for wind", "Ann Lisle and the cup")
    figures = "".join(
        f"<figure><img src={n}.jpg><figcaption>{text}</figcaption></figure>"
        for n, text in enumerate(captions)
    )
    page = page_of(f"{MENU}<h1>Regatta 2019</h1><div>{figures}</div>{FOOT}")
    assert all(text in page.text for text in captions)


def test_a_menu_in_a_table_of_a_page_without_prose_is_no_content() -> None:
    links = "".join(
        f"<tr><td><a href=/{n}>Shelf {n}</a></td><td><a href=/m>map</a></td></tr>" for n in range(6)
    )
    page = page_of(f"<h1>Not found</h1><table>{links}</table>{FOOT}")
    assert not page.text
    assert page.notes


def test_other_goods_below_a_product_are_no_content() -> None:
    page = page_of(
        f"{MENU}<h1>Canvas Bucket</h1><p>£28.00</p><p>Folds flat, and holds ten litres of "
        "water.</p><ul><li>18 oz cotton canvas</li><li>Rope handle, spliced by hand</li></ul>"
        "<h2>You may also like</h2><ul><li><a href=/r>Rope Fender</a> <span>£16.00</span></li><li>"
        f"<a href=/h>Oilskin Hat</a> <span>£31.00</span></li></ul>{FOOT}"
    )
    assert "Rope handle, spliced by hand" in page.text
    assert "Rope Fender" not in page.text
    assert "Oilskin Hat" not in page.text


def test_rates_and_weather_below_the_table_of_a_page_are_not_its_data() -> None:
    tables = "".join(
        f"<h3>{heading}</h3><table><tr><td>{row}</td></tr><tr><td>{other}</td></tr></table>"
        for heading, row, other in (
            ("Dues", "Small ship</td><td>20", "Large ship</td><td>90"),
            ("Exchange rates", "USD</td><td>92.15", "EUR</td><td>99.40"),
            ("Weather", "Noon</td><td>18°", "Night</td><td>6°"),
            ("In town", "Today</td><td>18°", "Monday</td><td>16°"),
        )
    )
    facts = _marked_facts(f"<h1>Harbour</h1>{tables}")
    assert facts == ["Dues", "Small ship\t20", "Large ship\t90"]


def test_the_tables_of_a_page_about_the_weather_are_its_data() -> None:
    rows = "<tr><td>Today</td><td>18°</td></tr><tr><td>Monday</td><td>16°</td></tr>"
    facts = _marked_facts(f"<h1>Weather in Odda</h1><h2>Weather forecast</h2><table>{rows}</table>")
    assert "Monday\t16°" in facts


def test_the_captions_of_other_stories_are_no_content() -> None:
    figures = "".join(
        f"<figure class=related><img src={n}.jpg><figcaption>{text}</figcaption></figure>"
        for n, text in enumerate(("The start, off the mole", "Two crews wait", "Ann and the cup"))
    )
    page = page_of(f"{MENU}<h1>Regatta 2019</h1><div>{figures}</div>{FOOT}")
    assert "the mole" not in page.text
