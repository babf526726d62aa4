"""The statement of what the tool is and is not intended to replace: written, signed by name, published."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from feedback.actions.deciding import plain_text
from feedback.models import Statement, StatementSignature
from feedback.models.publication import LONGEST_PART
from feedback.signing import newest_statement, signing_of
from pilots.access import acting_for, has_role, holders, require
from pilots.actions.notifications import notify
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Membership, Pilot, User
from pilots.permissions import Permission, Role, roles_with


def write_statement(*, pilot: Pilot, intended: str, not_intended: str, seen: int, by: User, at: datetime) -> Statement:
    """A new version, with no signature yet. `seen`: number of the version that `by` looked at, 0 for none."""
    require(by, Permission.PUBLISH, pilot)
    intended = _part(intended, "intended", "Say what the tool is for and what it replaces.")
    not_intended = _part(not_intended, "not_intended", "Say what it is not for and what it does not replace.")
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        newest = newest_statement(pilot)
        _require_seen(newest, seen)
        if newest is not None and (newest.intended, newest.not_intended) == (intended, not_intended):
            raise Refused("These are the words of the present version.", code="unchanged")
        statement = Statement(
            pilot=pilot,
            number=seen + 1,
            intended=intended,
            not_intended=not_intended,
            written_at=at,
            written_by=by,
        )
        statement.digest = statement.digest_now()
        statement.save(force_insert=True)
        text = f"Version {statement.number} of what {pilot.tool} is and is not for waits for your signature."
        _tell(statement, roles_with(Permission.SIGN_STATEMENT), "written", text, by=by, at=at)
        texts = {"intended": digest_of(intended), "not_intended": digest_of(not_intended)}
        _record("statement.written", statement, by, Permission.PUBLISH, {"digest": statement.digest, **texts})
    return statement


def sign_statement(*, statement: Statement, digest: str, is_named: bool = True, by: User, at: datetime) -> Statement:
    """`by` stands behind exactly the words with this digest. `is_named`: by name on the published page, too."""
    pilot = statement.pilot
    require(by, Permission.SIGN_STATEMENT, pilot)
    with transaction.atomic():
        statement = _hold(statement)
        if digest != statement.digest:
            raise Conflict("These are not the words that you read.", current={"Version": str(statement.number)})
        lender = acting_for(by, pilot, Permission.SIGN_STATEMENT)
        if StatementSignature.objects.filter(statement=statement, signed_by=by).exists():
            raise Refused("You signed this version already.", code="signed")
        role = Role.SPONSOR if has_role(by, pilot, Role.SPONSOR) else Role.ACCOUNTABLE_OWNER
        StatementSignature.objects.create(
            pilot=pilot,
            statement=statement,
            digest=digest,
            role=role.value,
            is_named=is_named,
            signed_at=at,
            signed_by=by,
            on_behalf_of=lender,
        )
        if signing_of(statement).is_complete and statement.published_at is None:
            text = f"Everybody signed version {statement.number} of what {pilot.tool} is and is not for: publish it."
            _tell(statement, roles_with(Permission.PUBLISH), "signed", text, by=by, at=at)
        announce(pilot, reason="the statement was signed")
        data = {"digest": digest, "role": role.value, "named": is_named}
        _record("statement.signed", statement, by, Permission.SIGN_STATEMENT, data)
    return statement


def publish_statement(*, statement: Statement, by: User, at: datetime) -> Statement:
    """From then on everybody reads this version; the one before stays readable beside it."""
    require(by, Permission.PUBLISH, statement.pilot)
    with transaction.atomic():
        statement = _hold(statement)
        if statement.published_at is not None:
            raise Refused("It is published already.", code="published")
        missing = signing_of(statement).missing
        if missing:
            raise Refused(f"Still to sign: {'; '.join(missing)}.", code="unsigned")
        statement.published_at, statement.published_by = at, by
        statement.save(update_fields=["published_at", "published_by"])
        announce(statement.pilot, reason="the statement was published")
        _record("statement.published", statement, by, Permission.PUBLISH, {"digest": statement.digest})
    return statement


def _part(text: str, field: str, missing: str) -> str:
    return plain_text(text, field=field, missing=missing, most=LONGEST_PART)


def _require_seen(newest: Statement | None, seen: int) -> None:
    if (newest.number if newest else 0) != seen:
        current = {"Version": str(newest.number), "Written by": newest.written_by.name} if newest else {}
        raise Conflict("Somebody else wrote a version since you opened this one.", current=current)


def _hold(statement: Statement) -> Statement:
    """The row under the pilot's lock, refused when a newer version is there."""
    pilot = lock_pilot(statement.pilot)
    require_not_ended(pilot)
    newest = newest_statement(pilot)
    assert newest is not None
    if newest.pk != statement.pk:
        raise Refused(f"Version {newest.number} is there meanwhile. Read that one.", code="superseded")
    newest.pilot = pilot
    return newest


def _tell(statement: Statement, roles: Iterable[Role], step: str, text: str, *, by: User, at: datetime) -> None:
    pilot = statement.pilot
    members: list[Membership] = holders(pilot, roles)
    people = [person for person in dict.fromkeys(member.user for member in members) if person != by]
    url = reverse("statement", args=[pilot.slug])
    notify(people, event=f"statement:{statement.pk}:{step}", text=text, at=at, pilot=pilot, url=url)


def _record(verb: str, statement: Statement, by: User, right: Permission, data: Mapping[str, object]) -> None:
    lender = acting_for(by, statement.pilot, right)
    kept = {"number": statement.number, **data}
    record(verb, by=by, on_behalf_of=lender, pilot=statement.pilot, target=statement, data=kept)
