"""The objects that `--json` prints of a page, wherever it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.model import Block


def block_objects(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Every block in order, kept or removed, and why."""
    return [
        {
            "text": block.text,
            "kind": str(block.kind),
            "kept": block.kept,
            "reason": str(block.removal.reason) if block.removal else None,
            "cleaner": block.removal.cleaner if block.removal else None,
            "detail": block.removal.detail if block.removal else None,
        }
        for block in blocks
    ]
