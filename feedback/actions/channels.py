"""Letting other tools hand in flags: a channel with a public token that is shown once and kept as a hash."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from feedback.access import CHANNEL_PREFIX, hash_of
from feedback.models import Channel, ChannelToken
from feedback.models.channel import MOST_A_DAY, MOST_ORIGINS
from feedback.origins import origin_of
from feedback.redaction import clean
from pilots.access import require
from pilots.audit import record
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission

LONGEST: Final = timedelta(days=366)
LONGEST_NAME: Final = 80
BYTES: Final = 16


@dataclass(frozen=True)
class NewToken:
    channel: Channel
    row: ChannelToken
    # The only time that it is known.
    plain: str


def create_channel(
    *,
    pilot: Pilot,
    name: str,
    origins: Iterable[str],
    daily_quota: int,
    expires_at: datetime,
    by: User,
    at: datetime,
) -> NewToken:
    require(by, Permission.MANAGE_CHANNELS, pilot)
    fields = _checked(name, origins, daily_quota)
    _check_end(expires_at, at)
    with transaction.atomic():
        channel = Channel(pilot=pilot, created_at=at, created_by=by, **fields)
        _save(channel)
        made = _new_token(channel, expires_at, by, at)
        data = {"origins": channel.origins, "daily_quota": channel.daily_quota, "expires_at": expires_at}
        record("channel.created", by=by, pilot=pilot, target=channel, data=data)
    return made


def edit_channel(
    *, channel: Channel, name: str, origins: Iterable[str], daily_quota: int, version: int, by: User
) -> Channel:
    """Its tokens go on: a page more, or a larger quota, is no reason to change every page that has the button."""
    require(by, Permission.MANAGE_CHANNELS, channel.pilot)
    fields = _checked(name, origins, daily_quota)
    with transaction.atomic():
        held = _held(channel)
        if held.version != version:
            current = {"name": held.name, "origins": " ".join(held.origins), "daily_quota": str(held.daily_quota)}
            raise Conflict("Somebody else changed this channel meanwhile.", current=current)
        changed = [field for field, value in fields.items() if getattr(held, field) != value]
        if not changed:
            return held
        for field in changed:
            setattr(held, field, fields[field])
        held.version += 1
        _save(held)
        data = {"changed": changed, "origins": held.origins, "daily_quota": held.daily_quota}
        record("channel.edited", by=by, pilot=held.pilot, target=held, data=data)
    return held


def rotate_token(*, channel: Channel, expires_at: datetime, old_until: datetime, by: User, at: datetime) -> NewToken:
    """A new token beside the earlier ones, which end at `old_until`: until then pages may show either."""
    require(by, Permission.MANAGE_CHANNELS, channel.pilot)
    _check_end(expires_at, at)
    if old_until - at > LONGEST:
        raise Refused("Let the earlier token end within a year.", field="old_until", code="too_long")
    with transaction.atomic():
        held = _held(channel)
        until = max(old_until, at)
        ChannelToken.objects.filter(channel=held, expires_at__gt=until).update(expires_at=until)
        made = _new_token(held, expires_at, by, at)
        data = {"until_at": until, "expires_at": expires_at}
        record("channel.rotated", by=by, pilot=held.pilot, target=held, data=data)
    return made


def revoke_channel(*, channel: Channel, by: User, at: datetime) -> Channel:
    """At once, with all its tokens. Its flags stay, and so does what their reporters were promised."""
    require(by, Permission.MANAGE_CHANNELS, channel.pilot)
    with transaction.atomic():
        held = _held(channel)
        held.revoked_at, held.revoked_by = at, by
        held.version += 1
        held.save(update_fields=["revoked_at", "revoked_by", "version"])
        record("channel.revoked", by=by, pilot=held.pilot, target=held)
    return held


def _held(channel: Channel) -> Channel:
    held = Channel.objects.select_for_update(no_key=True, of=("self",)).select_related("pilot").get(pk=channel.pk)
    if held.revoked_at is not None:
        raise Refused("This channel was revoked. Make another one.", code="already_revoked")
    return held


def _save(channel: Channel) -> None:
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError:
        raise Refused("Another channel of this pilot has this name.", field="name", code="name_taken") from None


def _new_token(channel: Channel, expires_at: datetime, by: User, at: datetime) -> NewToken:
    plain = CHANNEL_PREFIX + secrets.token_hex(BYTES)
    row = ChannelToken.objects.create(
        pilot=channel.pilot,
        channel=channel,
        prefix=plain[:8],
        token_hash=hash_of(plain),
        created_at=at,
        created_by=by,
        expires_at=expires_at,
    )
    return NewToken(channel, row, plain)


def _checked(name: str, origins: Iterable[str], daily_quota: int) -> dict[str, str | int | list[str]]:
    name = clean(name)
    if not name:
        raise Refused("Say which tool it is.", field="name", code="missing")
    if len(name) > LONGEST_NAME:
        raise Refused(f"Use at most {LONGEST_NAME} characters.", field="name", code="too_long")
    written = [text for text in origins if text.strip()]
    found = list(dict.fromkeys(map(origin_of, written)))
    if "" in found:
        wrong = next(clean(text)[:80] for text in written if not origin_of(text))
        raise Refused(
            f"“{wrong}” is not the origin of a page. Write it like https://tool.example, without anything after it.",
            field="origins",
            code="no_origin",
        )
    if len(found) > MOST_ORIGINS:
        raise Refused(f"Give at most {MOST_ORIGINS} origins.", field="origins", code="too_many")
    if not 1 <= daily_quota <= MOST_A_DAY:
        raise Refused(f"Choose between 1 and {MOST_A_DAY:,}.", field="daily_quota", code="out_of_range")
    return {"name": name, "origins": found, "daily_quota": daily_quota}


def _check_end(expires_at: datetime, at: datetime) -> None:
    if expires_at <= at:
        raise Refused("It would have expired already.", field="expires_on", code="in_the_past")
    if expires_at - at > LONGEST:
        raise Refused("A token lasts at most a year.", field="expires_on", code="too_long")
