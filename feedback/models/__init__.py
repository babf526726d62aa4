from feedback.models.channel import Channel, ChannelToken
from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement

__all__ = [
    "Channel",
    "ChannelToken",
    "Flag",
    "FlagVector",
    "Grouping",
    "NotTogether",
    "Pattern",
    "PatternDecision",
    "Placement",
]
