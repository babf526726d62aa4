"""Who takes over what somebody leaves behind."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from governance.reports.holdings import Holding
from pilots.forms.choosing import PersonField
from pilots.forms.plain import PlainForm
from pilots.models import User


class DeactivationForm(PlainForm):
    """One successor for all, or one for each pilot; a pilot in which nothing is owned needs none."""

    handover_to = PersonField(
        label="Who takes over everywhere",
        required=False,
        help_text="Their e-mail address. They get roles, workflows, questions, conditions, cells to design, evidence "
        "and work on flags in every pilot for which you choose nobody else below, and accept each workflow anew.",
    )

    def __init__(self, *args: Any, holdings: Sequence[Holding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holdings = holdings
        everywhere = self.fields["handover_to"]
        assert isinstance(everywhere, PersonField)
        everywhere.offer({fellow.pk: fellow for holding in holdings for fellow in holding.fellows}.values())
        for holding in holdings:
            needed = "Needed unless somebody takes over everywhere." if holding.unowned else ""
            field = PersonField(label=f"Who takes over in {holding.pilot}", required=False, help_text=needed)
            field.offer(holding.fellows)
            self.fields[f"pilot-{holding.pilot.slug}"] = field

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        for holding, field in self.rows:
            missing = not chosen.get(field.name) and not chosen.get("handover_to")
            if holding.refusal and missing and not field.errors and "handover_to" not in self.errors:
                self.add_error(field.name, holding.refusal)
        return chosen

    @property
    def rows(self) -> list[tuple[Holding, forms.BoundField]]:
        return [(holding, self[f"pilot-{holding.pilot.slug}"]) for holding in self.holdings]

    def successors(self) -> dict[UUID, User]:
        chosen = {holding.pilot.pk: self.cleaned_data.get(field.name) for holding, field in self.rows}
        return {pilot: person for pilot, person in chosen.items() if person}
