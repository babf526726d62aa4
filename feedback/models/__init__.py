from feedback.models.attachment import Attachment
from feedback.models.channel import Channel, ChannelToken
from feedback.models.correction import Correction, CorrectionNotice
from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement
from feedback.models.review import Review, ReviewItem, ReviewSchedule
from feedback.models.rota import ClockOverrun, TriageClocks, TriageWeek

__all__ = [
    "Attachment",
    "Channel",
    "ChannelToken",
    "ClockOverrun",
    "Correction",
    "CorrectionNotice",
    "Flag",
    "FlagVector",
    "Grouping",
    "NotTogether",
    "Pattern",
    "PatternDecision",
    "Placement",
    "Review",
    "ReviewItem",
    "ReviewSchedule",
    "TriageClocks",
    "TriageWeek",
]
