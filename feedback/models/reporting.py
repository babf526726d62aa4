"""What a reporter may say beside their own words, and how a flag may have come in."""

from typing import Final

from django.db.models import TextChoices


class DidInstead(TextChoices):
    """What the reporter did with the output."""

    USED = "used", "I used it as it was"
    EDITED = "edited", "I corrected it and used that"
    DISCARDED = "discarded", "I threw it away and did it myself"
    ASKED = "asked", "I asked somebody"
    NOTHING = "nothing", "Nothing yet"


class MinutesLost(TextChoices):
    NONE = "none", "None"
    UNDER_5 = "under_5", "Up to 5 minutes"
    UNDER_15 = "5_to_15", "5 to 15 minutes"
    UNDER_60 = "15_to_60", "15 to 60 minutes"
    OVER_60 = "over_60", "More than an hour"


class Reached(TextChoices):
    """Whom the output had reached when it was noticed."""

    NOBODY = "nobody", "Nobody but me"
    TEAM = "team", "My team"
    OTHERS = "others", "Another team"
    OUTSIDE = "outside", "A customer or the public"
    SYSTEM = "system", "Another system"


class Source(TextChoices):
    FORM = "form", "Flag form"
    BUTTON = "button", "Button in the tool"
    API = "api", "API"
    IMPORT = "import", "Imported"
    COMPLAINT = "complaint", "Complaint"
    ESCALATION = "escalation", "Escalation outside of the application"
    AUDIT = "audit", "Audit or sample"
    PRESS = "press", "Press or public"
    DEBRIEF = "debrief", "Debrief"


# Through these anybody comes. What came in another way was handed in by somebody who looks after flags, so that each
# counts as one reporter, though it carries no name.
OPEN_DOORS: Final = frozenset({Source.FORM, Source.BUTTON, Source.API})
# First heard of in another way than by a flag.
DETECTED_ELSEWHERE: Final = frozenset({Source.COMPLAINT, Source.ESCALATION, Source.AUDIT, Source.PRESS, Source.DEBRIEF})
