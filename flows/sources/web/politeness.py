"""How fetching behaves towards servers: its User-Agent, delays, limits and retries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le


def default_user_agent() -> str:
    """The User-Agent where none is configured."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"presswash/{version('presswash')}"
    except PackageNotFoundError:
        return "presswash"


@dataclass(frozen=True, slots=True)
class Politeness:
    """The settings of fetching; times are in seconds, sizes in bytes.

    A host gets one request at a time, with `delay` between two; at most `hosts` get requests at
    once. `page_time` limits one response, from the request to its last byte; `silence` limits the
    wait for each next byte. A Retry-After over `patience` is not waited for. The first of
    `retries` follows after `backoff`, each later one after twice the time. The bounds apply to
    what presswash.toml and flow parameters set. `respect_tdm` leaves out pages, from files too,
    whose publishers reserve text and data mining.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    user_agent: str = ""
    delay: Annotated[float, Ge(0), Le(3600)] = 1.0
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
