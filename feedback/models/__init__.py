from feedback.models.attachment import Attachment
from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement

__all__ = ["Attachment", "Flag", "FlagVector", "Grouping", "NotTogether", "Pattern", "PatternDecision", "Placement"]
