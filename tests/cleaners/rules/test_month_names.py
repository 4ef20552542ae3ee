"""The names of months in all languages."""

import subprocess
import sys

import pytest

from cleaners.rules.month_names import month_number


@pytest.mark.parametrize(
    ("word", "language", "number"),
    [
        ("Dezember", "de", 12),
        ("févr.", "fr", 2),
        ("октября", "ru", 10),
        ("Januar", "no", 1),
        ("March", None, 3),
        ("March", "xx", 3),
        ("March", "../../conf", 3),
        ("Dezember", "fr", None),
    ],
)
def test_a_month_is_known_by_its_name_in_the_language_of_the_page_or_english(
    word: str, language: str | None, number: int | None
) -> None:
    assert month_number(word, language) == number


def test_a_month_is_looked_up_without_importing_the_whole_library() -> None:
    code = (
        "import sys; from cleaners.rules.month_names import month_number;"
        "print(month_number('Dezember', 'de'), 'dateparser' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "12 False\n"
