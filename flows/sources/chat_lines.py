"""Tells the messages of chats that a messenger exported or copied as text.

The forms are those of WhatsApp ("[12.05.21, 10:11:00] Name: text" or "12/05/2021, 10:11 - Name:
text"), Signal and others with the day first, and Telegram's clipboard ("Name, [12.05.21 10:11]"
above the text).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_DAY = r"(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\.?)"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[\s\u202f]?[AaPp]\.?\s?[Mm]\.?)?"
_MARKS = r"[\u200e\u200f\u202a-\u202e\ufeff]*"  # of the writing direction
_NAME = r"(?P<name>[^\n:\[\]]{1,60}?)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_MARKS}\[{_DAY},?\s{_TIME}\]\s{_MARKS}(?:{_NAME}:(?:\s|$))?(?P<text>.*)",
        rf"{_MARKS}{_DAY},?\s(?:um\s)?{_TIME}\s[-–]\s{_MARKS}(?:{_NAME}:(?:\s|$))?(?P<text>.*)",
        rf"{_MARKS}{_NAME},\s\[{_DAY},?\s{_TIME}\]:?(?P<text>.*)",
    )
)
_MIN_MESSAGES = 2
_DASHED = _FORMS[1]  # is the form of a ticker as well
_LOG_LEVEL = re.compile(r"trace|debug|info|notice|warn(?:ing)?|error|critical|fatal", re.I)
_MAX_DAY = 12  # a month has no higher number: such a number is a day


@dataclass(slots=True)
class ChatMessage:
    """The writer of a message (None for the messenger's notices), its day as written, its lines."""

    name: str | None
    day: str
    lines: list[str]


def is_chat_log(lines: Sequence[str]) -> bool:
    """Whether a text begins with a message of a chat, and has more in the same form.

    >>> is_chat_log(["[12.05.21, 10:11:00] Ada: Here?", "[12.05.21, 10:12:30] Ben: Yes."])
    True
    """
    first = next((line for line in lines if line.strip()), "")
    for form in _FORMS:
        if form.fullmatch(first):
            found = [match for line in lines if (match := form.fullmatch(line))]
            names = Counter(match["name"] for match in found if match["name"])
            return (
                len(found) >= _MIN_MESSAGES
                and bool(names)
                and not any(map(_LOG_LEVEL.fullmatch, names))
                # The names of a chat return; what stands before the colon in a ticker doesn't.
                and (form is not _DASHED or max(names.values()) > 1)
            )
    return False


def chat_messages(lines: Iterable[str]) -> Iterator[ChatMessage]:
    """The messages among the lines, each with those below its first one."""
    message = form = None
    for line in lines:
        if form is None:
            form = next((one for one in _FORMS if one.fullmatch(line)), None)
        found = form.fullmatch(line) if form else None
        if found is None:
            if message is not None:
                message.lines.append(line)
            continue
        if message is not None:
            yield message
        message = ChatMessage(found["name"], found["day"].rstrip("."), [found["text"]])
    if message is not None:
        yield message


def is_month_first(days: Iterable[str]) -> bool:
    """Whether the days of a chat are written as in 5/31/21; they are all written alike."""
    pairs = [tuple(map(int, re.split(r"[./-]", day)[:2])) for day in days if "/" in day]
    return any(second > _MAX_DAY for _, second in pairs) and not any(
        first > _MAX_DAY for first, _ in pairs
    )


def chat_day(written: str, month_first: bool) -> str | None:
    """A day as ISO 8601.

    >>> chat_day("12.05.21", False), chat_day("5/31/2021", True), chat_day("2021-05-12", False)
    ('2021-05-12', '2021-05-31', '2021-05-12')
    """
    a, b, c = map(int, re.split(r"[./-]", written))
    year, month, day = (a, b, c) if a > 31 else (c, a, b) if month_first else (c, b, a)
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        return None
