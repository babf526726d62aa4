"""How many flags may come through the open door. Counted in the cache, which goes on in each process's own memory while
Redis is away (rolloutgov/cache.py): a dead broker limits rather than opens or fails.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


# An office behind one address is one network: these leave it room, and no room for a flood.
NETWORK: Final = (Limit(20, 10 * MINUTE), Limit(200, 24 * HOUR))
PERSON: Final = (Limit(60, 10 * MINUTE),)
# A look at similar ones while typing comes several times for one flag, and each costs a few milliseconds.
LOOKS: Final = (Limit(300, 10 * MINUTE),)
PILOT: Final = (Limit(300, 10 * MINUTE),)
EVERYWHERE: Final = (Limit(2000, 10 * MINUTE),)


class TooMany(Exception):
    """`retry_after` seconds from now there is room again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many flags, again in {retry_after} s")
        self.retry_after = retry_after


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw; what stands before it in the header anybody can write."""
    proxies: int = settings.PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str, at: datetime) -> str:
    """The /24 or /64 of an address, hashed with a salt that is another one each day, so that nobody can be followed."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    network = ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False)
    return salted_hmac(f"feedback.limits.{at.date()}", str(network), algorithm="sha256").hexdigest()[:32]


def count_hand_in(request: HttpRequest, pilot_id: UUID, at: datetime) -> None:
    """Counts one more flag against each limit that holds for this request; raises TooMany at the first that is full."""
    user_id = request.user.pk if request.user.is_authenticated else None
    if user_id:
        _count(f"person:{user_id}", PERSON, at)
        return
    _count(f"network:{network_of(client_address(request), at)}", NETWORK, at)
    _count(f"pilot:{pilot_id}", PILOT, at)
    _count("everywhere", EVERYWHERE, at)


def count_look(request: HttpRequest, at: datetime) -> None:
    """Counts one more look at similar patterns, apart from the flags themselves."""
    user_id = request.user.pk if request.user.is_authenticated else None
    whose = f"person:{user_id}" if user_id else f"network:{network_of(client_address(request), at)}"
    _count(f"look:{whose}", LOOKS, at)


def _count(whose: str, limits: tuple[Limit, ...], at: datetime) -> None:
    now = int(at.timestamp())
    for limit in limits:
        window, passed = divmod(now, limit.seconds)
        key = f"flags:{whose}:{limit.seconds}:{window}"
        if _one_more(key, limit.seconds + MINUTE) > limit.most:
            raise TooMany(retry_after=limit.seconds - passed)


def _one_more(key: str, timeout: int) -> int:
    """Counting on comes first: a new count begins once in a window, and each command is a trip to Redis."""
    try:
        return int(cache.incr(key))
    except ValueError:
        cache.add(key, 0, timeout=timeout)
    try:
        return int(cache.incr(key))
    except ValueError:
        # Redis went away, came back or was emptied between the two commands: this flag is the first of a new count.
        cache.set(key, 1, timeout=timeout)
        return 1
