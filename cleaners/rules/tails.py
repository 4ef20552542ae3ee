"""Finds what follows the content of a flattened page: other items of the site, and its menus.

On pages that are not articles, lists and labels are content, so the words of a heading must show
where the content ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures

_THINGS = (
    r"(?:products?|items?|posts?|articles?|propert(?:y|ies)|homes?|jobs?|vacancies|events?|objects?|"
    r"documents?|poems?|songs?|lyrics|albums?|episodes?|podcasts?|videos?|recipes?|topics?|threads?|"
    r"questions?|discussions?|stories|pages|books?|titles|courses?|patents?|papers?|quizzes|puzzles|words|hotels)"
)
_OTHER_ITEMS = re.compile(
    rf"(?:related|similar|recommended|suggested|popular|trending|featured|recently viewed|latest|"
    rf"recent|more|other) (?:\w+ ){{0,2}}{_THINGS}(?: (?:by|from|in|on|for|near) .{{2,40}})?|"
    r"(?:more|recommended) from .{2,40}|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)"
    r"(?: these)?|customers (?:also|who) .{3,40}|people also .{3,40}|frequently bought together|"
    r"nearby (?:words|hotels|properties|places)|hotels nearby|more posts you may like|"
    r"related topics|up next|ähnliche (?:produkte|artikel|themen|angebote)|"
    r"das könnte (?:sie|dich) auch interessieren|produits similaires|vous aimerez aussi|"
    r"productos relacionados|también te puede (?:gustar|interesar)|prodotti correlati|"
    r"похожие (?:товары|статьи|объявления|темы|вакансии|рецепты)|с этим товаром .{3,30}|"
    r"podobne (?:produkty|oferty)|gerelateerde producten",
    re.I,
)
_COMMENTS = re.compile(
    r"(?:\d+|one) (?:responses?|comments?|thoughts?|replies)(?: (?:to|on) .{1,90})?|"
    r"leave a (?:reply|comment)|kommentare(?: \(\d+\))?|\d+ kommentare|commentaires(?: \(\d+\))?|"
    r"(?:\d+|один) комментари(?:й|я|ев)|добавить комментарий|comentarios(?: \(\d+\))?",
    re.I,
)
_MARKS = " .!›»→▸▼▾+:…#*•–—-\u00a0"
_MAX_HEADING_WORDS = 9
_MAX_SHARE = 0.5  # of the kept words; a longer tail is the content itself


def tail_lines(lines: Sequence[LineFeatures], kept: Sequence[bool]) -> dict[int, Removal]:
    """The removals of kept lines from the first such heading below the last prose on.

    Readers' comments have prose, so their heading may also be above the last prose.
    """
    places = [i for i, keep in enumerate(kept) if keep]
    last_prose = max((i for i in places if lines[i].is_prose), default=-1)
    for i, line in enumerate(lines):
        if line.n_words > _MAX_HEADING_WORDS or _is_statement(line):
            continue
        text = line.text.strip(_MARKS)
        reason = _reason_of_tail(text) if i > last_prose else None
        if _COMMENTS.fullmatch(text):
            reason = Reason.COMMENT
        if reason is not None:
            tail = [j for j in places if j >= i]
            n_words = sum(lines[j].n_words for j in tail)
            if n_words > _MAX_SHARE * sum(lines[j].n_words for j in places):
                continue
            what = f"below “{line.text[:60]}”"
            return dict.fromkeys(tail, Removal(reason, Cleaner.POSITION, what, 0.75))
    return {}


def _is_statement(line: LineFeatures) -> bool:
    """Whether a line ends in a full stop, as no heading does; “You may also like...” is one."""
    return line.is_short_sentence and line.text.endswith(".") and not line.text.endswith("..")


def _reason_of_tail(heading: str) -> Reason | None:
    if _OTHER_ITEMS.fullmatch(heading):
        return Reason.RELATED
    folded = heading.casefold().replace("’", "'")
    return Reason.NAVIGATION if folded in _menu_headings() else None


@cache
def _menu_headings() -> frozenset[str]:
    path = files("cleaners") / "data" / "tail_headings.json"
    lists: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(lists["menus"])
