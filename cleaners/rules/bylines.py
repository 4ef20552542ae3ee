"""Recognises bylines, the lines that say who wrote an article, and reads the names in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile, zip_longest

from cleaners.reasons import Reason
from cleaners.rules.author_names import common_words, is_label, is_nobody, is_staff
from cleaners.rules.byline_labels import byline_opening, is_own_label, names_writer, separate_label
from cleaners.rules.dates import find_dates, opens_with_publication
from cleaners.rules.east_asian_bylines import east_asian_authors, is_japanese_name
from cleaners.rules.line_features import LineFeatures, line_features
from cleaners.rules.month_names import caseless_weekdays, month_number, names_day_or_month
from cleaners.rules.name_words import (
    PARTICLES,
    agency_name,
    begins_role,
    caseless_name,
    has_common_word,
    has_joined_and,
    has_role,
    is_capitalised,
    is_joiner,
    is_name,
    is_organisation,
    menu_words,
)
from cleaners.rules.wordlists import listed_phrases, split_words, wordlist

_NAME_TOKEN = re.compile(r"[^\s,;/|]+")
_NAME_SEPARATOR = re.compile(r"[,،、;/|•·]|\s[-–—]\s")
# Text after the name in a byline: “A. Marlow with inputs from agencies”.
_CLAUSE = re.compile(
    r"\s(?:with|contributed|reports|posted|published)\b.*|\s(?:for|in)\s[^.]{2,30}$", re.I
)
_FOR_WHOM = re.compile(r"(?<=\w)\s(?:for|in)\s+(?=[^\W\da-z]).*")
_SECTIONS = re.compile(r"(?<=\w)\s[Ii]n\s+(?=[^\W\da-z]).*")  # “In Boats, Winter Sails”
TOLD_TO = re.compile(r",?\s+as told to\s+", re.I)
_CREDIT_SEPARATOR = re.compile(r"[|•·]|\s[-–—]\s")
_LINE_SEPARATOR = re.compile(r"[|•·/]|\s[-–—]\s")
_COMMAS = re.compile(r"[,،、;]")
_BULLET = re.compile(r"^[•◦▪●*+o–—-]\s+")
_BRACKETS = re.compile(r"\([^()]*(?:\)|$)")
# A name that a converter joined to the next word: “Ann MarlowStaff Writer”, “byAnn Marlow”.
_GLUED = re.compile(
    r"(?<= )([^\W\d_a-z][^\W\d_A-Z]{3,})(?=[A-Z][a-z])|(?<=[^\W\d_])()(?=\d)|^(by)(?=[A-Z])"
)
# A day or an English month that a converter joined to a name: “Ann Marlow12 May”.
# A year or a time must follow the month, and “Mc” before it is no end of a name.
_GLUED_DATE = re.compile(
    r"(?<=[^\W\d_]{2})(?:\d{1,4}(?=[\s./-])|(?<=[a-z])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)"
    r"(?<!\bLa)(?<!\bVan)[A-Z][a-z]{2,8}(?= (?:\d{1,2}(?:st|nd|rd|th)?,? (?:at )?)?\d{1,2}[:\d]))"
)
# A team that signs as the author: “By the Quay Boats Team”.
_TEAM = re.compile(
    r"(?:[Tt]he )?(?:[^\W\d_a-z][\w.&’'-]* ){1,4}(?:Team|Staff)(?=$|\s*[,|·•(]|\s[-–—]\s|\s\d)"
)
_NON_NAME_SIGN = re.compile(r"[:：=|/,،؛;!?()\[\]«»“”]")
_INNER_LABEL = re.compile(r"(?<=[\s|•·,])(?:([^\W\d_]{2,20}) )?([^\W\d_]{2,20})\s?:\s?(?=[^\W\d_])")
_MAX_NAME_TOKEN = 20  # characters of a word in a name
_AFTER_DIGITS = re.compile(r"(?<=\d)(?!.*\d)")  # before “Uhr von” in “um 10:30 Uhr von”
_MAX_TIME_WORDS = 3  # words between the digits of a time and “by”, as in “10:30 Uhr von”
_FIRST_DIGIT = re.compile(r"\d")
_YEAR_OR_TIME = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[:.]\d\d)(?!\d)")
_MAX_AGO_BLANKS = 2  # blanks in “2 minutes ago”
_OPENING_WORD = re.compile(r"\W*[^\W_]+(?:['’][^\W_]+)*")
_SINGLE_WORD_NAME = re.compile(r"([^\W\d_][\w.-]{1,24})(?=$|[,|·]|\s+(?:\d|with\b))")
# “With” in several languages. An agency after one of these words only helped.
_HELPER_WORDS = frozenset("with mit con avec com met med z с із".split())
_MAX_AGENCY_CHARS, _MAX_DATED_CHARS = 30, 60
_MAX_BYLINE_WORDS = 24
_MAX_BYLINE_CHARS = 300


def byline_authors(
    line: str,
    words: Sequence[str] | None = None,
    language: str | None = None,
    *,
    any_name: bool = False,
) -> tuple[str, ...] | None:
    """The authors in a line that starts like a byline (“By …”, “Автор: …”); None for other lines.

    `words` are the words of the line, if known, and `language` is that of the text. With
    `any_name`, a single word counts as a name. Use it only where a byline is expected.

    >>> byline_authors("By Jane Q. Doe and Ivan Petrov, Reuters")
    ('Jane Q. Doe', 'Ivan Petrov')
    """
    if len(line) > _MAX_BYLINE_CHARS:
        return None
    if words is None:
        words = split_words(line)
    if not 2 <= len(words) <= _MAX_BYLINE_WORDS:
        return None
    phrase = byline_opening(line, words, language, most=_MAX_BYLINE_WORDS)
    if phrase is None:
        return None
    rest = line
    for _ in phrase.split():
        match = _OPENING_WORD.match(rest)
        rest = rest[match.end() :] if match else rest
    rest = rest.lstrip(" :：.-–—|\u00a0" + _vowel_signs(rest))
    rest = TOLD_TO.sub(", ", _GLUED_DATE.sub(_separate, _BRACKETS.sub(" ", rest))).strip()
    if team := _TEAM.match(rest):
        return (team[0],)
    if names := leading_names(_without_caseless_date(rest)):
        return names
    if agency := agency_name(" ".join(line.split()[1:])) or agency_name(line):
        return (agency,)
    single = _SINGLE_WORD_NAME.match(rest) if any_name else None
    return (single[1],) if single and not _is_word(single[1], language) else None


def _is_word(text: str, language: str | None) -> bool:
    """Whether a single word is no name: a common word, a month or a weekday."""
    return text.isalpha() and (all(common_words(text)) or names_day_or_month(text, language))


def line_authors(line: LineFeatures, language: str | None) -> tuple[str, ...] | None:
    """The authors that a line or one of its parts (“City desk | By Ann Marlow”) names."""
    if labelled := east_asian_authors(line.text):
        return labelled
    if (text := separate_label(line.text, language)) != line.text:
        line = line_features(text)
    opening = wordlist(Reason.BYLINE).first_words
    if opening.isdisjoint(line.words):
        return None
    if line.words[0] in opening and (
        authors := byline_authors(line.text, line.words, language, any_name=True)
    ):
        return authors
    if ":" in line.text and (authors := labelled_authors(line.text)):
        return authors
    if authors := _authors_after_date(line, language):
        return authors
    if not _CREDIT_SEPARATOR.search(line.text):
        return None
    parts = (part.strip() for part in _CREDIT_SEPARATOR.split(line.text))
    return next((authors for part in parts if (authors := byline_authors(part))), None)


def _authors_after_date(line: LineFeatures, language: str | None) -> tuple[str, ...] | None:
    """The authors in a line such as “Published on 12 May 2022 at 10:30 by Ann Marlow”."""
    if not line.n_numbers or line.is_prose:
        return None
    tokens = _AFTER_DIGITS.split(line.text)[-1].split()
    for i, token in enumerate(tokens[:_MAX_TIME_WORDS]):
        if is_own_label(token.casefold(), language):
            byline = _SECTIONS.sub("", " ".join(tokens[i:]))
            authors = byline_authors(byline, language=language)
            return authors if authors and opens_with_publication(line.text, language) else None
    return None


def people(names: Iterable[str]) -> tuple[str, ...]:
    """The names in a byline that aren't those of desks, offices and system accounts.

    >>> people(("Ann Marlow", "News Desk", "admin", "AFP"))
    ('Ann Marlow', 'AFP')
    """
    staff = listed_phrases(Reason.BYLINE, "staff")
    return tuple(n for n in names if not is_nobody(n) and tuple(split_words(n)) not in staff)


def _separate(glued: re.Match[str]) -> str:
    is_date = glued[0].isdecimal() or month_number(glued[0], None)
    return f" {glued[0]}" if is_date else glued[0]


def labelled_authors(line: str) -> tuple[str, ...] | None:
    """The authors after a label inside a line: “12 May 2022, 341 views, Author: Ann Marlow”."""
    for label in _INNER_LABEL.finditer(line):
        for start in (label.start(1), label.start(2)):
            text = line[start:] if start >= 0 else ""
            if names_writer(split_words(text)) and (names := byline_authors(text)):
                return names
    return None


def _without_caseless_date(text: str) -> str:
    """A text without the date at its end, in scripts without capitals; others stay unchanged."""
    digit = _FIRST_DIGIT.search(text)
    if digit is None or text[:1].isupper() or text[:1].islower():
        return text
    name = text[: digit.start()].rstrip(" ,،-–—|")
    day = next((day for day in caseless_weekdays() if name.endswith(day)), "")
    return name.removesuffix(day).rstrip(" ,،-–—|")


def _vowel_signs(text: str) -> str:
    """The combining marks in the first three characters, which are left over from a phrase."""
    return "".join(char for char in text[:3] if unicodedata.category(char)[0] == "M")


def _split_at_joiners(tokens: Sequence[str]) -> list[str]:
    """The parts of a list of names between words like “and”."""
    pieces: list[list[str]] = [[]]
    for i, token in enumerate(tokens):
        if is_joiner(token, pieces[-1]):
            pieces.append([])
        elif has_joined_and(token, pieces[-1], tokens[i + 1 :]):
            pieces.append([token[1:]])
        else:
            pieces[-1].append(token)
    return [" ".join(piece) for piece in pieces if piece]


def _opens_credit(text: str) -> bool:
    """Whether a text opens like the credit of a picture: “Photo: Ian Bell”."""
    words = split_words(text)
    return wordlist(Reason.CAPTION).match_phrase(text, words, len(words)) is not None


def leading_names(text: str) -> tuple[str, ...]:
    """The names at the start of a text, up to the first part that isn't a name."""
    found: list[str] = []
    for one in _NAME_SEPARATOR.split(text):
        part = _FOR_WHOM.sub("", one)
        tokens = part.split()
        if found and len(tokens) > 1 and is_joiner(tokens[0], [part]):
            del tokens[0]  # “Ann, Ian, and Eve”
        names = _split_at_joiners(tokens)
        good = [name for name in takewhile(bool, map(_opening_name, names)) if name]
        if len(names) > 1 and good and _HELPER_WORDS.isdisjoint(part.casefold().split()):
            good = [
                name for name in (_opening_name(one) or agency_name(one) for one in names) if name
            ]
        if found and (part.strip()[:4].casefold() == "the " or any(map(is_label, good))):
            break  # “Ann Marlow, The Quay”, “Ann Marlow, Trial Attorney”
        if found and (any(map(is_organisation, good)) or has_role(part) or _opens_credit(part)):
            break
        # “Ann Marlow, QUAY RADIO”
        if found and good and good[0].split()[0].isupper() and not found[0].split()[0].isupper():
            break
        found += good
        if len(good) < len(names) or not names:
            break
    return tuple(dict.fromkeys(found))


