"""Decodes an HTTP body (chunked, gzip, deflate, brotli or zstd), up to a size limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.streams import MAGIC, decompress

_MAX_CHUNK_HEADER_BYTES = 20


def decode_content(body: bytes, encodings: str, max_bytes: int) -> bytes:
    """Decode a body according to its Content-Encoding ("gzip", "br, gzip", …).

    If the body isn't encoded as declared, it is taken as already decoded: archives often contain
    such bodies, and some servers send them. gzip is recognised under any name. Raises ReadError
    (DAMAGED or TOO_LARGE).
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name in ("", "identity"):
            continue
        decoder = _DECODERS.get(name)
        try:
            body = decoder(body, max_bytes) if decoder else body
        except ReadError as error:
            if error.kind is not ReadErrorKind.DAMAGED:
                raise
            if body.startswith(MAGIC[".gz"]) and not name.endswith("gzip"):
                body = decompress(body, ".gz", max_bytes)
            elif not _looks_decoded(body):
                raise
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    return body


def _looks_decoded(body: bytes) -> bool:
    """Whether a body begins like text, without the control bytes of compressed data."""
    return bool(body) and not any(byte < 9 or 13 < byte < 27 for byte in body[:256])


def decode_chunked(body: bytes) -> bytes:
    """Join a chunked body (RFC 9112, 7.1); a body that isn't chunked is returned unchanged."""
    pieces: list[bytes] = []
    start = 0
    while True:
        end = body.find(b"\r\n", start, start + _MAX_CHUNK_HEADER_BYTES)
        try:
            size = int(body[start:end].partition(b";")[0], 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0 or end + 2 + size > len(body):
            # The last chunk is truncated. Its beginning is kept.
            return b"".join([*pieces, body[end + 2 :]]) if pieces and size >= 0 else body
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        start = end + 2 + size + 2


def _decode_brotli(body: bytes, max_bytes: int) -> bytes:
    import brotli

    decoder = brotli.Decompressor()
    content = bytearray()
    try:
        content += decoder.process(body, output_buffer_limit=max_bytes + 1)
        while len(content) <= max_bytes and not decoder.can_accept_more_data():
            more = decoder.process(b"", output_buffer_limit=max_bytes + 1)
            content += more
            if not more:
                break
    except brotli.error as error:
        raise damaged("its brotli data is damaged") from error
    if len(content) > max_bytes:
        raise too_large(max_bytes)
    if not decoder.is_finished():
        raise damaged("its brotli data ends too early")
    return bytes(content)


def _decode_deflate(body: bytes, max_bytes: int) -> bytes:
    """Decode deflate, with or without zlib's header, which some servers leave out."""
    for window_bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        decoder = zlib.decompressobj(window_bits)
        try:
            content = decoder.decompress(body, max_bytes + 1)
        except zlib.error:
            continue
        if len(content) > max_bytes:
            raise too_large(max_bytes)
        if not decoder.eof:
            raise damaged("its deflate data ends too early")
        return content
    raise damaged("its deflate data is damaged")


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": lambda body, max_bytes: decompress(body, ".gz", max_bytes),
    "x-gzip": lambda body, max_bytes: decompress(body, ".gz", max_bytes),
    "zstd": lambda body, max_bytes: decompress(body, ".zst", max_bytes),
    "br": _decode_brotli,
    "deflate": _decode_deflate,
}
