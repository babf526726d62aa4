"""A leader says by name that they have seen a finding. It changes nothing else."""

from datetime import datetime

from django.db import transaction

from governance.models import Acknowledgement, Finding
from pilots.access import require
from pilots.audit import digest_of, record
from pilots.errors import Refused
from pilots.models import User
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
