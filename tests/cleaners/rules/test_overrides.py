"""Lines that the rules remove although the classifier keeps them, and lines that they leave."""

from __future__ import annotations

import pytest

from cleaners.reasons import Reason
from cleaners.rules.line_features import PageLines, line_features
from cleaners.rules.overrides import chrome_in_content
from cleaners.rules.phrases import match_phrases
from cleaners.text.scripts import main_script
from tests.cleaners.test_clean import ARTICLE, html_of, kept


def removed(line: str, probability: float) -> Reason | None:
    """The reason for which a line is removed that is content with this probability."""
    (removal,) = chrome_in_content(PageLines([line]), [True], [probability], main_script(line))
    return removal.reason if removal else None


@pytest.mark.parametrize(
    "line",
    [
        "Photo restoration for beginners",
        "Editor settings that save time",
        "C. Costs and training of the staff",
        "C and Rust bindings",
        "Meta tags for small shops",
        "Link farms and what became of them",
        "The best hosts [Prices of Spring 2026]",
    ],
)
def test_one_word_of_chrome_before_other_words_removes_no_line(line: str) -> None:
    assert removed(line, 0.7) is None


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Ann Marlow",
        "Share on Facebook",
        "Follow Quay News on Twitter",
        "この記事をシェアする",
        "Advertisement - story continues below",
        "Anzeige - Artikel wird unten fortgesetzt",
        "Реклама. Продолжение ниже",
        "広告 続きを読む",
        "The pier at dusk [AP]",
    ],
)
def test_credits_adverts_and_share_buttons_are_removed_from_content(line: str) -> None:
    assert removed(line, 0.7) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Social media marketing services",
        "Kettle\tYes\tYes\tNo\tYes\tYes",
        "Support desk: Best Basic Best Basic Best",
        "Open a business account",
    ],
)
def test_words_of_menus_remove_a_line_only_if_the_classifier_is_unsure(line: str) -> None:
    assert removed(line, 0.7) is None
    assert removed(line, 0.55) is not None


def test_a_numbered_heading_with_the_name_of_a_network_is_no_share_button() -> None:
    assert removed("Instagram Facebook", 0.7) is Reason.SHARE
    assert removed("2. Instagram", 0.7) is None


def test_a_label_with_a_number_is_no_time_of_day() -> None:
    for line in ("Weight 3.53", "Version 2.10"):
        removal = match_phrases(line_features(line))
        assert removal is None or removal.reason is not Reason.DATE
    for line in ("Friday 10:30", "Freitag 10.30 Uhr"):
        removal = match_phrases(line_features(line))
        assert removal is not None
        assert removal.reason is Reason.DATE


def test_a_label_with_its_text_after_a_colon_opens_no_list_of_headlines() -> None:
    facts = ["Video: 4K at 30 frames", "Autofocus: fast, with eye detection", "Weight: 410 g"]
    page = html_of(*(f"<p>{text}</p>" for text in [*ARTICLE[1:], *facts, *ARTICLE[1:3]]))
    assert [text for text in facts if text not in kept(page)] == []


def test_a_sentence_that_tells_what_happened_on_a_day_is_no_date_line() -> None:
    opening = "On 2 May 2024, I had this letter from the owner of the old ferry:"
    page = html_of(f"<p>{opening}</p>", *(f"<p>{text}</p>" for text in ARTICLE[1:]))
    assert opening in kept(page)
