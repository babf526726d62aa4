"""What a pattern's row says of its flags. One statement, so that a recount and a count are the same thing."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from feedback.models.reporting import OPEN_DOORS

# Whoever gave no name may be anybody, also one person many times: together they are one reporter until triage has
# read the flag.
# By person first: counting different people within each pattern would sort all flags, this keeps two small tables.
_COUNTED = """
    WITH people AS (
        SELECT pattern_id, count(*) AS flags, max(coalesce(assessed_severity, severity)) AS worst,
            min(reported_at) AS first_at, max(reported_at) AS last_at
        FROM feedback_flag WHERE pattern_id = ANY(%(patterns)s::uuid[])
        GROUP BY pattern_id, coalesce(reporter_id, CASE
            WHEN assessed_at IS NOT NULL OR source <> ALL(%(open_doors)s) THEN id END)
    ), held AS (
        SELECT pattern_id, sum(flags) AS size, count(*) AS reporters, max(worst) AS worst,
            min(first_at) AS first_at, max(last_at) AS last_at
        FROM people GROUP BY pattern_id
    )
    SELECT pattern.id, coalesce(held.size, 0) AS size, coalesce(held.reporters, 0) AS reporters,
        coalesce(held.worst, 0) AS worst, held.first_at, held.last_at
    FROM feedback_pattern AS pattern LEFT JOIN held ON held.pattern_id = pattern.id
    WHERE pattern.id = ANY(%(patterns)s::uuid[])
"""
_RECOUNT = f"""
    UPDATE feedback_pattern AS pattern
    SET size = counted.size, reporters = counted.reporters, worst = counted.worst,
        first_at = counted.first_at, last_at = counted.last_at
    FROM ({_COUNTED}) AS counted
    WHERE pattern.id = counted.id AND
        (pattern.size, pattern.reporters, pattern.worst, pattern.first_at, pattern.last_at) IS DISTINCT FROM
        (counted.size, counted.reporters, counted.worst, counted.first_at, counted.last_at)
"""  # noqa: S608  the two statements above


def recount(patterns: Iterable[UUID | None]) -> int:
    """How many of these rows said something else."""
    wanted = sorted({pattern for pattern in patterns if pattern is not None})
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"patterns": [str(pattern) for pattern in wanted], "open_doors": sorted(OPEN_DOORS)})
        return int(cursor.rowcount)
