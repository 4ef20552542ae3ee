"""Chrome that its own words give away: share buttons, menus, consent notes, footers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from cleaners.model import Reason, Removal
from cleaners.rules.dates import looks_dated
from cleaners.rules.line_features import Facts, once
from cleaners.rules.wordlists import Vocabulary, chrome, listed, vocabulary

# Asked in this order: the first that knows the line names the reason.
_BY_PHRASE = (
    Reason.COMMENT,
    Reason.RELATED,
    Reason.CONSENT,
    Reason.SHARE,
    Reason.ADVERT,
    Reason.TICKER,
    Reason.FOOTER,
    Reason.NAVIGATION,
)
_BY_WORDS = (
    Reason.SHARE,
    Reason.TICKER,
    Reason.NAVIGATION,
    Reason.FOOTER,
    Reason.RELATED,
    Reason.ADVERT,
    Reason.CONSENT,
)
_BY_TRACES = (
    (Reason.SHARE, 0.25),
    (Reason.CONSENT, 0.3),
    (Reason.FOOTER, 0.3),
    (Reason.NAVIGATION, 0.3),
)
_SEPARATOR = re.compile(r"[|•·»›>/→\t]|[ \u00a0\u2000-\u3000]{2}")
_SEPARATED = re.compile(r"\s*[|•·»›>/→]\s*|\s{3,}|\u00a0{2,}")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\W{0,3}(?:19|20)\d\d|(?:19|20)\d\d\W{0,3}©", re.I)
_DECIMALS = re.compile(r"\d[.,]\d+")
_SCORE = re.compile(r"\d\s*[-–:]\s*\d")
_SIGNS = re.compile(r"[°$€£₽₸₴¥₺]|%")
_TIMES = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?"
    r"\s?(?:[ap]\.?m\.?|[A-Z]{2,4}|Z|[+-]\d\d:?\d\d)?"
)
_WEEKDAY = re.compile(r"[^\W\d_]{2,15}[.,]?\s\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\.?|Uhr)?", re.I)
_DEGREES = re.compile(r"[+\-−]?\d{1,3}(?:[.,]\d)?\s?[°º]?\s?[FC]")
_COUNT = re.compile(r"\S.*\(\d+\)")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)")
_PRICE = re.compile(r"[$€£₽₸₴¥₺]\s?\d|\d\s?[€£₽₸₴¥₺]")
_CLEANER = "wording"


@once
def by_wording(facts: Facts) -> Removal | None:
    """The removal of a line whose words are those of chrome; prose is judged more strictly."""
    if not facts.words:
        return Removal(Reason.BOILERPLATE, _CLEANER, "there are no words in it", 0.9)
    if facts.prose:
        return _prose(facts)
    if timed := _time(facts):
        return timed
    known = chrome(_BY_PHRASE)
    if said := _phrase(facts, known.first.get(facts.words[0], ())):
        return said
    if facts.numbers and _COPYRIGHT.search(facts.text):
        return Removal(Reason.FOOTER, _CLEANER, "a copyright notice", 0.9)
    if facts.ends:
        return None
    shares = known.shares(facts.words)
    if facts.numbers and looks_dated(facts) and _CLOCK.search(facts.text):
        return Removal(Reason.DATE, _CLEANER, "it ends in a date and a time", 0.7)
    return _words(facts, shares) or _ticker(facts, shares) or _labels(facts) or _menu(facts)


def _words(facts: Facts, shares: Mapping[Reason, float]) -> Removal | None:
    """Mostly the words of one reason."""
    for reason in _BY_WORDS if shares else ():
        if shares.get(reason, 0.0) >= 0.6:
            named = ", ".join(dict.fromkeys(vocabulary(reason).among(facts.words)))
            return Removal(reason, _CLEANER, f"mostly the words {named[:60]}", 0.85)
    return None


def _phrase(facts: Facts, reasons: Iterable[Reason]) -> Removal | None:
    for reason in reasons:
        if found := vocabulary(reason).phrase(facts.text, facts.words):
            return Removal(reason, _CLEANER, f"a line that opens with “{found}”", 0.9)
    return None


@once
def by_networks(facts: Facts) -> Removal | None:
    """A short label with the name of a social network, or with a word for sharing, in it."""
    networks, signs = _networks()
    if not networks.isdisjoint(facts.words):
        named = [word for word in facts.words if word in networks]
        if facts.size <= 4 or len(named) * 3 >= facts.size:
            return Removal(Reason.SHARE, _CLEANER, f"it names {', '.join(named[:5])}", 0.75)
    if facts.size <= 14 and not facts.text.isascii() and (sign := signs.search(facts.text)):
        return Removal(Reason.SHARE, _CLEANER, f"it has “{sign[0]}” in it", 0.75)
    return None


@cache
def _networks() -> tuple[frozenset[str], re.Pattern[str]]:
    """The names of social networks, and a pattern of the words for sharing of Eastern scripts."""
    names, signs = (
        sorted(words[0] for words in listed(Reason.SHARE, key) if len(words) == 1)
        for key in ("networks", "signs")
    )
    return frozenset(names), re.compile("|".join(map(re.escape, signs)))


@once
def by_traces(facts: Facts) -> Removal | None:
    """The reason for a line that is outside the article anyhow: a trace of a kind will do."""
    if facts.prose or facts.size > 20:
        return None
    shares = chrome(_BY_PHRASE).shares(facts.words)
    for reason, share in _BY_TRACES if shares else ():
        if shares.get(reason, 0.0) < share:
            continue
        found = sorted(set(vocabulary(reason).among(facts.words)))
        if len(found) >= 2 and len(found) >= share * len(facts.words) and not facts.ends:
            return Removal(reason, _CLEANER, f"it has the words {', '.join(found)}", 0.7)
    if facts.numbers and not looks_dated(facts):
        if _SCORE.search(_CLOCK.sub(" ", facts.text)):
            return Removal(Reason.TICKER, _CLEANER, "it holds a score", 0.6)
        dense = facts.numbers * 3 >= len(facts.words)
        if dense and facts.numbers == 1 and facts.size <= 8 and _PRICE.search(facts.text):
            return Removal(Reason.ADVERT, _CLEANER, "it names a price", 0.6)
        if dense and (_SIGNS.search(facts.text) or shares.get(Reason.TICKER)):
            return Removal(Reason.TICKER, _CLEANER, "it holds figures of a ticker", 0.6)
    if "©" in facts.text:
        return Removal(Reason.FOOTER, _CLEANER, "it holds a copyright sign", 0.7)
    return None


def _time(facts: Facts) -> Removal | None:
    """A time of day, with a weekday or not, how long ago it was, or a time stamp for machines."""
    if not facts.numbers:
        return None
    if _TIMES.fullmatch(facts.text) or (facts.size <= 4 and _WEEKDAY.fullmatch(facts.text)):
        return Removal(Reason.DATE, _CLEANER, "a time and nothing else", 0.85)
    if facts.size <= 4 and facts.numbers == 1 and (facts.words[-1],) in listed(Reason.DATE, "ago"):
        return Removal(Reason.DATE, _CLEANER, "it says how long ago", 0.8)
    return None


def _prose(facts: Facts) -> Removal | None:
    """Sentences are chrome only where they open as chrome does, or are about nothing else."""
    if facts.size > 80:
        return None
    if facts.numbers and _COPYRIGHT.search(facts.text):
        return Removal(Reason.FOOTER, _CLEANER, "a copyright notice", 0.8)
    for reason in (Reason.CONSENT, Reason.COMMENT, Reason.FOOTER, Reason.SHARE, Reason.ADVERT):
        found = vocabulary(reason).phrase(facts.text, facts.words, room=50)
        if found and (" " in found or _has_colon(facts.text, found)):
            return Removal(reason, _CLEANER, f"it opens with “{found}”", 0.8)
    if told := _telling(vocabulary(Reason.CONSENT), facts.words):
        return Removal(Reason.CONSENT, _CLEANER, f"it speaks of {told}", 0.8)
    if facts.size <= 20 and facts.sentences == 1:
        found = vocabulary(Reason.RELATED).phrase(facts.text, facts.words, room=18)
        if found and (" " in found or _has_colon(facts.text, found)):
            return Removal(Reason.RELATED, _CLEANER, f"it opens with “{found}”", 0.75)
    return None


def _has_colon(text: str, phrase: str) -> bool:
    return text[len(phrase) :].lstrip().startswith((":", "："))


def _telling(known: Vocabulary, words: Sequence[str]) -> str | None:
    """The listed words, where at least three different ones stand in the text."""
    found = list(dict.fromkeys(known.among(words)))
    return ", ".join(found[:5]) if len(found) >= 3 and len(found) * 12 >= len(words) else None


def _ticker(facts: Facts, shares: Mapping[Reason, float]) -> Removal | None:
    """Numbers with a few words between them: rates, temperatures, scores."""
    if not facts.numbers or looks_dated(facts):
        return None
    others = [word for word in facts.words if not word[0].isdigit()]
    if not others and facts.numbers < 2 and not _DECIMALS.search(facts.text):
        return Removal(Reason.NAVIGATION, _CLEANER, "the number of a page or of a rank", 0.7)
    if not others:
        return Removal(Reason.TICKER, _CLEANER, "nothing but figures", 0.8)
    if _DEGREES.fullmatch(facts.text) or (facts.size <= 20 and "°" in facts.text):
        return Removal(Reason.TICKER, _CLEANER, "it gives temperatures", 0.8)
    if facts.numbers < 2:
        return None
    figures = len(_DECIMALS.findall(facts.text))
    if figures >= 2 and facts.numbers * 3 >= len(others):
        return Removal(Reason.TICKER, _CLEANER, f"{facts.numbers} figures in a row", 0.8)
    if shares.get(Reason.TICKER, 0.0) >= 0.4:
        return Removal(Reason.TICKER, _CLEANER, "figures between the words of a ticker", 0.8)
    return None


def _labels(facts: Facts) -> Removal | None:
    """A run of labels: one word again and again, as in “open news open sport open weather”."""
    if len(facts.words) < 5 or len(facts.words) - len(set(facts.words)) < 2:
        return None
    words = [word for word in facts.words if len(word) > 1]
    if len(words) < 5:
        return None
    word, times = Counter(words).most_common(1)[0]
    if times >= 3 and times * 4 >= len(words):
        return Removal(
            Reason.NAVIGATION, _CLEANER, f"a run of labels: “{word}” {times} times", 0.85
        )
    return None


def _menu(facts: Facts) -> Removal | None:
    """A menu printed on one line: short parts between separators; or an entry that is counted."""
    if facts.numbers == 1 and facts.size <= 4 and _COUNT.fullmatch(facts.text):
        return Removal(Reason.NAVIGATION, _CLEANER, "a label with how many there are", 0.7)
    if not _SEPARATOR.search(facts.text):
        return None
    parts = [part for part in _SEPARATED.split(facts.text) if part]
    if len(parts) >= 3 and facts.size / len(parts) <= 3:
        return Removal(Reason.NAVIGATION, _CLEANER, f"a menu of {len(parts)} entries", 0.8)
    return None
