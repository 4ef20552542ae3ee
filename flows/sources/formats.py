"""What a file's name says of it: the form it has, its compression, and how to read it."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from cleaners.model import Media
from flows.sources import decompress


class Format(Enum):
    """The forms that an input comes in."""

    PAGE = auto()
    MHTML = auto()
    ZIP = auto()
    TAR = auto()
    WARC = auto()
    JSONL = auto()
    PARQUET = auto()
    URL = auto()


PAGE_EXTENSIONS = {
    ".html": Media.HTML,
    ".htm": Media.HTML,
    ".xhtml": Media.HTML,
    ".txt": Media.TEXT,
}

_FORMATS = {
    **dict.fromkeys(PAGE_EXTENSIONS, Format.PAGE),
    ".mhtml": Format.MHTML,
    ".mht": Format.MHTML,
    ".zip": Format.ZIP,
    ".tar": Format.TAR,
    ".warc": Format.WARC,
    ".wet": Format.WARC,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".parquet": Format.PARQUET,
}
_TAR_SHORTHANDS = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}

# Whose records are pages only if somebody says so: they are read when they are named.
RECORD_FORMATS = frozenset({Format.JSONL, Format.PARQUET})
# Read to one page; the others hold many.
SINGLE_PAGE_FORMATS = frozenset({Format.PAGE, Format.MHTML, Format.URL})


def split_compression(name: str) -> tuple[str, str]:
    """A file's name in lower case and its compression ending or '': `a.html` and `.gz`."""
    base = Path(name.lower())
    if base.suffix in _TAR_SHORTHANDS:
        base = base.with_suffix(_TAR_SHORTHANDS[base.suffix])
    packed = base.suffix in decompress.ENDINGS
    return (base.stem, base.suffix) if packed else (base.name, "")


def media_type_of(name: str) -> Media | None:
    """What a file's name says its page is; None where its ending is unknown."""
    return PAGE_EXTENSIONS.get(Path(split_compression(name)[0]).suffix)


def format_of(name: str) -> Format | None:
    """What a file's name says it is; None where its ending is unknown.

    >>> form_of("a.html.gz"), form_of("CC-MAIN-1.warc.wet.gz"), form_of("notes.md")
    (<Form.PAGE: 1>, <Form.WARC: 5>, None)
    """
    plain, packed = split_compression(name)
    form = _FORMATS.get(Path(plain).suffix)
    return None if packed and form in (Format.ZIP, Format.PARQUET) else form
