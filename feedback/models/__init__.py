from feedback.models.concern import Concern
from feedback.models.drill import Drill, DrillGap, DrillPart
from feedback.models.escalation import Escalation, EscalationCall, EscalationPath, EscalationStep
from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement
from feedback.models.people import Asking, Barrier, SensitiveRole

__all__ = [
    "Asking",
    "Barrier",
    "Concern",
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
    "NotTogether",
    "Pattern",
    "PatternDecision",
    "Placement",
    "SensitiveRole",
]
