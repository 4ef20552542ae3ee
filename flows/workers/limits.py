"""The limits of one page: time, memory and size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

_UNITS = {"GB": 1024**3, "MB": 1024**2, "KB": 1024}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG])i?B?", re.IGNORECASE)
# The memory that a worker process needs to start and to clean an ordinary page.
_MIN_PAGE_MEMORY = 256 * 1024**2


def parse_size(text: object) -> object:
    """A number of bytes from text such as 500MB, 1.5GB or 1000000; 1 KB is 1,024 bytes.

    >>> parse_size("1.5 KB")
    1536
    """
    if not isinstance(text, str) or text.strip().isdecimal():
        return text
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise ValueError("write a number of bytes such as 500MB or 2GB")
    return int(float(found[1]) * _UNITS[f"{found[2].upper()}B"])


def format_bytes(count: int) -> str:
    """A number of bytes in readable form.

    >>> format_bytes(2 * 1024**3), format_bytes(1536), format_bytes(1500)
    ('2 GB', '1.5 KB', '1,500 bytes')
    """
    for name, unit in _UNITS.items():
        if count >= unit and count * 10 % unit == 0:
            return f"{count / unit:g} {name}"
    return f"{count:,} bytes"


@dataclass(frozen=True, slots=True)
class _ParsedSize:
    """Lets pydantic accept sizes such as "2GB", without the cost of importing pydantic here."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        from pydantic_core.core_schema import no_info_before_validator_function

        return no_info_before_validator_function(parse_size, handler(source))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one page; a page that exceeds one is rejected.

    `page_seconds` limits the processor time of cleaning, so that other load on the machine doesn't
    affect which pages are rejected. `page_memory` limits the memory of the worker process in bytes,
    of which the process itself needs about 150 MB. `page_bytes` limits the size of the page before
    and after decompression. The bounds are checked for values from presswash.toml and from flow
    parameters.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    page_seconds: Annotated[float, Gt(0), Le(86_400)] = 60.0
    page_memory: Annotated[int, _ParsedSize(), Ge(_MIN_PAGE_MEMORY)] = 2 * 1024**3
    page_bytes: Annotated[int, _ParsedSize(), Ge(1)] = 32 * 1024**2
