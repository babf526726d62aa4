"""What may be shown: hidden under ten people, held where the tasks that changed since it was shown are those of fewer.

Whoever keeps what was shown before has two tables. The difference between them is a third, of the people whose tasks
changed: it must give away as little as the others. So

* what changed by one to nine people stays as it was shown, and with it whatever would give that away;
* what was hidden stays hidden until ten people's tasks came since, also where it was hidden for another's sake only.

Tasks that came again in another batch did not change. Of answers at intake only the last are kept, so that of those
that came again nobody can say who changed them: then it counts how many people more or fewer there are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.figures.entries import PAIRS, Entries
from pilots.models import Batch, Figure
from pilots.stats.metrics.basis import Side, made_by_enthusiasts, made_by_sceptics
from pilots.stats.metrics.figure import Figure as Measured
from pilots.stats.metrics.linked import People, Table, hidden_entries
from pilots.stats.metrics.observations import Truths
from pilots.stats.metrics.suppression import LEAST

# Of these a person's answers at intake decide to which side they belong.
_BY_INTAKE: Final = frozenset({made_by_sceptics, made_by_enthusiasts})
_BY_ATTITUDE: Final = frozenset(PAIRS[2])


@dataclass(frozen=True, eq=False)
class Since:
    """Of each entry who stands behind it, who stood behind it when it was shown, and whose tasks are new or gone since.
    `moved`: how many more or fewer people it has although their tasks are the same: they were put elsewhere."""

    now: People
    then: People
    changed: People
    moved: NDArray[np.int64]

    @property
    def many(self) -> NDArray[np.int64]:
        """People whose tasks make the difference, at least."""
        return np.maximum(np.array([len(who) for who in self.changed]), self.moved)


@dataclass(frozen=True, eq=False)
class KeptBack:
    hidden: Truths
    held: Truths
    # For what was shown before: it goes on counting from then.
    stays_hidden: Truths


def kept_back(tables: Sequence[Table], since: Since, was_shown: Truths, was_hidden: Truths) -> KeptBack:
    """One entry each."""
    many = since.many
    stays_hidden = was_hidden & (many < LEAST) & was_shown.any()
    one_to_nine = (many > 0) & (many < LEAST)
    few = hidden_entries(tables, since.changed, one_to_nine) | one_to_nine
    stays = few & was_shown.any()
    behind = [then if stay else now for then, now, stay in zip(since.then, since.now, stays, strict=True)]
    hidden = hidden_entries(tables, behind, stays_hidden) | (few & ~was_shown)
    return KeptBack(hidden, few & was_shown & ~hidden, hidden & stays_hidden)


@dataclass(frozen=True, eq=False)
class Verdicts:
    """One entry each. `there`: somebody did such tasks. What is neither hidden nor held is shown as it is now."""

    there: Truths
    hidden: Truths
    held: Truths
    # Nobody's tasks are new or gone since it was shown.
    same: Truths
    # It stays hidden for what was shown before: it goes on counting from then.
    keeps_its_batches: Truths
    people: NDArray[np.int64]
    batches: Sequence[NDArray[np.int64]]

    @property
    def shown(self) -> Truths:
        return self.there & ~self.hidden & ~self.held

    def either(self, other: "Verdicts") -> "Verdicts":
        """Of a figure with two sides: what one of them keeps back is kept back."""
        return Verdicts(
            self.there & other.there,
            self.hidden | other.hidden,
            self.held | other.held,
            self.same & other.same,
            self.keeps_its_batches | other.keeps_its_batches,
            np.minimum(self.people, other.people),
            [np.union1d(one, two) for one, two in zip(self.batches, other.batches, strict=True)],
        )


@dataclass(frozen=True, eq=False)
class Releasing:
    """`before`: of each entry the figure as it stands, of one code. `alone`: the figure has no other side, so that its
    people are those of this one."""

    entries: Entries
    side: Side
    tables: Sequence[Table]
    before: Mapping[int, Figure]
    alone: bool = True

    def verdicts(self) -> Verdicts:
        counts = self._counts[self.entries.kinds.batch]
        rests = self.entries.rests(self.side)
        now = self.entries.behind(rests & counts)
        people = np.array([len(who) for who in now])
        was_shown, was_hidden = self._was(was_shown_in), self._was(lambda figure: figure.is_hidden)
        since = self._since(rests, counts, now)
        back = kept_back(self.tables, since, was_shown, was_hidden)
        same, batches = was_shown & (since.many == 0), self._batches(rests & counts, now)
        return Verdicts(people > 0, back.hidden, back.held, same, back.stays_hidden, people, batches)

    @property
    def _counts(self) -> Truths:
        return self.entries.evidence.counts

    @property
    def _by_intake(self) -> Truths:
        """Of each entry whether answers at intake decide who is in it."""
        always = self.side in _BY_INTAKE
        return np.array([always or entry.part in _BY_ATTITUDE for entry in self.entries.all])

    def _was(self, so: Callable[[Figure], bool]) -> Truths:
        found = np.zeros(len(self.entries.all), np.bool_)
        found[[at for at, figure in self.before.items() if so(figure)]] = True
        return found

    def _batches(self, mask: Truths, now: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
        """Those of the tasks, and where answers at intake decide, those of the answers."""
        intake, by_intake = self.entries.evidence.intake, self._by_intake
        found = self.entries.batches(mask)
        for at in np.flatnonzero(by_intake).tolist():
            answers = np.unique(intake[now[at]])
            found[at] = np.union1d(found[at], answers[answers >= 0])
        return found

    def _since(self, rests: Truths, counts: Truths, now: People) -> Since:
        """All is new as long as everything was hidden."""
        entries, kinds = self.entries, self.entries.kinds
        if not any(map(was_shown_in, self.before.values())):
            return Since(now, now, now, np.zeros(len(entries.all), np.int64))
        was = self._rested_on()
        differs = np.zeros((len(entries.axes), len(kinds.person)), np.bool_)
        stood = np.zeros_like(differs)
        answers, newly_asked = entries.evidence.intake[kinds.person], self._by_intake & ~self._asked_again(was)
        for at, axis in enumerate(entries.axes):
            before = was[axis, kinds.batch]
            asked_since = (answers >= 0) & ~was[axis, answers] & counts & newly_asked[axis]
            differs[at] = self._said_otherwise(axis, rests & before, rests & counts) | (rests & asked_since)
            stood[at] = rests & before
        then = entries.behind_each(stood)
        moved = np.zeros(len(entries.all), np.int64)
        for at, figure in self.before.items():
            if self.alone and figure.people is not None and was_shown_in(figure):
                moved[at] = abs(figure.people - len(then[at]))
        return Since(now, then, entries.behind_each(differs), moved)

    def _asked_again(self, was: Truths) -> Truths:
        """Of each entry whether answers that it rested on were withdrawn."""
        evidence = self.entries.evidence
        intakes = np.array([batch.kind == Batch.Kind.INTAKE for batch in evidence.batches], np.bool_)
        gone = np.zeros(was.shape[1], np.bool_)
        gone[: len(intakes)] = intakes & ~evidence.counts
        again: Truths = np.any(was & gone, axis=1)
        return again

    def _said_otherwise(self, axis: NDArray[np.int64], before: Truths, now: Truths) -> Truths:
        """Kinds of tasks that came or went, of people whose tasks in the entry do not say the same as before."""
        differs = before != now
        at = np.flatnonzero(differs)
        kinds = self.entries.kinds
        whose = axis[at] * max(len(self.entries.evidence.people), 1) + kinds.person[at]
        _, who = np.unique(whose, return_inverse=True)
        gained = np.zeros(len(at), np.uint64)
        np.add.at(gained, who, np.where(now[at], kinds.content[at], np.uint64(0) - kinds.content[at]))
        differs[at] = gained[who] != 0
        return differs

    def _rested_on(self) -> Truths:
        """(entries, batches): what each figure rested on when it was shown. What belongs to neither side has none of
        its own: it goes with the whole."""
        place = self.entries.evidence.place
        found = np.zeros((len(self.entries.all), max(len(place), 1)), np.bool_)
        for at, figure in self.before.items():
            found[at, [place[key] for key in figure.batches]] = True
        found[[entry.part is None for entry in self.entries.all]] = found[self.entries.whole]
        return found


def was_shown_in(figure: Figure) -> bool:
    return not figure.is_hidden and figure.value is not None


def is_the_same(before: Figure, now: Measured) -> bool:
    """A figure may differ although no batch came: someone's route or answers, or the scope."""
    if before.value is None or now.value is None:
        return before.value is None and now.value is None
    return before.n == now.n and isclose(before.value, now.value, rel_tol=1e-9, abs_tol=1e-9)
