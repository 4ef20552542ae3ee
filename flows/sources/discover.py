"""Finds the inputs of sources (files, folders, globs, URLs, `-`), sorted by name."""

from __future__ import annotations

import glob
import heapq
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING

from flows.sources.errors import ReadError, ReadErrorKind, UnsupportedSource, rejected
from flows.sources.file_formats import (
    PAGE_EXTENSIONS,
    RECORD_FORMATS,
    Format,
    companion_of,
    format_of,
    kind_of_name,
    split_compression,
)
from flows.sources.remote import STORE_SCHEMES, expand, is_remote, local_path, require_file_system
from flows.sources.sniff_format import format_of_found_file, format_of_named_file, name_note

if TYPE_CHECKING:
    from warehouse.model import Rejected

STDIN = "-"

_UNSUPPORTED_EXTENSIONS = (".wat", ".7z", ".rar", ".xlsx", ".xls", ".ods", ".pdf", ".doc", ".docx")
_URL_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_HTTP_URL = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_CREDENTIALS = re.compile(r"^(https?://)[^/?#]*@", re.IGNORECASE)

# How many names of skipped files a report lists.
MAX_SKIPPED_NAMES = 1_000

SortKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputRef:
    """One input to read: the locator shown to users, the path or URL to open, and the format.

    `note` says if its name shows another format.
    """

    locator: str
    path: str
    format: Format = Format.PAGE
    note: str = ""


def check_sources(sources: Sequence[str]) -> None:
    """Raise UnsupportedSource for the first source of a kind that presswash can't read."""
    for source in map(local_path, sources):
        if not source:
            raise UnsupportedSource(
                "A source is empty: name a file, a folder, a glob, a URL, or - ."
            )
        if is_remote(source):
            require_file_system(source)
            continue
        if _URL_SCHEME.match(source):
            if not _HTTP_URL.match(source):
                raise UnsupportedSource(
                    f"{source} is a URL that can't be read: give one of http, https, file,"
                    f" {', '.join(STORE_SCHEMES[:-1])} or {STORE_SCHEMES[-1]}."
                )
            continue
        plain = split_compression(source)[0]
        if plain.endswith(_UNSUPPORTED_EXTENSIONS) and not Path(source).is_dir():
            raise UnsupportedSource(
                f"{source} has a format that presswash can't read: unpack it or convert it to"
                " pages (.html .htm .xhtml .txt .mhtml), a .zip, .tar, .warc, .jsonl, .csv or"
                " .parquet first."
            )


class DiscoveredInputs(Iterator["InputRef | Rejected"]):
    """Iterates over all inputs of the sources, each once, sorted by name; found as it goes.

    The order of the sources doesn't matter. A folder gives the files below it that are pages or
    archives of pages, except hidden ones; a file that is named is always read. A source that can't
    be found or listed gives a Rejected. If `db`, the path of a warehouse, is given, locators are
    relative to its folder; inputs outside of it have absolute paths.
    """

    def __init__(self, sources: Sequence[str], db: str = "") -> None:
        check_sources(sources)
        self._base = os.path.dirname(os.path.abspath(db)) if db else None  # noqa: PTH100, PTH120
        self._own = set(map(hash, _own_files(db))) if db else set[int]()
        names = sorted({name for source in sources for name in _expand_glob(source)}, key=_sort_key)
        # 64-bit hashes of the real paths. For a million files they save about 60 MB of memory.
        self._given: set[int] = set()
        self._skipped: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._items = self._each_once(names)

    def __next__(self) -> InputRef | Rejected:
        return next(self._items)

    @property
    def skipped_kinds(self) -> Counter[str]:
        """How many files of each kind were skipped in the folders read so far."""
        return Counter(kind for key, kind in self._skipped.items() if key not in self._given)

    @property
    def skipped_names(self) -> list[tuple[str, str]]:
        """The first skipped files, each with its kind."""
        skipped = ((name, key) for key, name in self._names.items() if key not in self._given)
        return [(name, self._skipped[key]) for name, key in skipped]

    @property
    def n_skipped(self) -> int:
        """How many files were skipped in the folders read so far."""
        return self.skipped_kinds.total()

    def _each_once(self, names: Sequence[str]) -> Iterator[InputRef | Rejected]:
        entries = heapq.merge(*(_inputs_named(name) for name in names), key=lambda entry: entry[0])
        for _, real, item in entries:
            key = hash(real)
            if item is None and key in self._own:
                continue
            if item is None:
                kind = intern(kind_of_name(real or ""))
                if key not in self._skipped and len(self._names) < MAX_SKIPPED_NAMES:
                    self._names[key] = self._skipped_name(real or "")
                self._skipped[key] = kind
            elif real is None:
                yield self._located(item)
            elif key not in self._given:
                self._given.add(key)
                yield self._located(item)

    def _located(self, item: InputRef | Rejected) -> InputRef | Rejected:
        """The input with a locator that doesn't depend on the current directory.

        It is the path relative to the warehouse's folder or, outside of that, the absolute path.
        """
        if item.locator == STDIN or is_url(item.locator) or is_remote(item.locator):
            return item
        return replace(item, locator=self._locator(item.locator))

    def _skipped_name(self, path: str) -> str:
        return path if is_remote(path) else self._locator(printable_path(path))

    def _locator(self, path: str) -> str:
        if self._base is None:
            return path
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - links aren't followed
        inside = whole.is_relative_to(self._base)
        return str(whole.relative_to(self._base) if inside else whole)


