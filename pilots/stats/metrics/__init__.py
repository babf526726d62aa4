"""The figures M01 to M36 that rest on evidence, from arrays. Pure.

    for work_out in FROM_ROWS:                # of one cell, of a segment, of a whole pilot
        for figure in work_out(rows):
            ABOUT[figure.code]                # its name, question, unit and trap

A percentage is 0 to 100, as its unit says. What needs more than tasks: the functions of the modules beside this.
"""

from collections.abc import Callable
from typing import Final

from pilots.stats.metrics.catalogue import ABOUT
from pilots.stats.metrics.exceptions import done_well, exceptions
from pilots.stats.metrics.figure import About, Figure
from pilots.stats.metrics.friction import net_time_without_help, quality_without_help
from pilots.stats.metrics.observations import Rows
from pilots.stats.metrics.overrides import overrides
from pilots.stats.metrics.reviewers import quality_made
from pilots.stats.metrics.time import correcting, gross_time, learning, net_time
from pilots.stats.metrics.workload import out_of_scope


def without_help(rows: Rows) -> tuple[Figure, ...]:
    return net_time_without_help(rows), quality_without_help(rows)


FROM_ROWS: Final[tuple[Callable[[Rows], tuple[Figure, ...]], ...]] = (
    done_well,
    net_time,
    gross_time,
    learning,
    correcting,
    overrides,
    quality_made,
    out_of_scope,
    without_help,
    exceptions,
)

__all__ = ["ABOUT", "FROM_ROWS", "About", "Figure", "Rows"]
