"""The rows that `loop_figures` counts: what happened when to each flag and each pattern of a pilot. Two queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from feedback.loop_figures import (
    FlagSteps,
    PatternSteps,
    PatternToAction,
    Share,
    TriageTimes,
    detected_elsewhere,
    loop_closure,
    pattern_to_action,
    triage_times,
)
from feedback.models import Pattern, PatternDecision
from feedback.models.reporting import DETECTED_ELSEWHERE
from pilots.models import Pilot

# A decision about its pattern is one about the flag, from when the flag is there. Rehearsals are no flags of a pilot.
_FLAGS: Final = """
    SELECT coalesce(flag.assessed_severity, flag.severity), flag.reported_at,
        coalesce(flag.looked_at, flag.assessed_at, least(flag.closed_at, flag.carried_at, decided.at)),
        least(flag.closed_at, flag.carried_at, decided.at),
        CASE
            WHEN pattern.state = 'fixed' THEN greatest(pattern.fixed_from, flag.reported_at)
            WHEN flag.state = 'closed' AND flag.resolution = 'fixed' THEN flag.closed_at
        END,
        flag.state = 'closed',
        flag.reporter_id IS NULL OR flag.reporter_id = flag.closed_by_id OR EXISTS (
            SELECT FROM pilots_notification AS told
            WHERE told.user_id = flag.reporter_id AND told.event LIKE 'flag:' || flag.id || ':closed:%%'
        ),
        flag.source = ANY(%(elsewhere)s)
    FROM feedback_flag AS flag
    LEFT JOIN feedback_pattern AS pattern ON pattern.id = flag.pattern_id
    LEFT JOIN LATERAL (
        SELECT greatest(min(decision.decided_at), flag.reported_at) AS at FROM feedback_patterndecision AS decision
        WHERE decision.pattern_id = flag.pattern_id AND decision.undone_at IS NULL
            AND decision.verb IN ('acted_on', 'declined', 'fixed')
        HAVING count(*) > 0
    ) AS decided ON true
    WHERE flag.pilot_id = %(pilot)s AND flag.reported_at >= %(since)s AND flag.reported_at <= %(until)s
        AND NOT flag.is_drill
"""


def flag_steps(pilot: Pilot, since: datetime, until: datetime) -> list[FlagSteps]:
    values: dict[str, Any] = {
        "pilot": pilot.pk,
        "since": since,
        "until": until,
        "elsewhere": [s.value for s in DETECTED_ELSEWHERE],
    }
    with connection.cursor() as cursor:
        cursor.execute(_FLAGS, values)
        return [FlagSteps(*row) for row in cursor.fetchall()]


def pattern_steps(pilot: Pilot, since: datetime, until: datetime) -> list[PatternSteps]:
    """Raised is when it began; “no change because” is an action of its own kind."""
    patterns = Pattern.objects.filter(pilot=pilot, began_at__gte=since, began_at__lte=until).live()
    first: dict[object, tuple[datetime, str]] = {}
    made = PatternDecision.objects.filter(
        pattern__in=patterns, verb__in=("acted_on", "declined", "fixed"), undone_at__isnull=True
    )
    labels = dict(Pattern.Action.choices)
    for pattern, verb, data, at in made.order_by("pk").values_list("pattern_id", "verb", "data", "decided_at"):
        word = "No change, because" if verb == "declined" else labels.get(data.get("action", ""), "Fixed at once")
        first.setdefault(pattern, (at, word))
    nothing: tuple[None, str] = (None, "")
    return [
        PatternSteps(began, *first.get(pattern, nothing)) for pattern, began in patterns.values_list("pk", "began_at")
    ]


@dataclass(frozen=True)
class LoopFigures:
    since: datetime
    until: datetime
    flags: int
    times: list[TriageTimes]
    closure: Share
    to_action: PatternToAction
    elsewhere: Share


def loop_figures_of(pilot: Pilot, since: datetime, until: datetime) -> LoopFigures:
    flags = flag_steps(pilot, since, until)
    patterns = pattern_steps(pilot, since, until)
    return LoopFigures(
        since,
        until,
        len(flags),
        triage_times(flags),
        loop_closure(flags),
        pattern_to_action(patterns),
        detected_elsewhere(flags),
    )
