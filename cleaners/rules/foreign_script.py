"""Labels in a script that isn't the page's: a Cyrillic menu around an English article."""

from __future__ import annotations

from cleaners.model import Reason, Removal
from cleaners.rules.line_features import Facts
from cleaners.text.scripts import letters_by_script, strays_from


def in_foreign_script(facts: Facts, page_script: str | None) -> Removal | None:
    """The removal of a short line in another script than the page's; sentences stay."""
    if page_script is None or facts.prose or not strays_from(page_script, facts.text):
        return None
    if facts.script in (None, page_script):
        return None
    if facts.ends and facts.size >= 5:
        return None
    letters = letters_by_script(facts.text)
    own = letters[page_script]
    if own * 2 >= letters.total():
        return None
    detail = f"a label in {facts.script} script on a page in {page_script}"
    return Removal(Reason.FOREIGN_SCRIPT, "foreign", detail, 0.85 if own == 0 else 0.7)
