"""A full, read-only, missing or misnamed disk is told in a sentence, and nothing is damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flows.conftest import Presswash, contents, path_for_others, program, write_stories
from tests.slow_cases import all_slow_but

LIMITED = (
    "import resource, sys; size = int(sys.argv.pop(1));"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size));"
    "from flows.cli import main; main()"
)
READING = (
    ["search", "council"],
    ["show", "1"],
    ["stats"],
    ["sql", "SELECT 1"],
    ["duplicates"],
    ["export", "out.csv"],
)
WRITING = (
    ["check", "--repair"],
    ["reclean", "--all"],
    ["maintain"],
    ["ingest", "--no-flow", "pages"],
)
EVERY_COMMAND = (*READING, ["check"], *WRITING)
PAGES = 150
Ran = subprocess.CompletedProcess[bytes]


def with_files_up_to(size: int, *arguments: str) -> Ran:
    """A command none of whose files may grow larger, as on a disk that is full."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )


def complaint(ran: Ran) -> str:
    """The one line that a command that failed says on stderr."""
    said = ran.stderr.decode()
    assert ran.returncode == 1, said
    assert said.startswith("presswash: ")
    assert "unexpected" not in said
    (line,) = said.splitlines()
    return line


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A small disk of memory, where the tests may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if shutil.which("mount") is None or _fails(mount):
        pytest.skip("mounting a small disk takes root")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def stories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_stories(tmp_path / "pages", PAGES)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    write_stories(folder / "pages", PAGES)
    assert program("ingest", "--no-flow", "pages", cwd=folder).returncode == 0
    return folder / "presswash.db"


@pytest.fixture
def whole(stories: Path, ingested: Path) -> Path:
    """The warehouse of all the stories."""
    shutil.copy(ingested, "whole.db")
    return Path("whole.db")


@pytest.mark.usefixtures("stories")
def test_an_ingestion_that_fills_the_disk_can_be_gone_on_with(
    presswash: Presswash, whole: Path
) -> None:
    enough = whole.stat().st_size * 6 // 10
    assert "disk" in complaint(with_files_up_to(enough, "ingest", "--no-flow", "pages"))
    assert presswash("check").code == 0
    assert presswash("ingest", "--no-flow", "pages").code == 0
    assert contents(Path("presswash.db")) == contents(whole)


@pytest.mark.usefixtures("stories")
@pytest.mark.parametrize("size", all_slow_but([0, 20_000], [0, 1, 4096, 20_000, 100_000]))
def test_where_there_is_no_room_for_a_warehouse_a_sentence_says_so(
    presswash: Presswash, size: int
) -> None:
    complaint(with_files_up_to(size, "ingest", "--no-flow", "pages"))
    assert presswash("ingest", "--no-flow", "pages").code == 0
    assert presswash("check").code == 0


def test_a_really_full_disk_is_said_to_be_full(presswash: Presswash, stories: Path) -> None:
    with mounted(Path("disk"), "512k"):
        ran = program("ingest", "--no-flow", "pages", "--db", "disk/presswash.db", cwd=Path())
        said = complaint(ran)
        full = "the disk that holds disk/presswash.db is full: free some space and run again"
        assert full in said
        assert presswash("check", "--db", "disk/presswash.db").code == 0
        subprocess.run(["mount", "-o", "remount,size=32m", "disk"], check=True)
        assert presswash("ingest", "--no-flow", "pages", "--db", "disk/presswash.db").code == 0
        assert presswash("check", "--db", "disk/presswash.db").code == 0


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_an_export_that_fills_the_disk_leaves_the_old_file(whole: Path, name: str) -> None:
    Path(name).write_text("the old one", encoding="utf-8")
    before = sorted(Path().iterdir())
    said = complaint(with_files_up_to(33_000, "export", name, "--db", "whole.db"))
    assert f"{name} can't be written" in said
    assert Path(name).read_text(encoding="utf-8") == "the old one"
    assert [file for file in sorted(Path().iterdir()) if "whole.db-" not in file.name] == before


