"""Reads a corpus: a folder of `.jsonl` files (lists) with an annotated page in each row.

A row of `articles.jsonl`, `languages.jsonl` and `web.jsonl` has the text of the main content as
`body`. A row of `segments.jsonl` has pieces of the main content as `with`, and pieces of
boilerplate as `without`. Every row has an `id` and `html`, the name of the page's file in the same
folder, gzipped or not. If known, it has `set`, `url`, `title`, `authors`, `date`, `language` and
`type`, the page type. A page without `type` is an article, except on the list `web`. The folder may
have further lists with rows of the same form.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cleaners.model import PageType

LISTS = ("articles", "segments", "languages", "web")
_LISTS_OF_ARTICLES = frozenset(LISTS[:3])
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gob", "gov", "ne", "net", "or", "org"))


class CorpusError(Exception):
    """The folder of annotated pages is invalid; the message says why."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A page and its annotations; None means unknown.

    Either `body` is the complete text of the main content, or `with_` and `without` are pieces that
    the cleaned text must and must not have. `date` is an ISO 8601 date, `on_list` one of `LISTS`.
    """

    id: str
    set: str
    site: str
    file: Path
    body: str | None = None
    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] | None = None
    date: str | None = None
    language: str | None = None
    page_type: PageType | None = None
    on_list: str = LISTS[0]

    def payload(self) -> bytes:
        """The page's bytes; raises OSError if its file can't be read."""
        raw = self.file.read_bytes()
        if self.file.suffix != ".gz":
            return raw
        try:
            return gzip.decompress(raw)
        except (EOFError, zlib.error) as error:
            raise gzip.BadGzipFile(str(error)) from error


def read_corpus(
    folder: Path, lists: Sequence[str] = LISTS, sample: int | None = None
) -> list[Annotated]:
    """The pages of all `lists` that the folder has, at most `sample` of each set.

    The sample is the same in every run: the pages whose ids have the smallest hashes. Raises
    CorpusError if the folder has none of the lists, or if a row is invalid.
    """
    pages: list[Annotated] = []
    for name in lists:
        path = folder / f"{name}.jsonl"
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            if line.strip():
                pages.append(_annotated(folder, name, line, f"{path}, line {number}"))
    if not pages:
        wanted = " or ".join(f"{name}.jsonl" for name in lists)
        raise CorpusError(f"{folder}: no annotated pages: looked for {wanted}")
    return pages if sample is None else _sampled(pages, sample)


def folds_of(pages: Sequence[Annotated], folds: int) -> list[int]:
    """The number of the fold that holds out each page; all pages of a site are in the same fold.

    Raises CorpusError if there are fewer sites than folds.
    """
    sites = sorted({page.site for page in pages})
    if len(sites) < folds:
        raise CorpusError(f"the pages come from {len(sites)} sites: too few for {folds} folds")
    fold = {site: number % folds for number, site in enumerate(sites)}
    return [fold[page.site] for page in pages]


def _annotated(folder: Path, name: str, line: str, where: str) -> Annotated:
    try:
        row = json.loads(line)
        key, file = str(row["id"]), folder / row["html"]
        if "body" not in row and "with" not in row:
            raise CorpusError(f"{where}: a row needs a body, or with and without")
        authors, date = row.get("authors"), row.get("date")
        return Annotated(
            id=key,
            set=str(row.get("set") or name),
            site=_site(row, key),
            file=file,
            body=row.get("body"),
            with_=tuple(row.get("with") or ()),
            without=tuple(row.get("without") or ()),
            title=row.get("title") or None,
            authors=tuple(authors) if authors else None,
            date=str(date)[:10] if date else None,
            language=row.get("language") or None,
            page_type=_page_type(row.get("type"), name),
            on_list=name,
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise CorpusError(f"{where}: not a JSON object of the right form: {error}") from error
    except KeyError as error:
        raise CorpusError(f"{where}: the row has no {error}") from error


def _page_type(named: object, on_list: str) -> PageType | None:
    """The page type in a row, or the default type of its list."""
    if named in list(PageType):
        return PageType(str(named))
    return PageType.ARTICLE if on_list in _LISTS_OF_ARTICLES and named is None else None


def _site(row: dict[str, Any], key: str) -> str:
    """The publisher of a page, by which pages are split into folds.

    It is the main label of the host's registrable domain. Rows of the Fundus collection have no
    URL, but their ids name the publisher: `fundus-de-Spiegel_2024_05_01`. Some rows of
    trafilatura's collection have a file name as URL, which starts with the host:
    `hard::example.org-story.html`.
    """
    if row.get("set") == "fundus" and key.count("-") >= 2:
        return _letters_and_digits(re.sub(r"_\d{4}.*", "", key).split("-", 2)[2])
    url = str(row.get("url") or "")
    host = urlsplit(url).netloc or re.sub(r"^\w+::", "", url).split("-")[0] or key
    labels = host.lower().split(":")[0].split(".")
    most = len(labels)
    while len(labels) > 1 and (len(labels) == most or labels[-1] in _SECOND_LEVEL):
        labels.pop()
    return _letters_and_digits(labels[-1])


def _letters_and_digits(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _sampled(pages: Sequence[Annotated], sample: int) -> list[Annotated]:
    chosen: set[str] = set()
    for name in {page.set for page in pages}:
        ids = {page.id for page in pages if page.set == name}
        chosen |= set(sorted(ids, key=lambda key: hashlib.sha256(key.encode()).digest())[:sample])
    return [page for page in pages if page.id in chosen]
