"""What is typed about a pilot's questions as a whole: filters, and giving them owners and dates."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter, FilterSet

from governance.models import Answer, Item
from pilots.forms.plain import PlainForm
from pilots.models import PHASES, Pilot, User, Workflow
from pilots.permissions import Permission, roles_with
from pilots.widgets import DayInput

ME: Final = "me"
NOBODY: Final = "nobody"


class QuestionFilter(FilterSet):
    """Narrows the questions of one pilot, given `with_due`. `today` decides what is overdue, `user` whose are mine."""

    phase = ChoiceFilter(label="Phase", empty_label="All phases", choices=[(p.value, p.label) for p in PHASES])
    state = ChoiceFilter(label="State", empty_label="All states", choices=Item.State.choices)
    owner = ChoiceFilter(label="Owner", empty_label="Everybody", method="of_owner", choices=[])
    workflow = ChoiceFilter(label="Workflow", empty_label="All workflows", field_name="workflow__slug", choices=[])
    only = ChoiceFilter(
        label="Only",
        empty_label="No restriction",
        method="restrict",
        choices=[("mine", "Mine"), ("overdue", "Overdue"), ("not_measured", "Not measured"), ("to_do", "Not accepted")],
    )

    class Meta:
        model = Item
        fields: tuple[str, ...] = ()

    def __init__(
        self,
        data: Mapping[str, Any],
        queryset: QuerySet[Item],
        *,
        user: User,
        today: Any,
        owners: Iterable[User],
        workflows: Iterable[Workflow],
    ) -> None:
        super().__init__(data, queryset)
        self.user, self.today = user, today
        people = [(str(person.pk), person.name) for person in owners]
        self.filters["owner"].extra["choices"] = [(ME, "Me"), (NOBODY, "Nobody yet"), *people]
        self.filters["workflow"].extra["choices"] = [(w.slug, w.name) for w in workflows]
        if not self.filters["workflow"].extra["choices"]:
            del self.filters["workflow"]

    def of_owner(self, items: QuerySet[Item], _name: str, value: str) -> QuerySet[Item]:
        if value == NOBODY:
            return items.filter(owner__isnull=True)
        return items.filter(owner_id=self.user.pk if value == ME else UUID(value))

    def restrict(self, items: QuerySet[Item], _name: str, value: str) -> QuerySet[Item]:
        return items.filter(
            {
                "mine": Q(owner=self.user),
                "overdue": Q(due__lt=self.today),
                "not_measured": Q(answer__kind=Answer.Kind.NOT_MEASURED),
                "to_do": ~Q(state=Item.State.ACCEPTED),
            }[value]
        )


def may_own(pilot: Pilot) -> QuerySet[User]:
    """People whose role in the pilot lets them answer."""
    roles = [role.value for role in roles_with(Permission.ANSWER_ITEMS)]
    return User.objects.filter(is_active=True, memberships__pilot=pilot, memberships__role__in=roles).distinct()


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class AssignForm(PlainForm):
    """For one question or many; what is left empty stays as it is."""

    owner = PersonField(User.objects.none(), label="Owner", required=False, empty_label="As it is")
    due_on = forms.DateField(label="Due", required=False, widget=DayInput())

    def __init__(self, *args: Any, pilot: Pilot, **more: Any) -> None:
        # The filters of the same page have an owner too.
        super().__init__(*args, **{"auto_id": "assign_%s", **more})
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.queryset = may_own(pilot)


class AssignOneForm(AssignForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: Item, **more: Any) -> None:
        initial = {"owner": item.owner_id, "due_on": item.due_on, "version": item.version}
        super().__init__(*args, pilot=item.pilot, initial=initial, **more)
        self.item = item

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        data["versions"] = {self.item.pk: data.pop("version", None)}
        return data
