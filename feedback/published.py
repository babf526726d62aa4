"""The published page of a pilot, worked out when it is read: no figure on it is about fewer than ten people.

Patterns stand on it under a title that a person gave and only once a person stands behind them, since what a job took
from reporters' words could be anybody's name.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from feedback.models import Flag, Pattern, PatternDecision, Publication, Statement
from feedback.models.pattern import PatternQuerySet
from feedback.redaction import redact
from feedback.signing import published_statement, role_word, signing_of
from feedback.suppression import enough
from feedback.taxonomy import Category
from pilots.availability import Availability, Use, availability_of
from pilots.models import Pilot
from pilots.permissions import Role

MOST_LISTED: Final = 5
State = Pattern.State
# What stands behind these is always a person's decision; the others need one who confirmed it.
_DECIDED: Final = (State.CONFIRMED, State.ACTING, State.FIXED, State.REGRESSED, State.DECLINED)
_WATCHED: Final = (State.ACKNOWLEDGED, State.SNOOZED)
_GROUPS: Final = {State.FIXED: "changed", State.DECLINED: "declined"}


@dataclass(frozen=True)
class Signatory:
    """`name` only where they agreed to it."""

    role: str
    name: str
    signed_at: datetime

    @property
    def words(self) -> str:
        """There is one sponsor, and there may be several accountable owners."""
        role = self.role.lower()
        return f"{self.name} ({role})" if self.name else f"{'the' if role == 'sponsor' else 'an'} {role}"


@dataclass(frozen=True)
class RestrictedUse:
    """A use in which a person decides and the tool only helps, or helps no more."""

    name: str
    why: str
    since: datetime | None


@dataclass(frozen=True)
class Topic:
    """A pattern as everybody reads it. `flags` is None where it is about fewer than ten people, or shows theirs."""

    title: str
    state: str
    word: str
    since: date
    flags: int | None
    told: str
    # When it took effect, or by when something is done.
    on: date | None
    doing: str


@dataclass(frozen=True)
class Counts:
    """None: fewer than ten people, or a figure from which theirs could be worked out."""

    flags: int | None
    fixed: int | None
    otherwise: int | None
    open: int | None

    @property
    def is_parted(self) -> bool:
        return self.fixed is not None


@dataclass(frozen=True)
class PublishedPage:
    pilot: Pilot
    publication: Publication | None
    statement: Statement | None
    signatories: list[Signatory]
    restricted: list[RestrictedUse]
    counts: Counts
    open: list[Topic]
    changed: list[Topic]
    declined: list[Topic]
    # How many patterns are left out because they may be private, and how many because no person has looked at them.
    withheld: int
    unconfirmed: int
    is_stale: bool

    @property
    def is_demo(self) -> bool:
        return self.pilot.is_demo


def page_of_pilot(pilot: Pilot, publication: Publication | None, at: datetime) -> PublishedPage:
    """A fixed number of queries, however much was flagged. `publication` is not stored yet in a preview."""
    patterns = _named(pilot)
    counts, counted = _figures(pilot, patterns)
    topics = _topics(patterns, counted)
    statement = published_statement(pilot)
    return PublishedPage(
        pilot=pilot,
        publication=publication,
        statement=statement,
        signatories=_signatories(statement),
        restricted=restricted_uses(pilot),
        counts=counts,
        open=topics["open"],
        changed=topics["changed"],
        declined=topics["declined"],
        withheld=_withheld(pilot).count(),
        unconfirmed=_unconfirmed(pilot).count(),
        is_stale=publication is not None and publication.is_stale(at),
    )


def restricted_uses(pilot: Pilot) -> list[RestrictedUse]:
    """What is for people only, or withdrawn, beyond the pilot as a whole."""
    return [RestrictedUse(use.name, _why(use), use.since) for use in availability_of(pilot) if _why(use)]


def _why(use: Use) -> str:
    """Empty: it is used as designed, or was never open."""
    if use.state is Availability.WITHDRAWN:
        return "the tool is not used for this any more."
    if use.stopped_for:
        whom = f" in {', '.join(use.stopped_for)}" if use.open_to else ""
        return f"stopped for the time being{whom}: please do not use the tool for this. {use.reason}"
    return "a person looks at every output before it is used." if use.is_limited else ""


def _signatories(statement: Statement | None) -> list[Signatory]:
    if statement is None:
        return []
    rows = sorted(signing_of(statement).signatures, key=lambda row: row.role != Role.SPONSOR)
    return [
        Signatory(
            role_word(row.role),
            row.signed_by.name if row.is_named and row.signed_by.erased_at is None else "",
            row.signed_at,
        )
        for row in rows
    ]


def _stood_behind(pilot: Pilot) -> PatternQuerySet:
    confirmed = PatternDecision.objects.filter(
        pattern=OuterRef("pk"), verb="confirmed", undone_at__isnull=True, decided_by__isnull=False
    )
    by_a_person = Q(state__in=_DECIDED) | Q(state__in=_WATCHED) & Q(Exists(confirmed))
    return Pattern.objects.filter(by_a_person, pilot=pilot, is_renamed=True, size__gt=0)


def _private_flags() -> Q:
    private = Q(categories__contains=[Category.PRIVATE.value]) | Q(is_confidential=True)
    return Q(Exists(Flag.objects.filter(private, pattern=OuterRef("pk"))))


def _withheld(pilot: Pilot) -> PatternQuerySet:
    return _stood_behind(pilot).filter(_private_flags())


def _unconfirmed(pilot: Pilot) -> PatternQuerySet:
    """Open, and on the page under no title: what is not listed is not therefore fine."""
    waiting = Pattern.objects.filter(pilot=pilot, state__in=(*Pattern.OPEN, *_WATCHED), size__gt=0)
    return waiting.exclude(pk__in=_stood_behind(pilot).values("pk"))


def _named(pilot: Pilot) -> list[Pattern]:
    """Those that stand on the page, the largest first."""
    return list(_stood_behind(pilot).exclude(_private_flags()).order_by("-size", "number"))


def _topics(patterns: Iterable[Pattern], counted: Container[UUID]) -> dict[str, list[Topic]]:
    found: dict[str, list[Topic]] = {"open": [], "changed": [], "declined": []}
    for pattern in sorted(patterns, key=lambda one: one.state != State.REGRESSED):
        found[_GROUPS.get(State(pattern.state), "open")].append(_topic(pattern, pattern.pk in counted))
    # The newest change first: that is what a reader comes for.
    found["changed"].sort(key=lambda topic: topic.on or topic.since, reverse=True)
    return found


def _topic(pattern: Pattern, is_counted: bool) -> Topic:
    acting = pattern.state == State.ACTING
    fixed_on = pattern.fixed_from.date() if pattern.fixed_from else None
    return Topic(
        title=redact(pattern.title).text,
        state=pattern.state,
        word=pattern.state_word,
        since=(pattern.first_at or pattern.began_at).date().replace(day=1),
        flags=pattern.size if is_counted else None,
        told=redact(pattern.reason).text if pattern.state in (State.FIXED, State.DECLINED, State.ACTING) else "",
        on=pattern.due_on if acting else fixed_on if pattern.state in (State.FIXED, State.REGRESSED) else None,
        doing=pattern.get_action_display() if acting else "",
    )


@dataclass(frozen=True)
class _Tally:
    flags: int
    people: int

    @property
    def is_few(self) -> bool:
        """Of somebody, and of fewer than ten."""
        return bool(self.flags) and not enough(self.people)


def _tallies(pilot: Pilot, groups: Mapping[str, Q]) -> dict[str, _Tally]:
    """Of each group of flags how many there are, and how many people are behind them."""
    asked = {}
    for name, these in groups.items():
        asked[f"{name}_flags"] = Count("pk", filter=these)
        asked[f"{name}_named"] = Count("reporter", filter=these, distinct=True)
        # As for patterns: whoever gave no name counts once triage has read the flag, till then all as one.
        asked[f"{name}_read"] = Count("pk", filter=these & Q(reporter__isnull=True, assessed_at__isnull=False))
        asked[f"{name}_unread"] = Count("pk", filter=these & Q(reporter__isnull=True, assessed_at__isnull=True))
    row: dict[str, int] = Flag.objects.filter(pilot=pilot, is_drill=False).order_by().aggregate(**asked)
    return {
        name: _Tally(row[f"{name}_flags"], row[f"{name}_named"] + row[f"{name}_read"] + min(row[f"{name}_unread"], 1))
        for name in groups
    }


def _figures(pilot: Pilot, patterns: Iterable[Pattern]) -> tuple[Counts, set[UUID]]:
    """Flags by what became of them, and the patterns of which their number is shown: none that tells of fewer than ten
    people, nor lets anybody work theirs out of the others."""
    fixed, closed = Q(state=Flag.State.CLOSED, resolution=Flag.Resolution.FIXED), Q(state=Flag.State.CLOSED)
    parts = {"fixed": fixed, "otherwise": closed & ~fixed, "open": ~closed}
    many = (pattern for pattern in patterns if enough(pattern.reporters))
    counted = [pattern.pk for pattern in sorted(many, key=lambda one: one.size)]
    tally = _tallies(pilot, {"all": Q(pk__isnull=False), "beside": ~Q(pattern__in=counted), **parts})
    whole = enough(tally["all"].people)
    parted = whole and not any(tally[name].is_few for name in parts)
    figures: Iterable[int | None] = (tally[name].flags if parted else None for name in parts)
    # What is in no pattern that is counted is the sum less those: with the smallest of them, it is enough.
    shown = counted[1:] if tally["beside"].is_few else counted
    return Counts(tally["all"].flags if whole else None, *figures), set(shown)
