"""What a person decides about which flags belong together. No job ever undoes it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from feedback.actions.corpus import hold_grouping
from feedback.actions.deciding import decide, hold_pattern
from feedback.actions.moves import Moves, new_pattern
from feedback.models import Flag, Grouping, NotTogether, Pattern, PatternDecision, Placement
from feedback.models.pattern import LONGEST_TITLE
from feedback.redaction import clean
from pilots.access import acting_for, require
from pilots.audit import record
from pilots.errors import Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission

How = Placement.How


def merge_patterns(*, pattern: Pattern, into: Pattern, version: int, by: User, at: datetime) -> Pattern:
    """`pattern` goes up in `into`; its number leads there from now on. Returns `into`."""
    if pattern.pk == into.pk:
        raise Refused("Choose another pattern to merge it into.", field="into", code="same")
    with transaction.atomic():
        hold_grouping(pattern.pilot)
        pattern = hold_pattern(pattern, version, by=by)
        into = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner").get(pk=into.pk)
        if into.pilot_id != pattern.pilot_id or into.state == Pattern.State.MERGED:
            raise Refused("Choose a pattern of this pilot that stands by itself.", field="into", code="unknown")
        flags = list(Flag.objects.filter(pattern=pattern).order_by("pk").values_list("pk", flat=True))
        moves = Moves(pattern.pilot, at, by)
        moves.add(flags, into.pk, How.MERGED)
        moves.carry_out()
        data = {"into": str(into.pk), "into_reference": into.reference, "moved": len(flags)}
        decide(pattern, "merged", by=by, at=at, data=data, state=Pattern.State.MERGED, merged_into_id=into.pk)
        Pattern.objects.filter(merged_into=pattern).update(merged_into=into)
        _touch(into, by, at)
    return Pattern.objects.select_related("pilot").get(pk=into.pk)


def unmerge_pattern(*, pattern: Pattern, by: User, at: datetime) -> Pattern:
    """Take a merge back: the flags that came with it return, and no job merges these two again."""
    require(by, Permission.TRIAGE_FLAGS, pattern.pilot)
    with transaction.atomic():
        hold_grouping(pattern.pilot)
        pattern = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner").get(pk=pattern.pk)
        merge = pattern.decisions.filter(verb="merged", undone_at__isnull=True).order_by("-pk").first()
        if pattern.state != Pattern.State.MERGED or merge is None:
            raise Refused("It was not merged, or that was taken back already.", code="not_merged")
        came = Placement.objects.filter(before=pattern, how=How.MERGED, placed_at=merge.decided_at)
        flags = list(Flag.objects.filter(pk__in=came.values("flag_id")).order_by("pk").values_list("pk", flat=True))
        moves = Moves(pattern.pilot, at, by)
        moves.add(flags, pattern.pk, How.UNMERGED)
        moves.carry_out()
        Flag.objects.filter(pk__in=flags).update(pinned=True)
        merge.undone_at, merge.undone_by = at, by
        merge.save(update_fields=["undone_at", "undone_by"])
        pattern.refresh_from_db()
        state = (merge.before or {}).get("state", Pattern.State.NEW)
        decide(pattern, "unmerged", by=by, at=at, data={"moved": len(flags)}, state=state, merged_into_id=None)
    return pattern


def move_flag(*, flag: Flag, to: Pattern | None, by: User, at: datetime) -> Flag:
    """Into another pattern, or out of all. It stays there, and never goes back where it was by itself."""
    require(by, Permission.TRIAGE_FLAGS, flag.pilot)
    with transaction.atomic():
        hold_grouping(flag.pilot)
        flag = _held(flag)
        if to is not None and (to.pilot_id != flag.pilot_id or to.state == Pattern.State.MERGED):
            raise Refused("Choose a pattern of this pilot that stands by itself.", field="to", code="unknown")
        if flag.pattern_id == (to.pk if to else None):
            raise Refused("It is there already.", field="to", code="same")
        _put_by_hand([flag], to, by, at)
    return Flag.objects.select_related("pilot", "pattern").get(pk=flag.pk)


def begin_pattern(*, flags: Sequence[Flag], title: str, by: User, at: datetime) -> Pattern:
    """A pattern that a person sees and no job found, of the flags that they chose."""
    title = clean(title)
    if not title:
        raise Refused("Say in a few words what goes wrong.", field="title", code="missing")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"Use at most {LONGEST_TITLE} characters.", field="title", code="too_long")
    pilots = {flag.pilot_id for flag in flags}
    if len(pilots) != 1:
        raise Refused("Choose flags of one pilot.", field="flags", code="unknown")
    pilot = flags[0].pilot
    require(by, Permission.TRIAGE_FLAGS, pilot)
    with transaction.atomic():
        grouping: Grouping = hold_grouping(pilot)
        pattern = new_pattern(grouping, title, at=at, by=by)
        _put_by_hand([_held(flag) for flag in flags], pattern, by, at)
        pattern.refresh_from_db()
        lender = acting_for(by, pilot, Permission.TRIAGE_FLAGS)
        data = {"flags": len(flags), "reference": pattern.reference}
        PatternDecision.objects.create(
            pilot=pilot, pattern=pattern, verb="begun", data=data, decided_by=by, decided_at=at
        )
        record("pattern.begun", by=by, on_behalf_of=lender, pilot=pilot, target=pattern, data=data)
    return pattern


def set_coarseness(*, pilot: Pilot, coarseness: str, by: User, at: datetime) -> Grouping:
    """Takes effect with the next look at everything, which is due at once."""
    require(by, Permission.TRIAGE_FLAGS, pilot)
    if coarseness not in Grouping.Coarseness:
        raise Refused("Choose finer, normal or coarser.", field="coarseness", code="unknown")
    with transaction.atomic():
        grouping = hold_grouping(pilot)
        grouping.coarseness, grouping.looked_at = coarseness, None
        grouping.save(update_fields=["coarseness", "looked_at"])
        record("patterns.coarseness_set", by=by, pilot=pilot, target=pilot, data={"coarseness": coarseness})
    return grouping


def _held(flag: Flag) -> Flag:
    return Flag.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=flag.pk)


def _put_by_hand(flags: Sequence[Flag], to: Pattern | None, by: User, at: datetime) -> None:
    if any(flag.is_drill for flag in flags):
        raise Refused("It is a rehearsal, and in no pattern.", code="drill")
    moves = Moves(flags[0].pilot, at, by)
    moves.add([flag.pk for flag in flags], to.pk if to else None, How.BY_HAND)
    moves.carry_out()
    Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(pinned=True, placed_at=at)
    NotTogether.objects.bulk_create(
        [
            NotTogether(pilot=flag.pilot, flag=flag, pattern_id=left, parted_by=by, parted_at=at)
            for flag in flags
            if (left := flag.pattern_id) is not None
        ],
        ignore_conflicts=True,
    )
    if to is not None:
        NotTogether.objects.filter(flag__in=flags, pattern=to).delete()
        _touch(to, by, at)
    for flag in flags:
        lender = acting_for(by, flag.pilot, Permission.TRIAGE_FLAGS)
        data = {"to": to.reference if to else None}
        record("flag.moved", by=by, on_behalf_of=lender, pilot=flag.pilot, target=flag, data=data)


def _touch(pattern: Pattern, by: User, at: datetime) -> None:
    Pattern.objects.filter(pk=pattern.pk, touched_at__isnull=True).update(touched_at=at, touched_by=by)
