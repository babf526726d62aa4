from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement
from feedback.models.reply import MonthSummary, Reply

__all__ = [
    "Flag",
    "FlagVector",
    "Grouping",
    "MonthSummary",
    "NotTogether",
    "Pattern",
    "PatternDecision",
    "Placement",
    "Reply",
]
