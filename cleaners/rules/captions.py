"""Captions and photo credits."""

from __future__ import annotations

import re

from cleaners.model import Reason, Removal
from cleaners.rules.line_features import Facts, once
from cleaners.rules.wordlists import Vocabulary, vocabulary, words_of

# A credit in brackets that closes the line, or one after a slash: “… at the summit [AP]”.
_CLOSING = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\s*\.?\s*$")
_LABEL = re.compile(r"\b[^\W\d_]{1,30}(?:\s[^\W\d_]{1,30})?(?=\s?[:：©]\s?\S)")
_LONGEST = 400  # characters
_CREDIT = re.compile(r"(?:^|\s)(?:©|\(c\))\s*\S|/\s*(?:AFP|AP|EPA|TASS|Reuters|Getty)\b", re.I)


@once
def as_caption(facts: Facts) -> Removal | None:
    """The removal of a line that is a caption or a credit by its wording."""
    if len(facts.text) > _LONGEST or facts.size > 60 or facts.prose:
        return None
    known = vocabulary(Reason.CAPTION)
    why = (
        _opening(facts, known)
        or _label_within(facts.text, known)
        or _closing_credit(facts.text, known)
        or _names(facts, known)
    )
    return Removal(Reason.CAPTION, "captions", why, 0.8) if why else None


def _opening(facts: Facts, known: Vocabulary) -> str | None:
    if facts.size < 2:
        return None  # “Photography” alone is a section of the paper
    found = known.phrase(facts.text, facts.words, room=14)
    return f"it opens with “{found}”, as credits do" if found else None


def _names(facts: Facts, known: Vocabulary) -> str | None:
    """Little but agencies and photo services, or a few words with one of them after a sign."""
    if facts.ends or not 2 <= facts.size <= 25:
        return None
    share = known.share(facts.words)
    if facts.size <= 12 and share >= 0.6:
        return "it is a picture credit"
    return "it holds a picture credit" if share > 0 and _CREDIT.search(facts.text) else None


def _label_within(text: str, known: Vocabulary) -> str | None:
    """A credit's label after the caption itself: “The lamps at dusk. Photo: A. Marlow”."""
    if ":" not in text and "：" not in text and "©" not in text:
        return None
    for label in _LABEL.findall(text):
        words = words_of(label)
        if any(tuple(words[i:]) in known.labels for i in range(len(words))):
            return f"it holds the credit “{label}”"
    return None


def _closing_credit(text: str, known: Vocabulary) -> str | None:
    """The credit in brackets that ends an unfinished sentence: “… at the summit [AP]”.

    In square brackets an agency or a name will do; in round ones, which have other uses, the
    words must be known.
    """
    if text[-1:] not in ")]." or ("(" not in text and "[" not in text):
        return None
    closing = _CLOSING.search(text)
    if closing is None or text[: closing.start()].rstrip().endswith((".", "!", "?", "…")):
        return None
    credit = closing[1]
    square = closing[0].lstrip().startswith("[")
    named = square and credit[0].isupper() and len(credit.split()) <= 6
    if named or known.share(words_of(credit)) >= 0.5:
        return f"it ends in the credit “{credit}”"
    return None
