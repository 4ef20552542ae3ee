"""Describes each view for Datasette: its title, its rows and its columns."""

from __future__ import annotations

import copy
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def view_texts() -> dict[str, Any]:
    """The metadata of a warehouse as Datasette expects it; the result is a new copy."""
    return copy.deepcopy(_read())


@cache
def _read() -> dict[str, Any]:
    described = tomllib.loads(Path(__file__).with_name("views.toml").read_text(encoding="utf-8"))
    common = described.pop("columns")
    for table in described["tables"].values():
        # A column that several views share is described once.
        names = table.pop("has", ())
        table["columns"] = {name: common[name] for name in names} | table.get("columns", {})
    return described
