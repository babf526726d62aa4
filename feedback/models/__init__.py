from feedback.models.attachment import Attachment
from feedback.models.channel import Channel, ChannelToken
from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement

__all__ = [
    "Attachment",
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
