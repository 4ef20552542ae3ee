"""Reads the documentation, and runs the commands and examples that it shows."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import typer

from flows.cli import run
from flows.cli.app import build, load_commands

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs" / "README.md"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "BENCHMARKS.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]

ELLIPSIS = "…"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_TABLE = re.compile(r"<!-- options: (\w+) -->\n(.*?)<!-- end of options -->", re.S)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{8}T\d{12}Z|\d{4}-\d\d-\d\d \d\d:\d\d [A-Z]{3,4}"
)
_DURATION = re.compile(r"in \d[\d.,]* m?s\b(?: \(\d[\d.,]* pages/s\))?")
_MAKES = ("ingest", "seeds")
_SEEDS_WRITTEN = 1_795_305_600  # so that first sightings are the same everywhere


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: its language, its text, and where the text stands in the page."""

    language: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A command of a console block, and the output that the page shows."""

    command: str
    shown: list[str]

    @property
    def arguments(self) -> list[str]:
        return shlex.split(self.command)[1:]


def blocks(page: str) -> Iterator[Block]:
    for match in _FENCE.finditer(page):
        yield Block(match[1], match[2], match.start(2), match.end(2))


def examples(block: Block) -> list[Example]:
    """The commands of a console block, each with the lines below it."""
    found: list[Example] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Example(line[2:], []))
        else:
            found[-1].shown.append(line)
    return found


@contextmanager
def playground() -> Iterator[None]:
    """A temporary working folder with `seeds/`, in which no configuration applies."""
    before = Path.cwd()
    kept = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder, "seeds")
        shutil.copytree(ROOT / "seeds", seeds)
        for seed in seeds.iterdir():
            os.utime(seed, (_SEEDS_WRITTEN, _SEEDS_WRITTEN))
        for name in [name for name in os.environ if name.startswith(("PRESSWASH_", "PREFECT_"))]:
            del os.environ[name]
        os.environ |= {
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "PREFECT_PROFILES_PATH": str(Path(folder, "no-profiles.toml")),
        }
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ |= kept


def output(arguments: list[str]) -> list[str]:
    """What a command line of presswash prints, errors included, line by line."""
    with tempfile.TemporaryFile() as file:
        kept = [(number, os.dup(number)) for number in (1, 2)]
        streams = sys.stdout, sys.stderr
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            for number, _ in kept:
                os.dup2(file.fileno(), number)
            with (
                open(1, "w", encoding="utf-8", closefd=False) as out,
                open(2, "w", encoding="utf-8", closefd=False, buffering=1) as err,
            ):
                sys.stdout, sys.stderr = out, err
                run(arguments)
        finally:
            sys.stdout, sys.stderr = streams
            for number, copy in kept:
                os.dup2(copy, number)
                os.close(copy)
        file.seek(0)
        text = file.read().decode()
    return [line.rstrip() for line in text.splitlines()]


def same(shown: list[str], printed: list[str]) -> bool:
    """Whether a page shows what a command printed; a line of `…` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ELLIPSIS else re.escape(_timeless(line)) + r"\n"
        for line in _trimmed(shown)
    )
    return bool(re.fullmatch(pattern, "".join(f"{_timeless(s)}\n" for s in _trimmed(printed))))


def refreshed(shown: list[str], printed: list[str]) -> list[str]:
    """The output as a page should show it now: what it left out stays left out."""
    if same(shown, printed):
        return shown
    printed = _trimmed(printed)
    parts: list[list[str]] = [[]]
    for line in _trimmed(shown):
        if line.strip() == ELLIPSIS:
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1:
        return printed
    new, done = printed[: len(parts[0])], len(parts[0])
    for part in parts[1:-1]:
        at = _best(part, printed, done)
        new += [ELLIPSIS, *printed[at : at + len(part)]]
        done = at + len(part)
    return [*new, ELLIPSIS, *printed[max(done, len(printed) - len(parts[-1])) :]]


def _best(part: list[str], printed: list[str], start: int) -> int:
    def likeness(at: int) -> float:
        there = "\n".join(printed[at : at + len(part)])
        return SequenceMatcher(None, "\n".join(part), there, autojunk=False).ratio()

    return max(range(start, max(start + 1, len(printed) - len(part) + 1)), key=likeness)


def _trimmed(lines: list[str]) -> list[str]:
    return "\n".join(line.rstrip() for line in lines).strip("\n").splitlines()


def _timeless(line: str) -> str:
    return _DURATION.sub("in DURATION", _TIME.sub("TIME", line))


@cache
def seeded() -> bytes:
    """A warehouse with the seeds, as its file."""
    with playground():
        output([*_MAKES])
        return Path("presswash.db").read_bytes()


def rerun(page: str) -> str:
    """The page with the outputs that its commands give now, and today's tables of options.

    The commands find a warehouse with the seeds, unless the page begins by making it. A block of
    TOML is written to `presswash.toml` for the commands below it.
    """
    if "```console" in page and f"```console\n$ presswash {' '.join(_MAKES)}\n" not in page:
        Path("presswash.db").write_bytes(seeded())
    new, done = [], 0
    for block in blocks(page):
        if block.language == "toml":
            Path("presswash.toml").write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        lines: list[str] = []
        for example in examples(block):
            lines += [f"$ {example.command}"]
            lines += refreshed(example.shown, output(example.arguments))
            if example.shown and not example.shown[-1]:
                lines.append("")
        new += [page[done : block.start], "".join(f"{line}\n" for line in lines)]
        done = block.end
    page = "".join([*new, page[done:]])
    return _TABLE.sub(
        lambda m: f"<!-- options: {m[1]} -->\n{option_table(m[1])}<!-- end of options -->", page
    )


@cache
def commands() -> dict[str, Any]:
    """The commands of the command line by name."""
    group: Any = typer.main.get_command(build(load_commands()))
    return dict(group.commands)


def options(command: str) -> list[Any]:
    """The options of a command, `--help` left out."""
    return [p for p in commands()[command].params if p.param_type_name == "option"]


def option_table(command: str) -> str:
    """The options of a command as a Markdown table."""
    rows = ["| option | default | what it does |", "|---|---|---|"]
    for option in options(command):
        names = ", ".join(f"`{name}`" for name in (*option.opts[::-1], *option.secondary_opts))
        takes = f" `{option.metavar}`" if option.metavar else ""
        default = "" if option.default in (None, False, "", ()) else f"`{option.default}`"
        explained = option.help.replace("|", "\\|")
        rows.append(f"| {names}{takes} | {default} | {explained} |")
    return "\n".join(["", *rows, "", ""])


def failures(page: Path) -> list[str]:
    """What the Python examples of a page give other than they show."""
    text = page.read_text(encoding="utf-8")
    namespace: dict[str, object] = {}
    runner = doctest.DocTestRunner(
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False
    )
    found: list[str] = []
    for block in blocks(text):
        if block.language == "python":
            line = text.count("\n", 0, block.start)
            test = doctest.DocTestParser().get_doctest(
                block.text, namespace, page.name, str(page), line
            )
            test.globs = namespace
            runner.run(test, out=found.append, clear_globs=False)
    return found
