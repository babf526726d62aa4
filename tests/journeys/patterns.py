"""Patterns as pages meet them: acted on and rising, fixed, merged, and a flag that a person moved."""

from datetime import datetime, timedelta

from feedback.actions import patterns as decide
from feedback.actions.sorting import begin_pattern, merge_patterns
from feedback.models import Flag, Pattern
from pilots.actions.use import DayOfUse, record_use
from pilots.models import Pilot
from tests.cast import People
from tests.feedback.flagging import INVENTED, PRICE, SLOW, flags_saying, group


def find_patterns(pilot: Pilot, people: People, at: datetime) -> str:
    """Numbers 1 to 3 in `pilot`; the reference of the flag that began the third."""
    flags_saying(pilot, INVENTED, [people.member, people.stranger], at=at - timedelta(days=9), categories=["MADEUP"])
    flags_saying(pilot, SLOW, [people.member, None, people.stranger], at=at - timedelta(days=7), severity=3)
    (alone,) = flags_saying(pilot, [PRICE], at=at - timedelta(days=5), categories=["PRIVATE"])
    group(pilot, at)
    invented, slow = Pattern.objects.select_related("pilot").order_by("number")
    for pattern in (invented, slow):
        decide.confirm_pattern(pattern=pattern, version=pattern.version, by=people.triage, at=at)
        pattern.refresh_from_db()
    decide.act_on_pattern(
        pattern=invented, action="prompt", owner=people.integration, due_on=at.date(), reason="It has to name sources.",
        version=invented.version, by=people.triage, at=at,
    )  # fmt: skip
    decide.fix_pattern(
        pattern=slow, fixed_from=at, reason="The **server** has twice the memory.", version=slow.version,
        by=people.triage, at=at,
    )  # fmt: skip
    begun = begin_pattern(flags=[alone], title="Last year’s prices", by=people.triage, at=at)
    merge_patterns(pattern=begun, into=invented, version=begun.version, by=people.triage, at=at)
    use = [DayOfUse(at.date() - timedelta(days=n), outputs=40 + n, active_users=9) for n in range(1, 40)]
    record_use(pilot=pilot, days=use, source="file", by=people.evaluator, at=at)
    surge = {"count": 4, "expected": 0.7, "days": 3, "p": 0.0001, "measure": "outputs"}
    Pattern.objects.filter(pk=invented.pk).update(surging_since=at, surge=surge)
    return Flag.objects.get(pk=alone.pk).reference
