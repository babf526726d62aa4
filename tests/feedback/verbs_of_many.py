"""Verbs of the trail about many flags at once, and about moving them, as `tests/test_actions_and_the_trail.py` takes
them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from feedback.actions import rota, sorting
from feedback.actions.flag_files import read_flag_file
from feedback.actions.flags import hand_in_flag
from feedback.actions.importing import import_flags
from feedback.actions.regrouping import regroup
from feedback.actions.reopening import reopen_flag
from feedback.grouping.embedding import embedder
from feedback.models import ClockOverrun, Flag
from pilots.actions.use import DayOfUse, record_use
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.feedback.flagging import INVENTED, flags_saying, group
from tests.feedback.verbs_of_telling import closed

Before = Callable[[Pilot, People, datetime], object] | None
Done = Callable[[Any, Pilot, People, datetime], object]


def strayed(pilot: Pilot, _: People, at: datetime) -> None:
    """A flag that no job would have put where it is."""
    flags = flags_saying(pilot, INVENTED, at=at - timedelta(hours=1))
    group(pilot, at)
    Flag.objects.filter(pk=flags[0].pk).update(pattern=PatternFactory.create(pilot=pilot))


def late(pilot: Pilot, people: People, at: datetime) -> Any:
    """So late that who stands in was called already."""
    flag = FlagFactory.create(pilot=pilot, severity=4, reported_at=at - timedelta(days=9))
    return ClockOverrun.objects.create(
        pilot=pilot, flag=flag, waited_since=flag.reported_at, level=ClockOverrun.Level.COVER, ran_out_at=at, told_at=at
    )


def grouped(pilot: Pilot, people: People, at: datetime) -> Any:
    return FlagFactory.create(pilot=pilot, pattern=PatternFactory.create(pilot=pilot))


VERBS: dict[str, tuple[Before, Done]] = {
    "flags.imported": (
        lambda pilot, people, at: read_flag_file(
            pilot=pilot, content=b"categories,severity,output\nWRONG,3,90 days\nMADEUP,1,A case\n", at=at
        ),
        lambda file, pilot, people, at: import_flags(pilot=pilot, flags=file.flags, by=people.triage, at=at),
    ),
    "use.recorded": (
        None,
        lambda _, pilot, people, at: record_use(
            pilot=pilot, days=[DayOfUse(at.date(), outputs=4)], source="api", by=people.evaluator, at=at
        ),
    ),
    "patterns.regrouped": (strayed, lambda _, pilot, people, at: regroup(pilot=pilot, embed=embedder(), at=at)),
    "flag.handed_in": (
        None,
        lambda _, pilot, people, at: hand_in_flag(
            pilot=pilot, submission=uuid4(), categories=["WRONG"], severity=3, output="90 days", by=people.member, at=at
        ),
    ),
    "flag.reopened": (closed, lambda flag, pilot, people, at: reopen_flag(flag=flag, note="Again", at=at)),
    "flag.moved": (
        grouped,
        lambda flag, pilot, people, at: sorting.move_flag(flag=flag, to=None, by=people.triage, at=at),
    ),
    "pattern.merged": (
        lambda pilot, people, at: [PatternFactory.create(pilot=pilot) for _ in range(2)],
        lambda both, pilot, people, at: sorting.merge_patterns(
            pattern=both[0], into=both[1], version=both[0].version, by=people.triage, at=at
        ),
    ),
    "patterns.coarseness_set": (
        None,
        lambda _, pilot, people, at: sorting.set_coarseness(pilot=pilot, coarseness="finer", by=people.triage, at=at),
    ),
    "flag.waited_too_long": (late, lambda _, pilot, people, at: rota.call_next_people(at)),
}
