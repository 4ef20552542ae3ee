"""Reading files: what becomes a capture, and what is a reject with a reason."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaners.model import Capture, Media
from flows.runs.batches import BatchItem, BatchReader
from flows.sources import files
from flows.sources.archives.reader import DEFAULT_MAX_BYTES
from flows.sources.discover import InputRef
from flows.sources.errors import TransientReadError
from flows.sources.streams import decompress
from warehouse.model import Rejected

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


def read(path: Path, limit: int = DEFAULT_MAX_BYTES) -> Capture | Rejected:
    return files.read_file(InputRef(str(path), str(path)), limit)


def refusal(path: Path, limit: int = DEFAULT_MAX_BYTES) -> Rejected:
    item = read(path, limit)
    assert isinstance(item, Rejected)
    assert item.stage == "read"
    return item


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.html", Media.HTML), ("a.HTM", Media.HTML), ("a.txt", Media.TEXT), ("a.page", None)],
)
def test_a_file_is_a_capture_with_its_time_and_the_type_its_ending_says(
    tmp_path: Path, name: str, media_type: Media | None
) -> None:
    path = tmp_path / name
    path.write_bytes(b"text")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    moment = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert read(path) == Capture(str(path), b"text", media_type, captured_at=moment)


@pytest.mark.parametrize("ending", PACKERS)
def test_a_compressed_page_is_read_as_the_page_in_it(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.html{ending}"
    path.write_bytes(PACKERS[ending](b"<p>text</p>"))
    item = read(path)
    assert isinstance(item, Capture)
    assert (item.payload, item.media_type) == (b"<p>text</p>", Media.HTML)


@pytest.mark.parametrize("ending", PACKERS)
def test_a_compressed_file_that_is_cut_off_is_rejected(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.html{ending}"
    path.write_bytes(PACKERS[ending](os.urandom(5000))[:-20])
    assert "cut off" in refusal(path).message


@pytest.mark.parametrize("ending", PACKERS)
def test_a_file_that_only_claims_to_be_compressed_is_rejected(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.html{ending}"
    path.write_bytes(b"no such thing, just text that goes on for a while")
    found = refusal(path)
    assert (found.error, "named or declared as" in found.message) == ("Damaged", True)


@pytest.mark.parametrize("ending", PACKERS)
def test_a_bomb_is_rejected_at_the_limit(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.html{ending}"
    path.write_bytes(PACKERS[ending](bytes(3_000_000)))
    assert refusal(path, limit=1_000_000).error == "TooLarge"
    assert isinstance(read(path, limit=3_000_000), Capture)


@pytest.mark.parametrize("ending", PACKERS)
@given(content=st.binary(max_size=2000), parts=st.integers(1, 3))
def test_what_was_compressed_in_one_piece_or_several_comes_out_as_it_was(
    ending: str, content: bytes, parts: int
) -> None:
    packed = PACKERS[ending](content) * parts
    assert decompress(packed, ending, 10_000) == content * parts


def test_a_file_over_the_limit_is_rejected_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert (
        refusal(path).message
        == "it is larger than the limit of 33,554,432 bytes (page_bytes in presswash.toml)"
    )


def test_a_pipe_is_rejected_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.html")
    assert "it is a pipe" in refusal(tmp_path / "a.html").message


def test_a_device_is_rejected() -> None:
    assert refusal(Path("/dev/zero")).message == "it is a device, not a file"


def test_a_link_to_nothing_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to(tmp_path / "nowhere.html")
    assert "a symbolic link to a file that doesn't exist" in refusal(tmp_path / "a.html").message


def test_a_link_that_leads_back_to_itself_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to(tmp_path / "a.html")
    assert "leads back to itself" in refusal(tmp_path / "a.html").message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"text")
    (tmp_path / "a.html").chmod(0)
    assert refusal(tmp_path / "a.html").message == "permission denied"


def test_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"<p>text")))
    item = files.read_file(InputRef("-", "-"))
    assert isinstance(item, Capture)
    assert (item.locator, item.payload, item.media_type) == ("-", b"<p>text", None)


@pytest.mark.parametrize("ending", PACKERS)
def test_compressed_standard_input_is_known_by_its_first_bytes(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    packed = PACKERS[ending](b"<p>text")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    item = files.read_file(InputRef("-", "-"))
    assert isinstance(item, Capture)
    assert (item.payload, item.media_type) == (b"<p>text", None)


def faltering(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Makes the next opens fail as on a network file system that went away."""
    real, left = os.open, iter(range(times))

    def fail(path: str, flags: int) -> int:
        if next(left, None) is not None:
            raise OSError(errno.ESTALE, "Stale file handle")
        return real(path, flags)

    monkeypatch.setattr(os, "open", fail)


def batch(folder: Path, names: str) -> BatchReader:
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    return BatchReader(InputRef(name, str(folder / name)) for name in names)


def taken(source: BatchReader) -> tuple[BatchItem, ...]:
    """The items of the next batch."""
    batch = source.take()
    assert batch is not None
    return batch.items


def test_a_batch_is_taken_up_again_where_the_file_system_faltered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = batch(tmp_path, "abc")
    faltering(monkeypatch, 2)
    for _ in range(2):
        with pytest.raises(TransientReadError, match="a: "):
            source.take()
    assert [item.locator for item in taken(source)] == ["a", "b", "c"]
    assert source.take() is None


def test_a_file_system_that_goes_on_faltering_costs_the_page_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = batch(tmp_path, "ab")
    faltering(monkeypatch, 4)
    for _ in range(3):
        with pytest.raises(TransientReadError):
            source.take()
    first, second = taken(source)
    assert isinstance(first, Rejected)
    assert isinstance(second, Capture)


def test_batches_end_at_a_number_of_pages_or_of_bytes(tmp_path: Path) -> None:
    inputs = []
    for name in "abcdef":
        (tmp_path / name).write_bytes(b"x" * (10 if name != "d" else 100))
        inputs.append(InputRef(name, str(tmp_path / name)))
    source = BatchReader(inputs, pages=3, size=50)
    batches = iter(source.take, None)
    assert [[item.locator for item in batch.items] for batch in batches] == [
        ["a", "b", "c"],
        ["d"],
        ["e", "f"],
    ]
