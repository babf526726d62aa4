"""Pilots drawn from a table whose truth is known, with more of what goes well and whole levels left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pilots.stats.forecast import Factor, Rollout, Terms
from pilots.stats.forecast.observed import Kind, Observed, observe

FEWEST, MOST = 60, 1000
# How closely selection follows what goes well.
FOLLOWS: Final = (0.9, 0.5, 0.0)
LEFT_OUT, LEFT_OUT_OF_TWO = 0.25, 0.12


@dataclass(frozen=True, eq=False)
class Table:
    """`codes` (n, factors): the place in `levels` of each row's level of each factor."""

    kind: Kind
    factors: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: Any
    outcomes: Any
    users: Any | None

    @classmethod
    def of(
        cls, rows: Sequence[Mapping[str, str]], outcome: str, kind: Kind, factors: Sequence[str], user: str | None
    ) -> "Table":
        """Rows without an outcome are left out; an empty level is a level."""
        rows = [row for row in rows if row[outcome].strip() not in ("", "NA", "nan")]
        levels, columns = [], []
        for factor in factors:
            names, codes = np.unique([row[factor] for row in rows], return_inverse=True)
            levels.append(tuple(map(str, names)))
            columns.append(codes)
        people = np.unique([row[user] for row in rows], return_inverse=True)[1] if user else None
        outcomes = np.array([float(row[outcome]) for row in rows])
        return cls(kind, tuple(factors), tuple(levels), np.column_stack(columns), outcomes, people)

    @property
    def truth(self) -> float:
        return float(self.outcomes.mean())

    def terms(self, pairs: Sequence[tuple[str, str]], ordered: Mapping[str, Sequence[str]]) -> Terms:
        """`ordered`: of some factors their levels, from what a pilot likes to what a rollout meets."""
        factors = []
        for name, levels in zip(self.factors, self.levels, strict=True):
            order = list(ordered.get(name, ()))
            steps = tuple(float(order.index(level)) for level in levels) if order else ()
            factors.append(Factor(name, len(levels), steps))
        place = self.factors.index
        return Terms(tuple(factors), tuple((place(a), place(b)) for a, b in pairs))

    def rollout(self) -> Rollout:
        cells, counts = np.unique(self.codes, axis=0, return_counts=True)
        tasks = len(self.outcomes)
        users = tasks if self.users is None else int(self.users.max()) + 1
        return Rollout(cells, counts / counts.sum(), tasks, users)

    def pilots(self, many: int, seed: int) -> Iterator[Observed]:
        for number in range(many):
            chance = np.random.default_rng([seed, number])
            rows = self._drawn(chance)
            users = None if self.users is None else self.users[rows]
            yield observe(self.codes[rows], self.outcomes[rows], users, self.kind)

    def _drawn(self, chance: np.random.Generator) -> Any:
        wanted = int(np.exp(chance.uniform(np.log(FEWEST), np.log(MOST))))
        strength, follows = chance.uniform(0.5, 1.5), chance.choice(FOLLOWS)
        odds, allowed = np.zeros(len(self.outcomes)), np.ones(len(self.outcomes), bool)
        for place, levels in enumerate(self.levels):
            codes = self.codes[:, place]
            noise = chance.standard_normal(len(levels)) * np.sqrt(1 - follows**2)
            odds += strength * (follows * self._effects(place) + noise)[codes]
            left_out, which = chance.random(), chance.integers(len(levels))
            if left_out < (LEFT_OUT_OF_TWO if len(levels) == 2 else LEFT_OUT) and len(levels) > 1:
                allowed &= codes != which
        if not allowed.any():
            allowed[:] = True
        rows = self._first_rows(odds, allowed, wanted, chance)
        return rows[np.isfinite(odds[rows])]

    def _effects(self, place: int) -> Any:
        """How well each level goes, standardised over the levels."""
        codes = self.codes[:, place]
        means = np.bincount(codes, self.outcomes) / np.bincount(codes)
        return (means - means.mean()) / (means.std() or 1.0)

    def _first_rows(self, odds: Any, allowed: Any, wanted: int, chance: np.random.Generator) -> Any:
        """Drawn one after the other with these odds (the Gumbel trick), rows or whole users."""
        if self.users is None:
            keys = np.where(allowed, odds + chance.gumbel(size=len(odds)), -np.inf)
            return np.argsort(-keys)[: min(wanted, int(allowed.sum()))]
        many = int(self.users.max()) + 1
        rows_of = np.bincount(self.users[allowed], minlength=many)
        liked = np.bincount(self.users[allowed], odds[allowed], many) / np.maximum(rows_of, 1)
        order = np.argsort(-np.where(rows_of > 0, liked + chance.gumbel(size=many), -np.inf))
        enough = int(np.searchsorted(np.cumsum(rows_of[order]), wanted)) + 1
        return np.flatnonzero(allowed & np.isin(self.users, order[:enough]))
