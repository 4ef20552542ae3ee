"""Bylines and date lines are recognised in the forms that the press writes them."""

import pytest

from cleaners.facts import facts_of
from cleaners.reasons.dates import date_in
from cleaners.reasons.names import byline_authors, lone_name


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("October 7, 2019, 10:55 am", "en", "2019-10-07"),
        ("Published 14 November 2023, 6:05 am", "en", "2023-11-14"),
        ("Updated: 2021-04-09T08:00:00Z", "en", "2021-04-09"),
        ("3/4/2020", "en", "2020-03-04"),
        ("3/4/2020", "fr", "2020-04-03"),
        ("17.09.2020, 14:05 Uhr", "de", "2020-09-17"),
        ("le 8 février 2023 à 10h30", "fr", "2023-02-08"),
        ("27 октября 2016 г., четверг", "ru", "2016-10-27"),
        ("12.05.21 в 14:20", "ru", "2021-05-12"),
        ("2023 жылғы 18 сәуір, 10:15", "kk", "2023-04-18"),
        ("Haber: Elif Karaca - 21 Ocak 2021 Perşembe 11:05", "tr", "2021-01-21"),
        ("الثلاثاء 9 مايو 2023", "ar", "2023-05-09"),
        ("2022年6月15日 08:30", "zh", "2022-06-15"),
        ("2022년 6월 15일", "ko", "2022-06-15"),
    ],
)
def test_a_date_line_gives_its_day(line: str, language: str, day: str) -> None:
    assert date_in(facts_of(line), language) == day


@pytest.mark.parametrize(
    "line",
    [
        "The rates of 2019",
        "31 February 2020",
        "99.99.2020",
        "Scores: 3:2, 4:1, 2020",
        "In the same context, ministers have signed a declaration on 3 May 2010 in the capital.",
    ],
)
def test_a_line_that_only_has_numbers_gives_no_day(line: str) -> None:
    assert date_in(facts_of(line), "en") is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Nora Quill", ("Nora Quill",)),
        ("BY NORA QUILL", ("NORA QUILL",)),
        ("By Miriam Oduya and Callum Voss, Sports correspondents", ("Miriam Oduya", "Callum Voss")),
        ("Автор: Ирина Светлова", ("Ирина Светлова",)),
        ("Von Katrin Weidner", ("Katrin Weidner",)),
        ("Par Hélène Marchand", ("Hélène Marchand",)),
        ("Haber: Elif Karaca - 21 Ocak 2021", ("Elif Karaca",)),
    ],
)
def test_a_byline_gives_its_authors(line: str, authors: tuple[str, ...]) -> None:
    assert byline_authors(line) == authors


@pytest.mark.parametrize("line", ["By the river", "By 2030", "Von wegen", "Author"])
def test_a_line_that_only_opens_like_a_byline_gives_no_author(line: str) -> None:
    assert byline_authors(line) is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("A. Marlow", ("A. Marlow",)),
        ("Jean-Luc de la Tour", ("Jean-Luc de la Tour",)),
        ("Ann Marlow with inputs from agencies", ("Ann Marlow",)),
        ("Павел Корнеев", ("Павел Корнеев",)),
    ],
)
def test_a_line_that_is_a_name_gives_it(line: str, authors: tuple[str, ...]) -> None:
    assert lone_name(line) == authors


@pytest.mark.parametrize("line", ["Bridge closed again", "Tengri", "Route 66 North", "Who Knows?"])
def test_a_line_that_is_no_name_gives_none(line: str) -> None:
    assert lone_name(line) is None
