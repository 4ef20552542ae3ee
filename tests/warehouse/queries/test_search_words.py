"""Search finds words in other spellings and forms, and inside runs without blanks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cleaners.text.stems import WordForms, forms_of
from tests.warehouse.conftest import cleaned, found_ids, load, words
from warehouse.queries import inflections
from warehouse.queries.filters import Filters
from warehouse.warehouse import Warehouse


def test_a_word_is_found_inside_a_run_without_blanks(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("昨日、東京都の知事は新しい計画を発表した。", title="都知事の発表"),
        cleaned("京東の株価が上がった。", title="株"),
        cleaned("Цены на iPhone手机 выросли.", title="Цены"),
        cleaned("นายกรัฐมนตรีเดินทางถึงกรุงเทพ", title="ข่าว"),
    )
    assert found_ids(warehouse, "東京") == [1]
    assert found_ids(warehouse, "知事 計画") == [1]
    assert found_ids(warehouse, "手机") == found_ids(warehouse, "iphone") == [3]
    assert found_ids(warehouse, "กรุงเทพ") == [4]
    assert found_ids(warehouse, "都京") == []
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
        assert found_ids(warehouse, word.strip("“”«»")) == [1]
    assert warehouse.check() == []


def test_a_title_is_folded_too(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("Kein Text dazu.", title="Große Brücke"), cleaned("Another."))
    assert found_ids(warehouse, "grosse") == [1]


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
    assert found_ids(warehouse, query)[0] == first
    assert len(found_ids(warehouse, query)) > 1
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
    assert found_ids(warehouse, query) == [1]
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
    assert found_ids(warehouse, "cat") == [1]
    assert 0 < len(compared) <= 2_000


def test_the_words_as_typed_come_before_their_other_forms(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("ferry ferry ferry", title="Ferry"),
        cleaned("of the two ferries that they said were to be late"),
    )
    assert found_ids(warehouse, "ferries") == [2, 1]
    assert found_ids(warehouse, "ferry") == [1, 2]
    assert [hit.id for hit in warehouse.search("ferries", 1)] == [2]


def test_a_phrase_and_a_beginning_have_no_other_forms(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("the ferry sails"), cleaned("two ferries sail"))
    assert found_ids(warehouse, '"ferries"') == [2]
    assert found_ids(warehouse, '"ferry sails"') == [1]
    assert found_ids(warehouse, "ferrie*") == [2]


def test_forms_are_those_of_the_page_s_language(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned("Die alten Lagen", title=None, language="de"),
        cleaned("lag", title=None, language="en"),
    )
    assert found_ids(warehouse, "lage") == [1]
    filters = Filters(languages=("en",))
    assert warehouse.search("lage", filters=filters) == []


def test_a_hindi_word_is_a_whole_word(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("यह पाना है", title=None, language="hi"))
    assert found_ids(warehouse, "पानी") == []
    assert found_ids(warehouse, "पान*") == [1]
