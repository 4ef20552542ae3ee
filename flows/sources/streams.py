"""Decompresses gzip, bzip2, xz and zstd as streams, with little memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.file_formats import COMPRESSIONS, split_compression
from flows.sources.remote import open_file

# The first bytes of compressed data, from RFC 1952, the bzip2 and xz file formats, and RFC 8878.
MAGIC = {
    ".gz": b"\x1f\x8b",
    ".bz2": b"BZh",
    ".xz": b"\xfd7zXZ\x00",
    ".zst": b"\x28\xb5\x2f\xfd",
}

# The limit for an archive that is unpacked to the disk.
MAX_UNPACKED_BYTES = 1 << 32
# Python's message about bytes after the last member of a gzip file.
_NO_MEMBER = "Not a gzipped file"
_COPIED_BYTES = 1 << 20
# The first and the largest piece of a file that is searched.
_FIRST_SCANNED_BYTES, _SCANNED_BYTES = 1 << 10, 1 << 20
# More than the longest of them.
_MAGIC_BYTES = 8

# zstd compresses runs of equal bytes so well that a piece of this size may grow to 10 MB.
_PIECE_BYTES = 256
# The largest window that a frame may ask for, as `zstd --long=27` makes them.
_ZSTD_WINDOW_BYTES = 1 << 27


def decompress(packed: bytes, extension: str, max_bytes: int) -> bytes:
    """Decompress `packed`, up to `max_bytes`; raises ReadError (DAMAGED or TOO_LARGE).

    `extension` names the compression: one of COMPRESSIONS.
    """
    name = COMPRESSIONS[extension]
    try:
        with translated_errors(extension):
            if not packed:
                raise EOFError
            stream = UpToDamage(decompressed(io.BytesIO(packed), extension))
            content = io.BufferedReader(stream).read(max_bytes + 1)
            # What follows the last member of a gzip file and doesn't begin like one is ignored.
            is_whole = isinstance(stream.error, gzip.BadGzipFile) and _NO_MEMBER in str(
                stream.error
            )
            if stream.error and not (content and is_whole):
                raise stream.error
    except ReadError as error:
        if extension == ".gz" and (whole := _without_trailer(packed, max_bytes)) is not None:
            return whole
        if packed.startswith(MAGIC[extension][: len(packed)]):
            raise
        raise damaged(f"it is named or declared as {name}, but isn't {name} data") from error
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    return content


def decompress_up_to_damage(packed: bytes, extension: str, max_bytes: int) -> bytes:
    """What can be decompressed of damaged data, up to `max_bytes`."""
    stream = UpToDamage(decompressed(io.BytesIO(packed), extension))
    return io.BufferedReader(stream).read(max_bytes)


def _without_trailer(packed: bytes, max_bytes: int) -> bytes | None:
    """Decompress a gzip member whose trailer (RFC 1952, 2.3.1) is missing or followed by junk.

    Returns None if the data is truncated or damaged.
    """
    flags, at = packed[3:4], 10
    if not packed.startswith(MAGIC[".gz"]) or not flags:
        return None
    if flags[0] & 4:
        at += 2 + int.from_bytes(packed[at : at + 2], "little")
    for flag in (8, 16):
        if flags[0] & flag:
            at = packed.find(b"\x00", at) + 1 or len(packed)
    if flags[0] & 2:
        at += 2
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(packed[at:], max_bytes + 1)
    except zlib.error:
        return None
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    is_last = not inflater.unused_data[8:].startswith(MAGIC[".gz"])
    return content if inflater.eof and is_last else None


def sniff_compression(content: bytes) -> str:
    """The extension of the compression that the first bytes indicate; '' if none."""
    return next((extension for extension, magic in MAGIC.items() if content.startswith(magic)), "")


@contextmanager
def open_decompressed(path: str, *, ignore_damage: bool = False) -> Iterator[IO[bytes]]:
    """Open a file, decompressed according to its first bytes.

    The stream ends where the data is damaged. Leaving the context then raises ReadError unless
    `ignore_damage` is set, so that everything before the damage can be read. A file that is named
    as compressed, and is empty or cut off in its first bytes, is damaged.
    """
    with open_file(path) as file:
        head = file.read(_MAGIC_BYTES)
        file.seek(0)
        extension = sniff_compression(head) or _cut_off(head, split_compression(path)[1])
        if not extension:
            yield file
            return
        with translated_errors(extension), decompressed(file, extension) as packed:
            if not head:
                raise EOFError
            checked = UpToDamage(packed)
            try:
                yield io.BufferedReader(checked)
            except Exception as error:
                # The reader may have failed because its data ended too early.
                if checked.error and not ignore_damage:
                    raise checked.error from error
                raise
            if checked.error and not ignore_damage:
                raise checked.error


def is_cut_by_damage(stream: Any) -> bool:
    """Whether a stream of `open_decompressed` has ended where its data is damaged."""
    raw = getattr(stream, "raw", None)
    return isinstance(raw, UpToDamage) and raw.error is not None


class UpToDamage(io.RawIOBase):
    """A decompressed stream that ends where its data is damaged, and keeps the error."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.error:
            return 0
        try:
            piece = self._stream.read1(len(buffer))
        except Exception as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            self.error = error
            return 0
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def open_seekable(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading in any order; a compressed one is decompressed into a temporary file.

    Raises ReadError for damage, and if the decompressed file is over 4 GiB.
    """
    with open_file(path) as file:
        is_packed = bool(sniff_compression(file.read(_MAGIC_BYTES)))
        file.seek(0)
        if not is_packed:
            yield file
            return
    with open_decompressed(path) as stream, TemporaryFile() as copy:
        while piece := stream.read(_COPIED_BYTES):
            if copy.tell() + len(piece) > MAX_UNPACKED_BYTES:
                raise too_large_to_unpack()
            copy.write(piece)
        copy.seek(0)
        yield copy


def too_large_to_unpack() -> ReadError:
    """The error for an archive that is too large to be unpacked to the disk."""
    why = f"it is an archive of more than {MAX_UNPACKED_BYTES:,} bytes: unpack it first"
    return ReadError(ReadErrorKind.TOO_LARGE, why)


def find_bytes(file: IO[bytes], offset: int, wanted: bytes) -> int | None:
    """The offset of the next `wanted` in a file, from `offset` on; None if there is none."""
    file.seek(offset)
    # Where there is much damage, it is near, and large pieces would be read again and again.
    tail, n_bytes = b"", _FIRST_SCANNED_BYTES
    while piece := file.read(n_bytes):
        window = tail + piece
        if (at := window.find(wanted)) >= 0:
            return offset - len(tail) + at
        offset += len(piece)
        tail = window[-(len(wanted) - 1) :]
        n_bytes = min(2 * n_bytes, _SCANNED_BYTES)
    return None


def is_padded_gzip(file: IO[bytes], offset: int) -> bool:
    """Whether intact gzip members start at an offset, and only zeros follow them, as gzip allows.

    Leaves the file at its former position.
    """
    before = file.tell()
    file.seek(offset)
    members = FrameStream(file, ".gz")
    try:
        while members.read(_SCANNED_BYTES):
            pass
    except (zlib.error, EOFError):
        file.seek(members.offset)
        return not any(
            piece.strip(b"\x00") for piece in iter(lambda: file.read(_SCANNED_BYTES), b"")
        )
    else:
        return False
    finally:
        file.seek(before)


def _cut_off(head: bytes, named: str) -> str:
    """The compression that a name shows, if the file ends within its first bytes; otherwise ''."""
    return named if named and MAGIC[named].startswith(head) else ""


def decompressed(file: IO[bytes], extension: str) -> Any:
    """A stream of another stream's decompressed content; for '', that stream itself.

    Reading raises the decompressor's own errors: see `translated_errors`.
    """
    if extension == ".gz":
        return gzip.GzipFile(fileobj=file)
    if extension == ".bz2":
        return bz2.BZ2File(file)
    if extension == ".xz":
        return lzma.LZMAFile(file)
    if extension == ".zst":
        return io.BufferedReader(FrameStream(file, extension), _PIECE_BYTES)
    return file


@contextmanager
def translated_errors(extension: str) -> Iterator[None]:
    """Raise ReadError for any error that a decompressor raises about its data."""
    name = COMPRESSIONS.get(extension, "")
    try:
        yield
    except EOFError as error:
        raise damaged(f"its {name} data ends too early: the file is cut off") from error
    except (zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise damaged(f"its {name} data is damaged ({error})") from error
    except OSError as error:
        # bz2 raises an OSError without errno.
        if error.errno is not None or not name:
            raise
        raise damaged(f"its {name} data is damaged ({error})") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "zstandard":
            raise
        raise damaged(f"its zstd data is damaged ({error})") from error


class FrameStream(io.RawIOBase):
    """The content of consecutive gzip members or zstd frames; `offset` is that of the current one.

    Raises the decompressor's own errors, and EOFError if the last frame is truncated, which
    zstandard's own reader doesn't notice.
    """

    def __init__(self, file: IO[bytes], extension: str) -> None:
        self._file, self._extension = file, extension
        self._frame = self._new_frame()
        self._in_frame = False
        self._ready = memoryview(b"")
        self.offset = self._read = file.tell()

    def _new_frame(self) -> Any:
        if self._extension == ".gz":
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        import zstandard

        return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._in_frame = self._new_frame(), False
            if not piece:
                piece = self._file.read(_PIECE_BYTES)
                self._read += len(piece)
            if not piece:
                if self._in_frame:
                    raise EOFError
                return 0
            if not self._in_frame:
                self.offset = self._read - len(piece)
            self._in_frame = True
            self._ready = memoryview(self._frame.decompress(piece))
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count
