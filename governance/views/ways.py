"""What a reader may do with a question now; where a decision is not theirs, why, and whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.access import why_not_decide, why_not_waive
from governance.models import Item, Waiver
from pilots.access import can, holders, standing
from pilots.models import Pilot, SteppingAside, User
from pilots.permissions import Permission, roles_with

_ANSWER = {
    Item.State.UNANSWERED: "Answer the question",
    Item.State.PROPOSED: "Write another version",
    Item.State.RETURNED: "Answer again",
}


@dataclass(frozen=True)
class Ways:
    # The words of the button, empty for who may not answer.
    answer: str = ""
    decide: bool = False
    confirm: bool = False
    doubt: bool = False
    assign: bool = False
    comment: bool = False
    ask_waiver: bool = False
    decide_waiver: bool = False
    end_waiver: bool = False
    # One sentence each, empty where there is nothing to decide or the reader may.
    not_decide: str = ""
    not_decide_waiver: str = ""


def ways_of(item: Item, waiver: Waiver | None, reader: User) -> Ways:
    pilot = item.pilot
    if item.retired_at is not None or pilot.state == Pilot.State.ENDED:
        return Ways()
    decision = item.state in (Item.State.PROPOSED, Item.State.IN_DOUBT)
    not_decide = _not_decide(item, reader) if decision else ""
    asked = waiver is not None and waiver.state == Waiver.State.ASKED
    not_waive = _not_decide_waiver(waiver, reader) if waiver is not None and asked else ""
    waivable = item.question.blocking != "never" and item.state != Item.State.ACCEPTED and waiver is None
    return Ways(
        answer=_ANSWER.get(Item.State(item.state), "Renew the answer") if _may(reader, "ANSWER_ITEMS", pilot) else "",
        decide=item.state == Item.State.PROPOSED and not not_decide,
        confirm=item.state == Item.State.IN_DOUBT and not not_decide,
        doubt=item.state in (Item.State.ACCEPTED, Item.State.IN_DOUBT) and _may(reader, "RAISE_DOUBT", pilot),
        assign=_may(reader, "ASSIGN_ITEMS", pilot),
        comment=_may(reader, "COMMENT", pilot),
        ask_waiver=waivable and _may(reader, "ASK_WAIVER", pilot),
        decide_waiver=asked and not not_waive,
        end_waiver=waiver is not None and not asked and _may(reader, "DECIDE_WAIVER", pilot),
        not_decide=not_decide,
        not_decide_waiver=not_waive,
    )


def _may(reader: User, permission: str, pilot: Pilot) -> bool:
    return can(reader, Permission[permission], pilot)


def _not_decide(item: Item, reader: User) -> str:
    answer = item.answer
    if answer is None:
        return ""
    answer.pilot = item.pilot
    why = why_not_decide(answer, reader) or _lacks(reader, Permission.ACCEPT_ANSWERS, item.pilot)
    others = {answer.author_id, answer.on_behalf_of_id, reader.pk}
    return f"{why} {_who(Permission.ACCEPT_ANSWERS, item.pilot, others)}" if why else ""


def _not_decide_waiver(waiver: Waiver, reader: User) -> str:
    why = why_not_waive(waiver, reader) or _lacks(reader, Permission.DECIDE_WAIVER, waiver.pilot)
    return f"{why} {_who(Permission.DECIDE_WAIVER, waiver.pilot, {waiver.requested_by_id, reader.pk})}" if why else ""


def _lacks(reader: User, permission: Permission, pilot: Pilot) -> str:
    if can(reader, permission, pilot):
        return ""
    if pilot.pk in standing(reader).aside:
        return "You stepped aside in this pilot, so you decide nothing in it."
    return "Your roles in this pilot do not include this decision."


def _who(permission: Permission, pilot: Pilot, without: Iterable[object]) -> str:
    """Names of those who may, three at most, in a sentence."""
    barred = set(without) | set(
        SteppingAside.objects.filter(pilot=pilot, ended_at__isnull=True).values_list("user_id", flat=True)
    )
    names = sorted({m.user.name for m in holders(pilot, roles_with(permission)) if m.user_id not in barred})
    if not names:
        return "Nobody in this pilot may yet: a delegation or another role opens it."
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    return f"{', '.join(names[:-1])} and {names[-1]} may." if len(names) > 1 else f"{names[0]} may."
