"""The reasons of removed blocks, on a sample that was labelled by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.reasons import CONTENT, SAMPLES, Tally, read_sample, tally

Report = Callable[[str, dict[str, object]], None]


@pytest.fixture(scope="module", params=SAMPLES)
def reasons(request: pytest.FixtureRequest) -> Tally:
    """What is said of a sample's blocks; needs the corpus that they are from."""
    folder: Path | None = request.config.getoption("--corpus")
    if folder is None:
        pytest.skip("needs --corpus FOLDER")
    return tally(folder, read_sample(request.param))


def test_most_blocks_of_the_sample_are_found_again_and_still_removed(
    reasons: Tally, report: Report
) -> None:
    content = sum(CONTENT in label.accept for label, _ in reasons.given)
    removed = len(reasons.given)
    figures = {"sample": reasons.sample, "found": reasons.found, "removed": removed}
    report("reasons, the sample", {**figures, "of them content": content})
    assert removed >= 0.8 * reasons.sample, "too few are left to judge by: label a new sample"


def test_nine_named_reasons_in_ten_are_right(reasons: Tally, report: Report) -> None:
    figures = {"named": len(reasons.named), "right": round(reasons.right, 3)}
    report("reasons, named", {**figures, "wrong": reasons.confusions()})
    assert reasons.right >= 0.90


def test_a_third_of_the_removed_blocks_at_most_is_boilerplate(
    reasons: Tally, report: Report
) -> None:
    report("reasons, boilerplate", {"share": round(reasons.unnamed, 3)})
    assert reasons.unnamed <= 1 / 3
