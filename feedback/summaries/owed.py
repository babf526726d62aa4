"""What the loop from a flag to an answer owes: to the next stage, to leadership, to one person's list of work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from pilots.models import Pilot, User


@dataclass(frozen=True)
class Due:
    """`reference` names it in a list; from `due` on it is late. `owner_id`: whose it is."""

    reference: str
    due: datetime
    owner_id: UUID | None


@dataclass(frozen=True)
class OwedBeforeAStage:
    severe_flags: tuple[tuple[str, int], ...]
    severe_patterns: tuple[int, ...]
    decisions: tuple[Due, ...]
    reviews: tuple[Due, ...]
    review_is_set: bool
    corrections: tuple[Due, ...]
    # Flags of patterns that were decided about whose reporter nobody told.
    untold: int

    def late(self, at: datetime) -> tuple[list[Due], list[Due], list[Due]]:
        """Decisions, reviews and corrections that are overdue."""
        decisions, reviews, corrections = (
            [one for one in kind if one.due <= at] for kind in (self.decisions, self.reviews, self.corrections)
        )
        return decisions, reviews, corrections


# Whoever decides that something is late asks here, so that a page, a gate and a list never disagree. A day is over when
# it ends in UTC; a review that was opened has three days to come to its decisions (`models.review.CLOSED_WITHIN`).
_DUE: Final = """
    SELECT 'decision' AS kind, pilot_id, 'P-' || number AS reference,
        (due_on + 1)::timestamp AT TIME ZONE 'UTC' AS due, owner_id AS owner
    FROM feedback_pattern WHERE state = 'acting' AND due_on IS NOT NULL
    UNION ALL SELECT 'review', pilot_id, 'the review of ' || to_char(next_on, 'FMDD FMMonth YYYY'),
        (next_on + 1)::timestamp AT TIME ZONE 'UTC', chair_id
    FROM feedback_reviewschedule
    UNION ALL SELECT 'review', pilot_id, 'review ' || number || ', which is not closed',
        opened_at + interval '3 days', chair_id
    FROM feedback_review WHERE closed_at IS NULL
    UNION ALL SELECT 'correction', pilot_id, 'C-' || number, due_at, owner_id
    FROM feedback_correction AS correction WHERE done_at IS NULL AND NOT EXISTS (
        SELECT FROM feedback_flag AS flag WHERE flag.id = correction.flag_id AND flag.is_drill
    )
"""
_SEVERE: Final = """
    SELECT 'severe', pilot_id, number::text, NULL::timestamptz, NULL::uuid FROM feedback_pattern AS pattern
    WHERE worst >= 3 AND carried_at IS NULL
        AND state IN ('confirmed', 'acknowledged', 'acting', 'regressed', 'snoozed')
        AND EXISTS (
            SELECT FROM feedback_flag AS flag WHERE flag.pattern_id = pattern.id AND flag.assessed_severity >= 3
        )
    UNION ALL SELECT 'severe_flag', pilot_id, assessed_severity || ' ' || reference, NULL, NULL
    FROM feedback_flag WHERE state IN ('new', 'assessed') AND assessed_severity >= 3 AND NOT is_drill
"""
# Whoever gave no name reads the answer behind their link; whoever has left reads nothing any more.
_UNTOLD: Final = """
    SELECT 'untold', flag.pilot_id, flag.reference, NULL, NULL
    FROM feedback_flag AS flag
    JOIN feedback_pattern AS pattern ON pattern.id = flag.pattern_id AND pattern.state IN ('fixed', 'declined')
    LEFT JOIN pilots_user AS reporter ON reporter.id = flag.reporter_id
    WHERE (
        flag.state = 'closed' AND reporter.is_active AND reporter.id <> flag.closed_by_id
        AND NOT EXISTS (
            SELECT FROM pilots_notification AS told
            WHERE told.user_id = reporter.id AND told.event LIKE 'flag:' || flag.id || ':closed:%%'
        )
    ) OR (
        flag.state IN ('new', 'assessed') AND pattern.state = 'fixed'
        AND coalesce(flag.made_at, flag.reported_at) < pattern.fixed_from
    )
