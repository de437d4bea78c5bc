"""Whose request it is: the address of the client, also behind proxies that we trust."""

from collections.abc import Collection
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from fastapi import Request
from starlette.types import Scope

UNKNOWN = "unknown"
IPV6_PREFIX_BITS = 64


class ClientAddresses:
    """Believes X-Forwarded-For from the right as far as it was written by trusted proxies."""

    def __init__(self, trusted_proxies: Collection[str]) -> None:
        """Takes addresses and networks; ValueError for anything else."""
        self._trusted: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(proxy, strict=False) for proxy in trusted_proxies
        )

    def of(self, scope: Scope) -> str:
        """The client's address as text."""
        client = scope.get("client")
        address: str = client[0] if client else UNKNOWN
        if not self._trusted or not self._is_trusted(address):
            return address
        for hop in reversed(_forwarded(scope)):
            if _parse(hop) is None:
                break
            address = hop
            if not self._is_trusted(hop):
                break
        return address

    def _is_trusted(self, text: str) -> bool:
        address = _parse(text)
        return address is not None and any(address in network for network in self._trusted)


def client_address(request: Request) -> str:
    """The address of a request's client."""
    addresses: ClientAddresses = request.app.state.client_addresses
    return addresses.of(request.scope)


def household(address: str) -> str:
    """What one client is for limits: an IPv4 address, or the /64 network of an IPv6 one."""
    if ":" not in address:
        return address
    parsed = _parse(address)
    if not isinstance(parsed, IPv6Address):
        return str(parsed or address)
    return str(IPv6Network((parsed, IPV6_PREFIX_BITS), strict=False))


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _forwarded(scope: Scope) -> list[str]:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == FORWARDED_FOR]
    return [hop.strip() for hop in ",".join(values).split(",") if hop.strip()]


FORWARDED_FOR = b"x-forwarded-for"
