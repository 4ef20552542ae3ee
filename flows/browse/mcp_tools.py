"""Tools of the MCP server: why a block was removed, the versions of an article, its duplicates.

The plugin datasette-mcp runs the server, and has tools for SQL. Without it, this isn't imported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from flows.browse.render import shown
from warehouse.errors import WarehouseError
from warehouse.opening import open_readonly
from warehouse.warehouse import Warehouse

T = TypeVar("T")
_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class RemovedBlock:
    """A block that was removed: its place in the page, from 0, why, and by which cleaner."""

    position: int
    text: str
    reason: str
    detail: str
    cleaner: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """A version of an article, and the share of words, 0 to 1, in common with the one before."""

    record: int
    url: str | None
    captured_at: str
    n_words: int
    similarity_to_previous: float | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record of a cluster of near-duplicates, and the share of words in common with the first."""

    record: int
    title: str
    site: str | None
    relation: str
    similarity: float


def add_tools(mcp: Any, find: Callable[[Any, str], Awaitable[Path | None]]) -> None:
    """Add the tools to an MCP server.

    `find` returns the file of the warehouse with a name ("" for the first one), or None if there is
    none that the actor may see.
    """

    async def ask(ctx: Context, database: str, read: Callable[[Warehouse], T]) -> T:
        scope = getattr(ctx.request_context.request, "scope", {})
        path = await find(scope.get("actor"), database)
        if path is None:
            raise ToolError(f"There is no warehouse {database!r}.")
        return await asyncio.to_thread(_read, path, read)

    async def why_removed(record: int, ctx: Context, database: str = "") -> list[RemovedBlock]:
        """The blocks that were removed from the page of a record, and why.

        `database` names the warehouse; by default it is the first one.
        """
        return await ask(ctx, database, lambda warehouse: _removed(warehouse, record))

    async def versions(record: int, ctx: Context, database: str = "") -> list[ArticleVersion]:
        """The versions of the article that a record holds, the oldest first.

        `database` names the warehouse; by default it is the first one.
        """
        return await ask(ctx, database, lambda warehouse: _versions(warehouse, record))

    async def duplicates(record: int, ctx: Context, database: str = "") -> list[Duplicate]:
        """Up to 50 records of the cluster of near-duplicates that a record is in.

        `database` names the warehouse; by default it is the first one.
        """
        return await ask(ctx, database, lambda warehouse: _duplicates(warehouse, record))

    reading = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in (why_removed, versions, duplicates):
        mcp.tool(annotations=reading)(tool)


def _read(path: Path, read: Callable[[Warehouse], T]) -> T:
    try:
        with open_readonly(path) as warehouse:
            return read(warehouse)
    except WarehouseError as error:
        raise ToolError(str(error)) from error


def _removed(warehouse: Warehouse, record: int) -> list[RemovedBlock]:
    found = warehouse.record(record)
    if found is None:
        raise ToolError(f"There is no record {record}.")
    return [
        RemovedBlock(
            number,
            shown(block.text, _MAX_CHARS),
            str(block.removal.reason),
            shown(block.removal.detail, _MAX_CHARS),
            block.removal.cleaner,
            block.removal.confidence,
        )
        for number, block in enumerate(found.blocks)
        if block.removal
    ]


def _versions(warehouse: Warehouse, record: int) -> list[ArticleVersion]:
    return [
        ArticleVersion(
            one.document_id,
            one.url,
            one.captured_at,
            one.n_words,
            one.similarity_to_previous,
            one.is_current,
        )
        for one in warehouse.history(record).versions
    ]


def _duplicates(warehouse: Warehouse, record: int) -> list[Duplicate]:
    if warehouse.record(record) is None:
        raise ToolError(f"There is no record {record}.")
    return [
        Duplicate(
            one.id,
            shown(one.title, _MAX_CHARS),
            one.site,
            str(one.relation or "canonical"),
            one.similarity,
        )
        for one in warehouse.surroundings(record).cluster
    ]
