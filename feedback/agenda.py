"""What a standing review has before it, and what became of each item. Read from the database, never kept by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from feedback.models import Correction, Flag, Pattern, PatternDecision, Review, ReviewItem
from feedback.taxonomy import SEVERE
from pilots.models import Pilot

Why = ReviewItem.Why
State = Pattern.State
# More than these are for the next review; the agenda says so.
MOST: Final = 100
# A pattern leaves with one of these. Known, set aside and carried are no decisions about what goes wrong.
DECIDES: Final = ("acted_on", "declined", "fixed")


@dataclass(frozen=True)
class Matter:
    """One thing that is due for a decision; exactly one of the three is there."""

    why: str
    pattern: Pattern | None = None
    flag: Flag | None = None
    correction: Correction | None = None


def agenda_of(pilot: Pilot, at: datetime) -> list[Matter]:
    """In the order of triage, the larger patterns first in each part. Three queries."""
    severe = Flag.objects.filter(pilot=pilot, state=Flag.State.NEW, severity__gte=SEVERE)
    corrections = Correction.objects.filter(pilot=pilot, done_at__isnull=True).select_related("owner")
    patterns = Pattern.objects.filter(pilot=pilot).filter(
        Q(state__in=Pattern.OPEN) | Q(state=State.ACKNOWLEDGED, surging_since__isnull=False)
    )
    matters = [Matter(Why.SEVERE_FLAG, flag=flag) for flag in severe.order_by("-severity", "reported_at")]
    for pattern in patterns.select_related("owner").order_by("-is_emerging", "-size", "number"):
        why = _why(pattern, at)
        if why is not None:
            matters.append(Matter(why, pattern=pattern))
    matters += [Matter(Why.CORRECTION, correction=one) for one in corrections.order_by("due_at")]
    return sorted(matters, key=lambda matter: ReviewItem.ORDER.index(Why(matter.why)))[:MOST]


def _why(pattern: Pattern, at: datetime) -> str | None:
    """None: it is acted on and nothing about it is due."""
    if pattern.state == State.ACTING:
        return Why.OVERDUE if pattern.is_overdue(at.date()) else None
    if pattern.state == State.REGRESSED:
        return Why.REGRESSED
    if pattern.surging_since is not None:
        return Why.SURGING
    if pattern.worst >= SEVERE:
        return Why.SEVERE
    return Why.EMERGING if pattern.state == State.NEW else Why.CONFIRMED


@dataclass(frozen=True)
class Standing:
    """How an item stands. `state` is a key of the interface's states; `outcome` in words, empty while it is open."""

    item: ReviewItem
    state: str
    outcome: str
    decision: PatternDecision | None = None
    # Whoever carried it here from the review before.
    carried_here: ReviewItem | None = None

    @property
    def is_open(self) -> bool:
        return not self.outcome and self.item.carried_at is None


def standings_of(review: Review) -> list[Standing]:
    """Each item with what it left with: as kept of a closed review, worked out of one that is open. Three queries."""
    items = list(
        review.items.select_related("pattern__owner", "pattern__merged_into", "flag", "correction__owner", "carried_by")
    )
    for item in items:
        # The row of the pilot is there already.
        for about in (item.pattern, item.flag, item.correction):
            if about is not None:
                about.pilot = review.pilot
    decisions = _decisions_since(review, items) if review.is_open else {}
    before = _carried_before(review)
    return [_standing(review, item, decisions, before) for item in items]


def _decisions_since(review: Review, items: Iterable[ReviewItem]) -> dict[object, PatternDecision]:
    patterns = [item.pattern_id for item in items if item.pattern_id is not None]
    made = PatternDecision.objects.filter(
        pattern__in=patterns, verb__in=DECIDES, undone_at__isnull=True, decided_at__gte=review.opened_at
    )
    return {decision.pattern_id: decision for decision in made.select_related("decided_by").order_by("pk")}


def _carried_before(review: Review) -> dict[object, ReviewItem]:
    rows = ReviewItem.objects.filter(
        pilot=review.pilot_id, review__number=review.number - 1, carried_at__isnull=False
    ).select_related("carried_by")
    return {_about(item): item for item in rows}


def _about(item: ReviewItem) -> object:
    return item.pattern_id or item.flag_id or item.correction_id


def _standing(
    review: Review, item: ReviewItem, decisions: dict[object, PatternDecision], before: dict[object, ReviewItem]
) -> Standing:
    here = before.get(_about(item))
    if item.carried_at is not None:
        return Standing(item, "carried", "", None, here)
    if not review.is_open:
        return Standing(item, "met", item.outcome, item.decision, here)
    decision = decisions.get(item.pattern_id) if item.pattern_id else None
    outcome = _outcome(review, item, decision)
    return Standing(item, "met" if outcome else "open", outcome, decision, here)


def _outcome(review: Review, item: ReviewItem, decision: PatternDecision | None) -> str:
    if item.pattern is not None:
        if item.pattern.state == State.MERGED:
            return f"Went up in {item.pattern.merged_into}"[:200]
        return "" if decision is None else in_words(item.pattern, decision)
    if item.flag is not None:
        return "" if item.flag.state == Flag.State.NEW else f"Assessed: {item.flag.severity_word.lower()}"
    assert item.correction is not None
    if item.correction.is_done:
        return "Corrected"
    planned = item.correction.planned_at
    if planned is not None and planned >= review.opened_at:
        return f"{item.correction.owner.name} corrects it by {item.correction.due_at:%-d %B %Y}"[:200]
    return ""


def in_words(pattern: Pattern, decision: PatternDecision) -> str:
    """“Adjust the prompt, Ines Duarte by 3 March 2026”"""
    if decision.verb == "declined":
        return "No change, because of what its reporters read"
    if decision.verb == "fixed":
        return "Fixed"
    due = pattern.due_on
    by = f" by {due:%-d %B %Y}" if due else ""
    return f"{pattern.get_action_display()}, {pattern.owner or 'nobody'}{by}"[:200]
