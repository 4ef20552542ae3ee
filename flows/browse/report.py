"""Renders the report of a run as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

from flows.browse.render import render, style_sheet
from warehouse.errors import RequestError
from warehouse.opening import open_readonly
from warehouse.queries.filters import Filters

_RECORDS = 500


def run_report(path: Path, run_id: int | None = None) -> str:
    """The report of a run, by default the newest. Raises RequestError if there is none."""
    with open_readonly(path) as warehouse:
        if run_id is None:
            run_id = next((run.id for run in warehouse.runs(1)), 0)
        details = warehouse.run_details(run_id)
        if details is None:
            raise RequestError(f"there is no run {run_id}." if run_id else "there is no run yet.")
        hits = warehouse.newest(_RECORDS, None, Filters(run=run_id))
    return render(
        "report.html",
        details=details,
        hits=hits,
        limit=_RECORDS,
        name=path.name,
        style=style_sheet(),
    )
