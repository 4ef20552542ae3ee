"""Writes the archives that tests read: WARC, WET, ZIP, tar, JSON Lines, Parquet, MHTML."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.flows.conftest import story

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
DATE = "2024-05-01T09:30:00Z"
AT = 1_700_000_000


def html(number: int, charset: str = "utf-8") -> bytes:
    """A page whose story is that of `story(number)`."""
    title, *paragraphs = story(number).strip().split("\n\n")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    return page.encode(charset)


def response(
    number: int, body: bytes, *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    """A WARC record of an HTTP answer."""
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers]).encode()
    return record(number, head + b"\r\n\r\n" + body, "response", "application/http", length)


def record(
    number: int, content: bytes, kind: str, media_type: str, length: int | None = None
) -> bytes:
    """A WARC record."""
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{number:08}-0000-4000-8000-000000000000>",
        f"WARC-Date: {DATE}",
        f"WARC-Target-URI: https://news.example.org/{number}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(content) if length is None else length}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n\r\n"


def name(number: int) -> str:
    """What a record is called in its locator."""
    return f"{number:08}-0000-4000-8000-000000000000"


def write_warc(path: Path, records: Sequence[bytes]) -> Path:
    """A WARC file whose records are each packed by themselves, as the format wants."""
    pack = PACKERS[path.suffix if path.suffix in PACKERS else ""]
    return dated(path, b"".join(pack(one) for one in records))


def pages_warc(path: Path, count: int) -> Path:
    """A WARC file of so many pages."""
    kind = "Content-Type: text/html; charset=utf-8"
    return write_warc(path, [response(number, html(number), kind) for number in range(count)])


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member, (2024, 5, 1, 9, 30, 0)), data)
    return dated(path, content.getvalue())


def write_tar(path: Path, members: dict[str, bytes]) -> Path:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for member, data in members.items():
            info = tarfile.TarInfo(member)
            info.size, info.mtime = len(data), AT
            archive.addfile(info, io.BytesIO(data))
    suffix = {".tgz": ".gz", ".txz": ".xz"}.get(path.suffix, path.suffix)
    return dated(path, PACKERS.get(suffix, bytes)(content.getvalue()))


def write_jsonl(path: Path, records: Sequence[object]) -> Path:
    lines = "".join(json.dumps(one) + "\n" for one in records).encode()
    return dated(path, PACKERS.get(path.suffix, bytes)(lines))


def write_parquet(path: Path, records: Sequence[dict[str, object]], rows: int = 100) -> Path:
    pq.write_table(pa.Table.from_pylist(list(records)), path, row_group_size=rows)
    os.utime(path, (AT, AT))
    return path


def mhtml(number: int) -> bytes:
    """A page as a browser saves it, with a picture."""
    body = html(number).decode().replace("=", "=3D")
    return (
        "From: <Saved by Blink>\r\n"
        f"Snapshot-Content-Location: https://news.example.org/{number}\r\n"
        "Date: Wed, 1 May 2024 09:30:00 -0000\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="cut"\r\n\r\n'
        "--cut\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
        "--cut\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Location: https://news.example.org/{number}\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n--cut--\r\n"
    ).encode()


def dated(path: Path, content: bytes) -> Path:
    """Writes a file that is as old in every test."""
    path.write_bytes(content)
    os.utime(path, (AT, AT))
    return path
