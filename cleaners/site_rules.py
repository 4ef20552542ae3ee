"""Applies a person's rules for all pages of a site; they override the cleaners."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cleaners.model import Block, Cleaner, Kind, Removal
from cleaners.page import Page
from cleaners.reasons import Reason

_WORD = re.compile(r"\w+")
_SHORT_PATTERN = 200  # characters


class RuleBy(StrEnum):
    """The property of a block that a rule compares."""

    PATH = "path"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A rule for the pages of a site, or of a folder or archive whose pages have no URLs.

    `pattern` is a `Block.path`, or a text in the form of `rule_text`. `reason` is the reason to
    remove matching blocks, None to keep them. `person` made the rule at the time `at` (UTC). `id`
    is 0 until the rule is stored.
    """

    site: str
    by: RuleBy
    pattern: str
    reason: str | None
    person: str = ""
    at: str = ""
    id: int = 0

    def matches(self, text: str, path: str) -> bool:
        """Whether the rule applies to a block with this text and path."""
        return path == self.pattern if self.by is RuleBy.PATH else rule_text(text) == self.pattern

    @property
    def short_pattern(self) -> str:
        """The pattern in at most 200 characters: the beginning of a text, the end of a path."""
        if len(self.pattern) <= _SHORT_PATTERN:
            return self.pattern
        if self.by is RuleBy.PATH:
            return f"…{self.pattern[1 - _SHORT_PATTERN :]}"
        return f"{self.pattern[: _SHORT_PATTERN - 1]}…"

    def apply_to(self, block: Block) -> Block:
        """A matching block, kept or removed as the rule says."""
        if self.reason is None:
            return replace(block, removal=None)
        detail = f"rule {self.id} of {self.site}: {self.by} {self.short_pattern}"
        return replace(block, removal=Removal(Reason(self.reason), Cleaner.SITE_RULE, detail))


def rule_text(text: str) -> str:
    """The words of a line with all numbers replaced by 0, which are equal on all pages of a site.

    >>> rule_text("Page 12 of 340 — Print this page")
    'page 0 of 0 print this page'
    """
    words = _WORD.findall(text.casefold())
    return " ".join("0" if word.isnumeric() else word for word in words) or text.strip()


def apply_rules(page: Page, rules: Iterable[SiteRule]) -> Page:
    """The page with the rules of its site applied, except to the title.

    If several rules match a block, the newest decides.
    """
    newest_first = sorted(rules, key=lambda rule: -rule.id)
    if not newest_first:
        return page
    return replace(page, blocks=tuple(_apply_newest(block, newest_first) for block in page.blocks))


def _apply_newest(block: Block, rules: Iterable[SiteRule]) -> Block:
    if block.kind is Kind.TITLE:
        return block
    for rule in rules:
        if rule.matches(block.text, block.path):
            return rule.apply_to(block)
    return block
