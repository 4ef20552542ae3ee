"""Recognises boilerplate by its words: share buttons, menus, consent notes, footers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.dates import has_date
from cleaners.rules.line_features import LineFeatures, cached_on_line
from cleaners.rules.wordlists import (
    CombinedWordlist,
    Wordlist,
    combined_wordlist,
    listed_phrases,
    wordlist,
)

# Reasons whose opening phrases are tried, in this order; the first match gives the reason.
_PHRASE_REASONS = (
    Reason.COMMENT,
    Reason.RELATED,
    Reason.CONSENT,
    Reason.SHARE,
    Reason.ADVERT,
    Reason.TICKER,
    Reason.FOOTER,
    Reason.NAVIGATION,
)
_WORDLIST_REASONS = (
    Reason.SHARE,
    Reason.TICKER,
    Reason.NAVIGATION,
    Reason.FOOTER,
    Reason.RELATED,
    Reason.ADVERT,
    Reason.CONSENT,
)
# Reasons with opening words that are also common words: “follow”, “link”, “editor”, “video”.
_VAGUE_REASONS = frozenset(
    (Reason.SHARE, Reason.FOOTER, Reason.RELATED, Reason.NAVIGATION, Reason.TICKER)
)
_WEAK_REASONS = (
    (Reason.SHARE, 0.25),
    (Reason.CONSENT, 0.3),
    (Reason.FOOTER, 0.3),
    (Reason.NAVIGATION, 0.3),
)
_ANY_SEPARATOR = re.compile(r"[|•·»›>/→\t]|[ \u00a0\u2000-\u3000]{2}")
_MENU_SEPARATOR = re.compile(r"\s*[|•·»›>/→]\s*|\s{3,}|\u00a0{2,}")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\W{0,3}(?:19|20)\d\d|(?:19|20)\d\d\W{0,3}©", re.I)
_DECIMALS = re.compile(r"\d[.,]\d+")
_SCORE = re.compile(r"\d\s*[-–:]\s*\d")
_TICKER_SIGN = re.compile(r"[°$€£₽₸₴¥₺]|%")
_TIME_ONLY = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?"
    r"\s?(?:[ap]\.?m\.?|[A-Z]{2,4}|Z|[+-]\d\d:?\d\d)?"
)
_WEEKDAY = re.compile(
    r"[^\W\d_]{2,15}[.,]?\s\d{1,2}(?::\d\d(?:\s?(?:[ap]\.?m\.?|Uhr))?|\.\d\d\s?(?:[ap]\.?m\.?|Uhr))",
    re.I,
)
_DEGREES = re.compile(r"[+\-−]?\d{1,3}(?:[.,]\d)?\s?[°º]?\s?[FC]")
_COUNTED_LABEL = re.compile(r"\S.*\(\d+\)")
_ENUMERATED = re.compile(r"\d{1,3}[.)]\s")
_CLOCK_TIME = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)")
_PRICE = re.compile(r"[$€£₽₸₴¥₺]\s?\d|\d\s?[€£₽₸₴¥₺]")
_CLEANER = Cleaner.PHRASES


@cached_on_line
def match_phrases(line: LineFeatures) -> Removal | None:
    """The removal of a line with boilerplate wording; prose needs stronger evidence."""
    if not line.words:
        return Removal(Reason.BOILERPLATE, _CLEANER, "no words", 0.9)
    if line.is_prose:
        return _match_prose(line)
    if timed := _match_time(line):
        return timed
    if removal := _match_opening(line, _known().first_words.get(line.words[0], ())):
        return removal
    if line.n_numbers and _COPYRIGHT.search(line.text):
        return Removal(Reason.FOOTER, _CLEANER, "a copyright notice", 0.9)
    if line.ends_sentence:
        return None
    shares = _shares(line)
    if line.n_numbers and has_date(line) and _CLOCK_TIME.search(line.text):
        return Removal(Reason.DATE, _CLEANER, "ends in a date and a time", 0.7)
    return (
        _match_wordlists(line, shares)
        or _match_ticker(line, shares)
        or _match_label_run(line)
        or _match_menu(line)
    )


@cache
def _known() -> CombinedWordlist:
    return combined_wordlist(_PHRASE_REASONS)


@cached_on_line
def _shares(line: LineFeatures) -> Mapping[Reason, float]:
    """The share of the line's words that are listed for each reason."""
    return _known().shares(line.words)


