"""From which addresses pictures may be fetched."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"https": 443, "http": 80}
# IPv6 prefixes that carry an IPv4 address: the well-known one of NAT64 (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_KEPT = "/%:@!$&'()*+,;=~-._"


class FetchRefused(Exception):
    """A picture cannot be fetched; the message goes on after “because”."""


class Place(NamedTuple):
    """An address, taken apart: where to ask, and for what."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        """Return the host as it is named in a request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class AllowedHosts:
    """The hosts of the shop's settings, one a line: ``cdn.example.com``, or ``cdn.example.com:8443``."""

    entries: frozenset[str]

    @classmethod
    def of(cls, text: str) -> AllowedHosts:
        """Read the setting."""
        return cls(frozenset(line.strip().lower() for line in text.splitlines() if line.strip()))

    def holds(self, host: str, port: int, scheme: str) -> bool:
        """Say whether a host is allowed; another port than the usual one has to be named with it."""
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{port}" in self.entries or (
            port == _DEFAULT_PORTS[scheme] and not self.entries.isdisjoint({host, shown})
        )

    def names(self, address: IpAddress) -> bool:
        """Say whether an address itself is on the list, with whichever port."""
        text = str(address)
        found = text in self.entries or any(entry.startswith((f"{text}:", f"[{text}]")) for entry in self.entries)
        return found or (address.is_loopback and any(entry.partition(":")[0] == "localhost" for entry in self.entries))


def place_of(url: str, allowed: AllowedHosts) -> Place:
    """Take an address apart and hold it against the list; asks nobody.

    Raises:
        FetchRefused: it is none that pictures are fetched from.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode() if ":" not in (parts.hostname or "") else ""
    except (ValueError, UnicodeError):
        raise FetchRefused("the address cannot be read") from None
    host = host or parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise FetchRefused("the address does not begin with https://")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("the address holds a user's name")
    port = port or _DEFAULT_PORTS[parts.scheme]
    if not allowed.holds(host, port, parts.scheme):
        raise FetchRefused(f"{host} is none of the hosts that the shop's settings allow")
    target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT + '?')}" if parts.query else "")
    return Place(parts.scheme, host, port, target)


def checked_address(place: Place, allowed: AllowedHosts) -> tuple[int, str]:
    """Find out where a host is, and refuse addresses inside the house's own network.

    Returns:
        The family and the address to connect to: this very one, as asking again may give another.

    Raises:
        FetchRefused: the host is not known, leads into the network, or is asked without encryption.
    """
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError:
        raise FetchRefused(f"the host {place.host} is not known") from None
    addresses = [(family, ipaddress.ip_address(str(sockaddr[0]).partition("%")[0])) for family, *_, sockaddr in found]
    for _, address in addresses:
        if not is_public(address) and not allowed.names(address):
            raise FetchRefused(f"{place.host} leads to an address inside a private network")
        if place.scheme != "https" and not address.is_loopback:
            raise FetchRefused("the address does not begin with https://")
    return int(addresses[0][0]), str(addresses[0][1])


def is_public(address: IpAddress) -> bool:
    """Say whether an address belongs to a machine on the open internet, and not to one behind it."""
    inner: IpAddress | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.teredo is not None:
            return False
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast
