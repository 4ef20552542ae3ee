"""What whole ingestions cost, beside trafilatura and resiliparse on the same pages in the same run.

Every command is charged what the operating system counts for its process and its workers, less what
the same command costs on one page. The commands take turns, and the least of their turns counts.
The pages are those of --corpus, or made of the seeds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.conftest import PRESSWASH, RecordRatio, Report
from tests.benchmarks.html_pages import flattened, html_pages
from tests.benchmarks.made_up import made_up
from tests.benchmarks.process_cost import ProcessCost, cost_of, least
from tests.flows.archive_writers import response, write_jsonl, write_warc
from tests.flows.conftest import path_for_others

ABOUT_PAGES = 240
TURNS = 2
PEERS = ("trafilatura", "resiliparse")
COMMANDS: dict[str, tuple[str, ...]] = {
    "HTML files": ("html",),
    "HTML files, 2 jobs": ("html", "--jobs", "2"),
    "WARC": ("pages.warc.gz",),
    "JSON Lines": ("pages.jsonl",),
    "flattened files": ("flattened",),
    "text files": ("text",),
    **dict.fromkeys(PEERS, ("html",)),
}
"""What each is given: a source, and options."""


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same pages in each form that is measured, and the first page alone beside it."""
    pages = html_pages(request.config.getoption("--corpus"), ABOUT_PAGES)
    made = tmp_path_factory.mktemp("ingestion")
    short = [made_up(number).payload for number in range(4 * len(pages))]
    for size, some, texts in (("all", pages, short), ("one", pages[:1], short[:1])):
        root = made / size
        root.mkdir()
        write_files(root / "html", some, ".html")
        write_files(root / "flattened", list(map(flattened, some)), ".txt")
        write_files(root / "text", texts, ".txt")
        answers = [response(n, page, "Content-Type: text/html") for n, page in enumerate(some)]
        write_warc(root / "pages.warc.gz", answers)
        write_jsonl(
            root / "pages.jsonl", [{"html": page.decode(errors="replace")} for page in some]
        )
    return made


def write_files(folder: Path, payloads: list[bytes], suffix: str) -> None:
    folder.mkdir()
    for number, payload in enumerate(payloads):
        (folder / f"{number:05}{suffix}").write_bytes(payload)


@pytest.mark.timeout(3600)
def test_whole_ingestions_beside_other_libraries(
    folder: Path, report: Report, record_ratio: RecordRatio
) -> None:
    starts: dict[str, list[ProcessCost]] = {name: [] for name in COMMANDS}
    wholes: dict[str, list[ProcessCost]] = {name: [] for name in COMMANDS}
    for _ in range(TURNS):
        for name in COMMANDS:
            starts[name].append(run(name, folder / "one"))
            wholes[name].append(run(name, folder / "all"))
    pages = {name: count_pages(name, folder / "all") - 1 for name in COMMANDS}
    costs = {name: least(wholes[name]).beyond(least(starts[name])) for name in COMMANDS}
    cpu = {name: cost.cpu / pages[name] for name, cost in costs.items()}
    for name, cost in costs.items():
        figures = {
            "pages": pages[name] + 1,
            "ms/page": round(cpu[name] * 1000, 2),
            "pages/s": round(1 / cpu[name]),
            "elapsed s": round(cost.wall, 2),
            "peak MB": round(cost.memory),
            "start, CPU s": round(least(starts[name]).cpu, 2),
        }
        report(f"whole run: {name}", figures)
        if name not in PEERS:
            record_ratio(f"{name}: CPU beside trafilatura on HTML", cpu[name] / cpu["trafilatura"])
            record_ratio(f"{name}: peak MB", cost.memory)
    record_ratio("HTML files: CPU beside resiliparse", cpu["HTML files"] / cpu["resiliparse"])
    faster = costs["HTML files, 2 jobs"].wall / costs["HTML files"].wall
    record_ratio("2 jobs: elapsed beside 1 job", faster)
    assert cpu["HTML files"] <= 2 * cpu["trafilatura"]


@pytest.mark.parametrize("form", ["html", "flattened", "text"])
def test_the_stages_and_functions_of_an_ingestion(folder: Path, form: str, report: Report) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.stages", str(folder / "all" / form)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    costs: dict[str, dict[str, float]] = json.loads(ran.stdout.splitlines()[-1])
    for table, rows in costs.items():
        print(f"\n{form}, CPU ms a page: {table.replace('_', ' ')}")
        for name, ms in rows.items():
            print(f"{ms:8.2f}  {name}")
        report(f"{table}: {form}", dict(rows))
    assert costs["stages"]


def run(name: str, root: Path) -> ProcessCost:
    """The cost of a command on the pages of that folder, into a new warehouse."""
    for file in root.glob("w.db*"):
        file.unlink()
    if name in PEERS:
        command = [sys.executable, "-m", "tests.benchmarks.peers", name, COMMANDS[name][0]]
    else:
        command = [str(PRESSWASH), "ingest", "--no-flow", "--db", "w.db", *COMMANDS[name]]
    return cost_of(command, root, PYTHONPATH=path_for_others())


def count_pages(name: str, root: Path) -> int:
    source = root / COMMANDS[name][0]
    return len(list((source if source.is_dir() else root / "html").iterdir()))
