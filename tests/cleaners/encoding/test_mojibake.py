"""Repairing mojibake without changing correct text."""

import pytest
from ftfy import fix_encoding
from hypothesis import given
from hypothesis import strategies as st

from cleaners.encoding.codec_names import charset_characters
from cleaners.encoding.decode import decode
from cleaners.encoding.mojibake import repair_mojibake
from cleaners.encoding.mojibake_pairs import EncodingPair, mojibake_pairs, reverse_misreading
from cleaners.model import Media

RUSSIAN = "Паром через реку перевели на электрическую тягу, и пассажиры заметили это по тишине."
ENGLISH = "Night buses will run again from the first weekend of December, said Zoë of the café."
KAZAKH = "Ақсу ауылында жаңа кітапхана ашылды, оны тұрғындар өздері жөндеген."
POLISH = "Mieszkańcy od dwóch tygodni gotują wodę, choć źródła skażenia wciąż nie ustalono."


def misread(text: str, was: str, read: str) -> str:
    return "".join(charset_characters(read)[byte] for byte in text.encode(was))


@pytest.mark.parametrize("read", ["latin-1", "cp1252", "koi8-r", "cp866", "mac_roman"])
def test_misread_windows_1251_is_repaired(read: str) -> None:
    repaired, notes = repair_mojibake(misread(RUSSIAN, "cp1251", read), html=False)
    assert repaired == RUSSIAN
    assert notes[0].startswith(
        "1 line of cp1251 read as"
    )  # latin-1 and cp1252 have these letters in common


@pytest.mark.parametrize("text", [RUSSIAN, KAZAKH, POLISH])
@pytest.mark.parametrize("read", ["cp1252", "cp1251", "koi8-r", "cp866", "mac_roman", "latin-1"])
def test_misread_utf8_is_repaired(text: str, read: str) -> None:
    assert repair_mojibake(misread(text, "utf-8", read), html=False)[0] == text


@pytest.mark.parametrize(
    ("was", "read"), [("koi8-r", "cp1251"), ("cp1251", "latin-1"), ("utf-8", "cp1251")]
)
def test_a_single_broken_line_of_a_page_is_repaired(was: str, read: str) -> None:
    page = f"{ENGLISH}\n{KAZAKH}\n{{}}\n{RUSSIAN}"
    repaired, _ = repair_mojibake(page.format(misread(RUSSIAN, was, read)), html=False)
    assert repaired == page.format(RUSSIAN)


def test_the_broken_half_of_a_line_is_repaired() -> None:
    broken = misread(RUSSIAN, "koi8-r", "cp1251")
    assert (
        repair_mojibake(f"{KAZAKH} {broken} {RUSSIAN}", html=False)[0]
        == f"{KAZAKH} {RUSSIAN} {RUSSIAN}"
    )


def test_a_broken_block_of_a_page_on_one_line_is_repaired() -> None:
    page = f'<div class="a"><p>{RUSSIAN}</p><p>{{}}</p><p>{KAZAKH}</p></div>'
    repaired, _ = repair_mojibake(page.format(misread(RUSSIAN, "cp866", "cp1251")), html=True)
    assert repaired == page.format(RUSSIAN)


@pytest.mark.parametrize(
    "steps",
    [
        [("utf-8", "cp1252"), ("utf-8", "cp1252")],
        [("utf-8", "cp1251"), ("utf-8", "cp1252")],
        [("cp1251", "latin-1"), ("utf-8", "cp1251")],
        [("koi8-r", "cp1251"), ("utf-8", "latin-1")],
    ],
)
def test_text_that_was_misread_twice_is_repaired(steps: list[tuple[str, str]]) -> None:
    broken = RUSSIAN
    for was, read in steps:
        broken = misread(broken, was, read)
    assert repair_mojibake(broken, html=False)[0] == RUSSIAN


def test_lost_characters_become_replacement_characters() -> None:
    broken = RUSSIAN.encode().decode("cp1252", "ignore")
    repaired, _ = repair_mojibake(broken, html=False)
    left = iter(RUSSIAN)
    assert "перевели на" in repaired
    assert all(char in left for char in repaired.replace("\ufffd", ""))


