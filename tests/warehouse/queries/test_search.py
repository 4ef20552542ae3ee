"""Search takes words for words, and gives the best articles first."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from cleaners.model import PageType
from cleaners.text.stems import WordForms, forms_of
from tests.warehouse.conftest import MORNING, cleaned, load, words
from warehouse.errors import RequestError
from warehouse.model import Relation, RelationCounts
from warehouse.queries import inflections
from warehouse.queries.filters import Filters
from warehouse.warehouse import Warehouse


def ids(warehouse: Warehouse, query: str) -> list[int]:
    return [hit.id for hit in warehouse.search(query)]


def test_a_word_in_the_title_counts_more_than_one_in_the_text(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("The harvest was good this year, they say.", title="Weather"),
        cleaned("They say that it was good this year.", title="Harvest"),
        cleaned("Nothing of the kind.", title="Sports"),
    )
    hits = warehouse.search("harvest")
    assert [hit.id for hit in hits] == [2, 1]
    assert hits[0].score > hits[1].score > 0


def test_a_hit_shows_where_the_words_stand(warehouse: Warehouse) -> None:
    text = words(50, 1) + " the Élysée palace " + words(50, 2)
    load(warehouse, cleaned(text, url="https://www.example.org/a", title="Paris"))
    (hit,) = warehouse.search("elysee")
    assert "\x02Élysée\x03 palace" in hit.snippet
    assert len(hit.snippet.split()) < 40
    assert (hit.title, hit.site, hit.url) == ("Paris", "example.org", "https://www.example.org/a")
    assert (hit.published, hit.language) == ("2024-05-01", "en")


def test_all_words_must_be_there_and_removed_blocks_are_not_searched(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("red apples"), cleaned("green apples"))
    assert ids(warehouse, "apples green") == [2]
    assert ids(warehouse, "tweet") == []


def test_a_cluster_is_found_once_by_its_best_match(warehouse: Warehouse) -> None:
    text = words(60) + " zebra"
    load(warehouse, cleaned(text, "late"), cleaned(text + " too many", "early", at=MORNING))
    (hit,) = warehouse.search("zebra")
    assert (hit.id, hit.cluster_id, hit.duplicate_of, hit.relation) == (1, 2, 2, Relation.SAME)
    (hit,) = warehouse.search("zebra too")
    assert (hit.id, hit.duplicate_of, hit.more) == (2, None, RelationCounts(same=1))
    assert [hit.id for hit in warehouse.search("zebra", every=True)] == [1, 2]


def test_of_equal_matches_the_canonical_one_is_given(warehouse: Warehouse) -> None:
    text = words(60) + " zebra"
    load(
        warehouse,
        cleaned(text, "late", payload=b"1"),
        cleaned(text, "early", payload=b"2", at=MORNING),
    )
    assert ids(warehouse, "zebra") == [2]


def test_the_limit_counts_clusters(warehouse: Warehouse) -> None:
    copies = words(60, 1) + " zebra"
    load(
        warehouse,
        *(cleaned(copies, payload=bytes([n])) for n in range(120)),
        cleaned(words(80, 2) + " zebra"),
    )
    canonical, other = warehouse.search("zebra")
    assert (canonical.duplicate_of, other.id) == (None, 121)
    assert warehouse.search("zebra", 1)[0].more == RelationCounts(same=119)
    assert len(warehouse.search("zebra", 5, every=True)) == 5


def test_a_word_that_only_a_superseded_version_holds_is_found(warehouse: Warehouse) -> None:
    text = words(60)
    load(
        warehouse,
        cleaned(text + " zebra", url="https://example.org/live", at=MORNING),
        cleaned(text + " giraffe", url="https://example.org/live?utm_source=feed"),
    )
    (hit,) = warehouse.search("zebra")
    assert (hit.id, hit.duplicate_of, hit.relation) == (1, 2, Relation.VERSION)
    (hit,) = warehouse.search("giraffe")
    assert (hit.id, hit.more) == (2, RelationCounts(version=1))


def test_a_word_that_only_an_excerpt_holds_is_found(warehouse: Warehouse) -> None:
    whole = words(100)
    load(warehouse, cleaned(whole), cleaned(" ".join(whole.split()[:60]) + " zebra"))
    (hit,) = warehouse.search("zebra")
    assert (hit.id, hit.duplicate_of, hit.relation) == (2, 1, Relation.EXCERPT)


def test_the_limit_is_kept_and_the_order_is_settled(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(f"zebra {n}") for n in range(5)))
    assert [hit.id for hit in warehouse.search("zebra", 3)] == [1, 2, 3]


def test_words_in_double_quotes_are_a_phrase(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("the tour boat was full"), cleaned("a boat on a tour, full of men"))
    assert ids(warehouse, '"tour boat"') == [1]
    assert ids(warehouse, 'full "tour boat" was') == [1]
    assert ids(warehouse, 'tour "boat') == [1, 2]
    assert ids(warehouse, '"" boat') == [1, 2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("NOT", [1]),
        ("AND OR NEAR(", []),
        ('"', []),
        ('say "so"', [1]),
        ("title:cats", []),
        ("cats*", []),
        ("cat*", [1]),
        ("covi* th*", [1]),
        ('"so covi*"', [1]),
        ("*", []),
        ("*cat", [1]),
        ("covid-19", [1]),
        ("19-covid", []),
        ("^not (cat)", [1]),
        ("'; DROP TABLE document; --", []),
        ("it's", [1]),
        ("{title text} : cat", []),
        ("not\0cat", [1]),
        ("", []),
        ("   ", []),
        ("!!! —", []),
        ("cat !!!", [1]),
        ("%", []),
        ("\ud800", []),
    ],
)
def test_query_syntax_is_taken_for_words(
    warehouse: Warehouse, query: str, found: list[int]
) -> None:
    load(warehouse, cleaned("It's not a cat, they say so; covid-19."), cleaned("Another."))
    assert ids(warehouse, query) == found
    assert warehouse.check() == []


def test_a_word_is_found_inside_a_run_without_blanks(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("昨日、東京都の知事は新しい計画を発表した。", title="都知事の発表"),
        cleaned("京東の株価が上がった。", title="株"),
        cleaned("Цены на iPhone手机 выросли.", title="Цены"),
        cleaned("นายกรัฐมนตรีเดินทางถึงกรุงเทพ", title="ข่าว"),
    )
    assert ids(warehouse, "東京") == [1]
    assert ids(warehouse, "知事 計画") == [1]
    assert ids(warehouse, "手机") == ids(warehouse, "iphone") == [3]
    assert ids(warehouse, "กรุงเทพ") == [4]
    assert ids(warehouse, "都京") == []
    (hit,) = warehouse.search("計画")
    assert hit.snippet == "昨日、東京都の知事は新しい\x02計画\x03を発表した。"
    assert warehouse.check() == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("елку ЧЕРНЫЙ", "Вчера ёлку украсили, а на дороге чёрный лёд."),
        ("STRASSE strasse Straße", "Die Straße ist gesperrt."),
        ("isik diyarbakir IŞIK ışık", "Diyarbakır’da ışık söndü."),
        ("da nang Đà", "Người dân Đà Nẵng đón cầu mới."),
        ("lodzi Łodzi zolty", "Żółty tramwaj w Łodzi."),
        ("oresund Øresund angstrom", "Broen over Øresund måles i ångstrøm."),
        ("κοσμος ΚΟΣΜΟΣ κόσμος", "Ο κόσμος περίμενε."),
        ("مجاني المدرسه احمد", "قال أحمد إنّ المَدْرَسَةُ مجّانيّ."),
        ("שלום", "הם אמרו שָׁלוֹם."),
        ("first office ﬁrst", "The ﬁrst oﬃce opened."),
        ("ABC 2024 ２０２４", "ＡＢＣ会社は２０２４年に発表した。"),
        ("メトロ ﾒﾄﾛ ガス", "ﾒﾄﾛの駅でｶﾞｽが漏れた。"),
        ("서울 다리", "서울시는 다리를 열었다."),
        ("สะพาน น้ำ ที่", "ที่สะพานข้ามแม่น้ำ"),
        ("हिन्दी 12", "हिंदी में १२ किताबें"),
        ("“tour boat” «was full»", "The tour boat was full."),
    ],
)
def test_words_are_found_as_people_type_them(warehouse: Warehouse, query: str, text: str) -> None:
    load(warehouse, cleaned(text, title=None), cleaned("Another page.", title=None))
    for word in (query, *query.split()):
        assert ids(warehouse, word.strip("“”«»")) == [1]
    assert warehouse.check() == []


def test_a_title_is_folded_too(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("Kein Text dazu.", title="Große Brücke"), cleaned("Another."))
    assert ids(warehouse, "grosse") == [1]


@pytest.mark.parametrize(
    ("query", "snippet"),
    [
        ("strasse", "Heute ist die \x02Straße\x03 — wie groß! — gesperrt."),
        ("gross", "Heute ist die Straße — wie \x02groß\x03! — gesperrt."),
    ],
)
def test_a_snippet_shows_the_text_as_it_is(warehouse: Warehouse, query: str, snippet: str) -> None:
    load(warehouse, cleaned("Heute ist die Straße — wie groß! — gesperrt."))
    (hit,) = warehouse.search(query)
    assert hit.snippet == snippet


def test_a_snippet_out_of_a_longer_text_shows_the_text_as_it_is(warehouse: Warehouse) -> None:
    text = " ".join(["Ёжик шёл… вперёд,"] * 40 + ["а самолёт стоял"] + ["тут, ещё раз"] * 40)
    load(warehouse, cleaned(text))
    (hit,) = warehouse.search("самолет")
    bare = hit.snippet.replace("\x02", "").replace("\x03", "")
    assert "\x02самолёт\x03" in hit.snippet
    assert (bare[0], bare[-1]) == ("…", "…")
    assert bare[1:-1] in text


def test_a_search_by_sql_needs_no_function_of_ours(warehouse: Warehouse) -> None:
    """Other programs read the warehouse too."""
    load(warehouse, cleaned("an avalanche in the valley"))
    found = "SELECT rowid FROM article_search WHERE article_search MATCH 'avalanche'"
    db = sqlite3.connect(warehouse.path)
    assert db.execute(found).fetchall() == [(1,)]
    assert db.execute("SELECT count(*) FROM articles WHERE text LIKE '%valley%'").fetchone() == (1,)
    db.close()


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), [1, 2, 3]),
        (Filters(languages=("EN",)), [1]),
        (Filters(languages=("en", "de")), [1, 2]),
        (Filters(sites=("example.org",)), [1, 2]),
        (Filters(sites=("www.news.example.org",)), [2]),
        (Filters(sites=("ample.org",)), []),
        (Filters(since="2024-05-02"), [2, 3]),
        (Filters(since="2024-06"), [2]),
        (Filters(until="2024-05"), [1, 3]),
        (Filters(until="2024"), [1, 2, 3]),
        (Filters(since="2024-05-01", until="2024-05-01"), [1]),
        (Filters(quality=0.5), [1, 2]),
        (Filters(quality=0.5, languages=("de",)), [2]),
        (Filters(page_types=("forum",)), [2]),
        (Filters(page_types=("forum", "other")), [1, 2, 3]),
    ],
)
def test_only_records_that_fit_are_found(
    warehouse: Warehouse,
    filters: Filters,
    found: list[int],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("warehouse.queries.search._FEW", few)
    load(
        warehouse,
        cleaned("zebra one", url="https://www.example.org/a", quality=0.9),
        cleaned(
            *("zebra two", "b.txt"),
            url="https://news.example.org/b",
            language="de",
            published="2024-06-03",
            quality=0.5,
            page_type=PageType.FORUM,
        ),
        # Of a page without a date, the day on which it was first seen counts.
        cleaned(
            *("zebra three", "c.txt"),
            at="2024-05-09T08:00:00Z",
            language=None,
            published=None,
            quality=0.4,
        ),
    )
    assert sorted(hit.id for hit in warehouse.search("zebra", filters=filters)) == found
    assert len(warehouse.search("zebra", 1, filters=filters)) == min(1, len(found))


@pytest.mark.parametrize("wrong", [{"since": "May"}, {"until": "1/2/2024"}, {"quality": 7.0}])
def test_a_filter_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        Filters(**wrong)


@pytest.mark.parametrize(("query", "first"), [("C++", 3), ("c#", 4), (".NET", 5)])
def test_a_name_with_its_signs_comes_first(warehouse: Warehouse, query: str, first: int) -> None:
    load(
        warehouse,
        cleaned("The vitamin C drink, the letter C, and C again.", title="C"),
        cleaned("Vitamin C is what this column is about.", title="Drinks"),
        cleaned("Programmers still write C++ to this day, " + words(30), title="Languages"),
        cleaned("Some write C# on that platform.", title="Platforms"),
        cleaned("It runs on .NET and nowhere else, " + words(30), title="Runtimes"),
        cleaned("A net of ropes; the net broke.", title="Net"),
    )
    assert ids(warehouse, query)[0] == first
    assert len(ids(warehouse, query)) > 1
    assert [hit.id for hit in warehouse.search(query, 1)] == [first]


@pytest.mark.parametrize(
    ("language", "query", "text"),
    [
        ("en", "ferry", "Two ferries were late."),
        ("en", "ferries timetable", "The ferry has new timetables."),
        ("de", "Schule Brücken", "Die Brücke bei den Schulen ist gesperrt."),
        ("fr", "élections journal", "Les journaux parlent de l'élection."),
        ("es", "elecciones ciudad", "La elección en las ciudades."),
        ("pt", "eleição", "As eleições foram adiadas."),
        ("it", "scuola", "Le scuole restano chiuse."),
        ("nl", "scholen", "De school is dicht."),
        ("pl", "książki", "Ta książka jest nowa."),
        ("cs", "volba", "Volby jsou v říjnu."),
        ("ru", "паромов школа", "Паромы ходят, школы открыты."),
        ("el", "σχολεία", "Το σχολείο άνοιξε."),
        ("tr", "yazılar okul", "Bu yazıları okulda okuduk."),
        ("fi", "talo", "Uudet talot valmistuivat."),
        ("hu", "iskola", "Az iskolák zárva vannak."),
        ("ar", "مدرسة", "افتتحت المدرسة أمس."),
        ("ar", "المدينة كتاب", "مدينة جديدة والكتاب أيضا"),
        ("he", "ממשלה", "כשהממשלה החליטה"),
        ("hi", "किताब", "नई किताबें आईं"),
        ("id", "baca", "Mereka membaca setiap hari."),
    ],
)
def test_a_word_is_found_in_its_other_forms(
    warehouse: Warehouse, language: str, query: str, text: str
) -> None:
    load(
        warehouse,
        cleaned(text, title=None, language=language),
        cleaned("Another page.", title=None, language=language),
    )
    assert ids(warehouse, query) == [1]
    assert "\x02" in warehouse.search(query)[0].snippet


def test_a_search_compares_few_of_many_words_with_one_beginning(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = "bdfghjklmnpqrsvwx"
    pairs = [a + b for a in letters for b in letters]
    many = " ".join(f"ca{one}" for one in pairs)
    many += " ".join(f" ca{one}{c}aaa" for one in pairs for c in letters)
    languages = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "fi")
    load(
        warehouse,
        cleaned(f"Two cats. {many}", title=None, language="en"),
        *(cleaned(f"Page {n}", title=None, language=name) for n, name in enumerate(languages)),
    )
    compared: list[str] = []

    def counted(word: str, language: str) -> WordForms | None:
        forms = forms_of(word, language)
        if forms is None:
            return None

        def is_form(other: str) -> bool:
            compared.append(other)
            return forms.is_form(other)

        return replace(forms, is_form=is_form)

    monkeypatch.setattr(inflections, "forms_of", counted)
    assert ids(warehouse, "cat") == [1]
    assert 0 < len(compared) <= 2_000


def test_the_words_as_typed_come_before_their_other_forms(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("ferry ferry ferry", title="Ferry"),
        cleaned("of the two ferries that they said were to be late"),
    )
    assert ids(warehouse, "ferries") == [2, 1]
    assert ids(warehouse, "ferry") == [1, 2]
    assert [hit.id for hit in warehouse.search("ferries", 1)] == [2]


def test_a_phrase_and_a_beginning_have_no_other_forms(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("the ferry sails"), cleaned("two ferries sail"))
    assert ids(warehouse, '"ferries"') == [2]
    assert ids(warehouse, '"ferry sails"') == [1]
    assert ids(warehouse, "ferrie*") == [2]


def test_forms_are_those_of_the_page_s_language(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("Die alten Lagen", title=None, language="de"),
        cleaned("lag", title=None, language="en"),
    )
    assert ids(warehouse, "lage") == [1]
    filters = Filters(languages=("en",))
    assert warehouse.search("lage", filters=filters) == []


def test_a_hindi_word_is_a_whole_word(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("यह पाना है", title=None, language="hi"))
    assert ids(warehouse, "पानी") == []
    assert ids(warehouse, "पान*") == [1]