def standalone_names(line: str, language: str | None = None) -> tuple[str, ...] | None:
    """The people's names in a line of names, roles, agencies and dates; None for other lines.

    >>> standalone_names("A. Marlow"), standalone_names("Ann Marlow with inputs from agencies")
    (('A. Marlow',), ('Ann Marlow',))
    >>> standalone_names("Ann Marlow and Ian Bell | The Quay News | 12 May 2022")
    ('Ann Marlow', 'Ian Bell')
    >>> standalone_names("Bridge closed until Monday")
    """
    if len(line) > _MAX_BYLINE_CHARS or line[-1:] in ".!?:" or line.count(" ") > _MAX_BYLINE_WORDS:
        return None
    text = _GLUED.sub(r"\1\2\3 ", _BULLET.sub("", _BRACKETS.sub(" ", line)))
    text = TOLD_TO.sub(", ", text)
    if byline_opening(text, split_words(text), language):
        return None
    if _CLAUSE.search(text) is None and (names := _listed_people(text, language)):
        return names
    found: list[str] = []
    for part in filter(
        None, map(str.strip, _LINE_SEPARATOR.split(_CLAUSE.split(text, maxsplit=1)[0]))
    ):
        names = _listed_people(part, language)
        if names and not (found and any(map(is_organisation, names))):
            found += names
        elif not found and not part[0].isdigit() and not find_dates(part, language):
            return None
    return tuple(dict.fromkeys(found)) or None


