"""Recognises the messages of chats that a messenger exported or copied as text.

The forms are those of WhatsApp ("[12.05.21, 10:11:00] Name: text" or "12/05/2021, 10:11 - Name:
text"), of Signal and others that put the day first, and of Telegram's clipboard ("Name, [12.05.21
10:11]" above the text).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_DAY = r"(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\.?)"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[\s\u202f]?[AaPp]\.?\s?[Mm]\.?)?"
# Invisible marks of the writing direction, and byte order marks.
_MARKS = r"[\u200e\u200f\u202a-\u202e\ufeff]*"
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
# News tickers have this form as well.
_DASHED = _FORMS[1]
_LOG_LEVEL = re.compile(r"trace|debug|info|notice|warn(?:ing)?|error|critical|fatal", re.I)
# A greater number can't be a month, so it must be the day.
_MAX_DAY = 12


@dataclass(slots=True)
class ChatMessage:
    """A message: its sender (None for the messenger's own notices), day as written, and lines."""

    name: str | None
    day: str
    lines: list[str]


def is_chat_log(lines: Sequence[str]) -> bool:
    """Whether a text begins with a chat message, and has more messages in the same form.

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
                # In a chat the names recur. In a ticker, the words before the colon don't.
                and (form is not _DASHED or max(names.values()) > 1)
            )
    return False


def chat_messages(lines: Iterable[str]) -> Iterator[ChatMessage]:
    """Yield the messages in the lines; a line that begins no message continues the last one."""
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
    """Whether the days of a chat are written month first, as in 5/31/21.

    A chat writes all its days in the same form.
    """
    pairs = [tuple(map(int, re.split(r"[./-]", day)[:2])) for day in days if "/" in day]
    return any(second > _MAX_DAY for _, second in pairs) and not any(
        first > _MAX_DAY for first, _ in pairs
    )


def chat_day(written: str, month_first: bool) -> str | None:
    """A day in ISO 8601; None if it is not a valid date.

    >>> chat_day("12.05.21", False), chat_day("5/31/2021", True), chat_day("2021-05-12", False)
    ('2021-05-12', '2021-05-31', '2021-05-12')
    """
    a, b, c = map(int, re.split(r"[./-]", written))
    year, month, day = (a, b, c) if a > 31 else (c, a, b) if month_first else (c, b, a)
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        return None
