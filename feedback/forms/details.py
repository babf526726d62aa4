"""What a reporter may add to a flag: all of it optional, folded away from who is in a hurry."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone

from feedback.actions.flags import MOST_CHARACTERS, Details
from feedback.models.reporting import DidInstead, MinutesLost, Reached
from feedback.redaction import clean
from pilots.forms.files import ManyFilesField
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, Segment

NOT_SAID: Final = ("", "Not said")
CHECKED: Final = (("yes", "Yes"), ("no", "No, I noticed it otherwise"))


class PlainField(forms.CharField):
    """Text as it will be stored: cleaned before its length is counted, so that no control character is an error."""

    def to_python(self, value: Any) -> str:
        return clean(str(value)) if value else ""


class LongField(PlainField):
    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)
        # A counter in the browser would cut a pasted output off without a word; the error says it instead.
        del self.widget.attrs["maxlength"]


class MomentField(forms.DateTimeField):
    """As the browser's own control gives it, without a zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)


def in_zone() -> str:
    return f"In {timezone.get_current_timezone_name()}."


def _said(choices: Iterable[tuple[str, Any]], label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[NOT_SAID, *choices])


def files_field() -> ManyFilesField:
    field = ManyFilesField(
        label="Screenshot or file",
        required=False,
        help_text="PNG, JPEG, WebP, PDF or text, up to 3 of 5 MB each. Cover what should not be seen.",
    )
    field.widget.attrs["accept"] = ".png,.jpg,.jpeg,.webp,.pdf,.txt,image/png,image/jpeg,image/webp"
    return field


class DetailsForm(PlainForm):
    """`zone` is the browser's, by the page's script; without it a moment is read in the zone of the account."""

    expected = LongField(
        label="What should it have said?", required=False, rows=2, max_length=MOST_CHARACTERS["expected"]
    )
    prompt = LongField(label="What did you ask it?", required=False, rows=2, max_length=MOST_CHARACTERS["prompt"])
    what_happened = LongField(
        label="Anything else that helps to understand it",
        required=False,
        rows=2,
        max_length=MOST_CHARACTERS["what_happened"],
    )
    files = files_field()  # type: ignore[assignment]  # a form moves its fields out of the way of its own attributes
    made_at = MomentField(label="When did it give you this?", required=False)
    tool_version = PlainField(label="Version of the tool", required=False, max_length=80)
    did_instead = _said(DidInstead.choices, "What did you do with it?")
    minutes_lost = _said(MinutesLost.choices, "How much time did it cost you?")
    reached = _said(Reached.choices, "Whom had it reached?")
    checked_by_rule = _said(
        (("yes", "Yes"), ("no", "No, I noticed it otherwise")), "Were you checking because a rule says so?"
    )
    segment = forms.ChoiceField(label="Which group are you in?", required=False)
    needs_answer_now = forms.BooleanField(label="I need an answer now, before I can go on", required=False)
    is_confidential = forms.BooleanField(
        label="It contains personal or confidential data",
        help_text="Then only the people who look after flags read it.",
        required=False,
    )
    zone = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, *args: Any, pilot: Pilot, **options: Any) -> None:
        super().__init__(*args, **options)
        self.segments = {group.slug: group for group in Segment.objects.filter(pilot=pilot, removed_at__isnull=True)}
        if self.segments:
            groups = [(slug, group.name) for slug, group in self.segments.items()]
            self.fields["segment"].choices = [NOT_SAID, *groups]  # type: ignore[attr-defined]
        else:
            del self.fields["segment"]
        self.fields["made_at"].help_text = in_zone()

    def clean_made_at(self) -> datetime | None:
        """Typed in the reader's own time."""
        given: datetime | None = self.cleaned_data["made_at"]
        zone = str(self.data.get("zone", ""))
        if given is None or zone not in available_timezones():
            return given
        return timezone.make_aware(timezone.make_naive(given), ZoneInfo(zone))

    def ask_for_files_again(self) -> None:
        """A browser does not keep the files of a form that was refused."""
        if self.files and "files" not in self.errors:
            self.add_error("files", "Choose the files again: they do not stay in a form that comes back")

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something that must be seen."""
        names = [name for name in DetailsForm.base_fields if name != "zone"]
        return any(name in self.errors for name in names)

    def details(self, **other: Any) -> Details:
        data = self.cleaned_data
        checked = {"yes": True, "no": False}.get(data["checked_by_rule"])
        plain = {name: data[name] for name in _PLAIN}
        return Details(**plain, checked_by_rule=checked, segment=self.segments.get(data.get("segment", "")), **other)


_PLAIN: Final = ("prompt", "did_instead", "minutes_lost", "reached", "needs_answer_now", "is_confidential")


class AttachForm(PlainForm):
    files = files_field()  # type: ignore[assignment]  # a form moves its fields out of the way of its own attributes
