"""Assigning reasons by neighbouring lines: menus, ranks, counts, temperatures."""

import pytest

from cleaners import clean
from cleaners.model import Capture, Media
from cleaners.reasons import Reason
from cleaners.rules.line_features import line_features
from cleaners.rules.phrases import match_phrases

ARTICLE = (
    "The ferry to the islands will run all winter",
    "The ferry to the islands will run through the winter for the first time, the county said on "
    "Friday, after a trial last year in which more people crossed in January than in June.",
    "The captain, who has made the crossing nine thousand times, said that he would miss the quiet "
    "months but not the questions. He has ordered new gloves and a second kettle for the bridge.",
    "Tickets will cost the same as in summer. Cars must be booked a day ahead, and bicycles will "
    "travel free until the end of March, when the county will count them and think again.",
)


def reasons_of(*lines: str) -> dict[str, str]:
    """The reason of each line that is removed, by its text."""
    page = clean(Capture("page.txt", "\n".join(lines).encode(), Media.TEXT))
    return {block.text: block.removal.reason for block in page.blocks if block.removal}


def test_a_label_in_a_footer_gets_the_footer_reason() -> None:
    footer = ("About us", "Contact us", "Advertising", "Careers", "Imprint", "© 2024 The Paper")
    assert reasons_of(*ARTICLE, *footer)["Advertising"] == Reason.FOOTER
    assert reasons_of(*ARTICLE[:2], "Advertisement", *ARTICLE[2:])["Advertisement"] == Reason.ADVERT


def test_a_rank_gets_the_reason_of_its_headline() -> None:
    listed = ("Most read", "1", "Bridge closed until Monday", "2", "Library gets its roof back")
    found = reasons_of(*ARTICLE, *listed)
    assert (found["1"], found["2"]) == (Reason.RELATED, Reason.RELATED)


def test_a_count_gets_the_reason_of_its_label_and_a_lone_number_is_boilerplate() -> None:
    assert reasons_of(*ARTICLE, "Comments", "26")["26"] == Reason.COMMENT
    lone = reasons_of("2.289", *ARTICLE)
    assert lone["2.289"] == Reason.BOILERPLATE


@pytest.mark.parametrize("line", ["53.9 F", "-4 °C", "+12°"])
def test_a_temperature_is_a_ticker(line: str) -> None:
    removal = match_phrases(line_features(line))
    assert removal and removal.reason is Reason.TICKER


def test_a_label_with_a_count_is_navigation() -> None:
    removal = match_phrases(line_features("Harbour news (88)"))
    assert removal and removal.reason is Reason.NAVIGATION
