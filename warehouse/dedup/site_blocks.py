"""Finds the blocks that recur on a site: its template, and the fixed wording of its forms.

A block recurs if it appears on pages with several different headlines. Recurring blocks take no
part in the comparison of pages. On pages that consist mostly of text of their own they are also
marked as `template`. Which blocks recur depends only on the pages of the group, not on the order in
which they arrived.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from cleaners.model import Removal
from cleaners.reasons import Reason
from cleaners.site_rules import SiteRule
from cleaners.text.shingles import spelled_tokens, tokens
from warehouse.blocks import KEPT_BLOCKS, block_id, refresh_reasons, removal_id
from warehouse.dedup.page_groups import current_groups
from warehouse.dedup.recent_rows import merge_site_blocks
from warehouse.site_rules import rules_of
from warehouse.sqlite.functions import string_digest
from warehouse.sqlite.ids import id_list

CLEANER = "site"
# The view `blocks` adds the number of pages.
DETAIL = "it stands on page after page of the site"
_TEMPLATE = Removal(Reason.TEMPLATE, CLEANER, DETAIL)
MIN_BLOCK_WORDS = 3
_MIN_WORDS_BESIDE_NUMBERS = 6
# A block recurs if the pages it appears on have at least this many different headlines.
MIN_HEADLINES = 4
# Different headlines over pages. Copies of one story have few different headlines.
MIN_HEADLINE_SHARE = 0.6
# At most this many pages of a block are examined: those with the smallest headline digests.
_SAMPLE = 64
# Recurring blocks are left out of the comparison only on pages that have at least this many words,
# and this share of words, outside them.
MIN_OWN_WORDS = 20
MIN_OWN_SHARE = 0.15
# Recurring blocks are marked as template only on pages with at least this share of words outside
# them. A page with less is a filled-in form.
MIN_TEMPLATE_OWN_SHARE = 0.5
# A recurring passage stays if it has at least this many words and begins within this first part of
# the page: it is the standing introduction of a series.
_INTRODUCTION_WORDS = 40
_INTRODUCTION_END = 1 / 3


class SiteBlock(NamedTuple):
    """A block that pages of a group may share: the group's ID and the digest of the block."""

    group: int
    digest: int


@dataclass(frozen=True, slots=True)
class _KeptBlock:
    """A block that the cleaner kept, with its position in the document."""

    position: int
    digest: int | None
    n_words: int
    is_heading: bool
    is_marked: bool
    site_digest: int | None
    is_kept_by_person: bool


@dataclass(frozen=True, slots=True)
class _PageBlocks:
    """The kept blocks of a document in order, the digest of its headline, and its group's ID.

    The digest has 32 bits, which saves space: only the headlines of one block are compared.
    """

    group: int | None
    headline: int
    blocks: tuple[_KeptBlock, ...]

    def entry(self, block: _KeptBlock) -> SiteBlock | None:
        """The block's entry in the group; None if the block can't be part of a template."""
        if self.group is None or block.digest is None:
            return None
        return SiteBlock(self.group, block.digest)

    def entries(self) -> set[SiteBlock]:
        return {entry for one in self.blocks if (entry := self.entry(one)) is not None}


@lru_cache(maxsize=4096)
def block_digest(text: str) -> tuple[int | None, int]:
    """The digest of a block's words, and the number of words.

    Numbers in the text don't affect the digest, unless the block has few other words, as in “Part
    number 145-307”. The digest is None if the block is too short to count as a template.
    """
    words = spelled_tokens(text)
    if len(words) < MIN_BLOCK_WORDS:
        return None, len(words)
    folded = " ".join(words).casefold().split(" ")
    numbers = {*filter(str.isnumeric, folded)}
    if numbers:
        left_open = ["0" if word in numbers else word for word in folded]
        if len(folded) - left_open.count("0") >= _MIN_WORDS_BESIDE_NUMBERS:
            return _digest(left_open), len(words)
    return _digest(folded), len(words)


def _digest(words: Iterable[str]) -> int:
    import xxhash

    digest = xxhash.xxh3_64_digest(" ".join(words).encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest, "big", signed=True)


def forget_blocks(db: sqlite3.Connection, documents: Collection[int]) -> set[int]:
    """Delete the site blocks of documents before their blocks are replaced.

    Returns the IDs of the other documents that must be marked again.
    """
    return _change(db, _read(db, documents), insert=False) - {*documents}


