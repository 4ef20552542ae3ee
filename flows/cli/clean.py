"""`presswash clean`: prints the clean text of pages, without a warehouse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.explain import blocks_as_json, print_blocks
from flows.cli.options import (
    AllowPrivate,
    Delay,
    Jobs,
    Json,
    Map,
    Sources,
    Strict,
    UserAgent,
)
from flows.cli.output import Output, notify
from flows.default_values import DEFAULT_DELAY, DEFAULT_JOBS

if TYPE_CHECKING:
    from cleaners.page import Page
    from flows.runs.clean import CleanResult


class TextForm(StrEnum):
    """How the clean text is written."""

    TEXT = "text"
    MARKDOWN = "markdown"


def clean(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Sources,
    jobs: Jobs = DEFAULT_JOBS,
    strict: Strict = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every block, kept or removed, and why.")
    ] = False,
    form: Annotated[
        TextForm, typer.Option("--format", help="The format of the text: text or markdown.")
    ] = TextForm.TEXT,
    mapping: Map = None,
    delay: Delay = DEFAULT_DELAY,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    json: Json = False,
) -> None:
    """Print the clean text of pages, in the order of their names. Nothing is stored."""
    from flows.cli.defaults import fetch_settings, page_limits, weights_folder
    from flows.runs.clean import clean_sources

    output = Output()
    fetch = fetch_settings(delay, user_agent, allow_private)
    n_inputs = n_rejected = 0
    results = clean_sources(sources, jobs, mapping, fetch, page_limits(), weights_folder())
    for result, several in _with_count(results):
        n_inputs += 1
        n_rejected += result.page is None
        if json:
            output.json(_as_json(result, form))
        elif result.failure is not None:
            sys.stdout.flush()
            notify(f"{result.locator}: {result.failure.message}")
        elif result.page is not None:
            if several:
                _print_header(output, result.locator, first=n_inputs == 1)
            if explain:
                print_blocks(output, result.page.blocks)
            elif form is TextForm.MARKDOWN:
                output.text(result.page.markdown)
            else:
                _print_text(output, result.page)
            output.stream.flush()
            if not result.page.text:
                notify(f"{result.locator}: no article found")
    if n_rejected and (strict or n_rejected == n_inputs):
        raise typer.Exit(1)


def _as_json(result: CleanResult, form: TextForm) -> dict[str, object]:
    """The object for one input: the record and its blocks, or the error."""
    page, failure = result.page, result.failure
    if page is None:
        assert failure is not None
        error = {"stage": failure.stage, "type": failure.error, "message": failure.message}
        return {"source": result.locator, "error": error}
    return {
        "source": result.locator,
        "title": page.title,
        "authors": list(page.authors),
        "published": page.published,
        "language": page.language,
        "encoding": page.encoding,
        "published_source": page.published_source,
        "modified": page.modified,
        "description": page.description,
        "image": page.image,
        "site_name": page.site_name,
        "section": page.section,
        "tags": list(page.tags),
        "page_type": page.page_type.value,
        "text": page.text,
        "blocks": blocks_as_json(page.blocks),
        "quality": page.quality,
        "notes": list(page.notes),
        **({"markdown": page.markdown} if form is TextForm.MARKDOWN else {}),
    }


def _with_count(results: Iterator[CleanResult]) -> Iterator[tuple[CleanResult, bool]]:
    """Each result, and whether there are several; reads one result ahead to know."""
    first = next(results, None)
    if first is None:
        return
    second = next(results, None)
    yield first, second is not None
    if second is not None:
        yield second, True
    for result in results:
        yield result, True


def _print_text(output: Output, page: Page) -> None:
    """Prints the title and the text, with control characters escaped on a terminal only."""
    if not output.interactive:
        output.stream.writelines(f"{part}\n" for part in _parts(page))
        return
    for part in _parts(page):
        output.text(part, "bold" if part and part is page.title else "")


def _parts(page: Page) -> list[str]:
    blank = [""] if page.title and page.text else []
    return [*filter(None, [page.title]), *blank, *filter(None, [page.text])]


def _print_header(output: Output, locator: str, first: bool) -> None:
    if not first:
        output.line()
    output.line((f"==> {locator} <==", "cyan"))
