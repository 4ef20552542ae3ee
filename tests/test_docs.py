"""What the documentation shows is what the product does, and what the product has is documented."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import presswash
from cleaners.model import Cleaner, Kind, Stage
from cleaners.reasons import Reason
from flows.config.config import Config
from tests.documentation import (
    INDEX,
    PAGES,
    ROOT,
    blocks,
    commands,
    failures,
    options,
    output,
    playground,
    rerun,
    seeded,
)
from warehouse.dedup.site_blocks import CLEANER
from warehouse.model import RunStatus

pytestmark = pytest.mark.usefixtures("cwd")

OTHER_TOOLS = {"--corpus", "--samples", "--pages", "--all", "--no-deps", "--help", "--version"} | {
    "--results",
    "--compare",
    "--install-completion",
    "--show-completion",
}
ALL = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.fixture
def cwd() -> Iterator[None]:
    with playground():
        yield


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S)


def code(page: Path) -> Iterator[str]:
    """Everything on a page that is set as code, but for what commands print."""
    yield from re.findall(r"`([^`\n]+)`", prose(page))
    for block in blocks(text_of(page)):
        if block.language in ("sh", "text"):
            yield from block.text.splitlines()
        elif block.language == "console":
            yield from (line for line in block.text.splitlines() if line.startswith("$ "))


def rows(page: Path, first: str) -> dict[str, list[str]]:
    """The table of a page whose first column has that head: the cells by the code in the first."""
    _, _, table = text_of(page).partition(f"\n| {first} |")
    found = {}
    for line in table.partition("\n\n")[0].splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        found |= dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), cells[1:])
    return found


def _without_options(text: str) -> str:
    return re.sub(r"<!-- options.*?end of options -->", "", text, flags=re.S)


@cache
def names_in_the_code() -> set[str]:
    """Every word of the code, and the names of its files."""
    found: set[str] = set()
    for room in ("presswash", "flows", "warehouse", "cleaners", "tests"):
        for file in (ROOT / room).rglob("*"):
            if file.suffix in (".py", ".sql", ".json", ".toml") and file != Path(__file__):
                found |= {file.stem, *re.findall(r"\w+", text_of(file))}
    return found


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@ALL
def test_commands_print_what_the_page_shows_and_options_are_those_of_the_page(page: Path) -> None:
    before = text_of(page)
    assert rerun(before) == before, "run: python -m tests.docs_update"


@ALL
def test_python_examples_give_what_the_page_shows(page: Path) -> None:
    assert not "".join(failures(page))


@ALL
def test_queries_on_a_page_run(page: Path) -> None:
    queries = [block.text for block in blocks(text_of(page)) if block.language == "sql"]
    if queries:
        Path("presswash.db").write_bytes(seeded())
    for query in queries:
        assert not any(line.startswith("presswash:") for line in output(["sql", query]))


@ALL
def test_relative_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" not in target:
            name, _, anchor = target.partition("#")
            file = page.parent / name if name else page
            assert file.exists(), target
            assert not anchor or anchor in anchors(file), target


@ALL
def test_paths_that_a_page_names_exist(page: Path) -> None:
    rooms = "presswash|flows|warehouse|cleaners|tests|seeds|docs"
    for name in code(page):
        for path in re.findall(rf"(?<![\w/.-])(?:{rooms})/[\w./-]*(?<![.-])(?![\w*])", name):
            assert (ROOT / path).exists() or path == "presswash/VERSION", path
        for file in re.findall(r"(?<![\w./*-])(\w+)\.(?:py|sql|npz)\b", name):
            assert file in names_in_the_code(), name


@ALL
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    known = {name for command in commands() for o in options(command) for name in o.opts} | {
        name for command in commands() for o in options(command) for name in o.secondary_opts
    }
    for text in code(page):
        for command in re.findall(r"(?:^|[/ ])presswash ([a-z]\w*)\b", text):
            assert command in commands(), text
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text):
            assert option in known | OTHER_TOOLS, text


@ALL
def test_names_of_the_code_that_a_page_uses_exist(page: Path) -> None:
    for text in re.findall(r"`([^`\n]+)`", _without_options(prose(page))):
        for name in re.findall(r"(?<![\w./-])[A-Za-z_]\w*(?:_\w+|[a-z][A-Z]\w*)", text):
            assert name in names_in_the_code(), text


def test_the_index_names_every_page() -> None:
    named = set(re.findall(r"\]\(([\w-]+\.md)\)", text_of(INDEX)))
    assert named == {page.name for page in INDEX.parent.glob("*.md")} - {INDEX.name}


def test_the_readme_and_the_guide_for_contributors_stay_short() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 150
    assert len(text_of(ROOT / "CONTRIBUTING.md").splitlines()) < 120


def test_the_readme_explains_every_reason() -> None:
    assert list(rows(ROOT / "README.md", "reason")) == [str(reason) for reason in Reason]


def test_every_command_has_a_section_with_its_options() -> None:
    page = text_of(ROOT / "docs" / "command-line.md")
    assert sorted(re.findall(r"^## `(\w+)`$", page, re.M)) == sorted(commands())
    assert sorted(re.findall(r"<!-- options: (\w+) -->", page)) == sorted(commands())


def test_every_view_is_documented_with_its_columns() -> None:
    Path("presswash.db").write_bytes(seeded())
    with presswash.open("presswash.db", readonly=True) as db:
        listed = db.query("SELECT name FROM sqlite_schema WHERE type = 'view'").rows
        has = {
            str(name): [str(c) for c in db.query(f"SELECT * FROM {name} LIMIT 0").columns]
            for (name,) in listed
        }
    documented = rows(ROOT / "docs" / "warehouse.md", "view")
    internal = {"searchable", "search_text", "comparable", "document_relation", "cluster_member"}
    internal |= {"every_site_block", "full_block"}
    assert {view: cells[-1].split(", ") for view, cells in documented.items()} == {
        view: columns for view, columns in has.items() if view not in internal
    }


def test_the_values_of_a_column_are_documented() -> None:
    enumerations: dict[str, Iterable[str]] = {
        "kind": Kind,
        "cleaner": [*Cleaner, CLEANER],
        "stage": Stage,
        "status": RunStatus,
    }
    documented = rows(ROOT / "docs" / "warehouse.md", "column")
    assert {column: cells[0].split(", ") for column, cells in documented.items()} == {
        column: [str(value) for value in values] for column, values in enumerations.items()
    }


def test_every_method_and_error_of_the_python_api_is_documented() -> None:
    page = text_of(ROOT / "docs" / "python-api.md")
    methods = {
        name
        for name, value in vars(presswash.Database).items()
        if not name.startswith("_") and callable(value)
    }
    raised = {
        name
        for name in presswash.__all__
        if isinstance(value := getattr(presswash, name), type) and issubclass(value, Exception)
    }
    assert {name for name in methods if f"`{name}(" not in page} == set()
    assert {name for name in raised if f"`{name}`" not in page} == set()
    types = set(re.findall(r"`([A-Z][a-z]\w+)`", page))
    assert types <= {*presswash.__all__, "MinHash"}
    assert set(re.findall(r"\bpresswash\.([A-Za-z]\w*)", page)) <= {*presswash.__all__, "md", "db"}


def test_every_setting_is_documented() -> None:
    documented = rows(ROOT / "docs" / "flows-and-schedules.md", "setting")
    assert {name.strip("[]") for name in documented} == set(Config.model_fields)


@ALL
def test_a_page_has_no_invisible_characters(page: Path) -> None:
    odd = {c for c in text_of(page) if unicodedata.category(c) in ("Cc", "Cf", "Co") and c != "\n"}
    assert not odd