def _match_wordlists(line: LineFeatures, shares: Mapping[Reason, float]) -> Removal | None:
    """The removal of a line if at least 60% of its words are listed for one reason."""
    if _ENUMERATED.match(line.text):  # “2. Instagram” is a heading
        return None
    for reason in _WORDLIST_REASONS if max(shares.values(), default=0) >= 0.6 else ():
        if shares.get(reason, 0.0) >= 0.6:
            named = ", ".join(dict.fromkeys(wordlist(reason).listed_words(line.words)))
            return Removal(reason, _CLEANER, f"mostly chrome words: {named[:60]}", 0.85)
    return None


def _match_opening(line: LineFeatures, reasons: Iterable[Reason]) -> Removal | None:
    for reason in reasons:
        if found := wordlist(reason).match_phrase(line.text, line.words):
            confidence = 0.9 if _tells_enough(line, reason, found) else 0.6
            return Removal(reason, _CLEANER, f"starts with “{found}”", confidence)
    return None


def _tells_enough(line: LineFeatures, reason: Reason, phrase: str) -> bool:
    """Whether a phrase at the start of a line says what the line is.

    One word says little about what follows it: “Editor settings”, “Link farms”.
    """
    return (
        " " in phrase
        or len(line.words) == 1
        or reason not in _VAGUE_REASONS
        or _has_colon(line.text, phrase)
        or (reason is Reason.SHARE and not _network_patterns()[0].isdisjoint(line.words))
    )


@cached_on_line
def match_social_networks(line: LineFeatures) -> Removal | None:
    """The removal of a short label with the name of a social network or a word for sharing."""
    networks, signs = _network_patterns()
    if not networks.isdisjoint(line.words):
        named = [word for word in line.words if word in networks]
        if line.n_words <= 4 or len(named) * 3 >= line.n_words:
            return Removal(
                Reason.SHARE, _CLEANER, f"names social networks: {', '.join(named[:5])}", 0.75
            )
    if line.n_words <= 14 and not line.text.isascii() and (sign := signs.search(line.text)):
        return Removal(Reason.SHARE, _CLEANER, f"contains “{sign[0]}”", 0.75)
    return None


@cache
def _network_patterns() -> tuple[frozenset[str], re.Pattern[str]]:
    """The names of social networks, and a pattern for the East Asian words for sharing."""
    names, signs = (
        sorted(words[0] for words in listed_phrases(Reason.SHARE, key) if len(words) == 1)
        for key in ("networks", "signs")
    )
    return frozenset(names), re.compile("|".join(map(re.escape, signs)))


@cached_on_line
def match_weak_phrases(line: LineFeatures) -> Removal | None:
    """The removal of a line outside the article, for which weak evidence is enough; or None."""
    if line.is_prose or line.n_words > 20:
        return None
    shares = _shares(line)
    for reason, share in _WEAK_REASONS if shares else ():
        if shares.get(reason, 0.0) < share:
            continue
        found = sorted(set(wordlist(reason).listed_words(line.words)))
        if len(found) >= 2 and len(found) >= share * len(line.words) and not line.ends_sentence:
            return Removal(reason, _CLEANER, f"contains the words {', '.join(found)}", 0.7)
    if line.n_numbers and not has_date(line):
        if _SCORE.search(_CLOCK_TIME.sub(" ", line.text)):
            return Removal(Reason.TICKER, _CLEANER, "contains a score", 0.6)
        dense = line.n_numbers * 3 >= len(line.words)
        if dense and line.n_numbers == 1 and line.n_words <= 8 and _PRICE.search(line.text):
            return Removal(Reason.ADVERT, _CLEANER, "contains a price", 0.6)
        if dense and (_TICKER_SIGN.search(line.text) or shares.get(Reason.TICKER)):
            return Removal(Reason.TICKER, _CLEANER, "contains ticker figures", 0.6)
    if "©" in line.text:
        return Removal(Reason.FOOTER, _CLEANER, "contains a copyright sign", 0.7)
    return None


def _match_time(line: LineFeatures) -> Removal | None:
    """The removal of a line that is only a time of day, a relative time or a timestamp."""
    if not line.n_numbers:
        return None
    if _TIME_ONLY.fullmatch(line.text) or (line.n_words <= 4 and _WEEKDAY.fullmatch(line.text)):
        return Removal(Reason.DATE, _CLEANER, "only a time", 0.85)
    if (
        line.n_words <= 4
        and line.n_numbers == 1
        and (line.words[-1],) in listed_phrases(Reason.DATE, "ago")
    ):
        return Removal(Reason.DATE, _CLEANER, "a relative time", 0.8)
    return None


