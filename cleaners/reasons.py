"""The reasons for which blocks are removed."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a block is not part of the clean text. The README explains each one.

    A new reason also needs:

    - a migration in `warehouse/schema/migrations/`: the table `block` lists the reasons in a CHECK;
    - a rule in `cleaners/rules/` that gives it. Where words suffice, they are a file in
      `cleaners/data/` with the reason's name, and the reason is in the lists at the top of
      `cleaners/rules/phrases.py`, which say where such words count and in what order;
    - a row in the table of reasons in `README.md`.
    """

    NAVIGATION = "navigation"
    SHARE = "share"
    TICKER = "ticker"
    RELATED = "related"
    ADVERT = "advert"
    CONSENT = "consent"
    CAPTION = "caption"
    BYLINE = "byline"
    DATE = "date"
    COMMENT = "comment"
    FOREIGN_SCRIPT = "foreign_script"
    REPEATED = "repeated"
    TEMPLATE = "template"
    FOOTER = "footer"
    BOILERPLATE = "boilerplate"

    __hash__ = str.__hash__  # enum's own is Python code, and reasons are looked up for every line
