"""Forms about the tools that hand in flags."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils import timezone

from feedback.actions.channels import LONGEST_NAME
from feedback.models.channel import MOST_A_DAY
from pilots.forms.members import end_of
from pilots.forms.plain import PlainForm
from pilots.widgets import DayInput

OLD_UNTIL: Final = [("0", "At once"), ("1", "In a day"), ("7", "In a week"), ("30", "In 30 days")]
_LAST_DAY: Final = "At most a year from now. Before that day, give it a new token."


class ChannelForm(PlainForm):
    name = forms.CharField(
        label="Which tool is it?", max_length=LONGEST_NAME, help_text="Its name as people here call it."
    )
    origins = forms.CharField(
        label="Pages that may show the button",
        help_text="One origin a line, such as https://tool.example, without a path. None: only a server sends flags.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
    )
    daily_quota = forms.IntegerField(
        label="Most flags a day",
        help_text="What comes beyond is refused until midnight (UTC), and told so.",
        min_value=1,
        max_value=MOST_A_DAY,
    )

    def clean_origins(self) -> list[str]:
        return str(self.cleaned_data["origins"]).split()


class NewChannelForm(ChannelForm):
    expires_on = forms.DateField(label="Last day of its token", widget=DayInput, help_text=_LAST_DAY)

    def expires_at(self) -> dt.datetime:
        return end_of(self.cleaned_data["expires_on"])


class RotateForm(PlainForm):
    expires_on = forms.DateField(label="Last day of the new token", widget=DayInput, help_text=_LAST_DAY)
    old_until = forms.ChoiceField(
        label="When does the earlier token end?",
        help_text="Until then pages may show either of them.",
        choices=OLD_UNTIL,
        widget=forms.RadioSelect,
    )

    def expires_at(self) -> dt.datetime:
        return end_of(self.cleaned_data["expires_on"])

    def ends_at(self, at: dt.datetime) -> dt.datetime:
        return at + dt.timedelta(days=int(self.cleaned_data["old_until"]))


def a_year_from(at: dt.datetime) -> dict[str, Any]:
    """What the forms propose."""
    return {
        "daily_quota": 500,
        "old_until": "7",
        "expires_on": timezone.localdate(at) + dt.timedelta(days=364),
    }
