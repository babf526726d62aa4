"""All figures of a pilot, as they are to stand after this run."""

from collections.abc import Sequence
from datetime import datetime

from pilots.figures.entries import Entries
from pilots.figures.from_tasks import FromTasks
from pilots.figures.participants import Participants
from pilots.figures.reading import read_evidence
from pilots.figures.reviewers import Reviewers
from pilots.figures.rows import Made, key_of
from pilots.figures.samples import Samples
from pilots.figures.workload import Workload
from pilots.models import Figure, Pilot
from pilots.stats.metrics.basis import sides_of


def figures_of(pilot: Pilot, before: Sequence[Figure], at: datetime) -> list[Figure]:
    """`before`: all that stand now. Those that stay are among what comes out, and marked as held."""
    made = Made(pilot, at, {key_of(row): row for row in before})
    evidence = read_evidence(pilot, before)
    entries = Entries(evidence)
    tasks = FromTasks(entries, made)
    found = list(tasks.figures())
    return [
        *found,
        *Workload(evidence, made, found).figures(),
        *Participants(entries, made, tasks.verdicts[sides_of("success")]).figures(),
        *Samples(pilot, made).figures(),
        *Reviewers(pilot, made).figures(),
    ]
