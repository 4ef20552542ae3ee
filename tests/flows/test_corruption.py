"""A corrupted warehouse is said to be one, by every command; reading makes it no worse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows.all_commands import READ_COMMANDS
from tests.flows.conftest import Presswash, program, write_stories
from tests.flows.file_corruption import corrupt
from tests.slow_cases import all_slow_but


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    write_stories(folder / "pages", 20)
    assert program("ingest", "--no-flow", "pages", cwd=folder).returncode == 0
    return folder / "presswash.db"


@pytest.mark.parametrize("number", all_slow_but(range(4), range(20)))
def test_a_corrupted_file_is_told_in_a_sentence_and_left_as_it_is(
    presswash: Presswash, sound: Path, stories: Path, number: int
) -> None:
    path = Path("presswash.db")
    shutil.copy(sound, path)
    how = corrupt(path, number)
    before = path.read_bytes()
    for arguments in READ_COMMANDS:
        ran = presswash(*arguments)
        if ran.code:
            assert ran.code == 1, how
            assert ran.err == "" if arguments == ["check"] and ran.out else ran.err.count("\n") == 1
        assert "unexpected" not in ran.err, how
        assert path.read_bytes() == before, how
    for arguments in (["ingest", "--no-flow", "pages"], ["check", "--repair"]):
        ran = presswash(*arguments)
        assert ran.code in (0, 1), how
        assert "unexpected" not in ran.err, how
    # What is repaired is sound, and what says that it is sound can be worked with.
    if not ran.code:
        assert presswash("check", "--deep").code == 0, how
        assert presswash("ingest", "--no-flow", "pages").code == 0, how
