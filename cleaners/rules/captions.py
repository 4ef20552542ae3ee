"""Recognises image captions and photo credits by their words."""

from __future__ import annotations

import re

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures, cached_on_line
from cleaners.rules.wordlists import Wordlist, split_words, wordlist

# A credit in brackets at the end of the line: “… at the summit [AP]”.
_CLOSING_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\s*\.?\s*$")
_CREDIT_LABEL = re.compile(r"\b[^\W\d_]{1,30}(?:\s[^\W\d_]{1,30})?(?=\s?[:：©]\s?\S)")
# “Photo restoration for beginners”: a lower-case word after the first, and more.
_READS_ON = re.compile(r"[^\W\d_]+ [a-z]+ \S+ \S")
_MAX_CAPTION_CHARS = 400
_CREDIT_SIGN = re.compile(r"(?:^|\s)(?:©|\(c\))\s*\S|/\s*(?:AFP|AP|EPA|TASS|Reuters|Getty)\b", re.I)


@cached_on_line
def match_caption(line: LineFeatures) -> Removal | None:
    """The removal of a line that is a caption or a photo credit by its words, or None."""
    if len(line.text) > _MAX_CAPTION_CHARS or line.n_words > 60 or line.is_prose:
        return None
    known = wordlist(Reason.CAPTION)
    # “Photography” alone is a section of the site.
    opening = known.match_phrase(line.text, line.words, max_extra_words=14)
    if opening and line.n_words > 1:
        is_sure = " " in opening or _READS_ON.match(line.text) is None
        detail = f"starts with the credit “{opening}”"
        return Removal(Reason.CAPTION, Cleaner.CAPTIONS, detail, 0.8 if is_sure else 0.6)
    why = (
        _inner_credit(line.text, known)
        or _closing_credit(line.text, known)
        or _agency_credit(line, known)
    )
    return Removal(Reason.CAPTION, Cleaner.CAPTIONS, why, 0.8) if why else None


def _agency_credit(line: LineFeatures, known: Wordlist) -> str | None:
    """The detail for a line with mostly agency names, or with some and a credit sign (©)."""
    if line.ends_sentence or not 2 <= line.n_words <= 25:
        return None
    share = known.share(line.words)
    if line.n_words <= 12 and share >= 0.6:
        return "a photo credit"
    return "contains a photo credit" if share > 0 and _CREDIT_SIGN.search(line.text) else None


def _inner_credit(text: str, known: Wordlist) -> str | None:
    """The detail for a caption with a credit after it: “The lamps at dusk. Photo: A. Marlow”."""
    if ":" not in text and "：" not in text and "©" not in text:
        return None
    for label in _CREDIT_LABEL.findall(text):
        words = split_words(label)
        if any(tuple(words[i:]) in known.colon_phrases for i in range(len(words))):
            return f"contains the credit “{label}”"
    return None


def _closing_credit(text: str, known: Wordlist) -> str | None:
    """The detail for a line that ends in a credit in brackets: “… at the summit [AP]”.

    In square brackets any name counts. Round brackets have other uses, so there the words must be
    listed credit words.
    """
    if text[-1:] not in ")]." or ("(" not in text and "[" not in text):
        return None
    closing = _CLOSING_BRACKETS.search(text)
    if closing is None or text[: closing.start()].rstrip().endswith((".", "!", "?", "…")):
        return None
    credit = closing[1]
    square = closing[0].lstrip().startswith("[")
    named = (
        square
        and credit[0].isupper()
        and len(credit.split()) <= 6
        and not any(map(str.isdigit, credit))  # “[Updated Prices 2026]”
    )
    if named or known.share(split_words(credit)) >= 0.5:
        return f"ends in the credit “{credit}”"
    return None