def learn_blocks(
    db: sqlite3.Connection, documents: Collection[int], captured: Iterable[int] = ()
) -> set[int]:
    """Store the site blocks of documents; returns the IDs of the documents to mark again.

    These include the given documents that have recurring blocks. `captured` are documents already
    stored that a new capture may have moved to another group.
    """
    groups = current_groups(db, {*documents, *captured})
    before = dict(
        db.execute(
            "SELECT id, group_id FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(groups),),
        )
    )
    changed = {document for document, group in groups.items() if group != before[document]}
    moved = changed - {*documents}
    concerned = _change(db, _read(db, moved), insert=False)
    db.executemany(
        "UPDATE document SET group_id = ? WHERE id = ?",
        [(groups[document], document) for document in changed],
    )
    return concerned | moved | _change(db, _read(db, {*documents, *moved}), insert=True)


def _change(db: sqlite3.Connection, pages: Mapping[int, _PageBlocks], *, insert: bool) -> set[int]:
    rows = _rows(pages)
    entries = {SiteBlock(group, digest) for group, digest, *_ in rows}
    before = _headlines(db, entries)
    if insert:
        db.executemany(
            "INSERT INTO site_block (group_id, digest, headline, document_id) VALUES (?, ?, ?, ?)",
            rows,
        )
        merge_site_blocks(db, pages)
        after = {entry: [*some] for entry, some in before.items()}
        for group, digest, headline, _ in rows:
            after.setdefault(SiteBlock(group, digest), []).append(headline)
        after = {entry: sorted(some)[:_SAMPLE] for entry, some in after.items()}
    else:
        for table in ("site_block", "merged_site_block"):
            db.executemany(
                f"DELETE FROM {table}"  # noqa: S608 - names of ours
                " WHERE group_id = ? AND digest = ? AND headline = ? AND document_id = ?",
                rows,
            )
        after = _headlines(db, entries)
    recurred, recur = _recurring(before), _recurring(after)
    concerned = {document for group, digest, _, document in rows if (group, digest) in recur}
    for entry in recurred ^ recur:
        concerned.update(
            document
            for (document,) in db.execute(
                "SELECT document_id FROM every_site_block WHERE group_id = ? AND digest = ?", entry
            )
        )
    return concerned


def _rows(pages: Mapping[int, _PageBlocks]) -> list[tuple[int, int, int, int]]:
    return sorted(
        (*entry, page.headline, document)
        for document, page in pages.items()
        for entry in page.entries()
    )


def site_block_rows(db: sqlite3.Connection, documents: Iterable[int]) -> list[tuple[int, ...]]:
    """The rows that `site_block` should have for these documents."""
    return [*_rows(_read(db, documents))]


def recurring(db: sqlite3.Connection, entries: Iterable[SiteBlock]) -> set[SiteBlock]:
    """Which of the given blocks recur in their group."""
    return _recurring(_headlines(db, entries))


def _headlines(db: sqlite3.Connection, entries: Iterable[SiteBlock]) -> dict[SiteBlock, list[int]]:
    """The headlines of the pages that have each block; only the blocks that a page has.

    The cost doesn't grow with the number of pages that have a block.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for group, digest in sorted(entries):
        groups[group].append(digest)
    return {
        SiteBlock(group, digest): json.loads(found)
        for group, digests in groups.items()
        for digest, found in db.execute(
            # Few of the blocks of new pages are there, and a list is costly even if it is empty.
            "SELECT q.value, (SELECT json_group_array(headline) FROM"
            "   (SELECT headline FROM every_site_block WHERE group_id = ?1 AND digest = q.value"
            "    ORDER BY headline LIMIT ?2))"
            " FROM json_each(?3) AS q WHERE EXISTS"
            "   (SELECT 1 FROM every_site_block WHERE group_id = ?1 AND digest = q.value)",
            (group, _SAMPLE, json.dumps(digests)),
        )
    }


def _recurring(headlines: Mapping[SiteBlock, Sequence[int]]) -> set[SiteBlock]:
    return {entry for entry, some in headlines.items() if _recurs(some)}


def _recurs(headlines: Sequence[int]) -> bool:
    different = len(set(headlines))
    return different >= MIN_HEADLINES and different >= MIN_HEADLINE_SHARE * len(headlines)


def mark_blocks(db: sqlite3.Connection, documents: Collection[int]) -> set[int]:
    """Mark the recurring blocks of documents and unmark the others.

    Updates the full-text index and the word counts. Returns the IDs of the documents whose marks
    changed.
    """
    rows: list[tuple[int | None, int | None, int]] = []
    changed: set[int] = set()
    reworded: dict[int, int] = {}
    for document, page, marks in _marked_pages(db, documents):
        for one in page.blocks:
            digest, is_template = marks.get(one.position, (None, False))
            if (digest, is_template) == (one.site_digest, one.is_marked):
                continue
            changed.add(document)
            if is_template != one.is_marked:
                reworded[document] = sum(
                    other.n_words
                    for other in page.blocks
                    if not marks.get(other.position, (None, False))[1]
                )
            removal = removal_id(db, _TEMPLATE) if is_template else None
            rows.append((digest, removal, block_id(document, one.position)))
    ids = id_list(reworded)
    db.execute(
        "INSERT INTO article_search (article_search, rowid, title, text)"
        " SELECT 'delete', id, title, text FROM search_text"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    db.executemany("UPDATE block SET site_digest = ?, removal_id = ? WHERE id = ?", rows)
    refresh_reasons(db, reworded)
    db.executemany(
        "UPDATE document SET n_words = ? WHERE id = ?",
        [(n_words, document) for document, n_words in reworded.items()],
    )
    db.execute(
        "INSERT INTO article_search (rowid, title, text)"
        " SELECT id, title, text FROM search_text WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return changed


def wrongly_marked(db: sqlite3.Connection, documents: Iterable[int]) -> set[int]:
    """The IDs of the given documents whose marks are not those that follow from their group."""
    return {
        document
        for document, page, marks in _marked_pages(db, documents)
        for one in page.blocks
        if marks.get(one.position, (None, False)) != (one.site_digest, one.is_marked)
    }


def _marked_pages(
    db: sqlite3.Connection, documents: Iterable[int]
) -> Iterator[tuple[int, _PageBlocks, dict[int, tuple[int, bool]]]]:
    """Yield each document's ID, its blocks, and the marks that the blocks should have."""
    pages = _read(db, documents)
    recur = recurring(db, set().union(*(page.entries() for page in pages.values())))
    kept = {SiteBlock(*row) for row in db.execute("SELECT group_id, digest FROM kept_template")}
    for document, page in pages.items():
        yield document, page, _marks(page, recur, kept)


