"""What a forecast rests on and where it is headed, read back from its document. Pure.

There are two bases: tasks, weighted by how much work a use case × segment is, and people, weighted by how many there
are in a segment. Each has factors, a rollout in parts that are told of by themselves, and rows of evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pilots.stats.forecast.levels import Levels
from pilots.stats.forecast.observed import Kind, Observed, summed
from pilots.stats.forecast.rollout import Rollout
from pilots.stats.forecast.terms import Codes, Numbers, Terms

Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Figure:
    """`tried` and `total` name columns of the evidence, `squares` that of minutes."""

    of: str
    basis: str
    tried: str
    total: str
    squares: str = ""
    bad_when_high: bool = False

    @property
    def kind(self) -> Kind:
        return "continuous" if self.squares else "binary"


FIGURES: Final = (
    Figure("success", "tasks", "tried", "good"),
    Figure("adoption", "people", "tried", "active"),
    Figure("override", "tasks", "made", "overridden", bad_when_high=True),
    Figure("out_of_scope", "tasks", "tried", "outside", bad_when_high=True),
    Figure("minutes", "tasks", "timed", "minutes", "squares"),
)


@dataclass(frozen=True, eq=False)
class Sums:
    """Evidence of one figure, one entry a row: what the demonstration alone measured stands in `early`."""

    codes: Codes
    user: Codes
    part: Codes
    count: Numbers
    total: Numbers
    squares: Numbers
    early_count: Numbers
    early_total: Numbers

    def observed(self, figure: Figure) -> Observed:
        # Who uses it is one outcome a person, so nothing of theirs is alike.
        users = None if figure.basis == "people" else self.user
        return summed(self.codes, self.count, self.total, self.squares, users, figure.kind)

    def people(self, which: Truths | None = None) -> int:
        return len(np.unique(self.user if which is None else self.user[which]))

    def people_by(self, group: Codes, many: int) -> Codes:
        """Of each group from 0 to `many` - 1 how many different people."""
        pairs = np.unique(np.column_stack([group, self.user]), axis=0)[:, 0]
        return np.bincount(pairs[pairs >= 0], minlength=many)


@dataclass(frozen=True, eq=False)
class Basis:
    """`part` (C,): which part each cell of the rollout belongs to. `told`: of each cell of the pilot its id, part and
    share; `place` (P, 2): row and column of each part in a table with totals."""

    name: str
    levels: tuple[Levels, ...]
    rollout: Rollout
    part: Codes
    place: Codes
    told: tuple[tuple[int, int, float], ...]
    rows: Mapping[str, Any]

    @classmethod
    def read(cls, name: str, public: Mapping[str, Any], rows: Mapping[str, Any]) -> "Basis":
        cells = np.array(public["cells"], np.int64)
        rollout = Rollout(cells, np.array(public["weights"], float), public["tasks"], public["users"])
        return cls(
            name,
            tuple(Levels.read(one) for one in public["factors"]),
            rollout,
            np.array(public["part"], np.int64),
            np.array(public["place"], np.int64),
            tuple((cell, part, share) for cell, part, share in public["told"]),
            rows,
        )

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.levels]

    def terms(self, pairs: list[list[str]], figure: Figure) -> Terms:
        here = self.names
        places = tuple((here.index(a), here.index(b)) for a, b in pairs if a in here and b in here)
        return Terms(tuple(one.factor for one in self.levels), places, figure.bad_when_high)

    @property
    def helped(self) -> tuple[int, int]:
        """The factor that says whether help was at hand, and its level for yes."""
        return self.names.index("support"), 0

    @cached_property
    def parts(self) -> Any:
        """(P, C): the weights of cells in each part, which sum to 1."""
        many = len(self.place)
        whole = np.bincount(self.part, self.rollout.weights, many)
        shares = self.rollout.weights / whole[self.part]
        return sparse.csr_array((shares, (self.part, np.arange(len(self.part)))), shape=(many, len(self.part)))

    def sums(self, figure: Figure) -> Sums:
        """Only rows that say something of this figure."""
        count = self._column(figure.tried)
        there = count > 0
        codes = np.array(self.rows["codes"], np.int64).reshape(-1, len(self.levels))
        squares = self._column(figure.squares)[there] if figure.squares else np.zeros(there.sum())
        return Sums(
            codes[np.array(self.rows["code"], np.int64)][there],
            np.array(self.rows["user"], np.int64)[there],
            np.array(self.rows["part"], np.int64)[there],
            count[there],
            self._column(figure.total)[there],
            squares,
            self._early(figure.tried)[there],
            self._early(figure.total)[there],
        )

    def _column(self, name: str) -> Numbers:
        return np.array(self.rows[name], float)

    def _early(self, name: str) -> Numbers:
        """Tasks are rows of the demonstration or not; whether a person used it then is another question than now."""
        if "early" in self.rows:
            return self._column(name) * self._column("early")
        return self._column(f"early_{name}")
