"""Which addresses of other systems we may send to: what a URL names, and whether an IP address is a public one. Pure.

Whoever gives us an address to call must not be able to make us call ourselves, our neighbours or a cloud's metadata.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 500
# What answers https on the internet. Others are more often a database or a mail server than a receiver.
PORTS: Final = frozenset({443, 8443})

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NOT_PUBLIC_4: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # unspecified
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a carrier's address translation
            "127.0.0.0/8",
            "168.63.129.16/32",  # a cloud's own services, though the number is a public one
            "169.254.0.0/16",  # link-local, and clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_GLOBAL_6: Final = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    map(
        ipaddress.IPv6Network,
        ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"),  # protocols' own, documentation, sinks
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
# A last label that is a number makes a host an IPv4 address to some resolvers: 127.1, 0x7f000001, 2130706433.
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class NotPublic(Exception):
    """We do not send there; the words say why."""


@dataclass(frozen=True)
class Target:
    """What a URL names. `host` is ASCII: a name in its IDNA form, or an IP address without brackets."""

    host: str
    port: int
    path: str
    is_tls: bool

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def parse(url: str, *, loopback: bool = False) -> Target:
    """Raises NotPublic for what no receiver on the internet has. `loopback`: http and any port may be tried out."""
    if len(url) > LONGEST or not url.isprintable() or re.search(r"[\s\\]", url):
        raise NotPublic("That is no address of a web server.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPublic("That is no address of a web server.") from None
    if parts.scheme not in (("https", "http") if loopback else ("https",)):
        raise NotPublic("Only addresses that begin with https:// are sent to.")
    if "@" in parts.netloc:
        raise NotPublic("Leave name and password out of the address: the signature proves who sends.")
    is_tls = parts.scheme == "https"
    port = port or (443 if is_tls else 80)
    if port not in PORTS and not loopback:
        raise NotPublic(f"Port {port} is none that receivers have. Use 443 or 8443.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise NotPublic("Write the path in the form that browsers send: letters of other scripts as %….")
    return Target(_host(parts.hostname or "", loopback), port, path, is_tls)


def _host(host: str, loopback: bool) -> str:
    literal = address_in(host)
    if literal is not None:
        if not may_be_called(literal, loopback=loopback):
            raise NotPublic("That address is not on the public internet.")
        return str(literal)
    try:
        name = host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        raise NotPublic("That is no name of a server.") from None
    labels = name.split(".")
    if not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]) or len(name) > 253:
        raise NotPublic("That is no name of a server.")
    return name


def address_in(host: str) -> IPAddress | None:
    """The address that a host is written as, if it is one. Zones (`fe80::1%eth0`) name an interface of this machine."""
    if "%" in host:
        raise NotPublic("That is no name of a server.")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def may_be_called(address: IPAddress, *, loopback: bool) -> bool:
    return is_public(address) or (loopback and address.is_loopback)


def is_public(address: IPAddress) -> bool:
    """Whether it, and every address that is carried in it, is one of the public internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    inner = _carried(address)
    if inner:
        return all(map(is_public, inner))
    return address in _GLOBAL_6 and not any(address in network for network in _NOT_PUBLIC_6)


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses inside: mapped, compatible, 6to4, Teredo (server and client), NAT64, ISATAP."""
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return list(address.teredo)
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return [last]
    if (int(address) >> 32) & 0xFCFFFFFF == 0x5EFE:
        return [last]
    return []
