"""Pilots drawn from a table whose truth is known, with more of what goes well and whole levels left out."""

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pilots.stats.forecast import Factor, Rollout, Terms
from pilots.stats.forecast.observed import Kind, Observed, observe

FEWEST, MOST = 60, 1000
# How closely selection follows what goes well.
FOLLOWS: Final = (0.9, 0.5, 0.0)
LEFT_OUT, LEFT_OUT_OF_TWO = 0.25, 0.12
# With fewer rows left than this no level is left out.
ENOUGH: Final = 10
NO_VALUE: Final = frozenset(("", "na", "n/a", "nan", "null", "none", "."))
YES_AND_NO: Final = {"true": 1.0, "yes": 1.0, "t": 1.0, "y": 1.0, "false": 0.0, "no": 0.0, "f": 0.0, "n": 0.0}
# A column of numbers with more levels than this is no list of levels: it is cut into fifths.
MOST_LEVELS_OF_NUMBERS, PARTS = 20, 5
MOST_LEVELS: Final = 1000
# Where tasks are picked too, users with this many times as many are drawn first.
TO_PICK_FROM: Final = 3


class WrongTable(Exception):
    """Said to whoever called."""


def read(path: Path) -> list[dict[str, str]]:
    """A mark of the byte order at its beginning is no part of the first name."""
    opened = gzip.open if path.read_bytes()[:2] == b"\x1f\x8b" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:  # type: ignore[operator]
        return [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]


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
        _check(rows, [outcome, *factors, *([user] if user else [])])
        rows = [row for row in rows if row[outcome].strip().lower() not in NO_VALUE]
        if not rows:
            raise WrongTable(f"No row has a value of {outcome!r}.")
        outcomes = np.array([_number(row[outcome].strip(), outcome) for row in rows])
        if kind == "binary" and not np.isin(outcomes, (0, 1)).all():
            raise WrongTable(f"{outcome!r} is not 0 or 1 everywhere: is it --kind continuous?")
        levels, columns = [], []
        for factor in factors:
            names, codes = np.unique(_levels([row[factor].strip() for row in rows]), return_inverse=True)
            if len(names) > MOST_LEVELS:
                raise WrongTable(f"{factor!r} has {len(names):,} levels: it is no factor.")
            levels.append(tuple(map(str, names)))
            columns.append(codes)
        people = np.unique([row[user] for row in rows], return_inverse=True)[1] if user else None
        return cls(kind, tuple(factors), tuple(levels), np.column_stack(columns), outcomes, people)

    @property
    def truth(self) -> float:
        return float(self.outcomes.mean())

    def terms(self, pairs: Sequence[Sequence[str]], ordered: Mapping[str, Sequence[str]]) -> Terms:
        """`ordered`: of some factors their levels, from what a pilot likes to what a rollout meets."""
        for name in [*(one for pair in pairs for one in pair), *ordered]:
            if name not in self.factors:
                raise WrongTable(f"{name!r} is not one of the factors {', '.join(self.factors)}.")
        factors = []
        for name, levels in zip(self.factors, self.levels, strict=True):
            order = list(ordered.get(name, ()))
            if order and (strange := set(levels) - set(order)):
                raise WrongTable(f"The order of {name!r} does not say where {', '.join(sorted(strange))} belongs.")
            steps = tuple(float(order.index(level)) for level in levels) if order else ()
            factors.append(Factor(name, len(levels), steps))
        place = self.factors.index
        return Terms(tuple(factors), tuple((place(a), place(b)) for a, b in pairs))

    def rollout(self) -> Rollout:
        cells, counts = np.unique(self.codes, axis=0, return_counts=True)
        tasks = len(self.outcomes)
        users = tasks if self.users is None else int(self.users.max()) + 1
        return Rollout(cells, counts / counts.sum(), tasks, users)

    def pilots(
        self, numbers: Iterable[int], seed: int, *, biased: bool = True, picked: bool = False
    ) -> Iterator[Observed]:
        """Each number's pilot is the same whichever others are drawn. Not `biased`: as large, without any selection.
        `picked`: not all tasks of the users who were drawn, but those with the best odds among them."""
        for number in numbers:
            rows = self._drawn(np.random.default_rng([seed, number]), biased, picked)
            users = None if self.users is None else self.users[rows]
            yield observe(self.codes[rows], self.outcomes[rows], users, self.kind)

    def _drawn(self, chance: np.random.Generator, biased: bool, picked: bool) -> Any:
        many = len(self.outcomes)
        # No pilot is more than half of what it is to foretell.
        fewest, most = min(FEWEST, max(many // 4, 1)), min(MOST, max(many // 2, 1))
        wanted = int(np.exp(chance.uniform(np.log(fewest), np.log(most))))
        strength, follows = chance.uniform(0.5, 1.5), chance.choice(FOLLOWS)
        odds, allowed = np.zeros(many), np.ones(many, bool)
        if not biased:
            return self._first_rows(odds, allowed, wanted, chance)
        for place, levels in enumerate(self.levels):
            codes = self.codes[:, place]
            noise = chance.standard_normal(len(levels)) * np.sqrt(1 - follows**2)
            odds += strength * (follows * self._effects(place) + noise)[codes]
            left_out, which = chance.random(), chance.integers(len(levels))
            if left_out < (LEFT_OUT_OF_TWO if len(levels) == 2 else LEFT_OUT) and len(levels) > 1:
                allowed &= codes != which
        if allowed.sum() < min(ENOUGH, wanted):
            allowed[:] = True
        if not picked:
            return self._first_rows(odds, allowed, wanted, chance)
        rows = self._first_rows(odds, allowed, TO_PICK_FROM * wanted, chance)
        return rows[np.argsort(-(odds[rows] + chance.gumbel(size=len(rows))))[:wanted]]

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


def _check(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> None:
    there = list(rows[0]) if rows else []
    if missing := [name for name in columns if name not in there]:
        raise WrongTable(f"There is no column {', '.join(map(repr, missing))}; there are {', '.join(there) or 'none'}.")


def _number(text: str, outcome: str) -> float:
    try:
        found = YES_AND_NO[text.lower()] if text.lower() in YES_AND_NO else float(text)
    except ValueError:
        found = float("nan")
    if not np.isfinite(found):
        raise WrongTable(f"{text!r} in {outcome!r} is no number.")
    return found


def _levels(values: list[str]) -> Any:
    if len(set(values)) <= MOST_LEVELS_OF_NUMBERS:
        return values
    try:
        numbers = np.array([float("nan" if value.lower() in NO_VALUE else value) for value in values])
    except ValueError:
        return values
    cuts = np.unique(np.nanquantile(numbers, np.arange(1, PARTS) / PARTS))
    return [f"part {part}" for part in np.searchsorted(cuts, numbers)]
