"""Explains an invalid configuration: what is wrong, and in which line or variable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

PREFIX = "PRESSWASH_"

# Plain words for pydantic's error types.
_PLAIN_WORDS = {
    "extra_forbidden": "there is no such setting",
    "unexpected_keyword_argument": "there is no such setting",
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "int_from_float": "give a whole number",
    "float_parsing": "give a number",
    "float_type": "give a number",
    "bool_parsing": "give true or false",
    "bool_type": "give true or false",
    "string_type": "give a text, in quotes",
    "tuple_type": "give a list, in [ ]",
    "greater_than_equal": "the minimum is {ge}",
    "greater_than": "it must be more than {gt}",
    "less_than_equal": "the maximum is {le}",
    "missing": "it is missing",
    "enum": "choose one of {expected}",
    "string_pattern_mismatch": "it doesn't match the pattern {pattern}",
    "dataclass_type": "give a table, such as [politeness]",
    "model_type": "give a table, such as [politeness]",
}


def config_error_sentence(path: Path, text: str, error: ValidationError) -> str:
    """A sentence about the first error, with its line or variable."""
    first = error.errors(include_url=False)[0]
    place = [part for part in first["loc"] if part != "PRESSWASH_DB"] or ["warehouse"]
    name = ".".join(str(part) for part in place if not isinstance(part, int))
    plainer = _PLAIN_WORDS.get(first["type"])
    bounds = {name: _written(bound) for name, bound in first.get("ctx", {}).items()}
    what = plainer.format(**bounds) if plainer else first["msg"]
    what = what.removeprefix("Value error, ")
    if variable := _variable(place, os.environ):
        where = f"the variable {variable}"
    else:
        line = line_of(text, place)
        where = f"{path}, line {line}" if line else str(path)
    return f"{where}: {name}: {what[:1].lower()}{what[1:]}"


def _written(bound: object) -> object:
    """A bound in the notation of presswash.toml."""
    return f"{bound.total_seconds():g}s" if isinstance(bound, timedelta) else bound


def _variable(place: list[Any], environment: Mapping[str, str]) -> str | None:
    """The environment variable that sets a value, if any; variables override the file."""
    by_name = {name.upper(): name for name in environment}
    names = [str(part).upper() for part in place]
    candidates = [PREFIX + "__".join(names[:depth]) for depth in range(len(names), 0, -1)]
    if names[:1] == ["WAREHOUSE"]:
        candidates.insert(0, "PRESSWASH_DB")
    return next((by_name[one] for one in candidates if one in by_name), None)


def line_of(text: str, place: list[Any]) -> int | None:
    r"""The number, from 1, of the line that sets the value at a path; None if there is none.

    >>> line_of('a = 1\n[[b]]\nc = 2\n[[b]]\nc = 3\n', ["b", 1, "c"])
    5
    """
    table: list[Any] = []
    counts: dict[str, int] = {}
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([\w.\-\"' ]+?)\s*\]", line):
            names = [part.strip(" \"'") for part in header[2].split(".")]
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
                table = [*names, counts[header[2]]]
            else:
                table = list(names)
            found = table
        elif key := re.match(r"\s*([\w\-\"'.]+)\s*=", line):
            found = [*table, *(part.strip("\"'") for part in key[1].split("."))]
        else:
            continue
        depth = _shared(found, place)
        if depth == len(found) and depth and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def _shared(one: list[Any], other: list[Any]) -> int:
    depth = 0
    for a, b in zip(one, other, strict=False):
        if str(a) != str(b):
            break
        depth += 1
    return depth
