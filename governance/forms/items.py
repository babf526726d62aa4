"""What is typed about one question. The fields are named as the arguments of the action that takes them."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from governance.models.waiver import LONGEST
from governance.renewal import fired_by_hand
from pilots.forms.plain import PlainForm
from pilots.widgets import DayInput

_FEW_LINES = {"rows": "3"}


def words(label: str, *, longest: int = 4000, required: bool = True, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs=_FEW_LINES)
    return forms.CharField(label=label, max_length=longest, required=required, help_text=hint, widget=widget)


class ItemForm(PlainForm):
    """Carries the version of the question that the person had before them."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DecisionForm(ItemForm):
    comment = words("Comment", required=False, hint="Needed when you send it back: what is missing?")


class ConfirmForm(ItemForm):
    comment = words("Why it still holds", hint="What you looked at, and what you found.")


class DoubtForm(ItemForm):
    reason = words("What contradicts the answer", longest=2000, hint="What you saw, when, and where it can be seen.")


class CommentForm(PlainForm):
    text = words("Comment", hint="Everybody in this pilot can read it. Markdown works.")


class WaiverForm(ItemForm):
    reason = words("Why it can wait", hint="Leadership reads this, in red, until the waiver ends.")
    ends_on = forms.DateField(label="Ends after", widget=DayInput())

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at
        today = at.astimezone(timezone.get_current_timezone()).date()
        last = today + LONGEST
        self.fields["ends_on"].help_text = f"At most {LONGEST.days} days: {last:%-d %B %Y} is the last day it can be."
        self.fields["ends_on"].widget.attrs.update({"min": today.isoformat(), "max": last.isoformat()})

    def clean(self) -> dict[str, Any]:
        """Ends with the day, in the time zone of who asks; on the sixtieth day at the hour at which it was asked."""
        data = dict(super().clean() or {})
        day = data.pop("ends_on", None)
        if day is not None:
            midnight = datetime.combine(day + timedelta(days=1), time.min, timezone.get_current_timezone())
            last = self.at + LONGEST
            data["ends_at"] = last if last <= midnight < last + timedelta(days=1) else midnight
        return data


class WaiverDecisionForm(PlainForm):
    comment = words("Why", hint="It stands beside the waiver as long as it is shown.")
    approve = forms.TypedChoiceField(
        choices=[("yes", "Approve"), ("no", "Refuse")], coerce=lambda value: value == "yes", widget=forms.HiddenInput
    )


class WaiverEndForm(PlainForm):
    reason = words("Why it ends now", longest=300)


class EventForm(PlainForm):
    event = forms.ChoiceField(choices=[(e.name, e.label) for e in fired_by_hand()], widget=forms.HiddenInput)
    reason = words("What happened, and when", longest=2000, hint="It stands beside every answer that lapses.")
