from django import forms

from governance.reports.portfolio import STATES
from pilots.forms.plain import PlainForm
from pilots.models import PhaseKind


class PortfolioFilters(PlainForm):
    q = forms.CharField(label="Name, tool or supplier", required=False, max_length=80)
    phase = forms.ChoiceField(required=False, choices=[("", "Every phase"), *PhaseKind.choices])
    state = forms.ChoiceField(label="Gate", required=False, choices=[("", "Every state"), *STATES.items()])


class SearchForm(PlainForm):
    q = forms.CharField(label="Search pilots, questions, answers and flags", required=False, max_length=80)