def nothing_exists(sources: Sequence[str]) -> str | None:
    """The first source, if all sources are paths and none of them exists; otherwise None."""
    for source in map(local_path, sources):
        if source == STDIN or is_url(source) or os.path.lexists(source):
            return None
        if is_remote(source):
            try:
                expand(source)
            except FileNotFoundError:
                continue
            except (OSError, ReadError):
                return None
            return None
        if glob.has_magic(source) and glob.glob(source, recursive=True):  # noqa: PTH207
            return None
    return sources[0] if sources else None


def is_url(source: str) -> bool:
    """Whether a source is an http or https URL, and not a path."""
    return _HTTP_URL.match(source) is not None


def url_input(url: str) -> InputRef:
    """The input for a URL; its locator, which is stored and shown, has no user and password."""
    return InputRef(without_credentials(url), url, Format.URL)


def without_credentials(url: str) -> str:
    """The URL without a user name and a password.

    >>> without_credentials("https://editor:secret@news.example/a@b")
    'https://news.example/a@b'
    """
    return _CREDENTIALS.sub(r"\1", url)


def printable_path(path: str) -> str:
    r"""The path as valid Unicode for the warehouse: bytes that aren't UTF-8 become \xNN."""
    return os.fsencode(os.path.normpath(path)).decode("utf-8", "backslashreplace")


def _expand_glob(source: str) -> list[str]:
    source = local_path(source)
    if source == STDIN or is_url(source) or is_remote(source):
        return [source]
    if not os.path.lexists(source) and glob.has_magic(source):
        # Path.glob doesn't accept absolute patterns.
        return glob.glob(source, recursive=True) or [source]  # noqa: PTH207
    return [source]


def _sort_key(path: str) -> SortKey:
    if is_url(path):
        return (path,)
    if is_remote(path):
        return tuple(path.split("/"))
    return Path(os.path.normpath(path)).parts


# The sort key; the real path of a file, by which each is read only once; and the input, or None for
# a file to skip.
DiscoveryEntry = tuple[SortKey, "str | None", "InputRef | Rejected | None"]


def _inputs_named(name: str) -> Iterator[DiscoveryEntry]:
    """The inputs of one source, sorted."""
    if name == STDIN:
        yield ("",), STDIN, InputRef(STDIN, STDIN)
        return
    if is_url(name):
        yield _sort_key(name), name, url_input(name)
        return
    if is_remote(name):
        yield from _remote_inputs(name)
        return
    yield from _local_inputs(name)


