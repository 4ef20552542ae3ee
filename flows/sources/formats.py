"""What a file's name says of it: the form it has, its compression, and how to read it."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from cleaners.model import Media
from flows.sources import decompress


class Form(Enum):
    """The forms that an input comes in."""

    PAGE = auto()
    MHTML = auto()
    ZIP = auto()
    TAR = auto()
    WARC = auto()
    JSONL = auto()
    PARQUET = auto()
    ADDRESS = auto()


PAGE_ENDINGS = {".html": Media.HTML, ".htm": Media.HTML, ".xhtml": Media.HTML, ".txt": Media.TEXT}

_FORMS = {
    **dict.fromkeys(PAGE_ENDINGS, Form.PAGE),
    ".mhtml": Form.MHTML,
    ".mht": Form.MHTML,
    ".zip": Form.ZIP,
    ".tar": Form.TAR,
    ".warc": Form.WARC,
    ".wet": Form.WARC,
    ".jsonl": Form.JSONL,
    ".ndjson": Form.JSONL,
    ".parquet": Form.PARQUET,
}
_SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}

# Whose records are pages only if somebody says so: they are read when they are named.
DATA = frozenset({Form.JSONL, Form.PARQUET})
# Read to one page; the others hold many.
SINGLE = frozenset({Form.PAGE, Form.MHTML, Form.ADDRESS})


def split_endings(name: str) -> tuple[str, str]:
    """A file's name in lower case and its compression ending or '': `a.html` and `.gz`."""
    base = Path(name.lower())
    if base.suffix in _SHORT:
        base = base.with_suffix(_SHORT[base.suffix])
    packed = base.suffix in decompress.ENDINGS
    return (base.stem, base.suffix) if packed else (base.name, "")


def media_type_of(name: str) -> Media | None:
    """What a file's name says its page is; None where its ending is unknown."""
    return PAGE_ENDINGS.get(Path(split_endings(name)[0]).suffix)


def form_of(name: str) -> Form | None:
    """What a file's name says it is; None where its ending is unknown.

    >>> form_of("a.html.gz"), form_of("CC-MAIN-1.warc.wet.gz"), form_of("notes.md")
    (<Form.PAGE: 1>, <Form.WARC: 5>, None)
    """
    plain, packed = split_endings(name)
    form = _FORMS.get(Path(plain).suffix)
    return None if packed and form in (Form.ZIP, Form.PARQUET) else form
