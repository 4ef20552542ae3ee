"""What a person decides for all pages of a site: it overrides the cleaners."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cleaners.model import Block, Cleaner, Kind, Page, Removal
from cleaners.reasons import Reason

_WORD = re.compile(r"\w+")


class RuleBy(StrEnum):
    """What a rule knows blocks by."""

    PATH = "path"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A rule for the pages of a site, or of a folder or an archive without addresses.

    `pattern` is a path of elements and class names, as `Block.path` has it, or what `rule_text`
    gives. `reason` is why the blocks are removed, None where they are kept. `person` made the rule
    at the time `at`, in UTC. `id` is 0 before it is stored.
    """

    site: str
    by: RuleBy
    pattern: str
    reason: str | None
    person: str = ""
    at: str = ""
    id: int = 0

    def matches(self, text: str, path: str) -> bool:
        """Whether a block is one that the rule is about."""
        return path == self.pattern if self.by is RuleBy.PATH else rule_text(text) == self.pattern

    def decide(self, block: Block) -> Block:
        """A block that the rule is about, kept or removed."""
        if self.reason is None:
            return replace(block, removal=None)
        detail = f"rule {self.id} of {self.site}: {self.by} {self.pattern}"
        return replace(block, removal=Removal(Reason(self.reason), Cleaner.SITE_RULE, detail))


def rule_text(text: str) -> str:
    """What a line of a template says on every page: its words, with numbers left open.

    >>> rule_text("Page 12 of 340 — Print this page")
    'page 0 of 0 print this page'
    """
    words = _WORD.findall(text.casefold())
    return " ".join("0" if word.isnumeric() else word for word in words) or text.strip()


def ruled(page: Page, rules: Iterable[SiteRule]) -> Page:
    """The page by the rules of its site; of several about one block, the newest decides.

    The title stays what it is.
    """
    newest_first = sorted(rules, key=lambda rule: -rule.id)
    if not newest_first:
        return page
    return replace(page, blocks=tuple(_ruled(block, newest_first) for block in page.blocks))


def _ruled(block: Block, rules: Iterable[SiteRule]) -> Block:
    if block.kind is Kind.TITLE:
        return block
    for rule in rules:
        if rule.matches(block.text, block.path):
            return rule.decide(block)
    return block
