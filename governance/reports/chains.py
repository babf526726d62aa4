"""From what people flagged, over a pattern and a question in doubt, to the gate that is shut by it: link by link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from feedback.summaries.patterns import PatternSummary, categories_of_pattern, pattern_summaries
from governance.models import Doubt, Gate, Item
from governance.places import gate_url, item_url
from pilots.access import can
from pilots.icons import look_of
from pilots.models import Pilot, User
from pilots.permissions import Permission


@dataclass(frozen=True)
class Link:
    """`state` is a key of the interface's states; no `url` where the reader may not go."""

    state: str
    words: str
    detail: str
    at: datetime | None
    url: str = ""


@dataclass(frozen=True)
class Chain:
    """What one doubt did, in the order in which it happened. `stands`: nobody has answered the doubt yet."""

    doubt: Doubt
    links: tuple[Link, ...]
    stands: bool


def chains_of(pilot: Pilot, doubts: Iterable[Doubt], reader: User) -> list[Chain]:
    """Of those that a pattern raised; two queries where there are any, however many. Needs `item` and its parts."""
    found = [(doubt, pattern) for doubt in doubts if (pattern := pattern_behind(doubt)) is not None]
    if not found:
        return []
    patterns = pattern_summaries(pattern for _, pattern in found)
    gates = list(Gate.objects.filter(pilot=pilot).order_by("stage"))
    sees_flags = can(reader, Permission.VIEW_FLAGS, pilot)
    return [
        _chain(pilot, doubt, patterns[pattern], _gate_of(doubt.item, gates), sees_flags=sees_flags)
        for doubt, pattern in found
        if pattern in patterns
    ]


def pattern_behind(doubt: Doubt) -> UUID | None:
    is_behind = doubt.source.startswith(Doubt.BY_PATTERN)
    return UUID(doubt.source.removeprefix(Doubt.BY_PATTERN)) if is_behind else None


def doubts_by(pilot: Pilot, pattern: UUID) -> list[Doubt]:
    """Newest first, resolved ones too."""
    rows = Doubt.objects.filter(pilot=pilot, source=f"{Doubt.BY_PATTERN}{pattern}").order_by("-raised_at")
    return list(rows.select_related("item__workflow", "item__question", "resolved_by"))


def open_doubts(items: Iterable[str]) -> list[Doubt]:
    rows = Doubt.objects.filter(item__in=list(items), resolved_at__isnull=True).order_by("raised_at")
    return list(rows.select_related("item__workflow", "item__question", "resolved_by"))


@dataclass(frozen=True)
class Unmoved:
    """A question that such flags speak against, whose answer is not in doubt; `why` in words."""

    item: Item
    why: str
    url: str


def unmoved_by(pilot: Pilot, pattern: PatternSummary, doubted: Iterable[Doubt]) -> list[Unmoved]:
    moved = {doubt.item_id for doubt in doubted}
    shown = {*categories_of_pattern(pattern.id), *(f"severity_{level}" for level in range(pattern.worst + 1))}
    against = Item.objects.of(pilot).filter(question__doubted_by__overlap=sorted(shown)).exclude(pk__in=moved)
    return [
        Unmoved(item, _why_unmoved(item), item_url(pilot, item))
        for item in against.select_related("question", "workflow").order_by("code", "workflow__name")
    ]


def _why_unmoved(item: Item) -> str:
    if item.state == Item.State.ACCEPTED:
        return "Its answer stands: the pattern is not confirmed, or neither severe nor rising"
    return "It has no accepted answer that could be in doubt"


def _gate_of(item: Item, gates: list[Gate]) -> Gate | None:
    """The gate that asks this question: of a rollout the stage that is to be opened next."""
    asking = [gate for gate in gates if gate.phase == item.phase]
    return next((gate for gate in asking if gate.state == Gate.State.OPEN), asking[-1] if asking else None)


def _chain(pilot: Pilot, doubt: Doubt, pattern: PatternSummary, gate: Gate | None, *, sees_flags: bool) -> Chain:
    stands = doubt.resolved_at is None
    links = [
        *_of_pattern(pilot, pattern, sees_flags=sees_flags),
        Link("in_doubt", f"{doubt.item} in doubt", doubt.reason, doubt.raised_at, item_url(pilot, doubt.item)),
    ]
    if not stands:
        by = f"by {doubt.resolved_by.name}" if doubt.resolved_by else ""
        links.append(Link("accepted", f"{doubt.get_resolution_display()}", by, doubt.resolved_at))
    elif gate is not None:
        links.append(_of_gate(pilot, gate))
    return Chain(doubt, tuple(links), stands)


def _of_pattern(pilot: Pilot, pattern: PatternSummary, *, sees_flags: bool) -> list[Link]:
    url = reverse("pattern", args=[pilot.slug, pattern.number]) if sees_flags else ""
    flags = f"{pattern.flags} flag{'s' * (pattern.flags != 1)}"
    people = f"from {pattern.reporters} reporter{'s' * (pattern.reporters != 1)}"
    return [
        Link(f"severity_{pattern.worst}", flags, people, pattern.first_at),
        Link(pattern.state, f"{pattern.reference} “{pattern.title}”", look_of(pattern.state).word, None, url),
    ]


def _of_gate(pilot: Pilot, gate: Gate) -> Link:
    if gate.state == Gate.State.PASSED:
        words = f"{gate}: lapsed since passing"
        return Link("lapsed_since_passing", words, "blocks the next gate", None, gate_url(pilot, gate))
    return Link("blocked", f"{gate}: shut", "until the answer is confirmed or renewed", None, gate_url(pilot, gate))