def dated_line_names(
    line: str, language: str | None, *, is_beside_role: bool = False
) -> tuple[str, ...]:
    """The names that a whole line next to a date consists of, in a script without capitals.

    Chinese and Korean names count only beside the line of a role, such as “记者”.

    >>> dated_line_names("井上花子", "ja"), dated_line_names("أحمد علي وسارة حسن", "ar")
    (('井上花子',), ('أحمد علي', 'سارة حسن'))
    """
    if line.isascii() or is_staff(line) or any(c.isupper() or c.islower() for c in line):
        return ()
    if language == "ja":
        return (line,) if is_japanese_name(line) else ()
    if is_beside_role and language in ("zh", "ko"):
        return (line,) if 2 <= len(line) <= 4 and line.isalpha() else ()
    if language in ("zh", "ko", "th") or len(line) > _MAX_DATED_CHARS:
        return ()
    names = tuple(_split_at_joiners(line.split()))
    return names if all(_is_caseless_name(name, language) for name in names) else ()


def _is_caseless_name(text: str, language: str | None) -> bool:
    tokens = text.split()
    return (
        2 <= len(tokens) <= 3
        and max(map(len, tokens)) <= _MAX_NAME_TOKEN
        and not _NON_NAME_SIGN.search(text)
        and not any(map(str.isdigit, text))
        and not has_common_word(tokens, language)
    )


