from governance.models.acknowledgement import Acknowledgement
from governance.models.answer import Answer, Comment, Doubt, Evidence
from governance.models.catalogue import CatalogueVersion, Question
from governance.models.design import Comparator, Disposition, LaterCondition, UncomfortableAcknowledgement
from governance.models.gate import Condition, Finding, Gate
from governance.models.item import Item, PilotCatalogue
from governance.models.sign_off import SignOff, SignOffRequest
from governance.models.waiver import Waiver

__all__ = [
    "Acknowledgement",
    "Answer",
    "CatalogueVersion",
    "Comment",
    "Comparator",
    "Condition",
    "Disposition",
    "Doubt",
    "Evidence",
    "Finding",
    "Gate",
    "Item",
    "LaterCondition",
    "PilotCatalogue",
    "Question",
    "SignOff",
    "SignOffRequest",
    "UncomfortableAcknowledgement",
    "Waiver",
]
