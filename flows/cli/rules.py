"""`presswash rules`: lists and deletes the rules for sites that `correct --site` adds."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.errors import UsageError
from flows.cli.options import Db, Jobs, Json, command
from flows.cli.output import Column, Output
from flows.default_values import DEFAULT_DB, DEFAULT_JOBS
from flows.words import counted

if TYPE_CHECKING:
    from cleaners.site_rules import SiteRule
    from flows.corrections import CorrectionRequest
    from flows.runs.site_rules import RulePreview

_COLUMNS = (
    Column("id", number=True),
    Column("site", fold=True),
    Column("what"),
    Column("by", fixed=True),
    Column("pattern", fold=True),
    Column("person"),
)
_MAX_TEXT = 100


def rules(
    db: Db = DEFAULT_DB,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help="Only of this site; for pages without a URL, the folder or archive.",
        ),
    ] = None,
    delete_id: Annotated[
        int | None,
        typer.Option(
            "--delete", metavar="ID", min=1, help="Delete a rule, and clean its pages again."
        ),
    ] = None,
    jobs: Jobs = DEFAULT_JOBS,
    json: Json = False,
) -> None:
    """List the rules for sites that `correct --site` added, and delete rules."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits, weights_folder
    from flows.cli.progress import progress_bars

    if site is not None and delete_id is not None:
        raise UsageError("--site and --delete exclude each other: an ID names a rule of one site")
    output = Output()
    if delete_id is not None:
        with (
            open_database(db, create=False, weights=weights_folder()) as database,
            progress_bars() as progress,
        ):
            change = database.delete_rule(
                delete_id, jobs=jobs, limits=page_limits(), progress=progress
            )
        if json:
            output.json(asdict(change))
        else:
            output.line(
                f"deleted rule {delete_id}; {counted(change.recleaned, 'document')} cleaned again"
            )
        return
    with open_database(db, readonly=True) as database:
        found = database.rules(site)
    if json:
        output.json([asdict(one) for one in found])
    elif found:
        output.table(
            _COLUMNS,
            [
                (one.id, one.site, _what(one), str(one.by), one.short_pattern, one.person)
                for one in found
            ],
        )
    else:
        output.line(f"There are no rules{f' for {site}' if site else ''}.")


def correct_site(  # noqa: PLR0913
    record_id: int,
    correction: CorrectionRequest,
    db: str,
    *,
    by: str | None,
    preview: bool,
    jobs: int,
    json: bool,
) -> None:
    """Corrects similar blocks on all pages of a record's site, or shows what that would change."""
    from flows.api import open_database
    from flows.cli.defaults import page_limits, weights_folder
    from flows.cli.progress import progress_bars

    output = Output()
    with open_database(db, readonly=preview, create=False, weights=weights_folder()) as database:
        previews = database.preview_rule(record_id, correction=correction, by=by)
        if preview:
            if json:
                output.json([asdict(one) for one in previews])
            else:
                for one in previews:
                    _print_preview(output, one)
                output.line(("Next: the same without --preview does it", "dim"))
            return
        with progress_bars() as progress:
            change = database.add_rules(
                record_id,
                correction=correction,
                by=by,
                jobs=jobs,
                limits=page_limits(),
                progress=progress,
            )
    if json:
        output.json(asdict(change))
        return
    for rule, one in zip(change.rules, previews, strict=True):
        output.line(f"rule {rule.id}: {_sentence(rule)}: {_change(one)}")
    output.line((f"Next: {command(f'rules --delete {change.rules[0].id}', db)} undoes it", "dim"))


def _what(rule: SiteRule) -> str:
    return rule.reason or "keep"


def _sentence(rule: SiteRule) -> str:
    done = f"remove as {rule.reason}" if rule.reason else "keep"
    return f"{done} on {rule.site}, by {rule.by}, {rule.short_pattern}"


def _change(found: RulePreview) -> str:
    return (
        f"{counted(found.changed_blocks, 'block')} of"
        f" {counted(found.changed_documents, 'record')} changed"
    )


def _print_preview(output: Output, found: RulePreview) -> None:
    output.line((_sentence(found.rule), "bold"))
    before = ", ".join(f"{name} {number:,}" for name, number in found.before.items())
    output.line(
        f"{counted(found.changed_blocks, 'block')} of"
        f" {counted(found.changed_documents, 'record')} would change"
        + (f" (before: {before})" if before else "")
        + f"; {counted(found.blocks, 'block')} of {counted(found.documents, 'record')} in all"
    )
    if found.losses:
        output.line()
        output.line(("The largest losses", "bold"))
    for loss in found.losses:
        share = loss.lost / max(loss.kept_before, loss.lost)
        output.line(f"{loss.id:>6}  {loss.title or ''}: {loss.lost:,} characters, {share:.0%}")
    if found.examples:
        output.line()
        output.line(("Examples", "bold"))
    for one in found.examples:
        text = shorten(one.text, _MAX_TEXT, placeholder=" …")
        output.line(f"{one.id:>6}  {one.before}: {text}")
    output.line()
