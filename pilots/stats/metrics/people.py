"""Who took part and with how much help, what stands in their way, and who measured it (M14, M15, M32, M33)."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.catalogue_of_evidence import BARRIERS, SOURCES
from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import figure, nothing, share
from pilots.stats.metrics.observations import NOT_SAID, Codes, Numbers, Route, Truths
from pilots.stats.metrics.resampling import DRAWS, SEED, interval

# Of whom barriers are told apart: everybody, and by how they came in. `others` are all but volunteers.
EVERYBODY: Final = "all"
GROUPS: Final = {
    "volunteered": (Route.VOLUNTEERED,),
    "nominated": (Route.NOMINATED,),
    "assigned": (Route.ASSIGNED,),
    "others": (Route.NOMINATED, Route.ASSIGNED),
}


def not_selected(route: Codes) -> Figure:
    """One entry a participant: those who were assigned. Who volunteered or was nominated was selected."""
    known = route[route != NOT_SAID]
    missing = len(route) - len(known)
    note = f"How {missing} of {len(route)} came in is not said." if missing else ""
    return share("M14", int((known == Route.ASSIGNED).sum()), len(known), len(known), note=note)


def distance(attribute: str, participants: Codes, population: Numbers) -> Figure:
    """Total variation between participants and rollout population, from counts of each level in the same order.

    0: alike; 1: nobody alike. So many people drawn at random from the population are some way off as well: the note
    says how far half of all such draws are.
    """
    code, n, whole = f"M14.{attribute}", int(participants.sum()), float(population.sum())
    if not n or whole <= 0:
        return nothing(code, people=n)
    there, here = np.asarray(population, float) / whole, participants / n
    chance = np.random.default_rng(SEED)
    by_chance = float(np.median(_apart(chance.multinomial(n, there, DRAWS) / n, there)))
    value = float(_apart(here, there))
    note = f"{by_chance:.2f} by chance alone."
    if n == 1:
        return figure(code, value, n, n, note=f"One person: no interval. {note}")
    return figure(code, value, n, n, interval(_apart(chance.multinomial(n, here, DRAWS) / n, there), value), note)


def thin_cells(people: Codes, minimum: int) -> Figure:
    """One entry a cell of the rollout: how many have fewer people than the minimum, those with none among them."""
    if not len(people):
        return nothing("M14.cells")
    none = int((people == 0).sum())
    note = f"{none} of them with nobody." if none else ""
    return figure("M14.cells", float((people < minimum).sum()), len(people), note=note)


def support(hours: Mapping[str, float], user_weeks: int, people: int) -> tuple[Figure, ...]:
    """`hours` by source (keys of SOURCES), of those that were logged at all; `user_weeks` as `active_weeks` counts."""
    if unknown := set(hours) - set(SOURCES):
        raise ValueError(f"No source of help: {sorted(unknown)}")
    codes = [f"M15.{key}" for key in SOURCES]
    if not hours or not user_weeks:
        return tuple(nothing(code, people=people) for code in ("M15", *codes))
    silent = [SOURCES[key] for key in SOURCES if key not in hours]
    note = f"Not logged: {', '.join(silent)}." if silent else ""
    each = (
        figure(f"M15.{key}", hours[key] / user_weeks, user_weeks, people)
        if key in hours
        else nothing(f"M15.{key}", "Nobody logged it.", people)
        for key in SOURCES
    )
    return (figure("M15", sum(hours.values()) / user_weeks, user_weeks, people, note=note), *each)


def barriers(reported: NDArray[np.bool_], route: Codes) -> dict[tuple[str, str], Figure]:
    """`reported`: people asked × barriers in the order of BARRIERS. Keys: group (`all`, or of GROUPS) and barrier."""
    groups: dict[str, Truths] = {EVERYBODY: np.ones(len(route), np.bool_)}
    groups |= {name: np.isin(route, routes) for name, routes in GROUPS.items()}
    return {
        (group, key): share(f"M32.{key}", int(reported[mask, column].sum()), int(mask.sum()), int(mask.sum()))
        for group, mask in groups.items()
        for column, key in enumerate(BARRIERS)
    }


def independence(recomputed: Truths) -> Figure:
    """One entry a headline figure: whether somebody without a stake worked it out again. All are known: no interval."""
    if not len(recomputed):
        return nothing("M33")
    return figure("M33", 100 * float(recomputed.mean()), len(recomputed))


def _apart(one: Numbers, other: Numbers) -> Numbers:
    return np.asarray(np.abs(one - other).sum(axis=-1) / 2)
