"""Opens .gz, .bz2, .xz and .zst, and stops at a limit, so that a small bomb stays small."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO

# A run of equal bytes packs into a few bytes of zstd: fed in small pieces, a piece can't grow past
# some 10 MB before the limit is looked at.
_ZSTD_PIECE = 256


class Damaged(Exception):
    """Compressed bytes that can't be opened; its str says what is wrong."""


class TooLarge(Exception):
    """More bytes than the limit."""


def decompress(packed: bytes, ending: str, limit: int) -> bytes:
    """The bytes inside `packed`, told by its ending; raises Damaged or TooLarge (over `limit`)."""
    name, opener = _OPENERS[ending]
    try:
        content = opener(packed, limit + 1)
    except EOFError as error:
        raise Damaged(f"its {name} data ends too early: the file is cut off") from error
    except (OSError, zlib.error, lzma.LZMAError, ValueError) as error:
        if not packed.startswith(_MAGIC[ending]):
            raise Damaged(f"its name ends in {ending}, but it is no {name} data") from error
        raise Damaged(f"its {name} data is damaged") from error
    if len(content) > limit:
        raise TooLarge
    return content


def sniffed(content: bytes) -> str:
    """The ending that compressed bytes of no name would have; '' where they aren't compressed."""
    return next((ending for ending, magic in _MAGIC.items() if content.startswith(magic)), "")


def _stream(opener: Callable[[IO[bytes]], io.BufferedIOBase]) -> Callable[[bytes, int], bytes]:
    def read(packed: bytes, most: int) -> bytes:
        if not packed:
            raise EOFError
        with opener(io.BytesIO(packed)) as stream:
            return stream.read(most)

    return read


def _zstd(packed: bytes, most: int) -> bytes:
    """Up to `most` bytes of a zstd stream of one frame or more; EOFError when it is cut off."""
    import zstandard

    content = bytearray()
    frame = zstandard.ZstdDecompressor().decompressobj()
    whole = False
    position = 0
    try:
        while position < len(packed) and len(content) < most:
            piece = packed[position : position + _ZSTD_PIECE]
            position += len(piece)
            while piece:
                if whole:
                    frame, whole = zstandard.ZstdDecompressor().decompressobj(), False
                content += frame.decompress(piece)
                whole = frame.eof
                piece = frame.unused_data if whole else b""
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    if len(content) < most and not whole:
        raise EOFError
    return bytes(content[:most])


_OPENERS: dict[str, tuple[str, Callable[[bytes, int], bytes]]] = {
    ".gz": ("gzip", _stream(lambda packed: gzip.GzipFile(fileobj=packed))),
    ".bz2": ("bzip2", _stream(bz2.BZ2File)),
    ".xz": ("xz", _stream(lzma.LZMAFile)),
    ".zst": ("zstd", _zstd),
}
# How each begins: RFC 1952, the bzip2 and xz file formats, RFC 8878.
_MAGIC = {
    ".gz": b"\x1f\x8b",
    ".bz2": b"BZh",
    ".xz": b"\xfd7zXZ\x00",
    ".zst": b"\x28\xb5\x2f\xfd",
}
ENDINGS = tuple(_OPENERS)
