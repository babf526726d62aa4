"""Who of all that may use a tool does, whether that lasts, and where it will level off. Pure.

From first uses to a ceiling and its alarm: plateau.py. The funnel to habitual use, its decay and the gap between those
who were to benefit and others: habits.py. Whether a stage does as its pilot did, and teams as each other: sameness.py.
"""

from pilots.stats.adoption.habits import beneficiary_gap, decay, funnel, habitual, habitual_by_week, still_habitual
from pilots.stats.adoption.plateau import Ceiling, Starts, alarm, alarm_week, ceiling, count_starts
from pilots.stats.adoption.sameness import consistency, spread_between_teams

__all__ = [
    "Ceiling",
    "Starts",
    "alarm",
    "alarm_week",
    "beneficiary_gap",
    "ceiling",
    "consistency",
    "count_starts",
    "decay",
    "funnel",
    "habitual",
    "habitual_by_week",
    "spread_between_teams",
    "still_habitual",
]
