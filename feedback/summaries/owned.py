"""What one person has still to do in the feedback loop, for when they leave: what each thing is called, by pilot."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from feedback.clocks import monday_of
from pilots.models import User

# `feedback.actions.handing_over` moves each of these; a test takes over from somebody who has all of them.
OWNED: Final = """
    SELECT pilot_id, owner_id AS person, 'P-' || number AS what
    FROM feedback_pattern WHERE state NOT IN ('fixed', 'declined', 'merged')
    UNION ALL SELECT pilot_id, owner_id, 'C-' || number FROM feedback_correction WHERE done_at IS NULL
    UNION ALL SELECT pilot_id, owner_id, 'a barrier' FROM feedback_barrier WHERE state = 'open'
    UNION ALL SELECT pilot_id, owner_id, 'a gap that a drill showed' FROM feedback_drillgap WHERE closed_at IS NULL
    UNION ALL SELECT pilot_id, chair_id, 'the chair of the standing review' FROM feedback_reviewschedule
    UNION ALL SELECT pilot_id, chair_id, 'review ' || number FROM feedback_review WHERE closed_at IS NULL
    UNION ALL SELECT pilot_id, person_id, 'triage from ' || to_char(monday, 'FMDD FMMonth')
    FROM feedback_triageweek WHERE monday >= %(monday)s
    UNION ALL SELECT pilot_id, cover_id, 'cover for triage from ' || to_char(monday, 'FMDD FMMonth')
    FROM feedback_triageweek WHERE monday >= %(monday)s
    UNION ALL SELECT pilot_id, unnest(ARRAY[person_id, cover_id]), 'a step of the escalation path'
    FROM feedback_escalationstep
    UNION ALL SELECT pilot_id, named_id, 'a concern to answer' FROM feedback_concern WHERE state = 'open'
    UNION ALL SELECT asked.pilot_id, called.person_id, 'the escalation of ' || flag.reference
    FROM feedback_escalation AS asked
    JOIN feedback_escalationcall AS called ON called.escalation_id = asked.id AND called.position = asked.step
    JOIN feedback_flag AS flag ON flag.id = asked.flag_id
    WHERE asked.state = 'open' AND NOT EXISTS (
        SELECT FROM feedback_escalationcall AS other JOIN pilots_user AS there ON there.id = other.person_id
        WHERE other.escalation_id = asked.id AND other.position = asked.step AND there.is_active
            AND other.person_id <> called.person_id
    )
"""


def owned_by(user: User, at: datetime) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pilot_id, what FROM ({OWNED}) AS owned WHERE person = %(user)s ORDER BY what",  # noqa: S608
            {"user": user.pk, "monday": monday_of(at.date())},
        )
        for pilot, what in cursor.fetchall():
            found.setdefault(pilot, []).append(what)
    return found
