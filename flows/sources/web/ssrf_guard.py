"""Connects only to public addresses; the address checked is the one connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

from flows.sources.errors import ReadError, ReadErrorKind

# RFC 6052: the last 32 bits are an IPv4 address.
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public_address(address: str) -> bool:
    """Whether an IP address is reachable from the public internet.

    >>> is_public_address("9.9.9.9"), is_public_address("::ffff:10.0.0.1")
    (True, False)
    """
    found = ip_address(address.partition("%")[0])
    return all(
        one.is_global and not (one.is_multicast or one.is_reserved or one.is_unspecified)
        for one in (found, *_embedded_ipv4(found))
        if one == found or isinstance(one, IPv4Address)
    )


def _embedded_ipv4(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address maps to or tunnels to."""
    if isinstance(address, IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


class PublicOnlyBackend(httpcore.AsyncNetworkBackend):
    """Looks up, checks and connects to an address in one call.

    So a DNS server can't give one address for the check and another for the connection.
    """

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._look_up(host, port)
        allowed = [one for one in addresses if self._allow_private or is_public_address(one)]
        if not allowed:
            is_number = host.strip("[]") == addresses[0]
            what = f"{host} is" if is_number else f"{host} resolves to {addresses[0]},"
            raise ReadError(
                ReadErrorKind.PRIVATE_ADDRESS,
                f"{what} an address of a private network or of this machine: --allow-private"
                " allows such addresses",
            )
        error: Exception | None = None
        for address in allowed:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        assert error is not None
        raise error

    async def _look_up(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the host name {host} can't be resolved") from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class PublicOnlyTransport(httpx.AsyncHTTPTransport):
    """httpx's transport on top of PublicOnlyBackend."""

    def __init__(self, allow_private: bool, hosts: int) -> None:
        super().__init__()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=2 * hosts,
            max_keepalive_connections=2 * hosts,
            network_backend=PublicOnlyBackend(allow_private),
        )
