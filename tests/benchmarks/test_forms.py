"""Whether different texts made from one form stay articles of their own and can be found.

The forms of `forms.py` and `standing_texts.py` are ingested by the command line in three ways: as
pages of sites, as plain files in one folder, and as flattened text with a site's chrome in the same
folder.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest

from tests.benchmarks.conftest import PRESSWASH
from tests.benchmarks.forms import FORMS, FORMS_LIKE_COPIES, different_texts
from tests.benchmarks.standing_texts import STANDING_TEXTS
from tests.benchmarks.stories import Story

Report = Callable[[str, dict[str, object]], None]

_FORMS = FORMS + FORMS_LIKE_COPIES + STANDING_TEXTS
_ARTICLES = "SELECT id, locator, relation FROM documents"
_MENU = ("Home", "Politics", "Sport", "Weather", "Log in")


def _as_sites(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each form is a site, its pages have addresses, and one file holds them all."""
    lines: list[str] = []
    for number, (form, page, own) in enumerate(different_texts(_FORMS)):
        site = "".join(f"{ord(letter):x}" for letter in form)[:40]
        url = f"https://{site}.example/{number}"
        lines.append(json.dumps({"url": url, "html": _html(page)}))
        yield f"pages/all.jsonl#{number + 1}", form, own
    (folder / "all.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _html(page: Story) -> str:
    text = "".join(f"<p>{escape(one)}</p>" for one in page.paragraphs)
    title = escape(page.title)
    return (
        f'<html lang="{page.language}"><head><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def _as_files(folder: Path) -> Iterator[tuple[str, str, str]]:
    for number, (form, page, own) in enumerate(different_texts(_FORMS)):
        (folder / f"{number:03}.txt").write_text(page.text, encoding="utf-8")
        yield f"pages/{number:03}.txt", form, own


def _as_flattened_pages(folder: Path) -> Iterator[tuple[str, str, str]]:
    for number, (form, page, own) in enumerate(different_texts(_FORMS)):
        text = "\n".join((*_MENU, page.title, *page.paragraphs, "All rights reserved"))
        (folder / f"{number:03}.txt").write_text(text + "\n", encoding="utf-8")
        yield f"pages/{number:03}.txt", form, own


@pytest.mark.timeout(900)
@pytest.mark.parametrize("write", [_as_sites, _as_files, _as_flattened_pages])
def test_different_texts_of_a_form_are_articles_and_can_be_found(
    write: Callable[[Path], Iterator[tuple[str, str, str]]], tmp_path: Path, report: Report
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    truth = {locator: (form, own) for locator, form, own in write(folder)}
    source = "pages/all.jsonl" if (folder / "all.jsonl").exists() else "pages"
    _presswash(tmp_path, "ingest", "--no-flow", source, "--json")
    rows = json.loads(_presswash(tmp_path, "sql", _ARTICLES, "--json"))
    relations = {row["locator"]: row["relation"] for row in rows}
    hidden = Counter(truth[one][0] for one in truth if relations.get(one, "lost") is not None)
    ids = {row["locator"]: row["id"] for row in rows}
    missed = [
        truth[one] for one, (_, own) in truth.items() if ids[one] not in _found(tmp_path, own)
    ]
    report(
        f"forms {write.__name__.strip('_').replace('_', ' ')}",
        {
            "pages": len(truth),
            "articles of their own": round(1 - hidden.total() / len(truth), 4),
            "hidden, by form": dict(hidden),
            "not found": missed,
        },
    )
    assert hidden.total() <= 0.05 * len(truth)
    assert not missed


def _found(folder: Path, words: str) -> set[int]:
    rows = json.loads(_presswash(folder, "search", f'"{words}"', "--json", "--limit", "1000"))
    return {row["id"] for row in rows}


def _presswash(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [PRESSWASH, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout
