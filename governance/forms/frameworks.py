from typing import Any

from django import forms
from django.db.models import QuerySet

from pilots.forms.plain import PlainForm
from pilots.models import Pilot


class PilotFilter(PlainForm):
    """One of the pilots that the reader may see."""

    pilot = forms.ModelChoiceField(
        queryset=Pilot.objects.none(), to_field_name="slug", required=False, empty_label="All pilots you may see"
    )

    def __init__(self, *args: Any, pilots: QuerySet[Pilot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pilot"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = pilots.only("slug", "name")
