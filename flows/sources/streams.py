"""Opens a file for reading from its start to its end, unpacked on the way; holds little of it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from flows.sources.decompress import Damaged
from flows.sources.forms import split_endings

_WINDOW = 1 << 27  # the most memory that a zstd frame may ask for, as `zstd --long=27` makes them


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """The bytes in a file, unpacked as its name says; raises Damaged in place of other errors."""
    ending = split_endings(path)[1]
    with Path(path).open("rb") as file, translated(ending), unpacked(file, ending) as stream:
        yield stream


def unpacked(file: IO[bytes], ending: str) -> Any:
    """A stream of what is packed in another, told by an ending; '' gives it as it is."""
    if ending == ".gz":
        return gzip.GzipFile(fileobj=file)
    if ending == ".bz2":
        return bz2.BZ2File(file)
    if ending == ".xz":
        return lzma.LZMAFile(file)
    if ending == ".zst":
        import zstandard

        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        return io.BufferedReader(unpacker.stream_reader(file, read_across_frames=True))
    return file


@contextmanager
def translated(ending: str) -> Iterator[None]:
    """Raises Damaged, with a sentence, for what the unpackers raise."""
    name = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}.get(ending, "")
    try:
        yield
    except EOFError as error:
        raise Damaged(f"its {name} data ends too early: the file is cut off") from error
    except (zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise Damaged(f"its {name} data is damaged ({error})") from error
    except OSError as error:
        if error.errno is not None or not name:
            raise
        raise Damaged(f"its {name} data is damaged ({error})") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "zstandard":
            raise
        raise Damaged(f"its zstd data is damaged ({error})") from error
