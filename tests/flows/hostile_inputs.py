"""Inputs made to do harm: pages, packed files, archives, and things in folders that are no files.

Each maker writes into an empty folder, and says how many inputs it has made.
"""

from __future__ import annotations

import gzip
import io
import os
import socket
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

SENTENCE = "The council said on Monday that the harbour of the town would be settled this year. "
PARAGRAPH = f"<p>{SENTENCE * 3}</p>"
MB = 1024 * 1024

Maker = Callable[[Path, float], int]


def page(body: str, head: str = "<!DOCTYPE html>") -> bytes:
    """A page of some paragraphs, with something among them."""
    title = "<title>The harbour of the town</title>"
    return f"{head}<html><head>{title}</head><body>{PARAGRAPH * 2}{body}{PARAGRAPH}</body>".encode()


def lines(count: int) -> bytes:
    return "".join(f"Line number {n} of a text without an end\n" for n in range(count)).encode()


ENTITY_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY secret SYSTEM "{path}">'
    '<!ENTITY % far SYSTEM "http://127.0.0.1:9/a.dtd">%far;]>'
)
COMMANDS = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m \u202eedir revo\u202c \u2066hidden\u2069 \x00"
SQL = "Robert'); DROP TABLE document; -- \" OR NEAR(a b) NOT title:x* ^y {z}: AND ( "

# How large each is when the scale is 1: as the name says.
PAGES: dict[str, tuple[str, Callable[[float], bytes]]] = {
    "100,000 nested tags": (
        "html",
        lambda n: page("<div>" * int(1e5 * n) + "deep" + "</div>" * int(1e5 * n)),
    ),
    "100,000 nested inline tags": ("html", lambda n: page("<b><i>" * int(5e4 * n) + "deep")),
    "300,000 inline tags": (
        "html",
        lambda n: page("<p>" + "".join(f"<b>word{k}</b> " for k in range(int(3e5 * n))) + "</p>"),
    ),
    "an attribute of 4 MB": ("html", lambda n: page(f'<p class="{"a " * int(2e6 * n)}">text</p>')),
    "60,000 attributes": (
        "html",
        lambda n: page(f"<p {' '.join(f'a{k}=1' for k in range(int(6e4 * n)))}>text</p>"),
    ),
    "a word of 8 MB in HTML": ("html", lambda n: page(f"<p>{'x' * int(8e6 * n)}</p>")),
    "a word of 8 MB in text": ("txt", lambda n: SENTENCE.encode() + b"x" * int(8e6 * n)),
    "half a million lines": ("txt", lambda n: lines(int(5e5 * n))),
    "half a million empty lines": ("txt", lambda n: b"\n".join([b"word"] * int(5e5 * n))),
    "an honest page of 8 MB": ("html", lambda n: page(PARAGRAPH * int(3e4 * n))),
    "entity bomb": ("xhtml", lambda _: page("<p>&a11;</p>", ENTITY_BOMB)),
    "external entities": (
        "xhtml",
        lambda _: page("<p>&secret;</p>", EXTERNAL.format(path="file:///etc/hostname")),
    ),
    "a million open angle brackets": ("html", lambda n: page("<" * int(1e6 * n))),
    "100,000 nested arrays of JSON-LD": (
        "html",
        lambda n: page(
            f'<script type="application/ld+json">{"[" * int(1e5 * n)}{"]" * int(1e5 * n)}</script>'
        ),
    ),
    "a million combining accents": ("txt", lambda n: ("a" + "\u0301" * int(1e6 * n)).encode()),
    "a million bytes beyond ASCII": ("txt", lambda n: bytes(range(128, 256)) * int(7800 * n)),
    "NUL bytes": ("html", lambda n: page("<p>te\0xt</p>" * int(1e5 * n))),
    "nothing but NUL bytes": ("txt", lambda n: bytes(int(8e6 * n))),
    "terminal commands": ("txt", lambda _: (COMMANDS + SENTENCE + COMMANDS).encode()),
    "SQL and search syntax": ("html", lambda _: page(f"<h1>{SQL}</h1><p>{SQL * 20}</p>")),
}


def of_page(name: str) -> Maker:
    """Makes a folder with one of the pages."""

    def make(folder: Path, scale: float) -> int:
        ending, content = PAGES[name]
        (folder / f"bad.{ending}").write_bytes(content(scale))
        return 1

    return make


def gzip_bomb(folder: Path, scale: float) -> int:
    with gzip.open(folder / "bomb.html.gz", "wb", 9) as file:
        for _ in range(max(64, int(1000 * scale))):
            file.write(bytes(MB))
    return 1


