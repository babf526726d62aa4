"""Verifying the trail from the application: daily by itself, and when an administrator asks."""

from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from pilots.actions.notifications import notify
from pilots.audit import record
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import AuditEvent, AuditHead, OrganisationMembership, User
from pilots.models.audit_event import ORGANISATION_STREAM
from pilots.permissions import OrganisationRole
from pilots.verification import verify_trail
from pilots.verify_trail import NOTHING, Report

# What a page may wait for, at a hundred thousand events a second; the command has no limit.
MOST_IN_A_PAGE: Final = 500_000
LISTED: Final = 20


def verify_now(*, by: User) -> AuditEvent:
    size: int = AuditHead.objects.aggregate(all=Sum("sequence"))["all"] or 0
    if size > MOST_IN_A_PAGE:
        raise Refused(
            f"The trail holds {size:,} events, too many to wait for here. It is verified daily; at once, "
            "by the command `manage.py verify_audit`.",
            code="too_large",
        )
    return _conclude(verify_trail(), by)


def verify_daily() -> AuditEvent:
    return _conclude(verify_trail(), None)


@transaction.atomic
def _conclude(report: Report, by: User | None) -> AuditEvent:
    """The result is an event itself, so that nobody can say later that it was not known."""
    data: dict[str, Any] = {
        "events": report.events,
        "streams": len(report.heads),
        "checkpoints": report.checkpoints,
        "problems": len(report.problems),
        "first": [str(problem) for problem in report.problems[:LISTED]],
    }
    sequence, head = report.heads.get(ORGANISATION_STREAM, (0, NOTHING))
    end = AuditHead(stream=ORGANISATION_STREAM, sequence=sequence, hash=head)
    event = record("trail.verified", by=by, target=end, data=data)
    if report.problems:
        administrators = OrganisationMembership.objects.filter(role=OrganisationRole.ADMINISTRATOR)
        notify(
            [row.user for row in administrators.select_related("user")],
            event=f"trail-broken:{event.at.date()}",
            text=f"The audit trail does not verify: {len(report.problems)} problems. Look at it now.",
            at=now(),
            url="/administration/trail/",
        )
    return event
