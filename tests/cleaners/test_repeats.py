"""Removing repeated text, and keeping the longer copy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.reasons import Reason
from cleaners.repeats import find_repeats, find_repeats_of_content
from cleaners.rules.line_features import PageLines
from tests.likeness import containment, jaccard

LEDE = "Night buses will run again between the town and the hospital from December"
FULL = LEDE + ", the council decided on Tuesday after residents counted the empty seats."


def removed(*texts: str, protected: tuple[int, ...] = ()) -> dict[int, tuple[int | None, str]]:
    compared = [i for i in range(len(texts)) if i not in protected]
    found = find_repeats(PageLines(texts), compared, protected)
    return {i: (removal.same_as, removal.detail) for i, removal in found.items()}


def test_the_first_of_equal_paragraphs_is_kept() -> None:
    assert removed(FULL, "Something else entirely stands here between them.", FULL) == {
        2: (0, "the same words")
    }


def test_a_standfirst_that_the_next_paragraph_contains_is_removed() -> None:
    assert removed(LEDE + ".", FULL) == {0: (1, "which has 100% of it")}


PARAGRAPHS = (
    "The council had planned to close the building in June and to move its fourteen thousand books"
    " to a container at the school, a plan that nobody who used it had asked for.",
    "Work on the roof begins in May and will take five weeks, during which loans are handed out"
    " from the old bakery across the street, where the counter has been painted.",
)


def test_an_edited_copy_next_to_a_repeated_paragraph_is_removed() -> None:
    edited = (
        "Work on the roof begins in May and will take five weeks; meanwhile readers are handed"
        " their loans from the old bakery across the street, where the shelves stood empty."
    )
    assert removed(*PARAGRAPHS, PARAGRAPHS[0], edited) == {
        2: (0, "the same words"),
        3: (1, "edited, 56% shared"),
    }
    assert removed(*PARAGRAPHS, edited) == {}
    steps = [f"Install the update KB{n} and then start the computer again." for n in (101, 202)]
    assert removed(PARAGRAPHS[0], steps[0], PARAGRAPHS[0], steps[1]) == {2: (0, "the same words")}


def test_quotes_commas_and_case_do_not_make_a_difference() -> None:
    said = '"Nobody was lying to us about it," said a ward sister who organised the count.'
    other = "“Nobody was lying to us about it”, said a ward sister who organised the count"
    assert list(removed(said, other)) == [1]


def test_the_longer_of_two_similar_paragraphs_is_kept_at_any_distance() -> None:
    longer = FULL + " It will cost eighty thousand pounds a year."
    assert list(removed(FULL, longer)) == [0]
    assert list(removed(longer, FULL)) == [1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Smith &amp; Sons closed its last shop today.",
            "Smith & Sons closed its last shop today.",
        ),
        (
            "It&#8217;s the first loss since 1998, they said.",
            "It’s the first loss since 1998, they said.",
        ),
        (
            "The first time&nbsp;since 1998 that they lost money.",
            "The first time since 1998 that they lost money.",
        ),
    ],
)
def test_an_undecoded_entity_makes_no_difference(one: str, other: str) -> None:
    assert removed(one, other) == {1: (0, "the same words")}


@pytest.mark.parametrize(
    "credit",
    [
        " Photo: Anna Lee",
        " (Northline Photo/Anna Lee, File)",
        " Foto: A. Lee / dpa",
        "Photograph: Lee",
    ],
)
def test_a_caption_without_credit_is_removed_for_the_one_with_credit(credit: str) -> None:
    caption = "The mayor of Wexmoor on the quay."
    assert removed(caption, caption + credit) == {0: (1, "which has 100% of it")}
    assert removed(caption + credit, caption) == {1: (0, "which has 100% of it")}


def test_a_short_standfirst_that_starts_the_next_block_is_removed() -> None:
    first = "Buses will run again soon."
    assert list(
        removed(first, f"{first} The council said so on Tuesday, and nobody objected.")
    ) == [0]


def test_a_heading_that_starts_the_text_is_kept() -> None:
    text = "Night buses return to Wexmoor after residents had counted the empty seats for a year."
    assert removed("Night buses return to Wexmoor", text) == {}


SECOND = "The operator of the line says that it was never asked, and that it has no drivers."


@pytest.mark.parametrize(
    "line",
    [
        "And so it goes, and so it always went.",
        "“We never gave up hope,” she said again.",
        "三号码头重新迎来客人。",
        "Wexmoor Town 2 1 0 3",
    ],
)
def test_refrains_and_quotes_are_kept(line: str) -> None:
    assert removed(line, FULL, line, SECOND, line) == {}


def test_equal_table_rows_are_kept() -> None:
    assert removed("Monday 14 degrees 3 mm 20 km", "Monday 14 degrees 3 mm 20 km") == {}


def test_a_repeated_body_is_removed_with_its_short_lines() -> None:
    body = ["What it costs", FULL, "“Nobody asked us,” she said.", SECOND, "What comes next"]
    assert sorted(removed(*body, "Something in between that is said only once.", *body)) == [
        6,
        7,
        8,
        9,
        10,
    ]


def test_recurring_short_lines_are_kept() -> None:
    assert removed("And so it goes.", FULL, "And so it goes.") == {}


def test_a_repeat_of_the_title_is_removed_and_the_title_is_kept() -> None:
    assert removed("Buses return", FULL, "BUSES RETURN", protected=(0,)) == {
        2: (0, "the same words")
    }


def test_a_title_that_the_body_quotes_is_kept() -> None:
    assert removed(LEDE, FULL, protected=(0,)) == {}


def test_paragraphs_that_share_a_phrase_are_both_kept() -> None:
    assert removed(FULL, "Night buses will run again, but nobody asked the drivers of them.") == {}


def test_every_removal_names_its_reason_and_similarity() -> None:
    removal = find_repeats(PageLines([FULL, FULL]), [0, 1])[1]
    assert (removal.reason, removal.confidence) == (Reason.REPEATED, 1.0)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=14), max_size=12))
def test_kept_blocks_contain_the_removed_ones(lines: list[list[str]]) -> None:
    texts = [" ".join(line) for line in lines]
    gone = find_repeats(PageLines(texts), range(len(texts)))
    kept = [text for i, text in enumerate(texts) if i not in gone]
    for own in map(texts.__getitem__, gone):
        assert any(jaccard(own, k) >= 0.8 or containment(own, k) >= 0.85 for k in kept)


def test_a_block_outside_the_article_that_repeats_it_is_removed_as_a_repeat() -> None:
    outside = find_repeats_of_content(
        PageLines([FULL, LEDE, "Something else entirely, in as many words as that."]), [1, 2], [0]
    )
    assert {i: (r.same_as, r.detail) for i, r in outside.items()} == {
        1: (0, "which has 100% of it")
    }
