"""Internet addresses: which of them may be called at the wish of somebody outside. Pure."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address
from typing import Literal

Address = IPv4Address | IPv6Address
#: `never` is called by nobody's wish: this host's own, a cloud's interior, groups, what is not in use.
Kind = Literal["public", "private", "never"]

#: Clouds answer there with credentials. Azure's looks public; Amazon's of version 6 private.
_METADATA = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "fd00:ec2::254", "100.100.100.200", "192.0.0.192")))
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_CARRIER = ipaddress.ip_network("100.64.0.0/10")
#: Addresses of version 6 with one of version 4 in their last four bytes: NAT64 (RFC 6052, 8215), and the older ways.
_EMBEDDING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
#: Behind these anything may be: tunnels whose far end nobody knows.
_TUNNELS = tuple(map(ipaddress.ip_network, ("2001::/32", "192.88.99.0/24")))


def kind(written: str) -> Kind:
    """What is behind this address. Raises ValueError where it is none."""
    return _kind(ipaddress.ip_address(written))


def _kind(address: Address) -> Kind:
    inner = _embedded(address)
    if inner is not None:
        # A public address may go through a translator; a private one has no business in one.
        return "public" if _kind(inner) == "public" else "never"
    if address.is_loopback:
        return "private"
    if address in _METADATA or address in _THIS_NETWORK or any(address in network for network in _TUNNELS):
        return "never"
    if address.is_multicast or address.is_unspecified or address.is_link_local or address.is_reserved:
        return "never"
    if address in _CARRIER or getattr(address, "is_site_local", False) or not address.is_global:
        return "private"
    return "public"


def _embedded(address: Address) -> IPv4Address | None:
    """The address of version 4 that this one leads to."""
    if isinstance(address, IPv4Address) or address.is_loopback or address.is_unspecified:
        return None
    if address.ipv4_mapped is not None or address.sixtofour is not None:
        return address.ipv4_mapped or address.sixtofour
    if any(address in network for network in _EMBEDDING):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
