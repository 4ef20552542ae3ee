"""Cleans and sketches one page: what a worker process does, which knows nothing of a warehouse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cleaners.model import Capture, Rejection, Stage
from cleaners.page import Page

if TYPE_CHECKING:
    from cleaners.text.sketch import Sketch
    from flows.runs.weights import Weights


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page could not be cleaned."""

    stage: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class SketchedPage:
    """A cleaned page and the sketch of its text."""

    page: Page
    sketch: Sketch


def preload_cleaners(weights: Weights | None = None) -> None:
    """Import everything that cleaning needs, so that the first page isn't slower."""
    import cleaners.classifier.scoring
    import cleaners.encoding.decode
    import cleaners.extract
    import cleaners.text.sketch  # noqa: F401
    from flows.runs.weights import classifier_of

    if weights is not None:
        classifier_of(weights)


def clean_page(capture: Capture, weights: Weights | None = None) -> Page | Failure:
    """Clean a page; one that can't be cleaned is a Failure. Pure; raises only MemoryError.

    Without `weights`, the shipped ones are used.
    """
    from cleaners import clean
    from flows.runs.weights import classifier_of

    try:
        if weights is None:
            return clean(capture)
        return replace(clean(capture, classifier_of(weights)), weights=weights.name)
    except Rejection as rejection:
        return Failure(str(rejection.stage), rejection.error, rejection.message)
    except MemoryError:
        raise
    except Exception as error:
        # Whatever error a page causes in a cleaner, the page is rejected and the run goes on.
        message = str(error).strip() or "no error message"
        return cleaning_failure(type(error).__name__, message.splitlines()[0][:500])


def clean_and_sketch(capture: Capture, weights: Weights | None = None) -> SketchedPage | Failure:
    """Clean a page and sketch its text for comparison. Pure; raises only MemoryError."""
    from cleaners.text.sketch import Sketch

    page = clean_page(capture, weights)
    if isinstance(page, Failure):
        return page
    try:
        return SketchedPage(page, Sketch.of(page.text))
    except MemoryError:
        raise
    except Exception as error:
        return cleaning_failure(type(error).__name__, str(error)[:500])


def cleaning_failure(error: str, message: str) -> Failure:
    """The failure for a page that a cleaner could not handle."""
    return Failure(str(Stage.CLEAN), error, message)
