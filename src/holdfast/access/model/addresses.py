"""Where a request comes from and for whom it is, with proxies believed only where they are trusted. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

DIGEST_SIGNS = 16


@dataclass(frozen=True)
class Seen:
    """What a request says of its way here.

    Attributes
    ----------
    address : str
        Of the client: the last one on the way that is no trusted proxy.
    scheme : str
        How the client speaks: http or https.
    host : str
        For which host, without the port, in lower case.
    authority : str
        The same with the port.
    """

    address: str
    scheme: str
    host: str
    authority: str

    @property
    def secure(self) -> bool:
        """Whether cookies are to be sent over TLS only: wherever somebody else could listen."""
        return self.scheme == "https" or not is_loopback(self.host)

    @property
    def origin(self) -> str:
        """What a browser on our own page sends as `Origin`."""
        return f"{self.scheme}://{self.authority}"


def seen(
    peer: str,
    scheme: str,
    host: str,
    forwarded_for: Sequence[str],
    forwarded_proto: Sequence[str],
    proxies: Sequence[IPv4Network | IPv6Network],
) -> Seen:
    """Return where a request comes from.

    Parameters
    ----------
    peer : str
        Who is connected.
    forwarded_for, forwarded_proto : sequence of str
        The headers' lines, in order.

    Examples
    --------
    >>> seen("203.0.113.9", "http", "a.example", ["198.51.100.1"], ["https"], []).address
    '203.0.113.9'
    >>> trusted = [ip_network("10.0.0.0/8")]
    >>> seen("10.0.0.7", "http", "A.example:80", ["192.0.2.66, 198.51.100.1"], ["https"], trusted)
    Seen(address='198.51.100.1', scheme='https', host='a.example', authority='a.example:80')
    """
    authority = host.strip().lower()
    name = authority.rsplit(":", 1)[0] if not authority.endswith("]") else authority
    if authority.count(":") > 1 and not authority.startswith("["):
        name = authority  # a bare IPv6 address, which is no valid host: nobody answers to it
    if not _trusted(peer, proxies):
        return Seen(peer, scheme, name, authority)
    way = [each.strip() for line in forwarded_for for each in line.split(",")]
    address = peer
    for each in reversed(way):
        if _parsed(each) is None:
            break  # nothing to the left of what nobody understands is believed
        address = each
        if not _trusted(each, proxies):
            break
    said = forwarded_proto[-1].split(",")[-1].strip().lower() if forwarded_proto else scheme
    return Seen(address, said if said in ("http", "https") else scheme, name, authority)


def is_loopback(host: str) -> bool:
    """Return whether a host's name is this machine's own.

    Examples
    --------
    >>> [is_loopback(each) for each in ("localhost", "127.0.0.1", "[::1]", "localhost.evil.example")]
    [True, True, True, False]
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    found = _parsed(host.removeprefix("[").removesuffix("]"))
    return found is not None and found.is_loopback


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, as a `Host` header writes it.

    Examples
    --------
    >>> is_address("192.0.2.7"), is_address("[2001:db8::1]"), is_address("a.example")
    (True, True, False)
    """
    return _parsed(host.removeprefix("[").removesuffix("]")) is not None


def address_class(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or an IPv6 network of 64 bits.

    Examples
    --------
    >>> address_class("192.0.2.7"), address_class("2001:db8::1"), address_class("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    >>> address_class("unix")
    'unknown'
    """
    found = _parsed(address)
    if found is None:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return str(found)


def address_digest(key: bytes, address: str) -> str:
    """Return what facts hold of an address: the same for the same class, and nothing without the key."""
    return hmac.new(key, address_class(address).encode(), hashlib.sha256).hexdigest()[:DIGEST_SIGNS]


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _trusted(address: str, proxies: Sequence[IPv4Network | IPv6Network]) -> bool:
    found = _parsed(address)
    return found is not None and any(found in network for network in proxies)