def test_a_backup_that_fills_the_disk_leaves_no_half_of_one(
    presswash: Presswash, whole: Path
) -> None:
    assert presswash("maintain", "--db", "whole.db").code == 0
    # With these pages after it, the page of SQLite's statistics isn't the last one of the file.
    write_stories(Path("more"), PAGES + 50)
    assert presswash("ingest", "--no-flow", "more", "--db", "whole.db").code == 0
    assert presswash("maintain", "--db", "whole.db", "--keep", "1").code == 0
    (kept,) = Path("backups").iterdir()
    ran = with_files_up_to(whole.stat().st_size - 1, "maintain", "--db", "whole.db", "--keep", "1")
    said = complaint(ran)
    assert "backups/whole-" in said
    assert "can't be written" in said
    assert list(Path("backups").iterdir()) == [kept]
    assert presswash("check", "--db", "whole.db").code == 0
    assert contents(kept) == contents(whole)


@pytest.mark.parametrize("arguments", [["stats"], ["show", "1"], ["sql", "SELECT 1"], ["check"]])
def test_output_that_finds_no_room_is_said(whole: Path, arguments: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", "from flows.cli import main; main()", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONPATH": path_for_others(), "PRESSWASH_DB": "whole.db"},
        )
    assert "No space left on device" in complaint(ran)


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """A folder in which nothing may be written: for root only a disk can be read-only."""
    if os.geteuid() == 0:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        return
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555)
    yield
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)


def test_a_read_only_disk_is_told_in_a_sentence_and_left_as_it_was(whole: Path) -> None:
    with mounted(Path("disk"), "32m") if os.geteuid() == 0 else _plain(Path("disk")):
        shutil.copy(whole, "disk/presswash.db")
        before = Path("disk/presswash.db").read_bytes()
        with frozen(Path("disk")):
            for arguments in WRITING:
                ran = program(*arguments, "--db", "disk/presswash.db", cwd=Path())
                assert "disk/presswash.db" in complaint(ran)
            for arguments in READING:
                ran = program(*arguments, "--db", "disk/presswash.db", cwd=Path())
                assert (ran.returncode, ran.stderr) == (0, b"")
        assert Path("disk/presswash.db").read_bytes() == before
        assert list(Path("disk").iterdir()) == [Path("disk/presswash.db")]


@contextmanager
def _plain(folder: Path) -> Iterator[None]:
    folder.mkdir()
    yield


def a_folder(path: Path) -> None:
    path.mkdir()


def a_device(path: Path) -> None:
    path.symlink_to("/dev/null")


def a_text(path: Path) -> None:
    path.write_text("Dear diary, " * 1000, encoding="utf-8")


@pytest.mark.usefixtures("stories")
@pytest.mark.parametrize("make", [a_folder, a_device, a_text])
@pytest.mark.parametrize("arguments", EVERY_COMMAND, ids=" ".join)
def test_what_is_no_warehouse_is_said_to_be_none(
    presswash: Presswash, make: Callable[[Path], None], arguments: list[str]
) -> None:
    make(Path("presswash.db"))
    ran = presswash(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "presswash.db" in ran.err
    assert "unexpected" not in ran.err


@pytest.mark.usefixtures("stories")
@pytest.mark.parametrize("arguments", EVERY_COMMAND, ids=" ".join)
def test_a_missing_folder_is_named(presswash: Presswash, arguments: list[str]) -> None:
    ran = presswash(*arguments, "--db", "nowhere/presswash.db")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "the folder nowhere doesn't exist: make it" in ran.err
    assert not Path("nowhere").exists()


def test_what_a_dead_process_left_is_no_obstacle(presswash: Presswash, whole: Path) -> None:
    Path("whole.db.lock").touch()
    Path("whole.db-shm").write_bytes(os.urandom(32_768))
    Path("whole.db-wal").write_bytes(os.urandom(50_000))
    Path("whole.db-journal").write_bytes(os.urandom(5_000))
    assert presswash("ingest", "--no-flow", "pages", "--db", "whole.db").code == 0
    assert presswash("check", "--db", "whole.db").code == 0