def test_the_notes_name_each_repair() -> None:
    decoded = decode(misread(RUSSIAN, "koi8-r", "cp1251").encode(), Media.TEXT)
    assert decoded.text == RUSSIAN
    assert decoded.repairs == ("1 line of koi8-u read as cp1251",)


SOUND = [
    ENGLISH,
    RUSSIAN,
    KAZAKH,
    POLISH,
    "ПОГОДА В АЛМАТЫ",
    "„Изгрев“ каза той – „и пак“.",
    "Ⓐ ½ m² — 5 × 3 ≈ 15 °C, №7 ‰ ▲ 447.12",
    "Это «ВКонтакте», iPhone и YouTube: 12 %",
    "þú ert frá Íslandi, ður",
    "Ýokarky görnüşine eýe bolan däl",
    "Pśed źinsajšnym dnjom",
    "ґуґлы",
    "می‌خواهم بروم",
    "שָׁלוֹם עֲלֵיכֶם",
    "┌──┬──┐\n│ а │ б │\n└──┴──┘",
    "naïve façade, señor — “déjà vu”",
    "Татарча сөйләшәбез, әйдәгез бергә",
]


@pytest.mark.parametrize("text", SOUND)
def test_correct_text_is_not_changed(text: str) -> None:
    assert repair_mojibake(text, html=False) == (text, ())


