"""Takes the packing off an HTTP body: chunks, gzip, deflate, brotli, zstd; stops at a limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from flows.sources.decompress import Damaged, TooLarge, decompress

_MAX_CHUNK_HEADER_BYTES = 20


def decode_content(body: bytes, encodings: str, limit: int, lenient: bool = False) -> bytes:
    """A body without its Content-Encoding ("gzip", "br, gzip", …); raises Damaged or TooLarge.

    With `lenient`, a body that isn't packed in the way it says is taken for one that has been
    unpacked already, as archives often hold.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name in ("", "identity"):
            continue
        opener = _OPENERS.get(name)
        try:
            if opener is None:
                raise Damaged(f"it is packed in a way that can't be read: {name}")
            body = opener(body, limit)
        except Damaged:
            if not lenient:
                raise
    if len(body) > limit:
        raise TooLarge
    return body


def decode_chunked(body: bytes) -> bytes:
    """A chunked body (RFC 9112, 7.1) in one piece; one that isn't chunked as it is."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + _MAX_CHUNK_HEADER_BYTES)
        try:
            size = int(body[at:end].partition(b";")[0], 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0 or end + 2 + size > len(body):
            # Chunks that end too early are what there is of it.
            return b"".join([*pieces, body[end + 2 :]]) if pieces and size >= 0 else body
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def _brotli(body: bytes, limit: int) -> bytes:
    import brotli

    unpacker = brotli.Decompressor()
    content = bytearray()
    try:
        content += unpacker.process(body, output_buffer_limit=limit + 1)
        while len(content) <= limit and not unpacker.can_accept_more_data():
            more = unpacker.process(b"", output_buffer_limit=limit + 1)
            content += more
            if not more:
                break
    except brotli.error as error:
        raise Damaged("its brotli data is damaged") from error
    if len(content) > limit:
        raise TooLarge
    if not unpacker.is_finished():
        raise Damaged("its brotli data ends too early")
    return bytes(content)


def _deflate(body: bytes, limit: int) -> bytes:
    """Deflate is meant to come with zlib's head; some servers send it bare."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(window)
        try:
            content = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(content) > limit:
            raise TooLarge
        if not unpacker.eof:
            raise Damaged("its deflate data ends too early")
        return content
    raise Damaged("its deflate data is damaged")


_OPENERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": lambda body, limit: decompress(body, ".gz", limit),
    "x-gzip": lambda body, limit: decompress(body, ".gz", limit),
    "zstd": lambda body, limit: decompress(body, ".zst", limit),
    "br": _brotli,
    "deflate": _deflate,
}
