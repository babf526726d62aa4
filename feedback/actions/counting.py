"""What a pattern's row says of its flags. One statement, so that a recount and a count are the same thing."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from feedback.models.reporting import OPEN_DOORS

# Whoever gave no name may be anybody, also one person many times: together they are one reporter until triage has
# read the flag. The index `flag_by_pattern` holds every column that is read here.
_RECOUNT = """
    UPDATE feedback_pattern AS pattern
    SET size = counted.size, reporters = counted.reporters, worst = counted.worst,
        first_at = counted.first_at, last_at = counted.last_at
    FROM (
        SELECT wanted.id, count(flag.pattern_id) AS size,
            count(DISTINCT flag.reporter_id) + count(*) FILTER (WHERE
                flag.reporter_id IS NULL AND (flag.assessed_at IS NOT NULL OR flag.source <> ALL(%(open_doors)s))
            ) + coalesce(max(1) FILTER (WHERE
                flag.reporter_id IS NULL AND flag.assessed_at IS NULL AND flag.source = ANY(%(open_doors)s)
            ), 0) AS reporters,
            coalesce(max(coalesce(flag.assessed_severity, flag.severity)), 0) AS worst,
            min(flag.reported_at) AS first_at, max(flag.reported_at) AS last_at
        FROM unnest(%(patterns)s::uuid[]) AS wanted (id)
        LEFT JOIN feedback_flag AS flag ON flag.pattern_id = wanted.id
        GROUP BY wanted.id
    ) AS counted
    WHERE pattern.id = counted.id AND
        (pattern.size, pattern.reporters, pattern.worst, pattern.first_at, pattern.last_at) IS DISTINCT FROM
        (counted.size, counted.reporters, counted.worst, counted.first_at, counted.last_at)
"""


def recount(patterns: Iterable[UUID | None]) -> int:
    """How many of these rows said something else."""
    wanted = sorted({pattern for pattern in patterns if pattern is not None})
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"patterns": [str(pattern) for pattern in wanted], "open_doors": sorted(OPEN_DOORS)})
        return int(cursor.rowcount)
