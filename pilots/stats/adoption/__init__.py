"""Who of all that may use a tool does, whether that lasts, and where it will level off. Pure.

From first uses to a ceiling and its alarm: plateau.py. The funnel to habitual use, its decay and the gap between those
who were to benefit and others: habits.py. Whether a stage does as its pilot did, and teams as each other: sameness.py.
"""

from pilots.stats.adoption.counted import alarm_of_counts, levels_off, starts_of_counts
from pilots.stats.adoption.habits import (
    beneficiary_gap,
    decay,
    funnel,
    gap_of_counts,
    habitual,
    habitual_by_week,
    still_habitual,
)
from pilots.stats.adoption.plateau import Ceiling, Starts, alarm, alarm_week, ceiling, count_starts
from pilots.stats.adoption.sameness import consistency, consistency_of_sums, spread_between_teams, spread_of_sums

__all__ = [
    "Ceiling",
    "Starts",
    "alarm",
    "alarm_of_counts",
    "alarm_week",
    "beneficiary_gap",
    "ceiling",
    "consistency",
    "consistency_of_sums",
    "count_starts",
    "decay",
    "funnel",
    "gap_of_counts",
    "habitual",
    "habitual_by_week",
    "levels_off",
    "spread_between_teams",
    "spread_of_sums",
    "starts_of_counts",
    "still_habitual",
]
