"""How to behave towards servers: who one says one is, how often one asks, what one puts up with."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


def default_user_agent() -> str:
    """What presswash calls itself unless it is told to say more."""
    try:
        return f"presswash/{version('presswash')}"
    except PackageNotFoundError:
        return "presswash"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Everything that fetching depends on; times are in seconds, sizes in bytes.

    `delay` passes between two requests to a host, which has one at a time; `hosts` are asked at
    once. `page_time` is for one answer, from the request to its last byte, `silence` for the server
    saying nothing. A Retry-After over `patience` is not waited for. `retries` follow the first try,
    the first after `backoff`, each later one after twice as long.
    """

    user_agent: str = ""
    delay: float = 1.0
    hosts: int = 8
    page_bytes: int = 10 * 1024 * 1024
    page_time: float = 60.0
    silence: float = 20.0
    redirects: int = 10
    retries: int = 3
    backoff: float = 1.0
    patience: float = 120.0
    robots: bool = True
    allow_private: bool = False

    @property
    def agent(self) -> str:
        """The User-Agent to send."""
        return self.user_agent or default_user_agent()
