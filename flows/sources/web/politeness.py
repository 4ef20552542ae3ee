"""The settings that limit the load on servers: User-Agent, delays, limits and retries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le

from flows.default_values import DEFAULT_DELAY


def default_user_agent() -> str:
    """The User-Agent if none is configured."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"presswash/{version('presswash')}"
    except PackageNotFoundError:
        return "presswash"


@dataclass(frozen=True, slots=True)
class Politeness:
    """The settings for fetching; times are in seconds, sizes in bytes.

    A host gets one request at a time, with at least `delay` between two requests; at most `hosts`
    hosts get requests at the same time. `page_time` limits one response, from the request to the
    last byte, and `silence` limits the wait for the next byte. If Retry-After asks for more than
    `patience`, the page is rejected. The first of `retries` comes after `backoff`, and each further
    one after twice the time of the last. `respect_tdm` skips pages, including those in files, whose
    publishers reserve text and data mining. The bounds are checked for values from presswash.toml
    and from flow parameters.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    user_agent: str = ""
    delay: Annotated[float, Ge(0), Le(3600)] = DEFAULT_DELAY
    hosts: Annotated[int, Ge(1), Le(100)] = 8
    page_bytes: Annotated[int, Ge(1)] = 10 * 1024 * 1024
    page_time: Annotated[float, Gt(0)] = 60.0
    silence: Annotated[float, Gt(0)] = 20.0
    redirects: Annotated[int, Ge(0), Le(50)] = 10
    retries: Annotated[int, Ge(0), Le(20)] = 3
    backoff: Annotated[float, Ge(0)] = 1.0
    patience: Annotated[float, Ge(0)] = 120.0
    robots: bool = True
    respect_tdm: bool = False
    allow_private: bool = False

    @property
    def agent(self) -> str:
        """The User-Agent to send."""
        return self.user_agent or default_user_agent()