def _marks(
    page: _PageBlocks, recur: set[SiteBlock], kept: set[SiteBlock]
) -> dict[int, tuple[int, bool]]:
    """By position, each recurring block's digest, and whether it is marked as template."""
    found = {
        one.position: entry
        for one in page.blocks
        if (entry := page.entry(one)) is not None and entry in recur
    }
    words = sum(one.n_words for one in page.blocks)
    own = sum(one.n_words for one in page.blocks if one.position not in found)
    if own < MIN_OWN_WORDS or own < MIN_OWN_SHARE * words:
        return {}
    times = Counter(one.digest for one in page.blocks)
    marks: dict[int, tuple[int, bool]] = {}
    above = 0
    for one, following in zip_longest(page.blocks, page.blocks[1:]):
        if one.position in found:
            entry = found[one.position]
            introduces = one.n_words >= _INTRODUCTION_WORDS and above < _INTRODUCTION_END * words
            heads_own_text = (
                one.is_heading and following is not None and following.position not in found
            )
            stays = (
                own < MIN_TEMPLATE_OWN_SHARE * words
                or introduces
                or heads_own_text
                or times[one.digest] > 1
                or entry in kept
                or one.is_kept_by_person
            )
            marks[one.position] = entry.digest, not stays
        above += one.n_words
    return marks


def _read(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, _PageBlocks]:
    """The blocks of each document that the cleaner kept, before any template marks."""
    ids = id_list(documents)
    facts = {
        document: (group, title)
        for document, group, title in db.execute(
            "SELECT id, group_id, title FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (ids,),
        )
    }
    blocks: dict[int, list[_KeptBlock]] = defaultdict(list)
    first: dict[int, str] = {}
    rules = rules_of(db, facts)
    for document, position, text, path, is_heading, is_marked, site_digest, is_kept in db.execute(
        "SELECT document_id, position, text, path, is_heading, is_marked, site_digest,"  # noqa: S608
        " EXISTS (SELECT 1 FROM correction AS k WHERE k.document_id = b.document_id"
        "  AND k.what = 'block' AND k.text = b.text AND k.new IS NULL)"
        f" FROM ({KEPT_BLOCKS}) AS b ORDER BY b.id",
        (string_digest(DETAIL), CLEANER, ids),
    ):
        first.setdefault(document, text)
        blocks[document].append(
            _KeptBlock(
                position,
                *block_digest(text),
                bool(is_heading),
                bool(is_marked),
                site_digest,
                bool(is_kept) or _keeps(rules.get(document, ()), text, path),
            )
        )
    return {
        document: _PageBlocks(
            group,
            _digest(tokens(title or first.get(document, ""))) >> 32,
            tuple(blocks[document]),
        )
        for document, (group, title) in facts.items()
    }


def _keeps(rules: Iterable[SiteRule], text: str, path: str) -> bool:
    found = [rule for rule in rules if rule.matches(text, path)]
    return bool(found) and max(found, key=lambda rule: rule.id).reason is None
