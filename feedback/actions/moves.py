"""Flags change their pattern, and each move says why. Called under the lock of `corpus.hold_grouping`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from feedback.actions.counting import recount
from feedback.models import Flag, Grouping, Pattern, Placement
from pilots.models import Pilot, User


@dataclass
class Moves:
    pilot: Pilot
    at: datetime
    # None: a job.
    by: User | None = None
    _moves: list[Placement] = field(default_factory=list)

    def add(
        self,
        flags: Iterable[UUID],
        to: UUID | None,
        how: str,
        *,
        similarity: float | None = None,
        nearest: Iterable[str] = (),
    ) -> None:
        beside = list(nearest)
        rounded = None if similarity is None else round(float(similarity), 3)
        for flag in flags:
            move = Placement(pilot=self.pilot, flag_id=flag, pattern_id=to, how=how, placed_at=self.at)
            move.similarity, move.nearest, move.placed_by = rounded, beside, self.by
            self._moves.append(move)

    def flags(self) -> set[UUID]:
        return {move.flag_id for move in self._moves}

    def carry_out(self) -> set[UUID]:
        """The patterns that lost or gained a flag. A flag that is moved twice ends where it was moved last."""
        if not self._moves:
            return set()
        at_last = {move.flag_id: move.pattern_id for move in self._moves}
        stands: dict[UUID, UUID | None] = dict(Flag.objects.filter(pk__in=at_last).values_list("pk", "pattern_id"))
        changed = set(stands.values()) | set(at_last.values())
        for move in self._moves:
            move.before_id, stands[move.flag_id] = stands[move.flag_id], move.pattern_id
        Placement.objects.bulk_create(self._moves)
        going: dict[UUID | None, list[UUID]] = defaultdict(list)
        for flag, pattern in at_last.items():
            going[pattern].append(flag)
        for pattern, flags in going.items():
            Flag.objects.filter(pk__in=flags).update(pattern_id=pattern)
        found = {pattern for pattern in changed if pattern is not None}
        recount(found)
        return found


def new_pattern(grouping: Grouping, title: str, *, at: datetime, by: User | None = None) -> Pattern:
    """With the pilot's next number, which no other pattern ever had."""
    grouping.begun += 1
    grouping.save(update_fields=["begun"])
    touched = {"touched_at": at, "touched_by": by, "is_renamed": True} if by else {}
    return Pattern.objects.create(pilot=grouping.pilot, number=grouping.begun, title=title, began_at=at, **touched)
