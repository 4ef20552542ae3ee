"""The input formats, and how a file's name determines its format and compression."""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache
from pathlib import Path

from cleaners.model import Media


class Format(Enum):
    """The format of an input."""

    PAGE = auto()
    MHTML = auto()
    WEBARCHIVE = auto()
    ZIP = auto()
    TAR = auto()
    WARC = auto()
    ARC = auto()
    JSON = auto()
    CSV = auto()
    PARQUET = auto()
    MAIL = auto()
    FEED = auto()
    CHAT = auto()
    CHAT_LOG = auto()
    DUMP = auto()
    WIKI = auto()
    URL = auto()


# The media types of pages, under the names that servers, archives and MHTML use.
PAGE_MEDIA_TYPES = {
    "text/html": Media.HTML,
    "application/xhtml+xml": Media.HTML,
    "text/plain": Media.TEXT,
}
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
    ".webarchive": Format.WEBARCHIVE,
    ".zip": Format.ZIP,
    ".tar": Format.TAR,
    ".warc": Format.WARC,
    ".wet": Format.WARC,
    ".arc": Format.ARC,
    ".wacz": Format.ZIP,
    ".epub": Format.ZIP,
    ".jsonl": Format.JSON,
    ".ndjson": Format.JSON,
    ".jl": Format.JSON,
    ".json": Format.JSON,
    ".har": Format.JSON,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".tab": Format.CSV,
    ".psv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".parq": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".eml": Format.MAIL,
    ".emlx": Format.MAIL,
    ".mbox": Format.MAIL,
    ".rss": Format.FEED,
    ".atom": Format.FEED,
}
_TAR_SHORTHANDS = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}

# A browser saves the images and scripts of page.html in a folder with its name and one of these
# endings, depending on the browser's language.
_COMPANION_ENDINGS = ("_files", "-Dateien", "_fichiers", "_archivos", "_ficheiros", "_bestanden",
                      "-filer", "_file", "_pliki", "_soubory", ".files", "_arquivos")  # fmt: skip

# Compression formats by the extension of their files.
COMPRESSIONS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}

# The records in these formats may be something other than pages, so such a file is read only if the
# user names it.
RECORD_FORMATS = frozenset({Format.JSON, Format.CSV, Format.PARQUET, Format.FEED})
# These formats hold one page each; all others hold many.
SINGLE_PAGE_FORMATS = frozenset({Format.PAGE, Format.MHTML, Format.WEBARCHIVE, Format.URL})


@lru_cache(maxsize=64)  # each file's name is asked for several times in a row
def split_compression(name: str) -> tuple[str, str]:
    """A file's lower-case name without the compression extension, and that extension or ''.

    >>> split_compression("A.html.gz"), split_compression("news.tgz")
    (('a.html', '.gz'), ('news.tar', '.gz'))
    """
    base = Path(name.lower())
    if base.suffix in _TAR_SHORTHANDS:
        base = base.with_suffix(_TAR_SHORTHANDS[base.suffix])
    return (base.stem, base.suffix) if base.suffix in COMPRESSIONS else (base.name, "")


@lru_cache(maxsize=64)
def extension_of(name: str) -> str:
    """A file's lower-case extension, without that of its compression.

    >>> extension_of("A.HTML.gz"), extension_of("README")
    ('.html', '')
    """
    return Path(split_compression(name)[0]).suffix


def media_type_of(name: str) -> Media | None:
    """The media type of a page, from the file's name; None if the extension is unknown."""
    return PAGE_EXTENSIONS.get(extension_of(name))


def format_of(name: str) -> Format | None:
    """The format, from a file's name; None if the extension is unknown.

    >>> format_of("a.html.gz"), format_of("CC-MAIN-1.warc.wet.gz"), format_of("notes.md")
    (<Format.PAGE: 1>, <Format.WARC: 6>, None)
    """
    return _FORMATS.get(extension_of(name))


def companion_of(folder: str) -> str | None:
    """The name, without extension, of the page whose parts a browser saved in this folder."""
    for ending in _COMPANION_ENDINGS:
        if folder.endswith(ending):
            return folder.removesuffix(ending)
    return None


def kind_of_name(name: str) -> str:
    """The kind of a skipped file for the report, from its name: usually its extension.

    >>> kind_of_name("site/Logo.PNG"), kind_of_name("site/.htaccess"), kind_of_name("README")
    ('.png', 'hidden files', 'files without an ending')
    """
    last = Path(name.rstrip("/")).name
    if companion_of(last):
        return "folders of a page's parts"
    if last.startswith("."):
        return "hidden files"
    return extension_of(last) or "files without an ending"
