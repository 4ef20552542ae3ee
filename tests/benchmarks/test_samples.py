"""Sample pages against their gold: every line to keep, once and unaltered, and no line to drop."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.conftest import PRESSWASH

Report = Callable[[str, dict[str, object]], None]


def variants(text: str) -> Iterator[tuple[str, str]]:
    """The same page with other white space."""
    lines = text.split("\n")
    yield "as it is", text
    yield "trailing blanks", "\n".join(line + " \t " for line in lines)
    yield "Windows line ends", text.replace("\n", "\r\n")
    yield "no blank lines", "\n".join(line for line in lines if line.strip())


def mistakes(gold: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What is wrong with a cleaned page; nothing where it is all right."""
    wrong = [
        f"{key}: {found[key]!r} instead of {gold[key]!r}"
        for key in ("title", "authors", "published", "language")
        if found[key] != gold[key]
    ]
    lines = [line for line in found["text"].split("\n") if line]
    allowed = [line for line in lines if line not in gold["either"]]
    wrong += [f"lost, doubled or altered: {k[:60]}" for k in gold["keep"] if lines.count(k) != 1]
    wrong += [f"left in: {line[:60]}" for line in allowed if line not in gold["keep"]]
    return wrong


def test_the_samples_come_out_as_their_gold_says(
    samples: Path, tmp_path: Path, report: Report
) -> None:
    gold = (samples / "gold.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in gold.splitlines()]
    wrong = {}
    for row in rows:
        page = (samples / row["file"]).read_text(encoding="utf-8")
        for name, text in variants(page):
            file = tmp_path / row["file"]
            file.write_bytes(text.encode())
            command = [str(PRESSWASH), "clean", "--json", str(file)]
            ran = subprocess.run(command, capture_output=True, check=True)
            if found := mistakes(row, json.loads(ran.stdout)):
                wrong[f"{row['file']}, {name}"] = found
    report("samples", {"pages": len(rows), "variants": 4, "wrong": len(wrong)})
    assert wrong == {}
