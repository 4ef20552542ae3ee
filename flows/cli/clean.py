"""`presswash clean`: pages in, clean text out, with no warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.explain import block_objects
from flows.cli.options import AllowPrivate, Delay, Jobs, Json, Map, Sources, Strict, UserAgent
from flows.cli.printing import Printer, harmless, on_stderr

if TYPE_CHECKING:
    from cleaners.model import Page
    from flows.runs.clean import CleanResult


def clean(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Sources,
    jobs: Jobs = 1,
    strict: Strict = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every block, kept or removed, and why.")
    ] = False,
    mapping: Map = None,
    delay: Delay = 1.0,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    json: Json = False,
) -> None:
    """Print the clean text of pages, in the order of their names. Nothing is stored."""
    from flows.cli.defaults import limits, politeness
    from flows.runs.clean import clean_sources

    printer, errors = Printer(), on_stderr()
    web = politeness(delay, user_agent, allow_private)
    results = clean_sources(sources, jobs, mapping, web, limits())
    one = failed = 0
    for result, several in _with_number(results):
        one += 1
        failed += result.page is None
        if json:
            printer.json(as_json(result))
        elif result.page is None:
            errors.line(_refusal(result))
        else:
            if several:
                _header(printer, result.locator, first=one == 1)
            (_explain if explain else _text)(printer, result.page)
            printer.stream.flush()
            if not result.page.text:
                errors.line(f"presswash: {harmless(result.locator)}: there is no article in it")
    if failed and (strict or failed == one):
        raise typer.Exit(1)


def as_json(result: CleanResult) -> dict[str, object]:
    """The object that stands for one input: the record and its blocks, or the error."""
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
        "text": page.text,
        "blocks": block_objects(page.blocks),
        "quality": page.quality,
        "notes": list(page.notes),
    }


def _with_number(results: Iterator[CleanResult]) -> Iterator[tuple[CleanResult, bool]]:
    """Each result, and whether there is more than one, known by looking one ahead."""
    first = next(results, None)
    if first is None:
        return
    second = next(results, None)
    yield first, second is not None
    if second is not None:
        yield second, True
    for result in results:
        yield result, True


def _text(printer: Printer, page: Page) -> None:
    """Title, then text: as they are into a file or a pipe, harmless on a terminal."""
    show = (lambda text: harmless(text, lines=True)) if printer.terminal else str
    if page.title:
        printer.line(printer.paint(show(page.title), "bold"))
        if page.text:
            printer.line()
    if page.text:
        printer.line(show(page.text))


def _explain(printer: Printer, page: Page) -> None:
    from flows.cli.explain import explain

    explain(printer, page.blocks)


def _header(printer: Printer, locator: str, first: bool) -> None:
    if not first:
        printer.line()
    printer.line(printer.paint(f"==> {harmless(locator)} <==", "cyan"))


def _refusal(result: CleanResult) -> str:
    assert result.failure is not None
    return f"presswash: {harmless(result.locator)}: {harmless(result.failure.message)}"
