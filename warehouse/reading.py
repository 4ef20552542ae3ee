"""A page as the warehouse reads it: its text and what of it is compared, each made once."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.model import Page
from cleaners.text.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Reading:
    """A page to be stored, its text, and the sketch of the text."""

    page: Page
    text: str
    sketch: Sketch

    @classmethod
    def of(cls, page: Page, sketch: Sketch) -> Reading:
        """Read a page; `sketch` is its text's."""
        return cls(page, page.text, sketch)
