"""Bylines and lines of names give the authors, in the usual forms of the press."""

import pytest

from cleaners.rules.bylines import (
    byline_authors,
    dated_line_names,
    line_authors,
    standalone_names,
)
from cleaners.rules.line_features import line_features


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
        ("By Nora Quill and Reuters", ("Nora Quill", "Reuters")),
        ("Von Nora Quill mit dpa", ("Nora Quill",)),
        ("By Nora Quill - Quay News - Friday", ("Nora Quill",)),
        ("von Nora Quill, QUAY RADIO", ("Nora Quill",)),
        ("by Nora Quill Apr. 28, 2023 1:15 pm", ("Nora Quill",)),
        ("Von Nora Quill Politische Korrespondentin", ("Nora Quill",)),
        ("By Jean-Luc de la Tour", ("Jean-Luc de la Tour",)),
        ("Por Ana Ruiz y Juan Pérez", ("Ana Ruiz", "Juan Pérez")),
    ],
)
def test_a_byline_gives_its_authors(line: str, authors: tuple[str, ...]) -> None:
    assert byline_authors(line) == authors


@pytest.mark.parametrize(
    ("line", "language", "authors"),
    [
        ("TextNora Quill PhotosIan Bell", "en", ("Nora Quill",)),
        ("АвторНина Квиль ФотоИван Белов", "ru", ("Нина Квиль",)),
        ("VonNora Quill", "de", ("Nora Quill",)),
        ("VonMiller Bell", "en", None),
        ("TheoDore Bell", "en", None),
        ("ParKer Bell", "en", None),
    ],
)
def test_a_label_joined_to_a_name_is_separated_in_its_own_language(
    line: str, language: str, authors: tuple[str, ...] | None
) -> None:
    assert line_authors(line_features(line), language) == authors


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Publicado por Nora Quill el 12 de mayo", "es"),
        ("Publicado el 12 de mayo de 2022 por Nora Quill", "es"),
        ("Publié le 12 mai 2022 à 10h30 par Nora Quill", "fr"),
        ("Veröffentlicht am 12. Mai 2022 um 10:30 Uhr von Nora Quill", "de"),
        ("Published on 12 May 2022 by Nora Quill", "en"),
        ("12 May 2022 By Nora Quill In Marlow Sails, Ellis Sails, Boats", "en"),
    ],
)
def test_a_line_with_a_date_and_by_names_the_author(line: str, language: str) -> None:
    assert line_authors(line_features(line), language) == ("Nora Quill",)


@pytest.mark.parametrize(
    "line",
    [
        "Beaten 3-2 by Nora Quill",
        "Reviewed 12 May 2022 by Nora Quill",
        "Last updated on 12 May 2022 by Nora Quill",
        "Opened on 12 May 2022 by Nora Quill",
    ],
)
def test_by_after_a_number_or_another_day_than_that_of_publication_names_no_author(
    line: str,
) -> None:
    assert line_authors(line_features(line), "en") is None


def test_a_byline_without_capitals_ends_at_the_weekday_of_a_date() -> None:
    assert byline_authors("كتبت: سلمى الخوريالثلاثاء 20 فبراير 2024") == ("سلمى الخوري",)


@pytest.mark.parametrize("line", ["By the river", "By 2030", "Von wegen", "Author"])
def test_a_line_that_only_starts_like_a_byline_gives_no_author(line: str) -> None:
    assert byline_authors(line) is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("A. Marlow", ("A. Marlow",)),
        ("Jean-Luc de la Tour", ("Jean-Luc de la Tour",)),
        ("Ann Marlow with inputs from agencies", ("Ann Marlow",)),
        ("Павел Корнеев", ("Павел Корнеев",)),
        ("Ann Marlow | Ian Bell", ("Ann Marlow", "Ian Bell")),
        ("Ann Marlow, Ian Bell (special envoy)", ("Ann Marlow", "Ian Bell")),
        ("Ann Marlow and AP", ("Ann Marlow", "AP")),
        ("Ann Marlow · Quay News · Posted: May 12, 2022 4:00 AM", ("Ann Marlow",)),
        ("Ann Marlow / QUAY.EXAMPLE / May 12, 2022, 17:07", ("Ann Marlow",)),
        ("12. Mai 2022 • Ann Marlow • 3 Minuten", ("Ann Marlow",)),
        ("Ann Marlow 4 maggio 2022 - 14:41", ("Ann Marlow",)),
        ("Ann Marlow2 minutes ago", ("Ann Marlow",)),
        ("Ann MarlowScience Reporter", ("Ann Marlow",)),
        ("Ann Marlow Deputy Content Director", ("Ann Marlow",)),
        ("Ann Marlow Ann Marlow", ("Ann Marlow",)),
    ],
)
def test_a_line_with_only_a_name_gives_the_author(line: str, authors: tuple[str, ...]) -> None:
    assert standalone_names(line) == authors


@pytest.mark.parametrize(
    "line",
    [
        "Bridge closed again",
        "Tengri",
        "Route 66 North",
        "Who Knows?",
        "By Reuters",
        "Manage Account",
        "Visual Stories",
        "The Morning",
        "Current Time: 0:00",
        "Published Jun",
    ],
)
def test_a_line_without_a_name_gives_no_author(line: str) -> None:
    assert standalone_names(line) is None


def test_a_share_button_without_capitals_is_no_name() -> None:
    assert dated_line_names("شارك الخبر", "ar") == ()
