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
from flows.sources.formats import split_compression

# A run of equal bytes packs into little: a small piece can't grow past some 10 MB.
_PIECE = 256
_WINDOW = 1 << 27  # the most memory that a zstd frame may ask for, as `zstd --long=27` makes them


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """The bytes in a file, unpacked as its name says; raises Damaged in place of other errors."""
    ending = split_compression(path)[1]
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
        return io.BufferedReader(_Zstd(file), _PIECE)
    return file


class _Zstd(io.RawIOBase):
    """What is in zstd frames, one after the other; EOFError where the last one is cut off.

    zstandard's own reader takes the end of a file for the end of its frame.
    """

    def __init__(self, file: IO[bytes]) -> None:
        import zstandard

        self._unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._frame = self._unpacker.decompressobj()
        self._file = file
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = self._unpacker.decompressobj(), False
            piece = piece or self._file.read(_PIECE)
            if not piece:
                if self._begun:
                    raise EOFError
                return 0
            self._begun = True
            self._ready = memoryview(self._frame.decompress(piece))
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count


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
