from typing import Any

from django import forms
from django.db.models import QuerySet

from governance.sentences import KINDS
from pilots.forms.plain import PlainForm
from pilots.models import User


class HistoryFilters(PlainForm):
    kind = forms.ChoiceField(label="About", required=False, choices=[("", "Everything"), *KINDS.items()])
    person = forms.ChoiceField(label="By", required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Anybody"), *((str(person.pk), person.name) for person in people)]

    def chosen(self) -> dict[str, str]:
        """What is set and valid, for the query; anything else narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def words(self) -> list[tuple[str, str, str]]:
        """Name, label and chosen word of each filter that is set."""
        found = []
        for name, value in self.chosen().items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            found.append((name, str(field.label), str(dict(field.choices)[value])))  # type: ignore[arg-type]
        return found
