"""Reads bylines in Chinese, Japanese and Korean, where names are written without blanks."""

from __future__ import annotations

import re

_HAN_NAME = (
    r"([\u3400-\u9fff·・]{2,6}|[\u3400-\u9fff]{1,3}[ \u3000][\u3400-\u9fff\u3040-\u309f]{1,4})"
)
_HAN_LABELLED = re.compile(
    r"(?:作者|撰文|记者|記者|本报记者|本報記者|執筆|著者|ライター|取材・文|筆者|文)\s*[:：/／・|｜]\s*"
    + _HAN_NAME
    + r"(?=$|[\s|｜/／,，、()（）])"
)
_HAN_ROLE_AFTER = re.compile(
    r"^[【(（]?" + _HAN_NAME + r"\s?(?:記者|记者|特派員|編集委員)[】)）]?$"
)
_HANGUL_REPORTER = re.compile(
    r"(?:^|[\s=\]|/·])([가-힣]{2,4})\s?(?:선임|수습|인턴|전문)?(?:기자|특파원|논설위원|앵커|에디터)(?=$|[\s=|/·,(\[])"
)
_JAPANESE_NAME = re.compile(r"[\u4e00-\u9fff々]{1,3}[ \u3000]?[\u4e00-\u9fff々\u3040-\u309f]{1,3}")
_MAX_LINE_CHARS = 90  # longer lines have no byline


def east_asian_authors(line: str) -> tuple[str, ...]:
    """The authors in a Chinese, Japanese or Korean byline; empty for other lines.

    >>> east_asian_authors("2024-03-04 作者：周明"), east_asian_authors("김하늘 기자")
    (('周明',), ('김하늘',))
    """
    if line.isascii() or len(line) > _MAX_LINE_CHARS:
        return ()
    found = [*_HAN_LABELLED.findall(line), *_HANGUL_REPORTER.findall(line)]
    if not found and (role := _HAN_ROLE_AFTER.match(line)):
        found = [role[1]]
    return tuple(dict.fromkeys(name.strip() for name in found))


def is_japanese_name(line: str) -> bool:
    """Whether a whole line next to a date may be a Japanese name: three to seven characters."""
    return 3 <= len(line) <= 7 and _JAPANESE_NAME.fullmatch(line) is not None
