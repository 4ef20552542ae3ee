"""What a fuzzer once found holds for good."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CASES = sorted(path for path in (Path(__file__).parent / "cases").rglob("*") if path.is_file())


def test_there_are_found_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_found_case_holds(case: Path) -> None:
    TARGETS[case.parent.name](case.read_bytes())