def standalone_agency(line: str) -> tuple[str, ...] | None:
    """The news agency, for a line that is only its name; None for other lines."""
    text = _BULLET.sub("", line)
    return (text,) if len(text) <= _MAX_AGENCY_CHARS and agency_name(text) else None


def has_bullet(line: str) -> bool:
    """Whether a line starts with a bullet."""
    return _BULLET.match(line) is not None


def _listed_people(text: str, language: str | None) -> tuple[str, ...]:
    """The names in a list of names, without trailing roles and dates; empty for other text."""
    digit = _FIRST_DIGIT.search(text)
    if digit:
        rest = text[digit.start() :]
        text = text[: digit.start()].rstrip()
        if text.endswith(":") or not (_YEAR_OR_TIME.search(rest) or _is_time_ago(rest)):
            return ()
    text = text.strip(" ,")
    found: list[str] = []
    for piece in filter(None, map(str.strip, _COMMAS.split(text))):
        for name in _joined_names(piece, language, cut=digit is not None):
            if name is None:
                return tuple(dict.fromkeys(found)) if found and has_role(piece) else ()
            found.append(name)
    return tuple(dict.fromkeys(found))


def _is_time_ago(text: str) -> bool:
    """Whether a text is a time such as “2 minutes ago”, or a single number."""
    words = split_words(text)
    ago = any((word,) in listed_phrases(Reason.DATE, "ago") for word in words)
    return len(words) == 1 or (ago and len(words) <= _MAX_AGO_BLANKS + 1)


def _joined_names(text: str, language: str | None, *, cut: bool) -> Iterator[str | None]:
    """The names between joiners like “and”; None for each part that isn't a name."""
    pieces = _split_at_joiners(text.split())
    for piece in pieces:
        name = _whole_name(piece.split(), language, cut=cut)
        yield name or (agency_name(piece) if len(pieces) > 1 else None)


def _whole_name(tokens: list[str], language: str | None, *, cut: bool) -> str | None:
    """The name, if the words are a name, possibly repeated or with a role after it; else None."""
    role = next((i for i in range(2, len(tokens)) if begins_role(tokens[i:])), None)
    if role is not None:
        return _without_role(tokens[:role], language)
    if cut and len(tokens) > 1 and month_number(tokens[-1], None):
        tokens = tokens[:-1]
    half = len(tokens) // 2
    if half > 1 and tokens[:half] == tokens[half:]:
        tokens = tokens[:half]
    text = " ".join(tokens)
    return text if is_name(text) and not has_common_word(tokens, language) else None


def _without_role(before: Sequence[str], language: str | None) -> str | None:
    """The name before a role. In “Ann Marlow Science Editor” only the first two words are one."""
    size = 2 if before[1].casefold() not in PARTICLES else len(before)
    name = " ".join(before[:size])
    return name if is_name(name) and not has_common_word(before[:size], language) else None


def _opening_name(text: str) -> str | None:
    """The name at the start of a text: its leading capitalised words."""
    if (name := caseless_name(text)) is not None:
        return name
    kept: list[str] = []
    tokens = _NAME_TOKEN.findall(text)[:7]
    for token, following in zip_longest(tokens[:6], tokens[1:], fillvalue=""):
        if not (is_capitalised(token) or (kept and token.casefold() in PARTICLES)):
            break
        if len(kept) > 1 and begins_role((token, following)):
            return _without_role(kept, None)
        if kept and following[:1].isdigit() and month_number(token, None):
            break
        if len(kept) > 1 and token.casefold() in menu_words(None):
            break
        kept.append(token)
    while kept and kept[-1] in PARTICLES:
        kept.pop()  # “Publicado por Ana Marlow el 12 de mayo”
    name = " ".join(kept).strip(" .,:") if kept else ""
    if kept and kept[-1].endswith(".") and len(kept[-1]) <= 2:
        name += "."
    return name if is_name(name) else None
