"""Figures of who took part, what stands in their way, and how much help they had (M14, M15, M32)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
from django.db.models import Sum
from numpy.typing import NDArray

from pilots.figures.entries import Entries
from pilots.figures.population import Attribute, attributes_of
from pilots.figures.reading import Evidence
from pilots.figures.releasing import KeptBack, Since, Verdicts, kept_back
from pilots.figures.rows import Key, Made
from pilots.models import BarrierAnswer, Batch, Figure, SupportHours
from pilots.stats.metrics.catalogue_of_evidence import BARRIERS
from pilots.stats.metrics.figure import Figure as Measured
from pilots.stats.metrics.making import nothing
from pilots.stats.metrics.observations import NOT_SAID, Codes, Route, Truths, active_weeks
from pilots.stats.metrics.people import EVERYBODY, barriers, distance, not_selected, support
from pilots.stats.metrics.suppression import LEAST

Who = NDArray[np.int64]
_P: Final = Figure.Part
_BARRIERS: Final = dict(zip(BarrierAnswer.Kind, BARRIERS, strict=True))
_SOURCES: Final = {
    SupportHours.From.SUPPLIER: "supplier",
    SupportHours.From.PROJECT: "project",
    SupportHours.From.CHAMPION: "champion",
    SupportHours.From.COLLEAGUE: "peer",
}
_ROUTES: Final = {"volunteered": Route.VOLUNTEERED, "nominated": Route.NOMINATED, "assigned": Route.ASSIGNED}
_NO_HEADCOUNT: Final = "Nobody has said how many people each segment has."
_NOBODY: Final = "Nobody took part yet."


@dataclass(frozen=True, eq=False)
class Participants:
    """`tasks`: what may be shown of all tasks together."""

    entries: Entries
    made: Made
    tasks: Verdicts

    def figures(self) -> Iterator[Figure]:
        if not len(self._there):
            yield self._shown(self._key("M14"), nothing("M14", _NOBODY))
            return
        yield from self._not_selected()
        for attribute in attributes_of(self._evidence):
            yield from self._distance(attribute)
        yield from self._barriers()
        yield from self._support()

    @property
    def _evidence(self) -> Evidence:
        return self.entries.evidence

    @cached_property
    def _there(self) -> Who:
        """Who did a task that counts, or answered at intake."""
        kinds, evidence = self.entries.kinds, self._evidence
        did = kinds.person[evidence.counts[kinds.batch]]
        return np.union1d(did, np.flatnonzero(evidence.intake >= 0)).astype(np.int64)

    @cached_property
    def _route(self) -> Codes:
        return np.array([_ROUTES.get(person.route, NOT_SAID) for person in self._evidence.people], np.int64)

    def _changed(self, before: Figure | None) -> Who:
        """Who came or went since, or gave answers. Of answers that came again see `releasing`."""
        kinds, evidence = self.entries.kinds, self._evidence
        was = np.zeros(max(len(evidence.batches), 1), np.bool_)
        was[[evidence.place[key] for key in before.batches] if before is not None else []] = True
        came_or_went = np.setxor1d(kinds.person[was[kinds.batch]], kinds.person[evidence.counts[kinds.batch]])
        again = any(was[at] and not evidence.counts[at] for at in np.unique(self._intakes).tolist())
        asked = np.flatnonzero((evidence.intake >= 0) & ~was[evidence.intake] & (not again))
        return np.union1d(came_or_went, asked).astype(np.int64)

    @cached_property
    def _intakes(self) -> NDArray[np.int64]:
        return np.flatnonzero([batch.kind == Batch.Kind.INTAKE for batch in self._evidence.batches])

    def _batches(self, who: Who) -> list[Batch]:
        """In which these people's tasks and answers came."""
        kinds, evidence = self.entries.kinds, self._evidence
        theirs = np.isin(kinds.person, who) & evidence.counts[kinds.batch]
        answers = evidence.intake[who]
        places = np.union1d(kinds.batch[theirs], answers[answers >= 0])
        return [evidence.batches[place] for place in places.tolist()]

    def _key(self, code: str, part: str = "") -> Key:
        return code, part, None, None

    def _days(self) -> tuple[date | None, date | None]:
        day = self._evidence.counting.day
        return (day.min().item(), day.max().item()) if len(day) else (None, None)

    def _shown(self, key: Key, found: Measured, who: Who | None = None, more: dict[str, Any] | None = None) -> Figure:
        batches = self._batches(who) if who is not None else ()
        return self.made.shown(key, found, batches=batches, days=self._days() if batches else (None, None), more=more)

    def _kept_back(self, key: Key, now: Sequence[Who], also: Truths) -> KeptBack:
        """Of the parts of one figure and, last, the whole. `also`: those that were hidden when it was shown."""
        before = self.made.before.get(key)
        was_shown = np.zeros(len(now), np.bool_)
        was_shown[-1] = before is not None and not before.is_hidden
        changed = self._changed(before if was_shown[-1] else None)
        table = np.array([range(len(now))] * 2)
        differs = [np.intersect1d(who, changed) for who in now]
        moved = np.zeros(len(now), np.int64)
        if before is not None and before.people is not None:
            moved[-1] = abs(before.people - len(now[-1])) if len(differs[-1]) < LEAST else 0
        return kept_back([table], Since(now, now, differs, moved), was_shown, also)

    def _not_selected(self) -> Iterator[Figure]:
        route, key = self._route[self._there], self._key("M14")
        sides = [self._there[route == code] for code in (Route.VOLUNTEERED, Route.NOMINATED, Route.ASSIGNED)]
        known = np.sort(np.concatenate(sides))
        yield from self._decided(key, not_selected(route), known, self._kept_back(key, [known], np.zeros(1, np.bool_)))

    def _decided(
        self, key: Key, found: Measured, who: Who, back: KeptBack, more: dict[str, Any] | None = None
    ) -> Iterator[Figure]:
        if back.hidden[-1]:
            yield self.made.hidden(key, [batch.pk for batch in self._batches(who)])
        elif back.held[-1]:
            yield self.made.held(key)
        elif found.value is not None:
            yield self._shown(key, found, who, more)

    def _distance(self, attribute: Attribute) -> Iterator[Figure]:
        """Levels of few people are counted as one: the distance and the others would give them away."""
        code = f"M14.{attribute.key}"
        level = attribute.of_person[self._there]
        now = [self._there[level == at] for at in range(len(attribute.levels))]
        known = self._there[level >= 0]
        if not len(known) or attribute.rollout.sum() <= 0:
            if attribute.key == "segment":
                yield self._shown(self._key(code), nothing(code, _NO_HEADCOUNT))
            return
        key = self._key(code)
        before = self.made.before.get(key)
        was_hidden = {one["level"] for one in before.more.get("levels", []) if one["is_hidden"]} if before else set()
        also = np.array([*(name in was_hidden for name, _ in attribute.levels), False])
        back = self._kept_back(key, [*now, known], also)
        few = back.hidden[:-1]
        here = np.array([len(who) for who in now])
        found = distance(attribute.key, _merged(here, few), _merged(attribute.rollout, few))
        notes = [found.note, "Levels of few people are counted as one." if few.any() else "", _uncounted(attribute)]
        found = replace(found, note=" ".join(filter(None, notes)))
        yield from self._decided(key, found, known, back, {"levels": _levels(attribute, here, few)})

    def _barriers(self) -> Iterator[Figure]:
        """Of those who were asked: at an intake that asked what stands in people's way."""
        evidence = self._evidence
        answers = BarrierAnswer.objects.filter(pilot=evidence.pilot, batch__state=Batch.State.IMPORTED)
        said = list(answers.values_list("participant", "kind", "batch"))
        asking = [place for place in {evidence.place.get(batch) for _, _, batch in said} if place is not None]
        asked = np.flatnonzero(np.isin(evidence.intake, asking))
        if not len(asked):
            return
        at = {person.pk: place for place, person in enumerate(evidence.people)}
        reported = np.zeros((len(evidence.people), len(BARRIERS)), np.bool_)
        for person, kind, _ in said:
            reported[at[person], list(BARRIERS).index(_BARRIERS[BarrierAnswer.Kind(kind)])] = True
        selected = np.isin(self._route[asked], (Route.VOLUNTEERED, Route.NOMINATED))
        assigned = self._route[asked] == Route.ASSIGNED
        groups = [asked[selected], asked[assigned], asked[~selected & ~assigned], asked]
        for name in BARRIERS:
            yield from self._barrier(f"M32.{name}", groups, reported)

    def _barrier(self, code: str, groups: Sequence[Who], reported: NDArray[np.bool_]) -> Iterator[Figure]:
        before = [self.made.before.get(self._key(code, part)) for part in (_P.SELECTED, _P.ASSIGNED)]
        also = [row is not None and row.is_hidden for row in before]
        back = self._kept_back(self._key(code), groups, np.array([*also, False, False]))
        for place, part in ((0, _P.SELECTED), (1, _P.ASSIGNED), (3, _P.ALL)):
            who, key = groups[place], self._key(code, part)
            row = self.made.before.get(key)
            if not len(who):
                continue
            if back.held[-1] and row is not None:
                # Together, since they are set against one another.
                yield self.made.hidden(key, row.batches) if row.is_hidden else self.made.held(key)
            elif back.hidden[place] or back.held[-1]:
                yield self.made.hidden(key, [batch.pk for batch in self._batches(who)])
            else:
                found = barriers(reported[who], self._route[who])[EVERYBODY, code.removeprefix("M32.")]
                yield self._shown(key, found, who)

    def _support(self) -> Iterator[Figure]:
        """Who gave help is no participant: only the weeks of use tell of them."""
        rows, whole = self._evidence.counting, self.entries.whole
        logged = SupportHours.objects.filter(pilot=self._evidence.pilot, removed_at=None).order_by()
        hours = {
            _SOURCES[SupportHours.From(source)]: total
            for source, total in logged.values_list("given_by").annotate(Sum("hours"))
        }
        for found in support(hours, active_weeks(rows), rows.people):
            key = self._key(found.code)
            if found.value is None:
                if found.code == "M15":
                    yield self._shown(key, nothing("M15", "Nobody logged hours of help."))
            elif self.tasks.hidden[whole]:
                yield self.made.hidden(key, [])
            elif self.tasks.held[whole]:
                before = self.made.before.get(key)
                if before is not None and not before.is_hidden:
                    yield self.made.held(key)
            else:
                yield self._shown(key, found, np.unique(rows.person).astype(np.int64))


def _merged(counts: NDArray[Any], few: Truths) -> NDArray[Any]:
    return np.append(counts[~few], counts[few].sum()) if few.any() else counts


def _uncounted(attribute: Attribute) -> str:
    many = attribute.uncounted
    return f"Of {many} segment{'s' if many > 1 else ''} it is not said." if many else ""


def _levels(attribute: Attribute, here: NDArray[np.int64], few: Truths) -> list[Mapping[str, Any]]:
    """Percent of participants and of the rollout; None for those hidden."""
    return [
        {
            "level": name,
            "words": words,
            "participants": None if few[at] else 100 * float(here[at]) / float(here.sum()),
            "rollout": 100 * float(attribute.rollout[at]) / float(attribute.rollout.sum()),
            "is_hidden": bool(few[at]),
        }
        for at, (name, words) in enumerate(attribute.levels)
    ]
