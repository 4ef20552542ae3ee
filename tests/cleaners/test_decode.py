"""Bytes become text by the order of trust, and bad bytes become an answer or a reject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.decode import decode
from cleaners.media import media_of, refuse_what_is_no_page
from cleaners.model import Capture, Media, Rejection

RUSSIAN = "Паром через реку перевели на электрическую тягу, и пассажиры заметили это по тишине."
FRENCH = "L’été dernier, le facteur a livré des livres à ceux qui n’avaient plus de bibliothèque."


def text_of(payload: bytes, charset: str | None = None) -> str:
    return decode(payload, Media.TEXT, charset).text


def test_valid_utf8_is_believed_over_a_wrong_declaration() -> None:
    assert text_of(RUSSIAN.encode(), charset="koi8-r") == RUSSIAN


def test_a_byte_order_mark_is_believed_and_taken_off() -> None:
    assert text_of(b"\xef\xbb\xbf" + RUSSIAN.encode()) == RUSSIAN
    assert text_of(b"\xff\xfe" + RUSSIAN.encode("utf-16-le")) == RUSSIAN
    assert text_of(b"\xfe\xff" + RUSSIAN.encode("utf-16-be")) == RUSSIAN


def test_utf16_without_a_mark_is_read_by_its_nul_bytes() -> None:
    english = "Night buses will run again from the first weekend of December."
    assert text_of(english.encode("utf-16-le")) == english
    assert text_of(english.encode("utf-16-be")) == english


def test_windows_1251_without_a_declaration_is_detected() -> None:
    decoded = decode(RUSSIAN.encode("cp1251"), Media.TEXT)
    assert (decoded.text, decoded.encoding, decoded.source) == (RUSSIAN, "cp1251", "content")


def test_a_declaration_is_used_where_the_bytes_agree() -> None:
    decoded = decode(RUSSIAN.encode("koi8-r"), Media.TEXT, "KOI8-R")
    assert (decoded.text, decoded.source) == (RUSSIAN, "HTTP header")


def test_a_meta_declaration_is_read() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><p>{FRENCH}</p></html>'
    decoded = decode(page.encode("cp1252"), Media.HTML)
    assert FRENCH in decoded.text
    assert (decoded.encoding, decoded.source) == ("cp1252", "meta declaration")


@pytest.mark.parametrize("charset", ["no-such-encoding", "base64", "", "utf-8\x00", "rot13"])
def test_a_declaration_that_names_no_encoding_is_passed_over(charset: str) -> None:
    assert text_of(RUSSIAN.encode("cp1251"), charset) == RUSSIAN


def test_a_truncated_character_at_the_end_costs_only_itself() -> None:
    decoded = decode(RUSSIAN.encode()[:-2], Media.TEXT)
    assert decoded.text.startswith(RUSSIAN[:-2])
    assert decoded.encoding == "utf-8"
    assert decoded.repairs == ("bytes that are not utf-8 were replaced",)


def test_one_bad_byte_does_not_change_the_encoding_of_a_page() -> None:
    payload = RUSSIAN.encode() + b" \xff " + RUSSIAN.encode()
    assert text_of(payload) == f"{RUSSIAN} \ufffd {RUSSIAN}"


def test_mojibake_is_repaired_and_typographic_quotes_stay() -> None:
    whole = "“It’s late,” she said — and the café closed."
    broken = whole.encode().decode("cp1252", "ignore")
    decoded = decode(("Sound line with “quotes”.\n" + broken).encode(), Media.TEXT)
    assert decoded.text.split("\n")[0] == "Sound line with “quotes”."
    assert "café" in decoded.text
    assert decoded.repairs


def test_line_ends_are_normal_and_terminal_escapes_are_gone() -> None:
    assert text_of(b"one\r\ntwo\rthree\x1b[31m red\x1b[0m\x00\x07") == "one\ntwo\nthree red"


@pytest.mark.parametrize("payload", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\x00\x00"])
def test_nothing_but_white_space_is_rejected(payload: bytes) -> None:
    with pytest.raises(Rejection, match="nothing in it"):
        refuse_what_is_no_page(payload)


@pytest.mark.parametrize(
    "payload",
    [b"\x89PNG\r\n\x1a\n\x00", b"%PDF-1.7 ...", b"\xff\xd8\xff\xe0abc", bytes(range(32)) * 9],
)
def test_binary_files_are_rejected_with_what_they_are(payload: bytes) -> None:
    with pytest.raises(Rejection, match=r"not a page|not text"):
        refuse_what_is_no_page(payload)


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "koi8-r", "gb18030", "x"]))
def test_any_bytes_give_an_answer_or_a_rejection(payload: bytes, charset: str | None) -> None:
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
def test_sound_utf8_is_not_changed(words: list[str]) -> None:
    text = " ".join(words)
    assert decode(text.encode(), Media.TEXT).text == text


def test_the_media_type_is_read_off_the_bytes_where_nothing_declares_it() -> None:
    assert media_of(Capture("-", b"<!DOCTYPE html><title>x</title>")) is Media.HTML
    assert media_of(Capture("-", b"a < b and b > c")) is Media.TEXT
    assert media_of(Capture("-", b"<p>x", Media.TEXT)) is Media.TEXT
