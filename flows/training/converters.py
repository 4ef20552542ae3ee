"""Converts HTML pages to plain text with public libraries, to train and evaluate the text model."""

from __future__ import annotations

from collections.abc import Callable


class MissingExtra(Exception):
    """A library of an optional extra isn't installed; the message says how to install it."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"{library} isn't installed: install presswash's extra '{extra}'")


def converters(extra: str = "evaluate") -> dict[str, Callable[[str], str]]:
    """The functions from HTML to text, by name; raises MissingExtra if one isn't installed."""
    try:
        import html_text
        from inscriptis import get_text
    except ModuleNotFoundError as error:
        library = {"html_text": "html-text"}.get(error.name or "", error.name or "a converter")
        raise MissingExtra(library, extra) from error
    from resiliparse.extract.html2text import extract_plain_text

    return {
        "html_text": html_text.extract_text,
        "inscriptis": get_text,
        "resiliparse": lambda page: str(extract_plain_text(page, main_content=False)),
    }


def decode_corpus_page(payload: bytes) -> str:
    """The decoded HTML of a page, in UTF-8 or else in the encoding that resiliparse detects."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        from resiliparse.parse.encoding import detect_encoding

        return payload.decode(detect_encoding(payload) or "utf-8", "replace")
