"""A forecast from the document that holds all that goes into it, to all that is said of it. Pure.

    record = Record(public, people, seed=7, tau=0.3)
    for said in record.work_out(): …

`public` is what anybody may read who reads the pilot: factors, the rollout, counts of what is behind it. `people` has a
row for each person and kind of task, by which what somebody thinks could be read: it leaves the installation sealed.
The same document, seed and code give the same quantiles.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import scipy

from pilots.stats.forecast.basis import FIGURES, Basis, Figure, Sums, Truths
from pilots.stats.forecast.differences import differences
from pilots.stats.forecast.fitting import Fitted, fit
from pilots.stats.forecast.observed import Observed
from pilots.stats.forecast.outlying import MOST_MOVED, moved
from pilots.stats.forecast.projecting import KEPT, Drawn, affordable, project, what_to_test_next
from pilots.stats.forecast.reach import ENOUGH_PEOPLE, ENOUGH_TASKS, Evidence, Reach, Seen, Unseen, reach, seen
from pilots.stats.forecast.terms import Terms
from pilots.stats.metrics.suppression import LEAST, hidden

Progress = Callable[[float], None]
# Shares above this leave little to see of what raises them (docs/decisions/0012).
NEAR_CEILING: Final = 0.9
# Of shares of the workload: what is left of a sum of many parts is no share.
_DIGITS: Final = 9
_TOO_FEW: Final = {"factor": "", "level": "", "words": "what too few people met"}


def code_version() -> str:
    """Of whatever the numbers hang on: this package, and what it calculates with."""
    seen_ = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        seen_.update(file.read_bytes())
    return f"{seen_.hexdigest()[:10]} numpy {np.__version__} scipy {scipy.__version__}"[:40]


def kept(document: Mapping[str, Any]) -> dict[str, Any]:
    """As it lies in the database: rows of people are many, and nobody comes across them by chance."""
    people = json.dumps(document["people"], separators=(",", ":")).encode()
    return {"public": document["public"], "people": base64.b64encode(zlib.compress(people)).decode()}


@dataclass(frozen=True)
class Said:
    """Named as the fields of a `ForecastFigure`."""

    of: str
    naive: float | None
    naive_n: int
    n: int
    people: int
    median: float
    low80: float
    high80: float
    low95: float
    high95: float
    quantiles: list[float]
    draws: list[float]
    direct: float
    modelled: float
    no_evidence: float
    bound_low: float | None
    bound_high: float | None
    unseen: list[dict[str, Any]]
    test_next: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    notes: list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Record:
    public: Mapping[str, Any]
    people: Mapping[str, Any]
    seed: int
    tau: float

    @classmethod
    def read(cls, inputs: Mapping[str, Any], seed: int, tau: float) -> "Record":
        """From what `kept` made of a document."""
        people = json.loads(zlib.decompress(base64.b64decode(inputs["people"])))
        return cls(inputs["public"], people, seed, tau)

    def work_out(self, progress: Progress = lambda done: None) -> Iterator[Said]:
        """Of each figure that ten people at least stand behind. `progress` hears shares from 0 to 1."""
        bases = {name: Basis.read(name, one, self.people[name]) for name, one in self.public["bases"].items()}
        figures = [figure for figure in FIGURES if figure.basis in bases]
        for done, figure in enumerate(figures):
            progress(done / len(figures))
            sums = bases[figure.basis].sums(figure)
            if sums.people() >= LEAST:
                yield _Work(self, figure, bases[figure.basis], sums).said()


class _Work:
    """One figure."""

    def __init__(self, record: Record, figure: Figure, basis: Basis, sums: Sums) -> None:
        self.record, self.figure, self.basis, self.sums = record, figure, basis, sums
        self.terms: Terms = basis.terms(record.public["pairs"], figure)
        self.observed: Observed = sums.observed(figure)
        self.fitted: Fitted = fit(self.observed, self.terms, seed=record.seed)
        self.seen: Seen = seen(self.observed)
        reached = reach(self.seen, basis.rollout, helped=basis.helped)
        self.reach: Reach = replace(reached, direct=reached.direct & self._own()[basis.part])
        self.drawn: Drawn = project(
            self.fitted,
            basis.rollout,
            reach=self.reach,
            draws=affordable(record.public["draws"], len(basis.rollout.cells), KEPT),
            discrepancy=record.tau,
            seed=record.seed,
            parts=basis.parts,
        )

    def _own(self) -> Truths:
        """Of each part whether it was itself seen, by enough and without help: another that is like it is a model."""
        helped, yes = self.basis.helped
        alone = (self.sums.codes[:, helped] != yes) & (self.sums.part >= 0)
        many = len(self.basis.place)
        tasks = np.bincount(self.sums.part[alone], self.sums.count[alone], many)
        people = self.sums.people_by(np.where(alone, self.sums.part, -1), many)
        found: Truths = (tasks >= ENOUGH_TASKS) & (people >= ENOUGH_PEOPLE)
        return found

    def said(self) -> Said:
        drawn, bounds = self.drawn, self.drawn.bounds
        shares = {kind: round(max(share, 0.0), _DIGITS) for kind, share in self.reach.shares.items()}
        naive, naive_n = self._naive()
        return Said(
            of=self.figure.of,
            naive=naive,
            naive_n=naive_n,
            n=round(self.observed.total),
            people=self.sums.people(),
            median=drawn.median,
            low80=drawn.interval(0.8)[0],
            high80=drawn.interval(0.8)[1],
            low95=drawn.interval(0.95)[0],
            high95=drawn.interval(0.95)[1],
            quantiles=drawn.percentiles.tolist(),
            draws=drawn.kept.tolist(),
            direct=shares[Evidence.DIRECT],
            modelled=shares[Evidence.MODELLED],
            no_evidence=shares[Evidence.NONE],
            bound_low=bounds[0] if bounds else None,
            bound_high=bounds[1] if bounds else None,
            unseen=self._unseen(),
            test_next=self._test_next(),
            cells=list(self._cells()),
            notes=list(self._notes(naive)),
        )

    def _naive(self) -> tuple[float | None, int]:
        """Not of one to nine people."""
        early = self.sums.early_count > 0
        tried = float(self.sums.early_count.sum())
        if self.sums.people(early) < LEAST:
            return None, 0
        return float(self.sums.early_total.sum()) / tried, round(tried)

    def _unseen(self) -> list[dict[str, Any]]:
        nobody, few = self._parted()
        found = [self._level(one) | {"share": one.share} for one in nobody]
        return [*found, _TOO_FEW | {"share": self._share_of(few)}] if few else found

    def _test_next(self) -> list[dict[str, Any]]:
        nobody, few = self._parted()
        found = [(one, part) for one, part in what_to_test_next(self.drawn)]
        ranked = [self._level(one) | {"explains": part} for one, part in found if one in nobody]
        if few:
            rest = min(sum(part for one, part in found if one in few), 1.0)
            ranked.append(_TOO_FEW | {"explains": rest})
        return sorted(ranked, key=lambda one: -float(one["explains"]))

    def _parted(self) -> tuple[list[Unseen], list[Unseen]]:
        """Levels that nobody met, and those that so few did that it would tell who."""
        people = {one: self._people_at(one) for one in self.reach.unseen}
        return [one for one in people if not people[one]], [one for one in people if people[one]]

    def _people_at(self, one: Unseen) -> float:
        counts = self.seen.people_of[one.factor]
        return float(counts[one.level]) if one.level < len(counts) else 0.0

    def _share_of(self, levels: list[Unseen]) -> float:
        """Of the workload that meets any of them."""
        there = np.any([self.basis.rollout.cells[:, one.factor] == one.level for one in levels], axis=0)
        return float(self.basis.rollout.weights[there].sum())

    def _level(self, one: Unseen) -> dict[str, Any]:
        level, words = list(self.basis.levels[one.factor].words.items())[one.level]
        return {"factor": self.basis.levels[one.factor].name, "level": level, "words": words}

    def _cells(self) -> Iterator[dict[str, Any]]:
        """What is said of a cell with one to nine people in it, or would give such a one away, is nothing."""
        shown, evidence = self._shown(), self._evidence()
        for cell, part, share in self.basis.told:
            low, middle, high = self.drawn.by_cell[part].tolist() if shown[part] else (None, None, None)
            said = {"cell": cell, "share": share, "evidence": evidence[part]}
            yield said | {"median": middle, "low": low, "high": high}

    def _shown(self) -> Truths:
        rows, columns = self.basis.place.T
        people = np.zeros((rows.max() + 1, columns.max() + 1), np.int64)
        people[rows, columns] = self.sums.people_by(self.sums.part, len(rows))
        found: Truths = ~hidden(people)[rows, columns]
        return found

    def _evidence(self) -> list[str]:
        """Of each part what most of its workload rests on; the worse of two alike."""
        kinds = np.array([list(Evidence).index(one) for one in self.reach.of_cells])
        weights = np.column_stack([self.basis.parts @ (kinds == kind) for kind in range(len(Evidence))])
        worst_first = weights[:, ::-1].argmax(axis=1)
        return [str(list(Evidence)[::-1][kind]) for kind in worst_first]

    def _notes(self, naive: float | None) -> Iterator[dict[str, Any]]:
        held = self.record.public["held"]
        if naive is not None:
            yield from self._differences(naive)
        if self.figure.bad_when_high and self.observed.figure >= NEAR_CEILING:
            yield {"kind": "near_ceiling", "words": "Nearly all are, which leaves little to see of what makes it more"}
        if self.figure.squares:
            yield from self._outlying()
        yield from ({"kind": "held", "words": f"{one} waits: fewer than ten people are in it"} for one in held)
        yield from ({"kind": "assumed", "words": words} for words in self.record.public["assumed"])

    def _differences(self, naive: float) -> Iterator[dict[str, Any]]:
        scale = 1.0 if self.figure.squares else 100.0
        rest = scale * (self.drawn.median - naive)
        for one in differences(self.fitted, self.basis, self.sums, scale, self.record.seed):
            rest -= one.points
            yield {"kind": "difference", "factor": one.factor, "words": one.words, "points": one.points}
        yield {"kind": "rest", "words": "All else", "points": rest}

    def _outlying(self) -> Iterator[dict[str, Any]]:
        """The forecast once more without the task that is farthest from the mean."""
        farthest = self.record.people["farthest"]
        if farthest is None:
            return
        rest = without_one(self.sums, farthest)
        by = moved(self.drawn, rest.observed(self.figure), self.terms, self.basis.rollout, self.record.seed)
        if abs(by) > MOST_MOVED:
            interval, variance = 100 * abs(by), 100 * farthest["share_of_top"]
            words = f"One task alone moves it by {interval:.0f} % of its 80 % interval"
            top = f"the longest hundredth of the tasks makes {variance:.0f} % of the variance"
            yield {"kind": "outlying", "words": f"{words}; {top}"}


def without_one(sums: Sums, farthest: Mapping[str, Any]) -> Sums:
    """`farthest`: in which row it stands, and its minutes."""
    row = int(farthest["row"])
    count, total, squares = sums.count.copy(), sums.total.copy(), sums.squares.copy()
    off = farthest["minutes"] - total[row] / count[row]
    count[row] -= 1
    total[row] -= farthest["minutes"]
    squares[row] = max(squares[row] - off**2 * (count[row] + 1) / max(count[row], 1), 0.0)
    kept = count > 0
    left = replace(sums, count=count, total=total, squares=squares)
    return Sums(*(column[kept] for column in vars(left).values()))