def _local_inputs(name: str) -> Iterator[DiscoveryEntry]:
    try:
        status = Path(name).stat()
    except (OSError, ValueError) as error:
        reject = rejected(printable_path(name), error)
        if glob.has_magic(name) and not os.path.lexists(name):
            reject = replace(reject, message="no file or folder matches this pattern")
        yield _sort_key(name), None, reject
        return
    if not stat.S_ISDIR(status.st_mode):
        yield _sort_key(name), _real_path(name), _input_ref(name, format_of_named_file(name))
        return
    empty, records = True, ""
    for entry in _walk(name):
        empty = empty and entry[2] is None
        if not records and entry[1] and format_of(entry[1]) in RECORD_FORMATS:
            records = Path(entry[1]).name
        yield entry
    if empty:
        endings = " ".join(PAGE_EXTENSIONS)
        why = f"the folder has no page ({endings} .mhtml) and no archive of pages"
        if records:
            why += f"; tables and feeds such as {records} are read when you name them"
        yield (
            _sort_key(name),
            None,
            rejected(printable_path(name), ReadError(ReadErrorKind.NO_PAGES, why)),
        )


def _remote_inputs(source: str) -> Iterator[DiscoveryEntry]:
    """The inputs of a remote file, folder or pattern, selected as on the local disk."""
    try:
        urls, is_folder = expand(source)
    except (OSError, ReadError) as error:
        yield _sort_key(source), None, rejected(source, error)
        return
    top = source.rstrip("/").count("/") + 1
    pages = {url.rpartition(".")[0] for url in urls if url.lower().endswith((".html", ".htm"))}
    for key, url in sorted((_sort_key(url), url) for url in urls):
        if not is_folder:
            yield key, url, InputRef(url, url, format_of_named_file(url))
            continue
        folders = key[top:-1]
        parts = [
            "/".join((*key[: top + n], beside))
            for n, name in enumerate(folders)
            if (beside := companion_of(name))
        ]
        is_hidden = any(name.startswith(".") for name in key[top:])
        is_part = is_hidden or not pages.isdisjoint(parts)
        form = None if is_part else format_of_found_file(url)
        is_page = form is not None and form not in RECORD_FORMATS
        yield key, url, InputRef(url, url, form) if is_page and form else None


def _walk(top: str) -> Iterator[DiscoveryEntry]:
    """The files below a folder, depth first, in order of name.

    Each folder is entered only once, so that symbolic links can't cause endless loops.
    """
    real = _real_path(top)
    entered = {real}
    listings = [_listing(top, real)]
    while listings:
        entry = next(listings[-1], None)
        if entry is None:
            listings.pop()
        elif isinstance(entry, _Folder):
            if entry.real not in entered:
                entered.add(entry.real)
                listings.append(_listing(entry.path, entry.real))
        else:
            yield entry


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    real: str


def _listing(path: str, real: str) -> Iterator[DiscoveryEntry | _Folder]:
    try:
        with os.scandir(path) as scan:
            entries: Iterable[os.DirEntry[str]] = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield _sort_key(path), None, rejected(printable_path(path), error)
        return
    pages = {
        Path(entry.name).stem for entry in entries if entry.name.lower().endswith((".html", ".htm"))
    }
    for entry in entries:
        linked = entry.is_symlink()
        beyond = _real_path(entry.path) if linked else str(Path(real) / entry.name)
        if _is_folder(entry):
            if companion_of(entry.name) in pages:
                yield _sort_key(entry.path), beyond, None
            elif not _is_hidden(entry):
                yield _Folder(entry.path, beyond)
        else:
            form = None if _is_hidden(entry) else format_of_found_file(entry.path)
            page = None if form is None or form in RECORD_FORMATS else _input_ref(entry.path, form)
            yield _sort_key(entry.path), beyond, page


def _input_ref(path: str, form: Format) -> InputRef:
    return InputRef(printable_path(path), path, form, name_note(path, form))


def _own_files(db: str) -> list[str]:
    """The real paths of the warehouse's own files and of the configuration file beside it."""
    own = os.path.realpath(db)
    settings = str(Path(own).parent / "presswash.toml")
    return [own, *(f"{own}{ending}" for ending in ("-wal", "-shm", "-journal", ".lock")), settings]


def _real_path(path: str) -> str:
    """The path with symbolic links resolved, as far as they can be read."""
    try:
        return os.path.realpath(path)
    except OSError:
        # Some links in /proc can't even be inspected.
        return str(Path(path).absolute())


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(".")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A dangling link; the error is reported when it is read.
        return False
