"""The questions of a pilot as its task list shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from governance.models import Answer, Gate, Item, Question, Waiver
from governance.places import item_url
from governance.reports.due import with_due
from pilots.models import PHASES, Phase, PhaseKind, Pilot


@dataclass(frozen=True)
class Row:
    """One question. `state` is what is shown: an accepted "not measured" looks like no other accepted answer."""

    item: Item
    url: str
    state: str
    word: str | None
    overdue: bool
    due: date | None
    lapses_at: datetime | None
    waiver: Waiver | None


@dataclass
class Group:
    """The questions of one phase, by theme; counts are of all of them, also of those that a filter hides."""

    kind: PhaseKind
    state: str
    accepted: int
    total: int
    themes: list[tuple[str, list[Row]]] = field(default_factory=list)


@dataclass(frozen=True)
class Counts:
    total: int
    accepted: int
    waiting: int
    overdue: int
    not_measured: int
    unowned: int


def today(at: datetime) -> date:
    """The reader's."""
    return at.astimezone(timezone.get_current_timezone()).date()


def shown_state(item: Item, at: datetime) -> str:
    """Its state as of now, even where the sweep that lapses answers is late."""
    answer = item.answer
    if item.state != Item.State.ACCEPTED or answer is None:
        return item.state
    if answer.valid_until is not None and answer.valid_until <= at:
        return Item.State.LAPSED
    return answer.kind if answer.kind != Answer.Kind.ANSWERED else item.state


def is_overdue(item: Any, at: datetime) -> bool:
    """Of an item that `with_due` gave. Nobody is late with what is waived."""
    return item.due is not None and item.due < today(at)


def rows_of(pilot: Pilot, items: Iterable[Any], at: datetime) -> list[Row]:
    waivers = {waiver.item_id: waiver for waiver in Waiver.objects.active(at).filter(pilot=pilot)}
    return [_row(pilot, item, waivers.get(item.pk), at) for item in items]


def _row(pilot: Pilot, item: Any, waiver: Waiver | None, at: datetime) -> Row:
    state, word = shown_state(item, at), None
    if state == Answer.Kind.NOT_MEASURED:
        word = "Not measured, accepted"
    if waiver is not None and state in Item.State and state != Item.State.ACCEPTED:
        state, word = "waived", f"Waived, {max((today(waiver.ends_at) - today(at)).days, 0)} days left"
    return Row(
        item=item,
        url=item_url(pilot, item),
        state=state,
        word=word,
        overdue=is_overdue(item, at),
        due=item.due,
        lapses_at=item.answer.valid_until if item.answer and item.state == Item.State.ACCEPTED else None,
        waiver=waiver,
    )


def groups_of(pilot: Pilot, rows: Iterable[Row], at: datetime) -> tuple[list[Group], Counts]:
    """Rows by phase and theme in the order of the catalogue, phases without a row left out; and the counts above."""
    everything = _everything(pilot, at)
    states = _states(pilot)
    groups = {
        kind.value: Group(
            kind,
            state=states.get(kind.value, "not_started"),
            accepted=sum(fact.accepted for fact in everything if fact.phase == kind),
            total=sum(fact.phase == kind for fact in everything),
        )
        for kind in PHASES
    }
    for row in rows:
        _theme(groups[row.item.phase], row).append(row)
    return [group for group in groups.values() if group.themes], _counts(everything)


def _states(pilot: Pilot) -> dict[str, str]:
    """Of its phases; one that was passed on what no longer holds says so, as its gate does."""
    lapsed = Gate.objects.filter(phase=OuterRef("kind"), pilot=pilot, lapsed_open__gt=0)
    rows = Phase.objects.filter(pilot=pilot).annotate(lapsed=Exists(lapsed)).values_list("kind", "state", "lapsed")
    has_lapsed = pilot.state != Pilot.State.ENDED
    return {
        kind: "lapsed_since_passing" if has_lapsed and lapsed and state == Phase.State.PASSED else state
        for kind, state, lapsed in rows
    }


def _theme(group: Group, row: Row) -> list[Row]:
    label = Question.Theme(row.item.question.theme).label
    for known, rows in group.themes:
        if known == label:
            return rows
    group.themes.append((label, []))
    return group.themes[-1][1]


@dataclass(frozen=True)
class _Fact:
    phase: str
    accepted: bool
    waiting: bool
    overdue: bool
    not_measured: bool
    unowned: bool


def _everything(pilot: Pilot, at: datetime) -> list[_Fact]:
    items: Any = with_due(Item.objects.filter(pilot=pilot, retired_at__isnull=True), at)
    found = items.values_list("phase", "state", "due", "owner_id", "answer__kind", "answer__valid_until")
    return [_fact(*row, at=at) for row in found]


def _fact(
    phase: str,
    state: str,
    due: date | None,
    owner_id: UUID | None,
    kind: str | None,
    valid_until: datetime | None,
    *,
    at: datetime,
) -> _Fact:
    accepted = state == Item.State.ACCEPTED and (valid_until is None or valid_until > at)
    return _Fact(
        phase=phase,
        accepted=accepted,
        waiting=state == Item.State.PROPOSED,
        overdue=not accepted and due is not None and due < today(at),
        not_measured=kind == Answer.Kind.NOT_MEASURED,
        unowned=owner_id is None,
    )


def _counts(facts: list[_Fact]) -> Counts:
    return Counts(
        total=len(facts),
        accepted=sum(fact.accepted for fact in facts),
        waiting=sum(fact.waiting for fact in facts),
        overdue=sum(fact.overdue for fact in facts),
        not_measured=sum(fact.not_measured for fact in facts),
        unowned=sum(fact.unowned for fact in facts),
    )
