"""Which pages are duplicates of which: copies and excerpts, and never pages of one form."""

from __future__ import annotations

import random
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tests.benchmarks.forms import FORMS, Form, filled
from tests.benchmarks.standing_texts import STANDING_TEXTS
from tests.benchmarks.stories import story
from tests.warehouse.conftest import (
    EVENING,
    MORNING,
    cleaned,
    edited,
    load,
    page,
    rows,
    signed,
    words,
)
from warehouse.dedup.bands import BANDS
from warehouse.model import Recleaned, Verdict
from warehouse.warehouse import Warehouse

RELATIONS = "SELECT id, duplicate_of, relation FROM documents ORDER BY id"


def recleaned(warehouse: Warehouse, texts: dict[int, str]) -> None:
    """Clean documents again, into these texts."""
    batch = [Recleaned(n, made := page(text), signed(made)) for n, text in texts.items()]
    with patch("cleaners.VERSION", 2):
        warehouse.replace_records(warehouse.begin_run("reclean"), batch)
    assert warehouse.check() == []


def report(day: int) -> str:
    """One of many reports made from a form: the same words around other figures."""
    source = random.Random(day)
    return " ".join(
        f"{words(6, 800 + line)} {source.randrange(1000)} {words(6, 900 + line)}"
        for line in range(12)
    )


@pytest.mark.parametrize(
    "form", FORMS + STANDING_TEXTS, ids=lambda form: f"{form.language} {form.name}"
)
def test_pages_of_one_form_are_articles_of_their_own(warehouse: Warehouse, form: Form) -> None:
    for number in range(form.pages):
        one, _ = filled(form, number)
        load(warehouse, cleaned("\n\n".join(one.paragraphs), f"pages/{number}", title=one.title))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(form.pages,)]
    assert warehouse.check() == []


_NOTICES = {
    "en": (
        "The water will be turned off in {} on the second day of the week, from breakfast until"
        " the evening, because a pipe has to be replaced. A tank with drinking water will stand in"
        " front of the school. The works ask everybody to close the taps before leaving, and to let"
        " the water run for a minute afterwards, as it may be brown.",
        ("the houses above the quarry", "the farms along the canal", "the upper village"),
    ),
    "de": (
        "Wegen einer Baustelle {} halten die Busse der Linie bis auf Weiteres nicht an der Schule."
        " Eine Ersatzhaltestelle ist eingerichtet und beschildert. Die Fahrzeiten verlängern sich"
        " um wenige Minuten. Die Verkehrsbetriebe bitten um Verständnis und raten, mehr Zeit für"
        " den Weg einzuplanen.",
        ("am alten Hafen", "vor dem neuen Rathaus", "hinter der Gärtnerei"),
    ),
    "ru": (
        "В пятницу с утра и до позднего вечера не будет электричества {}. Рабочие заменят старые"
        " провода и столбы. Жителей просят выключить приборы и не приближаться к месту работ. Если"
        " пойдёт сильный дождь, работы перенесут на следующую неделю, о чём сообщат отдельно.",
        ("в домах за вокзалом", "на улицах у реки", "в посёлке рыбаков"),
    ),
    "hi": (
        "{} के पास बुधवार की रात चोरों ने ताला तोड़कर सामान चुरा लिया। सूचना मिलते ही पुलिस पहुँची और"
        " जाँच शुरू कर दी। आसपास के कैमरों की रिकॉर्डिंग देखी जा रही है। पुलिस ने लोगों से कहा है कि जिसने"
        " भी कुछ देखा हो, वह थाने में आकर बताए।",
        ("नई सब्ज़ी मंडी", "पुराने डाकघर", "नदी वाले मंदिर"),
    ),
    "ja": (
        "{}のため休館いたします。ご利用の皆さまにはご不便をおかけしますが、ご理解とご協力をお願いいたし"
        "ます。翌日からは通常どおり午前九時に開館します。ご不明な点は窓口までお問い合わせください。",
        ("図書館は月曜日に清掃", "郷土館は水曜日に工事", "市民会館は金曜日に点検"),
    ),
}


