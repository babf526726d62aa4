"""Saying that it came back: a reporter opens their flag again."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction

from feedback.actions.flags import redacted_texts
from feedback.actions.returns import reported_again
from feedback.actions.routing import open_escalation
from feedback.actions.taking_back import standing_before
from feedback.actions.telling import tell_triage_of_severe
from feedback.models import Flag, Reply
from feedback.models.reply import LONGEST_WORDS, Step
from feedback.taxonomy import SEVERE
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Refused


def reopen_flag(*, flag: Flag, note: str = "", at: datetime) -> Flag:
    """By its reporter, whom the link or the account proves and nobody needs to know.

    It waits for triage anew: the level that it had is dropped, so that a click from outside cannot stop a stage.
    """
    texts, redactions = redacted_texts(recurrence=note)
    with transaction.atomic():
        flag = Flag.objects.select_for_update(of=("self",)).select_related("pilot", "reporter").get(pk=flag.pk)
        if flag.state != Flag.State.CLOSED:
            raise Refused("It is open: somebody still owes you an answer.", code="not_closed")
        before = standing_before(flag)
        was_severe = (flag.assessed_severity or 0) >= SEVERE
        flag.state = Flag.State.NEW
        flag.assessed_severity = flag.assessed_at = flag.assessed_by = None
        flag.carried_at = flag.carried_by = None
        flag.recurred_at, flag.recurrence = at, texts["recurrence"]
        flag.recurrences += 1
        flag.redactions = dict(Counter(flag.redactions) + Counter(redactions))
        flag.version += 1
        flag.save()
        _keep_return(flag, before, at)
        if was_severe or flag.severity >= SEVERE:
            text = f"Flag {flag.reference} came back after it was closed. It waits to be assessed again."
            tell_triage_of_severe(flag, f"reopened:{flag.version}", text, at=at)
        announce(flag.pilot, reason=f"flag {flag.reference} was opened again by its reporter")
        reported_again(flag, flag.recurrence, at=at)
        open_escalation(flag, at=at)
        data = {"recurrences": flag.recurrences, "note": digest_of(flag.recurrence)}
        record("flag.reopened", by=None, pilot=flag.pilot, target=flag, data=data)
    return flag


def _keep_return(flag: Flag, before: dict[str, Any], at: datetime) -> None:
    text = "You said that it came back. It is open again: somebody reads it anew, and you get another answer."
    Reply.objects.create(
        pilot=flag.pilot,
        flag=flag,
        step=Step.RETURN,
        key=f"reopened:{flag.version}",
        text=text,
        words=flag.recurrence[:LONGEST_WORDS],
        told_at=at,
        before=before,
    )
