"""Decoding bytes by the order of trust, and rejecting what isn't text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.encoding.decode import decode
from cleaners.encoding.sniff import detect_media, reject_non_pages
from cleaners.model import Capture, Media, Rejection

RUSSIAN = "Паром через реку перевели на электрическую тягу, и пассажиры заметили это по тишине."
FRENCH = "L’été dernier, le facteur a livré des livres à ceux qui n’avaient plus de bibliothèque."


def text_of(payload: bytes, charset: str | None = None) -> str:
    return decode(payload, Media.TEXT, charset).text


def test_valid_utf8_overrides_a_wrong_declaration() -> None:
    assert text_of(RUSSIAN.encode(), charset="koi8-r") == RUSSIAN


def test_a_byte_order_mark_decides_and_is_removed() -> None:
    assert text_of(b"\xef\xbb\xbf" + RUSSIAN.encode()) == RUSSIAN
    assert text_of(b"\xff\xfe" + RUSSIAN.encode("utf-16-le")) == RUSSIAN
    assert text_of(b"\xfe\xff" + RUSSIAN.encode("utf-16-be")) == RUSSIAN


def test_utf16_without_a_bom_is_detected_by_its_nul_bytes() -> None:
    english = "Night buses will run again from the first weekend of December."
    assert text_of(english.encode("utf-16-le")) == english
    assert text_of(english.encode("utf-16-be")) == english


def test_windows_1251_without_a_declaration_is_detected() -> None:
    decoded = decode(RUSSIAN.encode("cp1251"), Media.TEXT)
    assert (decoded.text, decoded.encoding, decoded.source) == (
        RUSSIAN,
        "cp1251",
        "detected from content",
    )


def test_a_declared_encoding_is_used_if_the_bytes_agree() -> None:
    decoded = decode(RUSSIAN.encode("koi8-r"), Media.TEXT, "KOI8-R")
    assert (decoded.text, decoded.source) == (RUSSIAN, "Content-Type charset")


def test_a_meta_declaration_is_read() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><p>{FRENCH}</p></html>'
    decoded = decode(page.encode("cp1252"), Media.HTML)
    assert FRENCH in decoded.text
    assert (decoded.encoding, decoded.source) == ("cp1252", "meta charset")


@pytest.mark.parametrize("charset", ["no-such-encoding", "base64", "", "utf-8\x00", "rot13"])
def test_an_unknown_declared_encoding_is_ignored(charset: str) -> None:
    assert text_of(RUSSIAN.encode("cp1251"), charset) == RUSSIAN


def test_a_truncated_character_at_the_end_loses_only_itself() -> None:
    decoded = decode(RUSSIAN.encode()[:-2], Media.TEXT)
    assert decoded.text.startswith(RUSSIAN[:-2])
    assert decoded.encoding == "utf-8"
    assert decoded.repairs == ("bytes that are not valid utf-8 were replaced",)


def test_one_invalid_byte_does_not_change_the_encoding_of_a_page() -> None:
    payload = RUSSIAN.encode() + b" \xff " + RUSSIAN.encode()
    assert text_of(payload) == f"{RUSSIAN} \ufffd {RUSSIAN}"


def test_mojibake_is_repaired_and_typographic_quotes_are_kept() -> None:
    whole = "“It’s late,” she said — and the café closed."
    broken = whole.encode().decode("cp1252", "ignore")
    decoded = decode(("Sound line with “quotes”.\n" + broken).encode(), Media.TEXT)
    assert decoded.text.split("\n")[0] == "Sound line with “quotes”."
    assert "café" in decoded.text
    assert decoded.repairs


def test_line_ends_are_normalised_and_terminal_escapes_removed() -> None:
    assert text_of(b"one\r\ntwo\rthree\x1b[31m red\x1b[0m\x00\x07") == "one\ntwo\nthree red"


@pytest.mark.parametrize("payload", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\x00\x00"])
def test_white_space_alone_is_rejected(payload: bytes) -> None:
    with pytest.raises(Rejection, match="only white space"):
        reject_non_pages(payload)


@pytest.mark.parametrize(
    "payload",
    [b"\x89PNG\r\n\x1a\n\x00", b"%PDF-1.7 ...", b"\xff\xd8\xff\xe0abc", bytes(range(32)) * 9],
)
def test_binary_files_are_rejected_with_their_format(payload: bytes) -> None:
    with pytest.raises(Rejection, match=r"not a page|not text"):
        reject_non_pages(payload)


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "koi8-r", "gb18030", "x"]))
def test_any_bytes_give_text_or_a_rejection(payload: bytes, charset: str | None) -> None:
    try:
        decoded = decode(payload, Media.TEXT, charset)
    except Rejection:
        return
    assert decoded.text.strip()
    assert "\x00" not in decoded.text
    decoded.text.encode("utf-8")


WORDS = (
    "“yes” naïve škoda l’été — …и Әлем қала ёлка العربية שלום 東京、 ñandú ½ №5 €7 ½ m² ﬁn".split()
)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40))
def test_correct_utf8_is_not_changed(words: list[str]) -> None:
    text = " ".join(words)
    assert decode(text.encode(), Media.TEXT).text == text


def test_an_undeclared_media_type_is_detected_from_the_bytes() -> None:
    assert detect_media(Capture("-", b"<!DOCTYPE html><title>x</title>")) is Media.HTML
    assert detect_media(Capture("-", b"a < b and b > c")) is Media.TEXT
    assert detect_media(Capture("-", b"<p>x", Media.TEXT)) is Media.TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "iso8859-5"),
        ("Қыс қатты болған жылы ауыл адамдары бір-біріне көмектесті.", "ptcp154"),
        ("Příští týden otevřou žďárský most, řekl starosta.", "cp1250"),
        ("Łódź wróciła późno, żegnając zatokę i śpiących rybaków.", "iso8859-2"),
        ("Köyün çeşmesi dün açıldı, ışıklar geç söndü.", "cp1254"),
        ("Το πλοίο γύρισε αργά στο λιμάνι της Ύδρας.", "cp1253"),
        ("渡し船は昨日の夕方、港に戻った。", "shift_jis"),
        ("渡し船は昨日の夕方、港に戻った。", "iso2022_jp"),
        ("渡船昨天傍晚回到了港口。", "gb18030"),
        ("渡船昨天傍晚回到了港口，乘客平安。", "utf-16-le"),
        ("나룻배가 어제 저녁에 항구로 돌아왔다.", "euc_kr"),
        ("عادت العبارة إلى الميناء مساء أمس.", "cp1256"),
        ("הסירה חזרה אל הנמל אתמול בערב.", "cp1255"),
        ("เรือกลับถึงท่าเมื่อเย็นวานนี้", "cp874"),
    ],
)
def test_a_single_line_in_an_undeclared_encoding_is_decoded(text: str, encoding: str) -> None:
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "koi8-r", "windows-1252", "gb2312"])
def test_an_implausible_declaration_is_overridden_and_named(declared: str) -> None:
    decoded = decode(RUSSIAN.encode("cp1251"), Media.TEXT, declared)
    assert (decoded.text, decoded.encoding) == (RUSSIAN, "cp1251")
    assert decoded.source.startswith("detected from content; overrides Content-Type charset=")


def test_the_header_takes_precedence_over_the_page() -> None:
    page = f'<meta charset="windows-1252"><p>{RUSSIAN}</p>'
    decoded = decode(page.encode("cp1251"), Media.HTML, "windows-1251")
    assert (decoded.text, decoded.source) == (page, "Content-Type charset")


def test_lines_in_another_encoding_are_decoded_in_that_encoding() -> None:
    decoded = decode(f"{FRENCH}\n".encode() + RUSSIAN.encode("cp1251"), Media.TEXT)
    assert decoded.text == f"{FRENCH}\n{RUSSIAN}"
    assert decoded.repairs == ("1 line was decoded as cp1251",)


def test_two_legacy_encodings_in_one_file_are_both_decoded() -> None:
    payload = f"{RUSSIAN}\n{RUSSIAN}\n".encode("cp1251") + RUSSIAN.encode("koi8-r")
    assert text_of(payload) == "\n".join([RUSSIAN] * 3)


def test_windows_1252_punctuation_in_utf8_is_decoded() -> None:
    payload = FRENCH.encode() + b" \x93non\x94, dit-il\x85"
    assert text_of(payload) == f"{FRENCH} “non”, dit-il…"


def test_a_note_reports_a_truncated_multibyte_character() -> None:
    decoded = decode("渡船昨天傍晚回到了港口，乘客平安。".encode("gb18030")[:-1], Media.TEXT)
    assert decoded.text.startswith("渡船昨天傍晚回到了港口，乘客平安")
    assert decoded.repairs == ("bytes that are not valid gb18030 were replaced",)


def test_a_surrogate_pair_in_utf8_is_decoded_to_its_character() -> None:
    assert text_of("Привет ".encode() + b"\xed\xa0\xbd\xed\xb8\x80") == "Привет 😀"


def test_joiners_that_shape_letters_are_kept_and_invisible_characters_removed() -> None:
    kept = "می\u200cروم 👩\u200d🚒 e\u0301 שָׁלוֹם １２ ﬁ"
    assert text_of(kept.encode()) == kept
    assert (
        text_of("so\xadft\u200b \ufeffly\u2060\u200c \u200eleft".encode())
        == "softly left"[:4] + " ly left"
    )


def test_windows_1258_tone_marks_are_composed_with_their_letters() -> None:
    text = "Người dân đã có cầu mới sau mười năm đi đò."
    import unicodedata

    pieces = [
        char if char.isascii() or char in "ăâđêôơư" else unicodedata.normalize("NFD", char)
        for char in text
    ]
    halves = "".join(pieces)
    for base, mark in (
        ("a\u0302", "â"),
        ("e\u0302", "ê"),
        ("o\u0302", "ô"),
        ("o\u031b", "ơ"),
        ("u\u031b", "ư"),
    ):
        halves = halves.replace(base, mark)
    halves = halves.replace("a\u0323\u0302", "â\u0323").replace("o\u0323\u0302", "ô\u0323")
    assert text_of(halves.encode("cp1258")) == text


def test_references_to_invisible_characters_are_removed() -> None:
    html = (
        "<title>A har&shy;bour</title><p>The har&#173;bour&#8203; clock &#x1b;[31mstopped&#27;[0m"
        " at noon&#x202E;, &#8217;twas said, and 5 &lt; 6 &amp;shy; stays."
    )
    text = decode(html.encode(), Media.HTML).text
    assert "The harbour clock stopped at noon, &#8217;twas said" in text
    assert "<title>A harbour</title>" in text
    assert "&amp;shy; stays" in text


_HEBREW = (
    "שוב נפתחים הגשרים (אחרי 12:30), אמר דן לעיתון New York Times ב-14.5.2021.",
    "הנוסעים המתינו שעתיים בגשם, והמחיר עלה ב-3.5% בשנה.",
)
_HEBREW_AS_SHOWN = (
    ".14.5.2021-ב New York Times ןותיעל ןד רמא ,(12:30 ירחא) םירשגה םיחתפנ בוש",
    ".הנשב 3.5%-ב הלע ריחמהו ,םשגב םייתעש וניתמה םיעסונה",
)


@pytest.mark.parametrize("encoding", ["iso-8859-8", "utf-8"])
def test_hebrew_in_visual_order_is_converted_to_logical_order(encoding: str) -> None:
    def page(lines: tuple[str, ...]) -> str:
        return f"<meta charset={encoding}><p>{'<br>'.join(lines)}</p><p>{lines[1]} &quot;&amp;</p>"

    decoded = decode(page(_HEBREW_AS_SHOWN).encode(encoding), Media.HTML)
    assert decoded.text.startswith(page(_HEBREW)[:120])
    assert decoded.text.count(_HEBREW[1]) == 2
    assert "&amp;" in decoded.text
    assert "Hebrew in visual order was reversed" in decoded.repairs


def test_hebrew_in_logical_order_is_not_changed() -> None:
    text = "\n".join(_HEBREW)
    assert decode(text.encode("cp1255"), Media.TEXT).text == text


def test_text_of_only_half_width_kana_is_decoded() -> None:
    text = "ｶﾜﾉ ﾌﾙｲ ﾊｼｶﾞ ｹﾞﾂﾖｳﾋﾞﾉ ｱｻﾆ ﾓｳｲﾁﾄﾞ ﾋﾗｷﾏｼﾀ｡"
    assert decode(text.encode("cp932"), Media.TEXT).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("паром снова опоздал из-за насоса, и все ждали под дождём.", "koi8-r"),
        ("เรือข้ามฟากล่าช้าอีกครั้งเมื่อวันจันทร์", "cp874"),
        ("Паром снова опоздал из-за насоса.", "iso-8859-5"),
    ],
)
def test_other_scripts_are_not_taken_for_half_width_kana(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), Media.TEXT).text == text
