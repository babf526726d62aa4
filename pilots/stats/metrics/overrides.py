"""Outputs that people put aside, and whether they were right (M05, M06)."""

from typing import Final

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import nothing, share, share_of
from pilots.stats.metrics.observations import NOT_SAID, Codes, Outcome, Rows, Truths, UseMade, numbered

# Under so many judged outputs a share says little.
FEWEST_JUDGED: Final = 30


def overrides(rows: Rows, not_used: int | None = None, in_scope: int | None = None) -> tuple[Figure, ...]:
    """Of outputs that came and of which it is said what was made of them.

    `not_used` of `in_scope` tasks on which people did without the tool on purpose: no row of a task with the tool says
    so. How much was edited no row says either: the dictionary's “more than half rewritten” is all edits here.
    """
    made = rows.where((rows.outcome != Outcome.NO_OUTPUT) & (rows.use_made != NOT_SAID))
    counted = (
        nothing("M05.unused", "Nobody counted tasks done without the tool.")
        if not_used is None or in_scope is None
        else share("M05.unused", not_used, in_scope)
    )
    return (
        share_of("M05", made.use_made == UseMade.OVERRIDDEN, made.person),
        share_of("M05.edited", made.use_made == UseMade.EDITED, made.person, "How much was edited is not said."),
        counted,
    )


def justified(item: Codes, overridden: Truths, against_tool: Codes) -> tuple[Figure, ...]:
    """One entry a judgement of a blind panel; several reviewers may judge an item.

    `against_tool` 1: of an overridden output the reviewer would use the person's version, of an accepted one they would
    have rejected it; 0: the other way round; -1: not said. More than half of an item's reviewers decide on it.
    """
    said = against_tool != NOT_SAID
    codes, items = numbered(item[said])
    judged = np.bincount(codes, minlength=items)
    against = 2 * np.bincount(codes, against_tool[said], items) > judged
    put_aside = np.zeros(items, np.bool_)
    put_aside[codes] = overridden[said]
    return (
        _judged("M06", against[put_aside]),
        _judged("M06.mirror", against[~put_aside]),
    )


def _judged(code: str, against: Truths) -> Figure:
    few = f"Fewer than {FEWEST_JUDGED} were judged." if len(against) < FEWEST_JUDGED else ""
    return share(code, int(against.sum()), len(against), note=few)
