"""Finds the spans of a sequence with the largest total gain."""

from __future__ import annotations

from collections.abc import Sequence


def best_spans(gains: Sequence[float], switch_cost: float) -> tuple[list[bool], float]:
    """Which places to take for the largest total gain, and that gain.

    Each change between places that are taken and places that are not costs `switch_cost`.

    >>> best_spans([-20.0, 15.0, -2.0, 11.0], switch_cost=8.0)
    ([False, True, True, True], 16.0)
    """
    keep, take = 0.0, 0.0
    back: list[tuple[bool, bool]] = []
    for number, gain in enumerate(gains):
        cost = switch_cost if number else 0.0
        from_take, from_keep = take - cost > keep, keep - cost > take
        keep, take = max(keep, take - cost), max(take, keep - cost) + gain
        back.append((from_take, from_keep))
    state = take > keep
    best = max(take, keep)
    choice = []
    for from_take, from_keep in reversed(back):
        choice.append(state)
        state = not from_keep if state else from_take
    return choice[::-1], best
