"""How reviewers judge: sceptics against enthusiasts, and all of them against one another (M09, M10)."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, mean, nothing
from pilots.stats.metrics.observations import Attitude, Codes, Numbers, Rows, numbered, summed
from pilots.stats.metrics.resampling import SEED, interval, resamples

_GROUPS: Final = {"s": Attitude.SCEPTIC, "e": Attitude.ENTHUSIAST}
# Under so many outputs that two have judged, kappa says little.
FEWEST_JUDGED: Final = 30


def gap(item: Codes, reviewer: Codes, attitude: Codes, rating: Numbers) -> Figure:
    """One entry a blind rating. Over the items that both rated: mean of sceptics minus mean of enthusiasts, each item
    counting once. Drawn again are the reviewers, within each group, so that it speaks of these items alone.
    `people`: on the smaller side."""
    items, many = numbered(item)
    tables = [_table(items, many, reviewer, rating, attitude == group) for group in _GROUPS.values()]
    people = min(len(counts) for _, counts in tables)
    both = np.logical_and(*(counts.sum(axis=0) > 0 for _, counts in tables))
    if not both.any():
        return nothing("M09", "No item was rated by sceptics and enthusiasts.", people)
    sums = [(total[:, both], counts[:, both]) for total, counts in tables]
    value = float(np.mean(_gap_of([(total.sum(axis=0), counts.sum(axis=0)) for total, counts in sums])))
    if people == 1:
        return figure("M09", value, int(both.sum()), people, note="One reviewer on a side: no interval.")
    return figure("M09", value, int(both.sum()), people, interval(np.concatenate(list(_gaps(sums))), value))


def against_reference(reviewer: Codes, attitude: Codes, rating: Numbers, reference: Numbers) -> tuple[Figure, ...]:
    """Of each group: by how much its ratings are above the expert's on average, and how far off they are."""
    error = rating - reference
    return tuple(
        mean(f"M09.{key}_{name}", values[attitude == group], reviewer[attitude == group])
        for key, group in _GROUPS.items()
        for name, values in (("bias", error), ("off", np.abs(error)))
    )


def quality_made(rows: Rows) -> tuple[Figure, ...]:
    """Quality of the work that people of each attitude did with the tool."""
    return tuple(
        mean(f"M09.{key}_made", rows.quality[rows.attitude == group], rows.person[rows.attitude == group])
        for key, group in _GROUPS.items()
    )


def agreement(item: Codes, reviewer: Codes, judged: Codes) -> tuple[Figure, ...]:
    """κ and raw agreement; one entry a judgement, `judged` a category such as pass or fail.

    Two reviewers: Cohen 1960. More: Fleiss 1971, with as many judgements of an item as there are. Items are drawn
    again; of two judgements by the same reviewer one counts. None where everybody always said the same: then nothing
    tells agreement from chance.
    """
    people = numbered(reviewer)[1]
    once = np.unique(np.column_stack([item, reviewer]), axis=0, return_index=True)[1]
    item, reviewer, judged = item[once], reviewer[once], judged[once]
    items, many = numbered(item)
    counted = np.bincount(items, minlength=many)[items] > 1
    if not counted.any():
        return nothing("M10", "No output was judged by two.", people), nothing("M10.raw", people=people)
    items, many = numbered(items[counted])
    categories, kinds = numbered(judged[counted])
    table = summed(items * kinds + categories, many * kinds).reshape(many, kinds)
    each = table.sum(axis=1)
    agreed = (table * (table - 1)).sum(axis=1) / (each * (each - 1))
    raters, many_raters = numbered(reviewer[counted])
    shares = _by_rater(items, many, raters, categories, kinds) if many_raters == 2 else table
    note = f"Fewer than {FEWEST_JUDGED} were judged by two." if many < FEWEST_JUDGED else ""
    return _kappa(agreed, shares, many_raters, note), _raw(agreed, many_raters, note)


def _kappa(agreed: Numbers, shares: Numbers, raters: int, note: str) -> Figure:
    items = np.column_stack([agreed, np.ones(len(agreed)), shares])
    value = float(_kappas(items.sum(axis=0)[None, :], raters)[0])
    if np.isnan(value):
        return nothing("M10", "Everybody always said the same: κ says nothing.", raters)
    if len(agreed) == 1:
        return figure("M10", value, 1, raters, note=f"One output: no interval. {note}")
    draws = np.concatenate([_kappas(np.asarray(times @ items, float), raters) for times in resamples(len(items))])
    return figure("M10", value, len(agreed), raters, interval(draws, value), note)


def _raw(agreed: Numbers, raters: int, note: str) -> Figure:
    value = 100 * float(agreed.mean())
    if len(agreed) == 1:
        return figure("M10.raw", value, 1, raters, note=f"One output: no interval. {note}")
    draws = np.concatenate([100 * (times @ agreed) / len(agreed) for times in resamples(len(agreed))])
    return figure("M10.raw", value, len(agreed), raters, interval(draws, value), note)


def _kappas(sums: Numbers, raters: int) -> Numbers:
    """(observed - expected) / (1 - expected) of rows of sums: agreement, items, then counts of categories, of both
    raters one after the other where there are two. nan where chance alone agrees always."""
    observed, counts = sums[:, 0] / sums[:, 1], sums[:, 2:]
    if raters == 2:
        half = counts.shape[1] // 2
        expected = (counts[:, :half] * counts[:, half:]).sum(axis=1) / sums[:, 1] ** 2
    else:
        expected = ((counts / counts.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    certain = expected >= 1 - 1e-12
    return np.where(certain, np.nan, (observed - expected) / np.where(certain, 1, 1 - expected))


def _by_rater(items: Codes, many: int, raters: Codes, categories: Codes, kinds: int) -> Numbers:
    """One row an item: which category the one rater chose, then which the other did (items, 2 · kinds)."""
    place = np.asarray(items * 2 * kinds + raters * kinds + categories, np.intp)
    return summed(place, many * 2 * kinds).reshape(many, 2 * kinds)


def _table(items: Codes, many: int, reviewer: Codes, rating: Numbers, mask: np.ndarray) -> tuple[Numbers, Numbers]:
    """Sums and counts of ratings, each (reviewers of the group, items)."""
    known = mask & ~np.isnan(rating)
    who, people = numbered(reviewer[known])
    place = who * many + items[known]
    sums = summed(place, people * many, rating[known]).reshape(people, many)
    return sums, summed(place, people * many).reshape(people, many)


def _gap_of(groups: list[tuple[Numbers, Numbers]]) -> Numbers:
    """Sceptics minus enthusiasts of each item; nan where one of them drew no reviewer who rated it."""
    sceptics, enthusiasts = (
        np.where(counts > 0, total / np.where(counts > 0, counts, 1), np.nan) for total, counts in groups
    )
    return sceptics - enthusiasts


def _gaps(groups: list[tuple[Numbers, Numbers]]) -> Iterator[Numbers]:
    """The gap of each draw; nan where no item was rated by both in it."""
    for drawn in zip(*(resamples(len(counts), SEED + side) for side, (_, counts) in enumerate(groups)), strict=True):
        found = _gap_of([(times @ total, times @ counts) for times, (total, counts) in zip(drawn, groups, strict=True)])
        rated = (~np.isnan(found)).sum(axis=1)
        yield np.where(rated > 0, np.nansum(found, axis=1) / np.maximum(rated, 1), np.nan)