"""


def owed_before_a_stage(pilot: Pilot) -> OwedBeforeAStage:
    """In one query; what is not due yet is among it, so that time alone can be told."""
    parts = f"{_DUE} UNION ALL {_SEVERE} UNION ALL {_UNTOLD}"
    found: dict[str, list[Due]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, reference, due, owner FROM ({parts}) AS owed WHERE pilot_id = %(pilot)s",  # noqa: S608
            {"pilot": pilot.pk},
        )
        for kind, reference, due, owner in cursor.fetchall():
            found.setdefault(kind, []).append(Due(reference, due, owner))
    reviews = tuple(found.get("review", ()))
    flags = [one.reference.split(" ") for one in found.get("severe_flag", ())]
    return OwedBeforeAStage(
        severe_flags=tuple(sorted((reference, int(level)) for level, reference in flags)),
        severe_patterns=tuple(sorted(int(one.reference) for one in found.get("severe", ()))),
        decisions=tuple(found.get("decision", ())),
        reviews=reviews,
        review_is_set=any(one.reference.startswith("the review of") for one in reviews),
        corrections=tuple(found.get("correction", ())),
        untold=len(found.get("untold", ())),
    )


@dataclass(frozen=True)
class LateFeedback:
    """A running pilot in which something of the feedback loop is overdue, with the oldest of it."""

    slug: str
    name: str
    decisions: int
    reviews: int
    corrections: int
    since: datetime


def late_feedback(at: datetime, *, most: int) -> list[LateFeedback]:
    """For leadership: the longest overdue first, in one query however many pilots."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT pilot.slug, pilot.name, count(*) FILTER (WHERE kind = 'decision'),
                count(*) FILTER (WHERE kind = 'review'), count(*) FILTER (WHERE kind = 'correction'), min(due)
            FROM ({_DUE}) AS owed JOIN pilots_pilot AS pilot ON pilot.id = owed.pilot_id AND pilot.state = 'running'
            WHERE due <= %(at)s GROUP BY pilot.id ORDER BY min(due), pilot.name LIMIT %(most)s
            """,  # noqa: S608
            {"at": at, "most": most},
        )
        return [LateFeedback(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class FeedbackTask:
    """Something of the feedback loop that is one person's. `key` goes into its address with the slug."""

    kind: str
    pilot: str
    slug: str
    key: str
    what: str
    due: datetime | None


_TASKS: Final = """
    SELECT 'decision' AS kind, pilot_id, number::text AS key, title AS what,
        due_on::timestamp AT TIME ZONE 'UTC' AS due
    FROM feedback_pattern WHERE state = 'acting' AND owner_id = %(user)s
    UNION ALL SELECT 'review', pilot_id, '', '', next_on::timestamp AT TIME ZONE 'UTC'
    FROM feedback_reviewschedule WHERE chair_id = %(user)s AND next_on <= %(soon)s
    UNION ALL SELECT 'open_review', pilot_id, number::text, '', opened_at + interval '3 days'
    FROM feedback_review WHERE closed_at IS NULL AND chair_id = %(user)s
    UNION ALL SELECT 'correction', pilot_id, number::text, left(went_out, 120), due_at
    FROM feedback_correction WHERE done_at IS NULL AND owner_id = %(user)s
    UNION ALL SELECT 'triage', duty.pilot_id, '', count(*)::text, NULL
    FROM feedback_triageweek AS duty
    JOIN feedback_flag AS flag ON flag.pilot_id = duty.pilot_id AND flag.state = 'new'
    WHERE duty.person_id = %(user)s AND duty.monday = date_trunc('week', %(at)s AT TIME ZONE 'UTC')::date
    GROUP BY duty.pilot_id
"""
SOON: Final = timedelta(days=7)


def feedback_tasks_of(user: User, at: datetime) -> list[FeedbackTask]:
    """What this person decided to do, chairs, corrects or is on triage for, in running pilots: one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT kind, pilot.name, pilot.slug, key, what, due FROM ({_TASKS}) AS task
            JOIN pilots_pilot AS pilot ON pilot.id = task.pilot_id AND pilot.state = 'running'
            ORDER BY due NULLS LAST, pilot.name, key LIMIT 60
            """,  # noqa: S608
            {"user": user.pk, "at": at, "soon": (at + SOON).date()},
        )
        return [FeedbackTask(*row) for row in cursor.fetchall()]
