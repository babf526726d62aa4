from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement

__all__ = ["Flag", "FlagVector", "Grouping", "NotTogether", "Pattern", "PatternDecision", "Placement"]
