"""Who a request comes from, also through proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from medusa.framework.http.request import HttpRequest

Address: TypeAlias = IPv4Address | IPv6Address
ANYBODY = "*"
_IPV6_PREFIX = 64  # what one customer of a provider has at least


class ClientAddresses:
    """Addresses of clients: that of the peer, or where the peer is a trusted proxy, what it says in ``X-Forwarded-For``.

    Args:
        trusted: Addresses and networks of proxies, separated by commas. ``*`` trusts whoever connects, as the only proxy. Empty:
            nobody is believed, since anybody can send the header.
    """

    def __init__(self, trusted: str) -> None:
        self._anybody = trusted.strip() == ANYBODY
        self._networks = () if self._anybody else tuple(ip_network(part.strip()) for part in _parts(trusted))

    def of(self, request: HttpRequest) -> str:
        """The client's address; of IPv6 its network, since a client can have as many addresses there as it likes."""
        peer = _parsed(request.client_address)
        if not self._anybody and (peer is None or not self._trusts(peer)):
            return _shown(peer) or request.client_address
        sent = b",".join(value for name, value in request.scope["headers"] if name == b"x-forwarded-for")
        client = peer
        for part in reversed(_parts(sent.decode("latin-1"))):
            address = _parsed(part)
            if address is None:  # what is before it cannot be believed either
                break
            client = address
            if self._anybody or not self._trusts(address):
                break
        return _shown(client) or request.client_address

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


def _parsed(text: str) -> Address | None:
    """An address, also with a port or in brackets; an IPv4 address stays one in IPv6's clothes."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _shown(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address or "")
