"""A leader says by name that they have seen a finding of a gate, or of a rollout design. It changes nothing else."""

from datetime import datetime

from django.db import transaction

from governance.models import Acknowledgement, Finding, UncomfortableAcknowledgement
from governance.reports.design import findings_of
from pilots.access import require
from pilots.audit import digest_of, record
from pilots.errors import Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission


def acknowledge_finding(
    *, finding: Finding, by: User, at: datetime, version: str, comment: str = ""
) -> Acknowledgement:
    """`version` is what they were shown. Once per person and state of affairs: a second click is the first one."""
    require(by, Permission.ACKNOWLEDGE, finding.pilot)
    with transaction.atomic():
        held = Finding.objects.select_for_update(of=("self",)).select_related("pilot").filter(pk=finding.pk).first()
        if held is None:
            raise Refused("This check no longer applies, so there is nothing to acknowledge.", code="gone")
        if held.version != version:
            raise Refused("It changed since you were shown it: look again.", code="stale")
        seen, new = Acknowledgement.objects.get_or_create(
            finding=held,
            version=version,
            acknowledged_by=by,
            defaults={"pilot": held.pilot, "comment": comment.strip(), "acknowledged_at": at},
        )
        if new:
            data = {"finding": held.pk, "code": held.code, "subject": held.subject, "version": version}
            data["comment"] = digest_of(seen.comment)
            record("finding.acknowledged", by=by, pilot=held.pilot, target=held, data=data)
    return seen


def acknowledge_uncomfortable(
    *, pilot: Pilot, kind: str, by: User, at: datetime, version: str, comment: str = ""
) -> UncomfortableAcknowledgement:
    """As `acknowledge_finding`, of one of the findings that stand above a rollout design."""
    require(by, Permission.ACKNOWLEDGE, pilot)
    found = next((one for one in findings_of(pilot) if one.kind == kind), None)
    if found is None:
        raise Refused("This is no longer so, and there is nothing to acknowledge.", code="gone")
    if found.version != version:
        raise Refused("It changed since you were shown it: look again.", code="stale")
    with transaction.atomic():
        seen, new = UncomfortableAcknowledgement.objects.get_or_create(
            pilot=pilot,
            kind=found.kind.value,
            version=version,
            acknowledged_by=by,
            defaults={"said": found.said[:500], "comment": comment.strip(), "acknowledged_at": at},
        )
        if new:
            data = {"kind": found.kind.value, "version": version, "comment": digest_of(seen.comment)}
            record("uncomfortable.acknowledged", by=by, pilot=pilot, target=pilot, data=data)
    return seen
