"""Publishes the run report as Prefect artifacts: pages, removals, a summary, and a link."""

from __future__ import annotations

import math
import os
import re
import shlex
from collections.abc import Mapping, Sequence

from flows.browse_address import DEFAULT_SERVE_URL, run_url
from flows.config.config import load_here
from flows.config.errors import PREFIX
from flows.errors import ConfigError
from flows.runs.report import RunReport
from flows.runs.tally import RunTally, outcome_label
from flows.sources.discover import is_url
from flows.words import counted
from warehouse.answers import SiteDrift
from warehouse.model import Loaded

PAGES_KEY = "presswash-pages"
REMOVALS_KEY = "presswash-removals"
SUMMARY_KEY = "presswash-summary"
REPORT_KEY = "presswash-report"
# How the scheduler tells its runs where `presswash serve` is, whatever its configuration is named.
SERVE_VARIABLE = f"{PREFIX}SERVE__URL"

# The length of the longest bar of a chart, in characters.
_WIDEST = 40
# Characters that would end a Markdown link.
_TARGET = re.compile(r"[<>\s\\]")


def publish_artifacts(report: RunReport, db: str, drifts: Sequence[SiteDrift] = ()) -> None:
    """Create the artifacts in the current flow run, about a run on the warehouse `db`."""
    from prefect.artifacts import (
        create_link_artifact,
        create_markdown_artifact,
        create_table_artifact,
    )

    run_id, tally = report.run_id, report.tally
    assert run_id is not None, "it isn't a dry run"
    create_table_artifact(
        key=PAGES_KEY, table=page_rows(tally), description=_about_pages(run_id, tally)
    )
    create_table_artifact(
        key=REMOVALS_KEY,
        table=removal_rows(tally),
        description=f"Run {run_id}: blocks removed from the cleaned pages, by reason.",
    )
    create_markdown_artifact(
        key=SUMMARY_KEY,
        markdown=summary(run_id, tally, report.seconds, drifts) + _whole_report(run_id, db),
        description=f"Run {run_id} in brief.",
    )
    create_link_artifact(
        key=REPORT_KEY,
        link=report_link(run_id),
        link_text=f"Run {run_id} in the browser",
        description=f"Its records, removals and rejects, while {_serving(db)} runs.",
    )


def page_rows(tally: RunTally) -> list[dict[str, object]]:
    """One row for each page, in the order of the run, then the rejects not among them."""
    listed = {id(page) for page in tally.pages}
    rest = [page for page in tally.rejects if id(page) not in listed]
    return [_page_row(page) for page in (*tally.pages, *rest)]


def removal_rows(tally: RunTally) -> list[dict[str, object]]:
    """One row for each reason, the most frequent first."""
    return [
        {
            "reason": str(reason),
            "blocks": count,
            "example": tally.examples[reason][0],
        }
        for reason, count in tally.removed.most_common()
    ]


def summary(
    run_id: int | None, tally: RunTally, seconds: float, drifts: Sequence[SiteDrift] = ()
) -> str:
    """The counts as Markdown, with examples of what was removed and why."""
    counts = tally.counts
    lines = [
        f"# Run {run_id}",
        "",
        f"**{counted(counts.seen, 'page')}** seen in {seconds:.1f} s:"
        f" **{counts.added:,}** added{tally.added_details()}, **{counts.unchanged:,}** unchanged,"
        f" **{counts.rejected:,}** rejected.",
        "",
        f"{_rate(counts.seen, seconds)} pages a second.",
    ]
    if drifts:
        lines += ["", "## Changed sites", "", *(f"- {_escaped(str(drift))}" for drift in drifts)]
    lines += _chart(tally)
    if tally.removed:
        lines += ["", "## Removed, for example", ""]
        for reason, count in tally.removed.most_common():
            quoted = "; ".join(_quoted(example) for example in tally.examples[reason])
            lines.append(f"- **{reason}** ({counted(count, 'block')}): {quoted}")
    if tally.rejects:
        lines += ["", "## Rejected, for example", ""]
        lines += [
            f"- {_link(page.locator)}: {_escaped(page.message or '')}"
            for page in tally.rejects[:10]
        ]
    return "\n".join(lines) + "\n"


def _whole_report(run_id: int, db: str) -> str:
    """How to get the report that lists all records and rejects."""
    command = f"presswash report {run_id} --html run-{run_id}.html --db {shlex.quote(db)}"
    return (
        f"\n[The whole report](<{report_link(run_id)}>), while {_serving(db)} runs; as a"
        f" file: {_quoted(command)}\n"
    )


def report_link(run_id: int) -> str:
    """The URL of a run's page in `presswash serve`."""
    return run_url(_serve_url(), run_id)


def _serving(db: str) -> str:
    return _quoted(f"presswash serve --db {shlex.quote(db)}")


def _serve_url() -> str:
    """The configured URL of `presswash serve`."""
    if url := os.environ.get(SERVE_VARIABLE):
        return url
    try:
        return load_here().serve.url
    except ConfigError:  # it was edited while the run was under way
        return DEFAULT_SERVE_URL


def _rate(seen: int, seconds: float) -> str:
    rate = seen / seconds if seconds > 0 else 0.0
    return f"{rate:,.1f}" if rate < 10 else f"{rate:,.0f}"


def _chart(tally: RunTally) -> list[str]:
    """Bar charts of the pages by outcome and of the removed blocks by reason."""
    counts = tally.counts
    pages = {
        "added": counts.added,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
    }
    blocks = {str(reason): count for reason, count in tally.removed.most_common()}
    lines: list[str] = []
    for title, bars in (("Pages", pages), ("Removed blocks by reason", blocks)):
        if any(bars.values()):
            lines += ["", f"## {title}", "", "```text", *_bars(bars), "```"]
    return lines


def _bars(counts: Mapping[str, int]) -> list[str]:
    most = max(counts.values())
    wide, digits = max(map(len, counts)), len(f"{most:,}")
    return [
        f"{name:<{wide}}  {count:>{digits},}  {'█' * math.ceil(_WIDEST * count / most)}".rstrip()
        for name, count in counts.items()
    ]


def _link(locator: str) -> str:
    """A page's locator, as a link if it is a URL: browsers don't follow links to local files."""
    if not is_url(locator):
        return _quoted(locator)
    return f"[{_quoted(locator)}](<{_TARGET.sub('', locator)}>)"


def _about_pages(run_id: int | None, tally: RunTally) -> str:
    shown, seen = len(page_rows(tally)), tally.counts.seen
    if shown == seen:
        return f"Run {run_id}: {counted(seen, 'page')} and the outcome of each."
    return (
        f"Run {run_id}: {shown:,} of {counted(seen, 'page')}, the first and the rejected;"
        " the warehouse has them all (views captures and rejects)."
    )


def _page_row(page: Loaded) -> dict[str, object]:
    return {
        "page": page.locator,
        "outcome": outcome_label(page),
        "record": page.document_id,
        "title": page.title,
        "language": page.language,
        "words": page.n_words,
        "kept": page.kept,
        "removed": page.removed,
        "duplicate of": page.related_page if page.duplicate_of else None,
        "stands for": page.related_page if page.canonical_for else None,
        "error": page.message,
    }


def _quoted(text: str) -> str:
    """Text from a page as inline code, so that Markdown in it has no effect."""
    return "`" + text.replace("`", "'") + "`"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))
