"""Tests that a page without an article says what it is instead."""

from __future__ import annotations

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media

NOTICES = {
    "error page": (
        ("Page not found", "Sorry, we looked on every shelf. The page may have been moved."),
        ("Seite nicht gefunden", "Die Seite wurde verschoben oder gelöscht. Bitte suchen Sie neu."),
        ("Страница не найдена", "Возможно, она была удалена. Вернитесь на главную страницу."),
        ("页面不存在", "您访问的页面不存在，可能已被删除。"),
    ),
    "cookie notice": (
        ("Before you go on", "We and our partners use cookies. You can accept or reject them all."),
        ("Ihre Wahl", "Wir verwenden Cookies. Sie können zustimmen oder sie ablehnen."),
    ),
    "check of the browser": (
        ("Just a moment...", "Checking if the site connection is secure. This takes a second."),
    ),
    "redirect": (("Moved", "You are being redirected. If not, please follow this link."),),
}


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [(kind, title, text) for kind, pages in NOTICES.items() for title, text in pages],
)
def test_a_page_that_is_only_a_notice_says_which(kind: str, title: str, text: str) -> None:
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body>"
    page = clean(Capture("notice", html.encode(), Media.HTML))
    assert any(kind in note for note in page.notes), page.notes


def test_a_page_in_one_line_says_so_and_a_paragraph_does_not() -> None:
    words = (
        "The ferry left the quay at eleven with nine passengers, a dog and two crates of apples."
    )
    line = f"Ferry late again Skip to content Home Log in Tickets {words} Privacy policy © Sound"
    notes = clean(Capture("line", f"{line} {words}".encode(), Media.TEXT)).notes
    assert any("one line" in note for note in notes)
    notes = clean(Capture("line", f"{words} {words} {words}".encode(), Media.TEXT)).notes
    assert not any("one line" in note for note in notes)


def test_a_short_report_about_an_error_is_no_error_page() -> None:
    body = "<p>The council put its records of 1841 on the web on Monday.</p>" + (
        "<p>Readers who asked for the page of the harbour were told that it was not there, because "
        "the clerk had spelled it with one o. He has mended it, and he says that all the other "
        "pages were checked on the same evening by three people with a list in their hands.</p>"
    )
    html = f"<html><head><title>Records</title></head><body><article><h1>Records</h1>{body}"
    notes = clean(Capture("report", html.encode(), Media.HTML)).notes
    assert not any("error page" in note for note in notes if note.startswith("it reads"))
