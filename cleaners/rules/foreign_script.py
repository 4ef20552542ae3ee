"""Recognises labels in another script than the page's: a Cyrillic menu around English text."""

from __future__ import annotations

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures
from cleaners.text.scripts import has_other_script, letters_by_script


def match_foreign_script(line: LineFeatures, page_script: str | None) -> Removal | None:
    """The removal of a short line in another script than the page's; None for sentences."""
    if page_script is None or line.is_prose or not has_other_script(page_script, line.text):
        return None
    if line.script in (None, page_script):
        return None
    if line.ends_sentence and line.n_words >= 5:
        return None
    letters = letters_by_script(line.text)
    own = letters[page_script]
    if own * 2 >= letters.total():
        return None
    detail = f"a label in {line.script} script on a {page_script} page"
    return Removal(Reason.FOREIGN_SCRIPT, Cleaner.FOREIGN_SCRIPT, detail, 0.85 if own == 0 else 0.7)
