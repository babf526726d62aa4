from feedback.models.attachment import Attachment
from feedback.models.channel import Channel, ChannelToken
from feedback.models.concern import Concern
from feedback.models.correction import Correction, CorrectionNotice
from feedback.models.drill import Drill, DrillGap, DrillPart
from feedback.models.escalation import Escalation, EscalationCall, EscalationPath, EscalationStep
from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement
from feedback.models.people import Asking, Barrier, SensitiveRole
from feedback.models.publication import Publication, Statement, StatementSignature
from feedback.models.reply import MonthSummary, Reply
from feedback.models.review import Review, ReviewItem, ReviewSchedule
from feedback.models.rota import ClockOverrun, TriageClocks, TriageWeek

__all__ = [
    "Asking",
    "Attachment",
    "Barrier",
    "Channel",
    "ChannelToken",
    "ClockOverrun",
    "Concern",
    "Correction",
    "CorrectionNotice",
    "Drill",
    "DrillGap",
    "DrillPart",
    "Escalation",
    "EscalationCall",
    "EscalationPath",
    "EscalationStep",
    "Flag",
    "FlagVector",
    "Grouping",
    "MonthSummary",
    "NotTogether",
    "Pattern",
    "PatternDecision",
    "Placement",
    "Publication",
    "Reply",
    "Review",
    "ReviewItem",
    "ReviewSchedule",
    "SensitiveRole",
    "Statement",
    "StatementSignature",
    "TriageClocks",
    "TriageWeek",
]
