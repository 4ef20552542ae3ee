"""The reasons for which blocks are removed."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a block is not part of the clean text. The README explains each one.

    A new reason also needs:

    - a migration in `warehouse/schema/migrations/`: the table `removal` lists them in a CHECK;
    - a rule in `cleaners/rules/` that gives it. If words are enough to recognise such blocks, list
      them in a file of `cleaners/data/` with the reason's name, and add the reason to the lists at
      the top of `cleaners/rules/phrases.py`, which say how the words count and in what order;
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

    __hash__ = str.__hash__  # faster than Enum's own: reasons are looked up for every line