@given(st.lists(st.sampled_from(SOUND), min_size=1, max_size=12))
def test_correct_lines_together_are_not_changed(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert repair_mojibake(text, html=False)[0] == text


@given(st.text(max_size=80))
def test_any_text_can_be_repaired_without_error(text: str) -> None:
    repaired, _ = repair_mojibake(text, html=False)
    assert isinstance(repaired, str)


@given(
    st.text(alphabet=st.sampled_from(RUSSIAN + "ёЩ«»—"), max_size=40),
    st.sampled_from(mojibake_pairs()),
)
def test_reversing_a_misreading_restores_the_text(text: str, pair: EncodingPair) -> None:
    try:
        broken = misread(text, pair.encoding, pair.misread_as)
    except UnicodeEncodeError:
        return
    if "\ufffd" not in broken:
        assert reverse_misreading(broken, pair) == text


_SOUND_LINES = (
    "Motörhead – loud as ever – played on Friday.",
    "Il est arrivé à Paris, voilà tout.",
    "“We never sleep,” said the keeper’s wife … for £3.",
    "Miesto taryba nusprendė uždaryti pėsčiųjų tiltą.",
    "Паром пришёл — и ушёл.",
    "老木桥重新开放，几百名居民聚集在河边。",
    "木の橋がもう一度開きました。",
    "São Paulo café, 5 °C, ½ off",
)
_MANGLED_LINES = tuple(
    line.encode().decode(encoding)
    for line, encoding in (
        ("Le café est fermé depuis l’été.", "cp1252"),
        ("Škoda žije v Plzni už dlouho.", "cp1250"),
        ("Паром отменён до четверга.", "cp1251"),
        ("Der Fährhafen schließt früh.", "latin-1"),
    )
)


@given(st.lists(st.sampled_from(_SOUND_LINES + _MANGLED_LINES), min_size=1, max_size=12))
def test_a_correct_line_next_to_any_other_is_not_changed(lines: list[str]) -> None:
    repaired = repair_mojibake("\n".join(lines), html=False)[0].split("\n")
    for before, after in zip(lines, repaired, strict=True):
        assert before not in _SOUND_LINES or after == before


_LINES_BY_LANGUAGE = (
    "Le bac est arrivé à Paris – déjà plein, où l'été s'achève.",
    "Größere Übungen für Ärzte sind während der nächsten Tage geplant.",
    "Keltas pirmadienį vėl vėlavo, žmonės laukė krantinėje šlapi.",
    "Zażółć gęślą jaźń, powiedział prezes spółki w Łodzi.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "Пором у понеділок знову запізнився, і пасажири чекали під дощем.",
    "Το φέρι καθυστέρησε ξανά τη Δευτέρα και οι επιβάτες περίμεναν.",
    "El niño comió piñas en Málaga el año pasado, ¿quién lo diría?",
    "O barco não voltou à estação, disse a administração em São Luís.",
    "Feribot yağmur altında rıhtımda bekleyen yolculara geç ulaştı.",
    "Az utasok csaknem két órán át vártak az esőben a rakparton.",
    "Chiếc phà lại đến muộn, hành khách phải đứng chờ dưới mưa.",
    "המעבורת שוב איחרה ביום שני והנוסעים חיכו בגשם.",
    "تأخرت العبارة مرة أخرى يوم الاثنين، وانتظر الركاب على الرصيف.",
    "渡轮再次晚点，两百多名乘客在雨中的码头上等了将近两个小时。",
    "運航会社によると、ポンプが故障したという。",
    "월요일 여객선이 또 늦어 승객이 비를 맞으며 기다렸다.",
    "เรือข้ามฟากล่าช้าอีกครั้งเมื่อวันจันทร์ ผู้โดยสารต้องรอ",
    "The price rose by £3 to €40 — a record — at the Møller works.",
    "NÃO É SÓ A CRÍTICA – Às 10h",
    "½ ¾ × ÷ ¬ ¦ 50 µm ± 2 µm",
)
_MISREADINGS = (
    "cp1252 latin-1 cp1250 cp1251 cp1254 cp1257 koi8-r cp437 cp850 cp866 mac-roman iso-8859-2"
    " gb18030 big5 cp932 euc-kr"
).split()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(_LINES_BY_LANGUAGE),
            st.sampled_from([None, *_MISREADINGS]),
            st.sampled_from([None, "cp1252"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_repair_of_a_mixed_page_is_never_worse_than_by_ftfy(
    lines: list[tuple[str, str | None, str | None]],
) -> None:
    broken: list[str] = []
    for line, *misreadings in lines:
        for encoding in filter(None, misreadings if misreadings[0] else ()):
            line = line.encode().decode(encoding, "replace")  # noqa: PLW2901
        broken.append(line)
    repaired = repair_mojibake("\n".join(broken), html=False)[0].split("\n")
    for (whole, misread_as, _), before, after in zip(lines, broken, repaired, strict=True):
        if misread_as is None or fix_encoding(before) == whole:
            assert after == whole


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "euc-kr", "cp932"])
def test_latin_words_with_east_asian_letters_in_them_are_repaired(encoding: str) -> None:
    whole = "La canción sonó otra vez en el camión, según dijo él, y nadie más la oyó."
    assert repair_mojibake(whole.encode().decode(encoding), html=False)[0] == whole
    name = "The harbour master, 渡轮 in the old registers, met 박지성 and 田中 at the pier."
    assert repair_mojibake(name, html=False)[0] == name


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("MotÃ¶rhead – loud – in Ã…lesund", "Motörhead – loud – in Ålesund"),
        (
            "Il est arrivÃ© Ã  Paris, il a dÃ©jÃ  mangÃ© – voilÃ .",
            "Il est arrivé à Paris, il a déjà mangé – voilà.",
        ),
        (
            "Taryba nusprendÄ— antradienÄÆ uÅ¾daryti pÄ—sÄ¨iÅ³jÅ³ tiltÄ….",
            "Taryba nusprendė antradienį uždaryti pėsčiųjų tiltą.",
        ),
    ],
)
def test_a_repair_loses_no_correct_character(broken: str, whole: str) -> None:
    assert repair_mojibake(broken, html=False)[0] == whole


@pytest.mark.parametrize("encoding", ["gb18030", "cp932", "big5hkscs"])
def test_utf_8_misread_in_an_east_asian_encoding_is_repaired(encoding: str) -> None:
    whole = "木の橋がもう一度開きました" if encoding == "cp932" else "老木橋重新開放了孩子們"
    broken = whole.encode().decode(encoding, "replace")
    repaired, notes = repair_mojibake(broken, html=False)
    right = sum(a == b for a, b in zip(whole, repaired, strict=False))
    assert right >= 3 or repaired == broken  # lost bytes can't be recovered
    assert not any(encoding in note for note in notes) or repaired != broken


def test_utf_8_misread_as_gbk_is_restored_if_no_byte_was_lost() -> None:
    broken = "老木桥重新开放".encode().decode("gb18030", "ignore")
    assert repair_mojibake(broken, html=False)[0].startswith("老木桥重新开")
