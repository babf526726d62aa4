"""Origins of web pages: "https://tool.example", as a browser writes them. Pure."""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final

# What goes into a header goes through this: nothing in it can end the header's value or widen it.
_ORIGIN: Final = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,39}\])(?::([0-9]{1,5}))?"
)
_USUAL_PORT: Final = {"http": "80", "https": "443"}


def origin_of(text: str) -> str:
    """As a browser would write it, or nothing where it is none: no path, no wildcard, no name."""
    found = _ORIGIN.fullmatch(text.strip().lower().removesuffix("/"))
    if found is None:
        return ""
    scheme, host, port = found.groups()
    if (host.startswith("[") and not _is_ipv6(host[1:-1])) or ".." in host:
        return ""
    if port and not 0 < int(port) <= 65_535:
        return ""
    return f"{scheme}://{host}" + (f":{int(port)}" if port and port != _USUAL_PORT[scheme] else "")


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True