def _match_prose(line: LineFeatures) -> Removal | None:
    """The removal of prose that starts like boilerplate or has many of its words."""
    if line.n_words > 80:
        return None
    if line.n_numbers and _COPYRIGHT.search(line.text):
        return Removal(Reason.FOOTER, _CLEANER, "a copyright notice", 0.8)
    for reason in (Reason.CONSENT, Reason.COMMENT, Reason.FOOTER, Reason.SHARE, Reason.ADVERT):
        found = wordlist(reason).match_phrase(line.text, line.words, max_extra_words=50)
        if found and (" " in found or _has_colon(line.text, found)):
            return Removal(reason, _CLEANER, f"starts with “{found}”", 0.8)
    if found_words := _consent_words(wordlist(Reason.CONSENT), line.words):
        return Removal(Reason.CONSENT, _CLEANER, f"consent words: {found_words}", 0.8)
    if line.n_words <= 20 and line.n_sentences == 1:
        found = wordlist(Reason.RELATED).match_phrase(line.text, line.words, max_extra_words=18)
        if found and (" " in found or _has_colon(line.text, found)):
            return Removal(Reason.RELATED, _CLEANER, f"starts with “{found}”", 0.75)
    return None


def _has_colon(text: str, phrase: str) -> bool:
    return text[len(phrase) :].lstrip().startswith((":", "："))


def _consent_words(known: Wordlist, words: Sequence[str]) -> str | None:
    """The listed words in the text, if there are at least three and one in twelve; or None."""
    found = list(dict.fromkeys(known.listed_words(words)))
    return ", ".join(found[:5]) if len(found) >= 3 and len(found) * 12 >= len(words) else None


def _match_ticker(line: LineFeatures, shares: Mapping[Reason, float]) -> Removal | None:
    """The removal of numbers with few words between them: rates, temperatures, scores."""
    if not line.n_numbers or has_date(line):
        return None
    others = [word for word in line.words if not word[0].isdigit()]
    if not others and line.n_numbers < 2 and not _DECIMALS.search(line.text):
        return Removal(Reason.NAVIGATION, _CLEANER, "a page number or a rank", 0.7)
    if not others:
        return Removal(Reason.TICKER, _CLEANER, "only numbers", 0.8)
    if _DEGREES.fullmatch(line.text) or (line.n_words <= 20 and "°" in line.text):
        return Removal(Reason.TICKER, _CLEANER, "contains temperatures", 0.8)
    if line.n_numbers < 2:
        return None
    figures = len(_DECIMALS.findall(line.text))
    if figures >= 2 and line.n_numbers * 3 >= len(others):
        return Removal(Reason.TICKER, _CLEANER, f"{line.n_numbers} numbers in a row", 0.8)
    if shares.get(Reason.TICKER, 0.0) >= 0.4:
        return Removal(Reason.TICKER, _CLEANER, "numbers between ticker words", 0.8)
    return None


def _match_label_run(line: LineFeatures) -> Removal | None:
    """The removal of a row of labels that repeat a word: “open news open sport open weather”."""
    if len(line.words) < 5 or len(line.words) - len(set(line.words)) < 2:
        return None
    words = [word for word in line.words if len(word) > 1]
    if len(words) < 5:
        return None
    word, times = Counter(words).most_common(1)[0]
    if times >= 3 and times * 4 >= len(words):
        return Removal(
            Reason.NAVIGATION, _CLEANER, f"a row of labels: “{word}” {times} times", 0.85
        )
    return None


def _match_menu(line: LineFeatures) -> Removal | None:
    """The removal of a menu on one line, with separators, or of a label with a count."""
    if line.n_numbers == 1 and line.n_words <= 4 and _COUNTED_LABEL.fullmatch(line.text):
        return Removal(Reason.NAVIGATION, _CLEANER, "a label with a count", 0.7)
    if not _ANY_SEPARATOR.search(line.text):
        return None
    parts = [part for part in _MENU_SEPARATOR.split(line.text) if part]
    if len(parts) >= 3 and line.n_words / len(parts) <= 3:
        return Removal(Reason.NAVIGATION, _CLEANER, f"a menu with {len(parts)} entries", 0.8)
    return None
