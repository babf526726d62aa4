from feedback.models.flag import Flag
from feedback.models.pattern import FlagVector, Grouping, NotTogether, Pattern, PatternDecision, Placement
from feedback.models.publication import Publication, Statement, StatementSignature

__all__ = [
    "Flag",
    "FlagVector",
    "Grouping",
    "NotTogether",
    "Pattern",
    "PatternDecision",
    "Placement",
    "Publication",
    "Statement",
    "StatementSignature",
]
