"""Reads bylines in Chinese, Japanese and Korean, where names are written without blanks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_MAX_LINE_CHARS = 90  # longer lines have no byline
# “Our own”, “special” and “trainee”, before “reporter”; and work other than writing.
_NO_NAME = re.compile(r"[本特实實见見驻駐]|编辑|編輯|责|責|摄影|攝影|図|图|圖|写真|翻译|翻譯")
_FIRST_CHAR = "\u3000"  # before it, there are no Han, kana or Hangul syllables


@dataclass(frozen=True, slots=True)
class _Patterns:
    han_labelled: re.Pattern[str]
    han_role_after: re.Pattern[str]
    hangul_reporter: re.Pattern[str]
    japanese_name: re.Pattern[str]


@cache  # compiled when it is needed: this takes 11 ms
def _patterns() -> _Patterns:
    name = (
        r"([\u3400-\u9fff·・]{2,6}|[\u3400-\u9fff]{1,3}[ \u3000][\u3400-\u9fff\u3040-\u309f]{1,4})"
    )
    other = r"([\u3400-\u9fff]{2,4})"  # a further name in a list
    return _Patterns(
        han_labelled=re.compile(
            r"(?:(?:作者|撰文|记者|記者|執筆|著者|ライター|取材・文|筆者|文)\s*[:：/／・|｜]\s*"
            r"|(?:记者|記者)\s+)"
            + name
            + r"(?=$|[\s|｜/／,，、()（）])"
            + rf"(?:[\s、,，和与與及]+{other}(?=$|[\s、,，|｜/／()（）]))?"
        ),
        han_role_after=re.compile(
            r"^[【(（]?" + name + r"\s?(?:記者|记者|特派員|編集委員)[】)）]?$"
        ),
        hangul_reporter=re.compile(
            r"(?:^|(?<!사진)[\s=\]|/·])([가-힣]{2,4}(?:[·,]\s?[가-힣]{2,4})*)\s?"
            r"(?:선임|수습|인턴|전문)?"
            r"(?:기자|특파원|논설위원|앵커|에디터)(?=$|[\s=|/·,(\[\]]|\d)"
        ),
        japanese_name=re.compile(
            r"[\u4e00-\u9fff々]{1,3}[ \u3000]?[\u4e00-\u9fff々\u3040-\u309f]{1,3}"
        ),
    )


def east_asian_authors(line: str) -> tuple[str, ...]:
    """The authors in a Chinese, Japanese or Korean byline; empty for other lines.

    >>> east_asian_authors("2024-03-04 作者：周明"), east_asian_authors("김하늘 기자")
    (('周明',), ('김하늘',))
    """
    if len(line) > _MAX_LINE_CHARS or max(line, default="") < _FIRST_CHAR:
        return ()
    patterns = _patterns()
    found = [name for names in patterns.han_labelled.findall(line) for name in names]
    for names in patterns.hangul_reporter.findall(line):
        found += re.split(r"[·,]\s?", names)
    if not found and (role := patterns.han_role_after.match(line)):
        found = [role[1]]
    names = (name.strip() for name in found)
    return tuple(dict.fromkeys(name for name in names if name and not _NO_NAME.match(name)))


def is_japanese_name(line: str) -> bool:
    """Whether a whole line next to a date may be a Japanese name: three to seven characters."""
    if not 3 <= len(line) <= 7 or max(line) < _FIRST_CHAR:
        return False
    return _patterns().japanese_name.fullmatch(line) is not None
