"""The forms of the standing review. The actions hold the rules."""

from typing import Any

from django import forms

from feedback.actions.reviews import NO_CHANGE
from feedback.forms.flags import LongField
from feedback.forms.patterns import ActForm, people_of
from feedback.models import Pattern, ReviewSchedule
from feedback.models.review import MOST_WEEKS, Weekday
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, User


class ScheduleForm(PlainForm):
    weekday = forms.TypedChoiceField(label="On which day?", choices=Weekday.choices, coerce=int)
    every_weeks = forms.IntegerField(
        label="Every how many weeks?", min_value=1, max_value=MOST_WEEKS, help_text="1: every week."
    )
    chair = forms.ModelChoiceField(
        label="Who chairs it?",
        queryset=User.objects.none(),
        empty_label="Choose…",
        help_text="Is reminded two days before, and when it is late.",
    )

    def __init__(self, *args: Any, pilot: Pilot, schedule: ReviewSchedule | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = people_of(pilot)  # type: ignore[attr-defined]
        if schedule is not None:
            self.initial = {
                "weekday": schedule.weekday,
                "every_weeks": schedule.every_weeks,
                "chair": schedule.chair_id,
            }
        else:
            self.initial = {"weekday": Weekday.TUESDAY, "every_weeks": 2}


class OpenReviewForm(PlainForm):
    attendees = forms.ModelMultipleChoiceField(
        label="Who is there?",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Say who is there"},
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendees"].queryset = people_of(pilot)  # type: ignore[attr-defined]


class DecideItemForm(ActForm):
    """As a pattern's own form, and with “no change because” among the choices: “noted” is not one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*Pattern.Action.choices, (NO_CHANGE, "No change, because …")]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]
        for name in ("owner", "due_on"):
            self.fields[name].required = False
            self.fields[name].help_text = "Not needed where nothing changes."
        self.fields["reason"].help_text = "Where nothing changes: why. Otherwise beside what is done and by when."


class CarryItemForm(PlainForm):
    reason = LongField(
        label="Why can it not be decided today?",
        help_text="Your name stands beside it. Next time it has to be decided.",
        rows=2,
        max_length=4000,
        error_messages={"required": "Say why it cannot be decided today"},
    )


class CloseReviewForm(PlainForm):
    note = LongField(label="Note for the minutes", required=False, rows=3, max_length=4000)
