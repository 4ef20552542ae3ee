"""Makes rules for whole sites from the correction of one record, and previews their effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cleaners.model import Kind
from cleaners.reasons import Reason
from cleaners.site_rules import RuleBy, SiteRule, rule_text
from flows.corrections import CorrectionRequest, person_here
from warehouse.errors import RequestError

if TYPE_CHECKING:
    from cleaners.model import Block
    from warehouse.answers import Record, RuledBlock
    from warehouse.warehouse import Warehouse

KEPT = "kept"
_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A block that a rule would change, its record, and its current reason or "kept"."""

    id: int
    title: str | None
    text: str
    before: str


@dataclass(frozen=True, slots=True)
class RuleLoss:
    """A record that a rule would take text from, in characters of all that it keeps."""

    id: int
    title: str | None
    lost: int
    kept_before: int


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What a rule would change on the stored pages of its site.

    The rule matches `blocks` blocks on `documents` documents. Of these, `changed_blocks` on
    `changed_documents` documents would change; `before` counts them by their current removal
    reason, or "kept". `losses` are the records that would lose the most text.
    """

    rule: SiteRule
    documents: int
    blocks: int
    changed_documents: int
    changed_blocks: int
    before: dict[str, int]
    examples: tuple[RuleExample, ...]
    losses: tuple[RuleLoss, ...]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Rules that were added or deleted, and how many documents were cleaned again for them."""

    rules: tuple[SiteRule, ...]
    recleaned: int


def proposed_rules(
    warehouse: Warehouse, record_id: int, asked: CorrectionRequest, by: RuleBy | None = None
) -> list[SiteRule]:
    """The rules that apply the correction of one record to all pages of its site.

    `by` says how a rule recognises its blocks. Without it, blocks of HTML are recognised by their
    elements, unless the record has other blocks in the same elements that are decided differently;
    all others are recognised by their text. Raises RequestError for an impossible rule, for a rule
    about the title, and where the same blocks would be both kept and removed.
    """
    record = warehouse.record(record_id)
    if record is None:
        raise RequestError(f"there is no record {record_id}: `presswash search` shows ids.")
    if asked.has_facts or asked.undo:
        raise RequestError("a rule for a site can only keep or remove blocks.")
    asked.corrections(record)  # raises for blocks and reasons that aren't there
    site = warehouse.site_of(record_id)
    if site is None:
        raise RequestError(
            f"record {record_id} has no site and no folder: correct only this record."
        )
    is_kept = dict.fromkeys(asked.keep, True) | dict.fromkeys(asked.remove, False)
    rules: dict[tuple[RuleBy, str], SiteRule] = {}
    block_of: dict[tuple[RuleBy, str], int] = {}
    for number, keep in is_kept.items():
        block = record.blocks[number]
        if block.kind is Kind.TITLE:
            raise RequestError(
                f"block {number} is the title: the title is corrected with --title, without --site."
            )
        if by is RuleBy.PATH and not block.path:
            raise RequestError(f"block {number} has no element: its page is plain text.")
        chosen = by or _best(record, block, is_kept, keep=keep)
        pattern = block.path if chosen is RuleBy.PATH else rule_text(block.text)
        reason = None if keep else asked.reason or Reason.BOILERPLATE.value
        rule = SiteRule(site, chosen, pattern, reason, asked.person or person_here())
        first = block_of.setdefault((chosen, pattern), number)
        if rules.setdefault((chosen, pattern), rule) != rule:
            same = "element" if chosen is RuleBy.PATH else "words, but for numbers"
            raise RequestError(
                f"blocks {first} and {number} have the same {same}: a rule by {chosen} can't keep"
                " one and remove the other."
            )
    if not rules:
        raise RequestError("choose the blocks to keep or remove on the site.")
    return list(rules.values())


def _best(record: Record, block: Block, is_kept: Mapping[int, bool], *, keep: bool) -> RuleBy:
    if not block.path:
        return RuleBy.TEXT
    contradicts = any(
        other.path == block.path and is_kept.get(number, other.kept) != keep
        for number, other in enumerate(record.blocks)
    )
    return RuleBy.TEXT if contradicts else RuleBy.PATH


def preview_rule(warehouse: Warehouse, rule: SiteRule) -> RulePreview:
    """What a rule would change in the stored records; nothing is changed."""
    blocks = warehouse.ruled_blocks(rule)
    changed = [one for one in blocks if one.reason != rule.reason]
    return RulePreview(
        rule=rule,
        documents=_n_documents(blocks),
        blocks=len(blocks),
        changed_documents=_n_documents(changed),
        changed_blocks=len(changed),
        before=dict(Counter(one.reason or KEPT for one in changed).most_common()),
        examples=tuple(
            RuleExample(one.document_id, one.title, one.text, one.reason or KEPT)
            for one in _of_many_records(changed)
        ),
        losses=tuple(_losses(warehouse, changed)) if rule.reason else (),
    )


def _n_documents(blocks: Iterable[RuledBlock]) -> int:
    return len({one.document_id for one in blocks})


def _of_many_records(blocks: Sequence[RuledBlock]) -> list[RuledBlock]:
    """Blocks as examples, from as many different records as possible."""
    first = {one.document_id: one for one in reversed(blocks)}
    others = [one for one in blocks if first[one.document_id] is not one]
    return [*reversed(first.values()), *others][:_EXAMPLES]


def _losses(warehouse: Warehouse, changed: Sequence[RuledBlock]) -> list[RuleLoss]:
    lost: Counter[int] = Counter()
    for one in changed:
        if one.reason is None:
            lost[one.document_id] += len(one.text)
    losses = []
    for document, characters in lost.most_common(_EXAMPLES):
        record = warehouse.record(document)
        if record is not None:
            losses.append(RuleLoss(document, record.title, characters, len(record.text)))
    return losses
