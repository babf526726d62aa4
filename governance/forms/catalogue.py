"""Forms of the catalogue: one question of the draft, publishing, narrowing a list, choosing versions."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from django import forms

from feedback.taxonomy import CATEGORY_LABELS, SEVERITIES
from governance.catalogue.entry import DOUBTS, Entry, problems_of
from governance.frameworks import frameworks, known_parts
from governance.models import CatalogueVersion, Question
from governance.renewal import EVENTS
from pilots.forms.plain import PlainForm
from pilots.models import PhaseKind
from pilots.models.membership import ROLE_CHOICES

_DOUBT_LABELS: Final = {
    **{category.value: f"{label} ({category.value})" for category, label in CATEGORY_LABELS.items()},
    **{f"severity_{level.value}": f"Severity {level.value} and above: {s.name}" for level, s in SEVERITIES.items()},
}


class Lines(forms.CharField):
    """A list, one entry a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class QuestionForm(PlainForm):
    """One question. `entry()` is what was typed; an edited question keeps its code."""

    code = forms.CharField(
        max_length=20, help_text="Capital letters, a hyphen and a number, such as DEM-12. It never changes afterwards."
    )
    phase = forms.ChoiceField(choices=PhaseKind.choices)
    theme = forms.ChoiceField(choices=Question.Theme.choices)
    question = forms.CharField(max_length=1000, widget=_area(3))
    good_answer = forms.CharField(max_length=2000, widget=_area(3), label="What a good answer holds")
    evidence = forms.CharField(max_length=1000, widget=_area(2), label="Evidence expected")
    owner_role = forms.ChoiceField(choices=ROLE_CHOICES, label="Role that usually answers")
    core = forms.BooleanField(
        required=False, label="Also in the core profile, the minimum for a pilot of low consequence"
    )
    per_workflow = forms.BooleanField(required=False, label="Asked for each workflow")
    blocking = forms.ChoiceField(choices=Question.Blocking.choices, label="What it blocks")
    blocking_note = forms.CharField(max_length=300, required=False, label="How that is meant")
    after_first_stage = forms.BooleanField(required=False, label="Asked from the second rollout stage on")
    may_be_not_measured = forms.BooleanField(required=False, label="May be answered “not measured”")
    valid_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3650,
        label="Days an accepted answer stays valid",
        help_text="Empty: it does not lapse by time alone.",
    )
    renew_events = forms.MultipleChoiceField(
        choices=[(event.name, event.sentence) for event in EVENTS.values()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="What makes an accepted answer stale",
    )
    renew_note = forms.CharField(max_length=300, required=False, label="When to renew, in words")
    doubted_by = forms.MultipleChoiceField(
        choices=[(name, _DOUBT_LABELS[name]) for name in DOUBTS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Which flags put it in doubt, once they form a confirmed pattern",
    )
    ideas = Lines(label="Ideas behind it", help_text="Codes such as E07, one a line.")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, edited: Question | None = None, **kwargs: Any) -> None:
        if edited is not None:
            kwargs.setdefault("initial", _initial(edited))
        super().__init__(*args, **kwargs)
        for key, framework in frameworks().items():
            self.fields[f"supports_{key}"] = Lines(
                label=f"Supports in {framework.name}",
                help_text="Parts, one a line; after a colon the condition under which it supports it.",
            )
        if edited is not None:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for problem in problems_of(self.entry(), known_parts()):
                self.add_error(problem.field if problem.field in self.fields else None, str(problem))
        return cleaned

    def entry(self) -> Entry:
        values = {name: value for name, value in self.cleaned_data.items() if name in Entry.__dataclass_fields__}
        for name in ("renew_events", "doubted_by"):
            values[name] = tuple(values[name])
        for name in ("question", "good_answer", "evidence"):
            # A browser sends its own line ends, which would look like a change.
            values[name] = values[name].replace("\r\n", "\n")
        typed = {key: self.cleaned_data[f"supports_{key}"] for key in frameworks()}
        return Entry(**values, supports={key: parts for key, parts in typed.items() if parts})


def _initial(question: Question) -> dict[str, Any]:
    supports = {f"supports_{key}": parts for key, parts in question.supports.items()}
    return {**asdict(question.entry), **supports, "seen": question.content_digest}


class PublishForm(PlainForm):
    note = forms.CharField(
        max_length=4000,
        widget=_area(4),
        label="What changed and why",
        help_text="Shown with the version, to everybody whose pilot could move to it.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)


class SeenForm(PlainForm):
    """A confirmation that carries what the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput)


class CatalogueFilter(PlainForm):
    q = forms.CharField(required=False, label="Words", max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    phase = forms.ChoiceField(required=False, choices=[("", "All phases"), *PhaseKind.choices])
    theme = forms.ChoiceField(required=False, choices=[("", "All themes"), *Question.Theme.choices])
    profile = forms.ChoiceField(required=False, choices=[("", "Core and full"), ("core", "Core only")])

    def keeps(self, question: Question) -> bool:
        if not self.is_valid():
            return True
        wanted = self.cleaned_data
        words = f"{question.code} {question.question} {question.good_answer} {question.evidence}".casefold()
        return (
            wanted["phase"] in ("", question.phase)
            and wanted["theme"] in ("", question.theme)
            and (wanted["profile"] == "" or question.core)
            and all(word in words for word in wanted["q"].casefold().split())
        )

    def active(self) -> list[tuple[str, str]]:
        """(field, words) of each filter that is set."""
        if not self.is_valid():
            return []
        choices = {name: dict(getattr(self.fields[name], "choices", ())) for name in ("phase", "theme", "profile")}
        found = [("q", f"“{self.cleaned_data['q']}”")] if self.cleaned_data["q"] else []
        return found + [(n, choices[n][self.cleaned_data[n]]) for n in choices if self.cleaned_data[n]]


class VersionsForm(PlainForm):
    """Two versions to compare, by number."""

    before = forms.TypedChoiceField(coerce=int, label="From")
    after = forms.TypedChoiceField(coerce=int, label="To")

    def __init__(self, *args: Any, versions: Sequence[CatalogueVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(version.number, f"{version} ({version.get_state_display().lower()})") for version in versions]
        for name in ("before", "after"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = choices


class MoveForm(PlainForm):
    to = forms.TypedChoiceField(coerce=int, label="Version to move to")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, versions: Sequence[CatalogueVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(version.number, str(version).capitalize()) for version in versions]
