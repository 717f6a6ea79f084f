"""Where outgoing calls may go: rules for scheme, method, host name and address (pact_broker_api 8.1 and 8.4)."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_V4_COMPATIBLE = IPv6Network("::/96")
_HARMLESS_LOW = {IPv6Address("::"), IPv6Address("::1")}
_ISATAP = 0x5EFE


class BadRule(ValueError):
    """A rule about hosts that cannot be read; the message says which."""


def host_matches(host: str, rules: Iterable[str]) -> bool:
    """Whether a host name or address is in a list of `name`, `*.domain` (one label deep), address, CIDR, `/regex/`."""
    host = host.lower().strip("[]").rstrip(".")
    return any(_matches(host, rule) for rule in rules)


def _matches(host: str, rule: str) -> bool:
    if len(rule) > 1 and rule.startswith("/") and rule.endswith("/"):
        try:
            return re.search(rule[1:-1], host, re.IGNORECASE) is not None
        except re.error as error:
            raise BadRule(f"{rule} in a list of hosts is no regular expression: {error}") from None
    rule = rule.lower()
    if rule.startswith("*."):
        label, dot, domain = host.partition(".")
        return bool(label and dot) and domain == rule[2:]
    address = as_address(host)
    return rule == host if address is None else _contains(rule, address)


def as_address(text: str) -> Address | None:
    """The address that a text is; None for a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def _contains(rule: str, address: Address) -> bool:
    try:
        network = ip_network(rule, strict=False)
    except ValueError:
        return False
    return address in network


def refusal_of(address: str, allowed: Iterable[str]) -> str | None:
    """Why an address may not be called, in a few words; None if it may. `allowed` lists networks that are all right.

    An IPv6 address that carries an IPv4 address (mapped, compatible, 6to4, Teredo, NAT64, ISATAP) leads there, so both
    are judged.
    """
    found = as_address(address.partition("%")[0])
    if found is None:
        return "is no address"
    rules = tuple(allowed)
    ways = (found, *_embedded(found))
    if any(_contains(rule, way) for rule in rules for way in ways):
        return None
    return next((kind for way in ways if (kind := _kind(way))), None)


def _kind(address: Address) -> str | None:
    if address.is_unspecified:
        return "stands for this machine"
    if address.is_loopback:
        return "is a loopback address"
    if address.is_link_local:
        return "is a link-local address"
    if address.is_multicast:
        return "is a multicast address"
    if isinstance(address, IPv6Address) and (_embedded(address) or address in _NAT64):
        return None  # judged by what it carries
    inside = isinstance(address, IPv6Address) and (address.is_site_local or address in _LOCAL_NAT64)
    if inside or not address.is_global:
        return "is a private address"
    return "is a reserved address" if address.is_reserved else None


def _embedded(address: Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address) or address in _HARMLESS_LOW:
        return ()
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    isatap = (int(address) >> 32) & 0xFFFF == _ISATAP
    return (low,) if isatap or address in _NAT64 or address in _V4_COMPATIBLE else ()
