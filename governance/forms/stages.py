"""What is typed about a stage of the rollout. The fields are named as the arguments of the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from governance.reports.stages import edge, times_of
from governance.stage_order import Candidate
from pilots.actions.stages import MOST_DAYS, MOST_USERS, Bound, Planned
from pilots.forms.plain import PlainForm
from pilots.models import Criterion
from pilots.stages import SIDES

# How each is counted, for its label.
_UNIT = {100.0: "%", 1000.0: "in 1,000 tasks", 1.0: "minutes"}


HEADINGS = {
    Criterion.Purpose.SATISFACTORY: "Satisfactory from",
    Criterion.Purpose.PAUSE: "Pause beyond",
    Criterion.Purpose.STEP_BACK: "Step back beyond",
}


class StageForm(PlainForm):
    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="Short: “Reminders, three wards”.",
        error_messages={"required": "Give the stage a name"},
    )
    cells = forms.TypedMultipleChoiceField(
        label="Which use cases × segments",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="In the order in which they would be opened: shown value first, and failures that are caught.",
        error_messages={
            "required": "Choose at least one",
            "invalid_choice": "One of them is in another stage meanwhile, or out of scope: look at the list again",
        },
    )
    users_planned = forms.IntegerField(
        label="How many people are to come",
        min_value=1,
        max_value=MOST_USERS,
        required=False,
        help_text="Before it is locked. It fixes how much evidence is enough.",
    )
    days = forms.IntegerField(
        label="After how many days it is decided", min_value=1, max_value=MOST_DAYS, required=False
    )
    because = forms.CharField(
        label="Why these, and why now",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Yours, not the system’s: it stands beside the stage.",
        error_messages={"required": "Say why these, and why now, in a sentence"},
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **more: Any) -> None:
        super().__init__(*args, **more)
        cells = self.fields["cells"]
        assert isinstance(cells, forms.TypedMultipleChoiceField)
        cells.choices = [(one.cell, f"{one.name}: {one.because}") for one in candidates]

    @property
    def planned(self) -> Planned:
        return Planned(**self.cleaned_data)


class CriteriaForm(PlainForm):
    """A number for each metric and purpose, where it is judged by it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for metric in Criterion.Metric:
            unit, side = _UNIT[times_of(metric)], SIDES[metric]
            for purpose in Criterion.Purpose:
                label = f"{purpose.label}: {metric.label.lower()} {edge(side, purpose)} … {unit}"
                self.fields[f"{metric}_{purpose}"] = forms.FloatField(label=label, required=False)

    @property
    def rows(self) -> list[tuple[str, str, list[tuple[str, forms.BoundField]]]]:
        """By metric: what it is called with its unit, which way is good, and a field for each purpose."""
        return [
            (
                f"{metric.label}, {_UNIT[times_of(metric)]}",
                "more is better" if SIDES[metric] == Criterion.Side.FLOOR else "less is better",
                [(words, self[f"{metric}_{purpose}"]) for purpose, words in HEADINGS.items()],
            )
            for metric in Criterion.Metric
        ]

    @property
    def criteria(self) -> list[Bound]:
        found = (
            (metric, purpose, self.cleaned_data.get(f"{metric}_{purpose}"))
            for metric in Criterion.Metric
            for purpose in Criterion.Purpose
        )
        return [Bound(str(m), str(p), value / times_of(m)) for m, p, value in found if value is not None]
