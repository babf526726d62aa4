"""How many flags may come through the open door. Counted in the cache, which goes on in each process's own memory while
Redis is away (rolloutgov/cache.py): a dead broker limits rather than opens or fails.
"""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from feedback.models import Channel, Flag

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
# Of the tools, whose people sit behind few addresses; a batch counts there as one call.
TOOL_NETWORK: Final = (Limit(60, 10 * MINUTE), Limit(1000, 24 * HOUR))


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


def count_through_channel(request: HttpRequest, channel: Channel, at: datetime, *, flags: int = 1) -> None:
    """The quota is of flags and a day (UTC), and comes last: what a full network refuses uses nothing of it up."""
    _count(f"tool-network:{network_of(client_address(request), at)}", TOOL_NETWORK, at)
    _count("everywhere", EVERYWHERE, at)
    # A count that was lost with Redis goes on from what is stored, so that a quota does not begin anew.
    quota = (Limit(channel.daily_quota, 24 * HOUR),)
    _count(
        f"channel:{channel.pk}", quota, at, by=flags, begin=lambda: _stored_today([channel.pk], at).get(channel.pk, 0)
    )


def used_today(channels: Iterable[Channel], at: datetime) -> dict[UUID, int]:
    """Of each channel's quota: what is counted, or stored where that is more."""
    ids = [channel.pk for channel in channels]
    stored, day = _stored_today(ids, at), 24 * HOUR
    keys = {pk: _key(f"channel:{pk}", day, int(at.timestamp()) // day) for pk in ids}
    counted = cache.get_many(keys.values())
    return {pk: max(stored.get(pk, 0), int(counted.get(keys[pk], 0))) for pk in ids}


def _stored_today(ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    flags = Flag.objects.filter(channel__in=list(ids), reported_at__gte=midnight).order_by()
    return dict(flags.values_list("channel").annotate(flags=Count("pk")))


def _key(whose: str, seconds: int, window: int) -> str:
    return f"flags:{whose}:{seconds}:{window}"


def _count(
    whose: str, limits: tuple[Limit, ...], at: datetime, *, by: int = 1, begin: Callable[[], int] = lambda: 0
) -> None:
    now = int(at.timestamp())
    for limit in limits:
        window, passed = divmod(now, limit.seconds)
        key = _key(whose, limit.seconds, window)
        if _more(key, limit.seconds + MINUTE, by, begin) > limit.most:
            if by > 1:  # a smaller batch may still have room
                _more(key, limit.seconds + MINUTE, -by, begin)
            raise TooMany(retry_after=limit.seconds - passed)


def _more(key: str, timeout: int, by: int, begin: Callable[[], int]) -> int:
    """Counting on comes first: a new count begins once in a window, and each command is a trip to Redis."""
    try:
        return int(cache.incr(key, by))
    except ValueError:
        began = begin()
        cache.add(key, began, timeout=timeout)
    try:
        return int(cache.incr(key, by))
    except ValueError:
        # Redis went away, came back or was emptied between the two commands: this flag is the first of a new count.
        cache.set(key, began + by, timeout=timeout)
        return began + by