@pytest.mark.parametrize("language", _NOTICES)
def test_notices_of_one_headline_that_differ_in_a_phrase_are_articles_of_their_own(
    warehouse: Warehouse, language: str
) -> None:
    notice, phrases = _NOTICES[language]
    for number, phrase in enumerate(phrases):
        load(warehouse, cleaned(notice.format(phrase), f"pages/{number}", title="Notice"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(len(phrases),)]


def test_a_notice_with_other_quotes_errors_or_lines_at_its_ends_is_a_copy(
    warehouse: Warehouse,
) -> None:
    notice = _NOTICES["en"][0].format("“the upper village”")
    copies = (
        notice,
        notice.replace("“", '"').replace("”", '"'),
        notice.replace("drinking water", "drinklng watcr"),
        notice.replace("a tank", "a very large tank"),
        f"From our reporter\n\n{notice}\n\nShare this with your neighbours",
    )
    for number, copy in enumerate(copies):
        load(warehouse, cleaned(copy, f"pages/{number}", title="Notice"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]


def test_a_copy_with_days_of_the_week_in_place_of_dates_is_a_copy(warehouse: Warehouse) -> None:
    text = (
        "The harbour office holds a night market on the old quay from {} on. The stalls sell fish,"
        " bread and old tools, and a travelling theatre is expected. “We want to bring life back,”"
        " said the head of the office. Traders may apply until {}, and a place costs little. The"
        " town runs more buses, and the ferry sails until midnight."
    )
    load(
        warehouse,
        cleaned(text.format("3 May 2026", "30 April"), title="Night market"),
        cleaned(text.format("Sunday", "Thursday"), "b", title="Night market"),
    )
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]


_ARTICLE = (
    "The reading rooms above the old tannery will stay open until ten in the evening from autumn."
    " Students had asked for longer hours, because many of them work during the day. The town pays"
    " for the wages of two more people at the desk.",
    "Books can be returned at any time through the flap beside the gate. {} Those who only want to"
    " read the newspapers need no card. The café on the ground floor keeps its hours, but the"
    " machine with drinks is filled every evening.",
    "A small room is set aside for groups that want to talk. It holds eight people and has to be"
    " reserved a day before. The lift, which was broken for most of the summer, works again. Cycles"
    " may be left in the yard, where a lamp was put up last week.",
)
_SENTENCE = "Cards are issued at the desk and are free for everyone who lives in the valley."
_MADE_FROM_IT = {
    "a sentence was replaced": "Fines for late returns were dropped, as collecting them cost more"
    " than it brought in.",
    "the new sentence has a number": "About 300 volumes were lost in the flood,"
    " and most of them have been bought again.",
}
_OTHER_NOTICES = {
    "other names": (
        "This week Clara Whitcombe shows drawings of harbours and says how they came"
        " to the valley.",
        "At the weekend the painter Ivo Petran teaches children to print with potatoes, corks, and"
        " leaves.",
    ),
    "other numbers": (
        "Last month 412 people came after eight in the evening, more than anybody thought.",
        "The shelves upstairs were emptied, and 2,900 volumes had to be carried down.",
    ),
    "a part of a sentence": (
        "The next evening for new readers deals with old maps and the drawing of coats of arms.",
        "The next evening for new readers deals with roses and a good way to prune them.",
    ),
}


@pytest.mark.parametrize("edit", _MADE_FROM_IT)
def test_an_article_in_which_a_sentence_was_replaced_is_a_copy(
    warehouse: Warehouse, edit: str
) -> None:
    for number, sentence in enumerate((_SENTENCE, _MADE_FROM_IT[edit])):
        text = "\n\n".join(_ARTICLE).format(sentence)
        load(warehouse, cleaned(text, f"pages/{number}", title="Reading rooms open longer"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]


@pytest.mark.parametrize("difference", _OTHER_NOTICES)
def test_notices_whose_sentences_tell_them_apart_are_articles_of_their_own(
    warehouse: Warehouse, difference: str
) -> None:
    for number, sentence in enumerate(_OTHER_NOTICES[difference]):
        text = "\n\n".join(_ARTICLE).format(sentence)
        load(warehouse, cleaned(text, f"pages/{number}", title="Reading rooms"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]


def test_notices_with_other_sentences_in_two_places_are_articles_of_their_own(
    warehouse: Warehouse,
) -> None:
    one = "\n\n".join(_ARTICLE).format(_SENTENCE)
    other = "\n\n".join(_ARTICLE).format(_MADE_FROM_IT["a sentence was replaced"])
    other = other.replace(
        "It holds eight people and has to be reserved a day before.",
        "Curtains keep out the noise of the street, and the chairs came from a school that closed.",
    )
    load(
        warehouse,
        cleaned(one, title="Reading rooms"),
        cleaned(other, "b", title="Reading rooms"),
    )
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]


@pytest.mark.parametrize("language", ["en", "de", "ru", "zh"])
def test_a_wire_copy_is_the_same_and_what_was_cut_from_it_an_excerpt(
    warehouse: Warehouse, language: str
) -> None:
    one = next(made for seed in range(99) if len((made := story(seed, language)).paragraphs) >= 6)
    whole = "\n\n".join(one.paragraphs)
    half = "\n\n".join(one.paragraphs[: len(one.paragraphs) * 3 // 5])
    load(
        warehouse,
        cleaned(whole, "first", at=MORNING, title=one.title),
        cleaned(f"{whole}\n\n{one.paragraphs[0][:20]}", "copy", title=one.title),
        cleaned(half, "cut", title=one.title),
    )
    assert rows(warehouse, RELATIONS) == [(1, None, None), (2, 1, "same"), (3, 1, "excerpt")]
    (_, same, cut) = rows(warehouse, "SELECT similarity, n_words FROM documents ORDER BY id")
    assert 0.8 <= float(str(same[0])) < 1
    assert 0.45 <= float(str(cut[0])) < 0.8


def test_an_article_with_another_headline_and_lead_is_a_copy(warehouse: Warehouse) -> None:
    article = f"{words(20, 1)}.\n\n{words(60, 2)}.\n\n{words(60, 3)}."
    other = article.replace(words(20, 1), words(30, 4))
    load(warehouse, cleaned(article, title="One"), cleaned(other, "b", title="Another"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]


def test_every_member_is_a_duplicate_of_its_canonical_document(warehouse: Warehouse) -> None:
    first = words(200, 1)
    between = edited(first, 0.15)
    last = between.rsplit(" ", 60)[0] + " " + words(60, 8)
    load(warehouse, cleaned(first, "a", at=MORNING), cleaned(last, "c", at=EVENING))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    load(warehouse, cleaned(between, "b"))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(2,)]
    assert rows(warehouse, "SELECT duplicate_of FROM documents WHERE id = 2") == [(None,)]
    assert rows(warehouse, "SELECT duplicate_of FROM documents WHERE id = 3") == [(1,)]
    # Seen first, the page between is canonical for both.
    load(warehouse, cleaned(between, "b", at="2024-01-01T00:00:00Z"))
    assert rows(warehouse, RELATIONS) == [(1, 3, "same"), (2, 3, "same"), (3, None, None)]
    assert warehouse.check() == []


def test_the_earliest_then_the_fuller_then_the_smaller_hash_is_canonical(
    warehouse: Warehouse,
) -> None:
    text = words(100)
    load(warehouse, cleaned(text, "short.txt"))
    (longer,) = load(warehouse, cleaned(text + " and more", "longer.txt"))
    assert (longer.verdict, longer.canonical_for, longer.duplicate_of) == (
        Verdict.DUPLICATE,
        1,
        None,
    )
    assert rows(warehouse, "SELECT id, duplicate_of FROM documents") == [(1, 2), (2, None)]
    load(warehouse, cleaned(text + " late", "early.txt", at=MORNING))
    assert rows(warehouse, "SELECT id, duplicate_of FROM documents") == [
        (1, 3),
        (2, 3),
        (3, None),
    ]
    copies = [cleaned(words(99, 5), "x", payload=name) for name in (b"one", b"two", b"three")]
    load(warehouse, *copies)
    least = min(one.capture.key.sha256 for one in copies)
    assert rows(
        warehouse,
        "SELECT sha256, cluster_size FROM articles JOIN documents USING (id) WHERE id > 3",
    ) == [(least, 3)]


def test_a_duplicate_in_the_same_batch_is_reported_with_its_similarity(
    warehouse: Warehouse,
) -> None:
    text = words(100)
    first, second, other = load(
        warehouse, cleaned(text, at=MORNING), cleaned(text + " more", "b"), cleaned(words(100, 2))
    )
    assert [one.verdict for one in (first, second, other)] == [
        Verdict.ADDED,
        Verdict.DUPLICATE,
        Verdict.ADDED,
    ]
    assert (second.duplicate_of, second.canonical_for) == (1, None)
    assert second.similarity == 100 / 101


def test_short_pages_are_never_duplicates(warehouse: Warehouse) -> None:
    text = words(19)
    load(warehouse, cleaned(text, payload=b"a"), cleaned(text, payload=b"b"))
    assert rows(warehouse, "SELECT duplicate_of FROM documents") == [(None,), (None,)]


def test_an_article_that_quotes_another_is_no_copy_of_it(warehouse: Warehouse) -> None:
    note = words(60, 1)
    load(warehouse, cleaned(note, "note"), cleaned(f"{note}\n\n{words(150, 2)}", "quoting"))
    assert rows(warehouse, "SELECT duplicate_of FROM documents") == [(None,), (None,)]


def test_copies_of_one_text_take_one_entry_in_the_index(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(words(80), f"{n}", payload=b"%d" % n) for n in range(20)))
    assert rows(warehouse, "SELECT count(*) FROM distinct_text") == [(1,)]
    assert rows(warehouse, "SELECT length(entries) / 8 FROM recent_band") == [(BANDS,)]
    assert rows(warehouse, "SELECT cluster_size FROM articles") == [(20,)]


def test_a_batch_takes_as_many_statements_in_a_full_warehouse_as_in_an_empty_one(
    warehouse: Warehouse,
) -> None:
    def statements(seed: int) -> int:
        seen: list[str] = []
        warehouse._db.set_trace_callback(
            lambda sql: seen.append(sql) if sql.lstrip().startswith("SELECT") else None
        )
        load(warehouse, *(cleaned(words(80, n), f"{n}") for n in range(seed, seed + 8)))
        warehouse._db.set_trace_callback(None)
        return len([sql for sql in seen if "article_search" not in sql and "%_" not in sql])

    assert statements(0) == statements(100) == statements(200)


def test_pages_of_other_figures_are_not_aligned(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(report(n), f"{n}") for n in range(5)))
    with patch("warehouse.dedup.matching.align_until") as align:
        load(warehouse, cleaned(report(9), "9"))
    align.assert_not_called()


def test_a_cluster_falls_apart_when_what_joined_it_reads_differently(warehouse: Warehouse) -> None:
    first = words(200, 1)
    between = edited(first, 0.15)
    last = between.rsplit(" ", 30)[0] + " " + words(30, 8)
    load(warehouse, cleaned(first, "a"), cleaned(between, "b", at=MORNING), cleaned(last, "c"))
    assert rows(warehouse, "SELECT DISTINCT cluster_id FROM documents") == [(2,)]
    recleaned(warehouse, {2: words(90, 40)})
    assert rows(warehouse, "SELECT cluster_id FROM documents WHERE id = 2") == [(2,)]
    recleaned(warehouse, {2: between})
    assert rows(warehouse, "SELECT DISTINCT cluster_id FROM documents") == [(2,)]
    recleaned(warehouse, {2: "Now it is too short."})
    assert rows(warehouse, "SELECT cluster_id FROM documents WHERE id = 2") == [(2,)]


@pytest.fixture
def few_texts_per_band(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A band proposes nothing once six texts share it."""
    monkeypatch.setattr("warehouse.dedup.band_index.MAX_TEXTS_PER_BAND", 5)
    return iter(())


@pytest.mark.usefixtures("few_texts_per_band")
@pytest.mark.parametrize("batch", [1, 3, 12])
def test_a_band_that_too_many_texts_share_proposes_nothing_until_they_are_fewer(
    warehouse: Warehouse, batch: int
) -> None:
    shared = words(60, 1)
    texts = [f"{shared}\n\n{words(9, 100 + n)}" for n in range(5)]
    load(warehouse, *(cleaned(text, f"{n}") for n, text in enumerate(texts)))
    assert rows(warehouse, "SELECT count(*) FROM articles") == [(1,)]
    more = [cleaned(f"{shared}\n\n{words(9, 200 + n)}", f"more-{n}") for n in range(12)]
    for start in range(0, 12, batch):
        load(warehouse, *more[start : start + batch])
    assert warehouse.check() == []
    crossed = rows(warehouse, "SELECT count(*) FROM duplicate_pair")
    assert crossed == [(0,)]
    recleaned(warehouse, {n: words(70, 300 + n) for n in range(6, 18)})
    assert rows(warehouse, "SELECT count(*) FROM duplicate_pair") == [(10,)]
    assert rows(warehouse, "SELECT max(cluster_size) FROM articles") == [(5,)]
