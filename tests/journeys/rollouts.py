"""A stage that has run for ten weeks, and the score of one that is closed, for the pages that show them."""

from datetime import datetime

from pilots.models import Pilot, Segment, Stage
from tests.factories.evidence import cell
from tests.factories.rollout import came, opened, scored, used

WEEKS = 10
SEGMENTS = ("Counter staff", "Managers", "Interns", "Night shift")
_TRIED = (14, 22, 27, None, 31, 32, 33, 33, 34, 34)


def roll_out(running: Pilot, closed: Pilot, at: datetime) -> None:
    """One week nobody read; of the smallest segment too few people to be shown; of another nobody read anything."""
    grid = [cell(running, at, case, segment) for case in ("Reminders", "Refunds") for segment in SEGMENTS]
    Segment.objects.filter(pilot=running, name="Counter staff").update(is_beneficiary=True)
    Segment.objects.filter(pilot=running, name="Managers").update(is_beneficiary=False)
    stage = opened(running, at, weeks=WEEKS, asks=0.6, cells=grid, name="Two offices")
    for week, tried in enumerate(_TRIED):
        if tried is not None:
            _read(stage, week, tried)
    for one in grid:
        if one.segment.name != "Night shift":
            came(stage, cell=one, people=6 if one.use_case.name == "Refunds" else 24, week=1)
    scored(closed, at, held=False, lesson="Train the counter before it opens, and tell them whom to ask.")


def _read(stage: Stage, week: int, tried: int) -> None:
    sizes = {"Counter staff": 2, "Managers": 1}
    for name, times in sizes.items():
        segment = Segment.objects.get(pilot=stage.pilot, name=name)
        counts = {"eligible": 100, "licensed": 80, "tried": tried, "active": tried * 2 // 3, "habitual": tried // 3}
        used(stage, week, segment, **{key: times * many for key, many in counts.items()})
    interns = Segment.objects.get(pilot=stage.pilot, name="Interns")
    used(stage, week, interns, eligible=6, licensed=6, tried=3, active=2, habitual=1)
