from typing import Any

from django import forms

from pilots.forms.plain import PlainForm
from pilots.models import UseCase, UseLimit


class LimitForm(PlainForm):
    kind = forms.ChoiceField(label="What limit?", choices=UseLimit.Kind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        help_text="Whoever uses it or flags an output reads this.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LiftForm(PlainForm):
    kind = forms.ChoiceField(label="Which limit?", choices=(), widget=forms.RadioSelect)
    reason = forms.CharField(label="What has changed?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, use_case: UseCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_force = [choice for choice in UseLimit.Kind.choices if getattr(use_case, f"{choice[0]}_at")]
        self.fields["kind"].choices = in_force  # type: ignore[attr-defined]
        if len(in_force) == 1:
            self.initial["kind"] = in_force[0][0]
