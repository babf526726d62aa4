"""Narrowing figures to a use case, a segment, or the cell of both."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from pilots.forms.plain import PlainForm
from pilots.models import Pilot, Segment, UseCase


class NarrowForm(PlainForm):
    """By short names, as the address has them. What is none of the pilot's is said at its field and narrows nothing."""

    use_case = forms.ModelChoiceField(
        UseCase.objects.none(), to_field_name="slug", required=False, label="Use case", empty_label="All use cases"
    )
    segment = forms.ModelChoiceField(
        Segment.objects.none(), to_field_name="slug", required=False, label="Segment", empty_label="All segments"
    )

    def __init__(self, *args: Any, pilot: Pilot, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, model in (("use_case", UseCase), ("segment", Segment)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = model._default_manager.filter(pilot=pilot, removed_at__isnull=True)

    def chosen(self) -> tuple[UseCase | None, Segment | None]:
        if not self.is_bound:
            return None, None
        self.is_valid()
        return self.cleaned_data.get("use_case"), self.cleaned_data.get("segment")

    def active(self) -> list[dict[str, str]]:
        """What is set, each with the address of the list without it."""
        set_to = {name: one for name, one in zip(("use_case", "segment"), self.chosen(), strict=True) if one}
        return [
            {
                "label": one.name,
                "url": "?" + urlencode({other: row.slug for other, row in set_to.items() if other != name}),
            }
            for name, one in set_to.items()
        ]