def zip_bomb(folder: Path, scale: float) -> int:
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("large.html", "w") as member:
            for _ in range(max(64, int(1000 * scale))):
                member.write(bytes(MB))
        archive.writestr("good.html", page("<p>One among bombs.</p>"))
    understated = (folder / "bomb.zip").read_bytes()
    real = max(64, int(1000 * scale)) * MB
    # The size is given twice: in the archive's list, and before the member.
    lie = understated.replace(real.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (folder / "understated.zip").write_bytes(lie)
    return 4


def tar_bomb(folder: Path, scale: float) -> int:
    """A large member; and a name of many megabytes, which a reader would hold to know it."""
    size = max(64, int(1000 * scale)) * MB
    with tarfile.open(folder / "member.tar.gz", "w:gz", compresslevel=9) as archive:
        large = tarfile.TarInfo("large.html")
        large.size = size
        archive.addfile(large, Zeros(size))  # type: ignore[arg-type]
        add(archive, "good.html", page("<p>One behind a bomb.</p>"))
    with tarfile.open(folder / "name.tar.gz", "w:gz", compresslevel=9) as archive:
        name = tarfile.TarInfo("././@LongLink")
        name.type, name.size = tarfile.GNUTYPE_LONGNAME, size
        archive.addfile(name, Zeros(size))  # type: ignore[arg-type]
    return 3


class Zeros(io.RawIOBase):
    """So many zero bytes."""

    def __init__(self, count: int) -> None:
        self._left = count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), self._left)
        buffer[:count] = bytes(count)
        self._left -= count
        return count


def escaping_members(folder: Path, _scale: float) -> int:
    """Members with names that lead out of the archive, and members that are no files."""
    names = ["../../up.html", "/tmp/absolute.html", "up\\..\\..\\up.html", "a/../../b.html"]
    with zipfile.ZipFile(folder / "names.zip", "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, page(f"<p>Member {number} of a ZIP archive.</p>"))
    with tarfile.open(folder / "names.tar", "w") as archive:
        for number, name in enumerate(names):
            add(archive, name, page(f"<p>Member {number} of a tar archive.</p>"))
        for name, kind in (
            ("link.html", tarfile.SYMTYPE),
            ("hard.html", tarfile.LNKTYPE),
            ("pipe.html", tarfile.FIFOTYPE),
            ("device.html", tarfile.CHRTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    return 8


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Puts a file into an archive."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def odd_records(folder: Path, scale: float) -> int:
    """Saved pages of parts in parts, and cut-off, empty and wrong archives."""
    depth = int(2000 * scale)
    nested = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)
    )
    (folder / "nested.mhtml").write_text(nested + "Content-Type: text/html\n\n<p>deep</p>\n")
    (folder / "empty.zip").write_bytes(b"")
    (folder / "zeros.tar").write_bytes(bytes(10_240))
    (folder / "noise.tar.gz").write_bytes(b"\x1f\x8b\x08" + bytes(range(256)) * 100)
    (folder / "noise.warc").write_bytes(b"WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n")
    return 5


def no_files(folder: Path, _scale: float) -> int:
    """What is in a file system beside files; loops of symbolic links."""
    os.mkfifo(folder / "pipe.html")
    (folder / "zero.html").symlink_to("/dev/zero")
    (folder / "loop.html").symlink_to("loop.html")
    (folder / "gone.html").symlink_to("nowhere.html")
    (folder / "self").symlink_to(".")
    (folder / "below").mkdir()
    (folder / "below" / "up").symlink_to("..")
    before = Path.cwd()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        # By its name alone: the whole path may be too long for a socket.
        listener.bind("socket.html")
    os.chdir(before)
    return 5


def odd_names(folder: Path, _scale: float) -> int:
    names = [b"new\nline.html", b"\x1b[2J.html", "\u202elmth.exe.html".encode(), b"\xff\xfe.html"]
    names += [b"'; DROP TABLE document; --.html", b"%s%n.html", b"-rf.html", b"a" * 250 + b".html"]
    for number, name in enumerate(names):
        content = page(f"<p>The page number {number} has an odd name, and says so.</p>")
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)
    return len(names)


MAKERS: dict[str, Maker] = {
    **{name: of_page(name) for name in PAGES},
    "gzip bomb": gzip_bomb,
    "ZIP bomb": zip_bomb,
    "tar bomb": tar_bomb,
    "members with names that lead out": escaping_members,
    "odd records": odd_records,
    "things that are no files": no_files,
    "odd names": odd_names,
}
