"""What all decisions about a pattern share: held at the version that was seen, kept with how it stood before."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count

from feedback.models import Flag, Pattern, PatternDecision
from feedback.redaction import clean
from feedback.taxonomy import SEVERE
from pilots.access import acting_for, require
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.events import publish_event
from pilots.models import User
from pilots.permissions import Permission

MOST_CHARACTERS: Final = 4000
# What a decision may change and undoing it brings back.
KEPT: Final = (
    "title",
    "is_renamed",
    "state",
    "action",
    "owner_id",
    "due_on",
    "reason",
    "fixed_from",
    "snoozed_until",
    "snoozed_size",
    "carried_at",
    "carried_by_id",
    "carry_reason",
)
NOT_CARRIED: Final[dict[str, Any]] = {"carried_at": None, "carried_by_id": None, "carry_reason": ""}
_MOMENTS: Final[dict[str, Callable[[str], date]]] = {
    "fixed_from": datetime.fromisoformat,
    "due_on": date.fromisoformat,
    "snoozed_until": date.fromisoformat,
    "carried_at": datetime.fromisoformat,
}


# What other systems may hear of.
_PUBLISHED: Final = {
    "confirmed": "pattern.confirmed",
    "acted_on": "pattern.acting",
    "fixed": "pattern.fixed",
    "returned": "pattern.regressed",
    "surged": "pattern.surged",
}


def hold_pattern(pattern: Pattern, version: int, *, by: User) -> Pattern:
    """The row as it stands, held until the transaction ends; Conflict when it is not what `by` looked at."""
    require(by, Permission.TRIAGE_FLAGS, pattern.pilot)
    held = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner").get(pk=pattern.pk)
    if held.version != version:
        current = {"State": held.state_word, "Title": held.title}
        raise Conflict("Somebody else worked on this pattern since you opened it.", current=current)
    if held.state == Pattern.State.MERGED:
        raise Refused(f"It went up in {held.merged_into}. Decide there.", code="merged")
    return held


def standing_of(pattern: Pattern) -> dict[str, Any]:
    """As JSON keeps it."""
    plain = {name: getattr(pattern, name) for name in KEPT}
    return {name: v.isoformat() if isinstance(v, date) else v and _plain(v) for name, v in plain.items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def bring_back(pattern: Pattern, before: dict[str, Any]) -> None:
    """What a decision of an earlier release did not keep stays as it is, and so does the owner where the one before has
    left since."""
    for name in before.keys() & set(KEPT):
        value = before[name]
        if name == "owner_id" and value and not User.objects.filter(pk=value, is_active=True).exists():
            continue
        setattr(pattern, name, _MOMENTS[name](value) if value and name in _MOMENTS else value)


def decide(
    pattern: Pattern,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    text: str = "",
    data: dict[str, Any] | None = None,
    **changed: Any,
) -> PatternDecision:
    """Writes what changed, the decision with how it stood before, and the row of the trail. `pattern` is held."""
    before = standing_of(pattern)
    for name, value in changed.items():
        setattr(pattern, name, value)
    if by is not None and pattern.touched_at is None:
        pattern.touched_at, pattern.touched_by = at, by
    pattern.version += 1
    pattern.save()
    decision = PatternDecision.objects.create(
        pilot=pattern.pilot,
        pattern=pattern,
        verb=verb,
        text=text,
        data=data or {},
        before=before,
        decided_by=by,
        decided_at=at,
    )
    if verb in _PUBLISHED:
        publish_event(pattern.pilot, _PUBLISHED[verb], _summary_of(pattern))
    lender = acting_for(by, pattern.pilot, Permission.TRIAGE_FLAGS) if by else None
    said = {"text": digest_of(text)} if text else {}
    kept = {"state": pattern.state, "flags": pattern.size, "reference": pattern.reference} | (data or {})
    record(f"pattern.{verb}", by=by, on_behalf_of=lender, pilot=pattern.pilot, target=pattern, data=kept | said)
    return decision


def _summary_of(pattern: Pattern) -> dict[str, Any]:
    """Without its title, which is made of words of its flags."""
    return {
        "number": pattern.number,
        "state": pattern.state,
        "flags": pattern.size,
        "severity": pattern.worst,
        "action": pattern.action,
        "due_on": pattern.due_on,
        "fixed_from": pattern.fixed_from,
    }


def plain_text(text: str, *, field: str, missing: str = "", most: int = MOST_CHARACTERS) -> str:
    """Refused with the words of `missing` where there has to be a text and is none."""
    cleaned = clean(text)
    if missing and not cleaned:
        raise Refused(missing, field=field, code=f"{field}_missing")
    if len(cleaned) > most:
        raise Refused(f"Use at most {most} characters.", field=field, code="too_long")
    return cleaned


def categories_of(pattern: Pattern) -> list[str]:
    """Those that at least a third of its flags name, the most frequent first."""
    named: dict[str, int] = {}
    rows = Flag.objects.filter(pattern=pattern).values_list("categories").annotate(flags=Count("pk"))
    for categories, flags in rows:
        for category in categories:
            named[category] = named.get(category, 0) + flags
    return sorted((c for c, flags in named.items() if 3 * flags >= pattern.size), key=lambda c: (-named[c], c))


def contradict(pattern: Pattern, why: str) -> None:
    """Tells governance that a pattern speaks against what was answered; the catalogue says against which questions."""
    data = {"pattern_id": str(pattern.pk), "categories": categories_of(pattern), "severity": pattern.worst}
    announce(pattern.pilot, reason=f"{pattern.reference} “{pattern.title}” {why}", data=data)


def contradicts(pattern: Pattern) -> bool:
    """A person stands behind it, and it is severe or it surges."""
    behind = pattern.state in (
        Pattern.State.CONFIRMED,
        Pattern.State.ACKNOWLEDGED,
        Pattern.State.ACTING,
        Pattern.State.REGRESSED,
    )
    return behind and (pattern.worst >= SEVERE or pattern.surging_since is not None)
