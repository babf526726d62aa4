"""All figures of a pilot, as they are to stand after this run."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pilots.figures.entries import Entries
from pilots.figures.from_tasks import FromTasks
from pilots.figures.reading import read_evidence
from pilots.figures.rows import Made, key_of
from pilots.models import Figure, Pilot


def figures_of(pilot: Pilot, before: Sequence[Figure], at: datetime) -> Iterator[Figure]:
    """`before`: all that stand now. Those that stay are among what comes out, and marked as held."""
    made = Made(pilot, at, {key_of(row): row for row in before})
    evidence = read_evidence(pilot, before)
    tasks = FromTasks(Entries(evidence), made)
    yield from tasks.figures()
