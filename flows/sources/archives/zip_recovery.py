"""Finds the members of a .zip archive whose directory is missing or can't be read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from flows.sources.streams import find_bytes

# The headers of a member and of the end of an archive (APPNOTE.TXT, 4.3.7 and 4.3.16).
_LOCAL = struct.Struct("<4sBBHHHHLLLHH")
_MEMBER_MAGIC = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)
_ZIP64_SIZES = struct.Struct("<HHQQ")
_UTF8_FLAG = 0x800
_FLAGS_OFFSET = 6
_PIECE_BYTES = 1 << 20


def recovered_archive(file: IO[bytes]) -> zipfile.ZipFile | None:
    """An archive with the members whose own headers are in the file; None if there are none.

    zipfile opens no member whose name is declared as UTF-8 and isn't. If the file can be written
    to, such a declaration is removed, and the charset of the name is detected.
    """
    members = []
    at = find_bytes(file, 0, _MEMBER_MAGIC)
    while at is not None:
        file.seek(at)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            break
        member, at = _member(file, at, header)
        members.append(member)
        at = find_bytes(file, at, _MEMBER_MAGIC)
    if not members:
        return None
    archive = zipfile.ZipFile(io.BytesIO(_EMPTY_ARCHIVE))
    archive.fp = file
    archive.filelist = members
    return archive


def _member(file: IO[bytes], offset: int, header: bytes) -> tuple[zipfile.ZipInfo, int]:
    """The member whose header was read from a file, and the offset of its end."""
    _, _, _, flags, method, time, date, crc, packed, size, n_name, n_extra = _LOCAL.unpack(header)
    name, extra = file.read(n_name), file.read(n_extra)
    if flags & _UTF8_FLAG and not _is_utf8(name):
        flags &= ~_UTF8_FLAG
        if file.writable():
            file.seek(offset + _FLAGS_OFFSET)
            file.write(struct.pack("<H", flags))
    info = zipfile.ZipInfo(name.decode("utf-8" if flags & _UTF8_FLAG else "cp437"))
    info.header_offset, info.flag_bits, info.compress_type = offset, flags, method
    info.date_time = (
        *((date >> 9) + 1980, date >> 5 & 15, date & 31),
        *(time >> 11, time >> 5 & 63, (time & 31) * 2),
    )
    if extra.startswith(b"\x01\x00") and len(extra) >= _ZIP64_SIZES.size:
        _, _, size, packed = _ZIP64_SIZES.unpack_from(extra)
    start = offset + _LOCAL.size + n_name + n_extra
    if flags & 8 and not packed:
        # The sizes follow the content.
        file.seek(start)
        crc, packed, size = _measured(file, method)
    info.CRC, info.compress_size, info.file_size = crc, packed, size
    return info, start + packed


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _measured(file: IO[bytes], method: int) -> tuple[int, int, int]:
    """The checksum and the two sizes of the content that begins at the file's position."""
    if method != zipfile.ZIP_DEFLATED:
        return 0, 0, 0
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    crc = packed = size = 0
    try:
        while not inflater.eof and (piece := inflater.unconsumed_tail or file.read(1 << 14)):
            content = inflater.decompress(piece, _PIECE_BYTES)
            crc, size = zlib.crc32(content, crc), size + len(content)
            packed += len(piece) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
    except zlib.error:
        pass
    # A wrong checksum makes a content that is cut off a reject.
    return crc if inflater.eof else crc ^ 1, packed, size
