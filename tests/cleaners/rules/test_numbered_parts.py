"""Tests that the parts of a numbered text are kept by their numbers."""

from __future__ import annotations

from cleaners.clean import clean
from cleaners.model import Capture, Media
from cleaners.rules.line_features import PageLines
from cleaners.rules.numbered_parts import numbered_parts

CLAUSES = (
    "1. Your booking",
    "A booking is made when we send you a confirmation by letter or by telephone.",
    "2. Weather",
    "We may cancel for bad weather, and then we refund the whole price within a week.",
    "3. Copyright",
    "The photographs in the boat house are ours.",
    "4. Law",
    "The law of Scotland governs these terms.",
)


def test_the_last_clauses_of_terms_follow_on_those_above() -> None:
    text = "\n\n".join(("Terms of hire", *CLAUSES, "Privacy policy", "© 2024 Quayside Kayaks"))
    page = clean(Capture("terms", text.encode(), Media.TEXT))
    assert all(clause in page.text for clause in CLAUSES)
    assert "©" not in page.text


def test_a_numbered_line_without_kept_ones_before_it_is_not_added() -> None:
    lines = PageLines(["1. Boats", "2. Oars", "3. Ropes", "The ropes are tarred each spring."])
    assert numbered_parts(lines, [False] * 4) == []
    assert numbered_parts(lines, [True, True, False, False]) == [2, 3]
    assert numbered_parts(lines, [False, False, True, True]) == []


def test_a_numbered_list_of_other_stories_does_not_go_on_with_the_parts_of_a_text() -> None:
    parts = ["1. Soak the beans.", "2. Boil them for an hour.", "3. Add the salt."]
    lines = PageLines([*parts, "Most read", "4. School wins a prize in chess."])
    assert numbered_parts(lines, [True, True, True, False, False]) == []
    lines = PageLines([*parts, "For the sauce", "4. Fry the onions in the oil."])
    assert numbered_parts(lines, [True, True, True, False, False]) == [4]
