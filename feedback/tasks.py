"""Celery's entry to feedback. Each may run twice or not at all: what is left to do is a question to the database.

Placing and looking share one lock, so that many flags at once keep one process of a worker busy and never the one that
gates and e-mails wait for.
"""

import time
from typing import Final

from celery import shared_task

from feedback.actions import placing, summarising
from feedback.actions.erasing import erase_old
from feedback.actions.handing_over import handovers_to_follow, take_over
from feedback.actions.limiting import tell_of_limits
from feedback.actions.regrouping import drifted
from feedback.actions.reminding import remind_of_feedback
from feedback.actions.returns import find_returns
from feedback.actions.rota import call_next_people
from feedback.actions.routing import route_escalations
from feedback.actions.surging import find_surges, groupings_to_search, wake_snoozed
from feedback.grouping.embedding import embedder
from feedback.models import Grouping
from pilots.alone import alone
from pilots.clock import now
from pilots.publish import wake

PATTERNS: Final = "feedback.patterns"
SURGES: Final = "feedback.surges"
# Seconds, after which the other jobs have their turn; what is left waits for the next run.
LONGEST_RUN: Final = 20.0
MOST_AT_ONCE: Final = 1_000


@shared_task(name="feedback.place_flags")
def place_flags() -> int:
    """Every five seconds, and early after a flag: until none waits."""
    with alone(PATTERNS) as mine:
        placed = _place_flags() if mine else 0
    if placed:
        wake("feedback.look_again")
        wake("feedback.place_flags")
        wake("governance.reevaluate")
    return placed


def _place_flags() -> int:
    placed, until = 0, time.monotonic() + LONGEST_RUN
    while time.monotonic() < until and (pilots := placing.pilots_with_new_flags()):
        placed += sum(placing.place_flags(pilot=pilot, embed=embedder(), at=now()) for pilot in pilots)
    return placed


@shared_task(name="feedback.look_again")
def look_again() -> int:
    """Every minute in the pilots where enough happened, and in each once a day."""
    with alone(PATTERNS) as mine:
        due = placing.groupings_due(now()) if mine else []
        for grouping in due:
            placing.look_again(pilot=grouping.pilot, embed=embedder(), at=now())
    return len(due)


@shared_task(name="feedback.find_surges")
def surges() -> int:
    """Every minute in the pilots where it is an hour ago: what rises, what came back after a fix, what was set aside
    long enough."""
    found, until = 0, time.monotonic() + LONGEST_RUN
    with alone(SURGES) as mine:
        for grouping in groupings_to_search(now())[:MOST_AT_ONCE] if mine else ():
            pilot, at = grouping.pilot, now()
            found += find_surges(pilot=pilot, at=at) + find_returns(pilot=pilot, at=at)
            found += wake_snoozed(pilot=pilot, at=at)
            if time.monotonic() > until:
                break
    if found:
        wake("governance.reevaluate")
    return found


@shared_task(name="feedback.call_next_people")
def call_next() -> int:
    """Every minute: flags that nobody looked at in time, to whom comes next."""
    return call_next_people(now())


@shared_task(name="feedback.remind")
def remind() -> int:
    """Every hour: reviews, decisions and corrections that are due or late."""
    return remind_of_feedback(now())


@shared_task(name="feedback.route_escalations")
def escalations() -> int:
    """Every minute, and early after the path changed: whose hours are over, and who has reached nobody so far."""
    return route_escalations(at=now())


@shared_task(name="feedback.summarise_months")
def summarise_months() -> int:
    """Every hour: what the month before brought, where nobody was told yet."""
    month = summarising.last_month(now())
    due = summarising.pilots_to_summarise(month)
    for pilot in due:
        summarising.summarise_month(pilot=pilot, month=month, at=now())
    return len(due)


@shared_task(name="feedback.erase_old")
def erase() -> int:
    """Every hour a share of what was closed longer ago than its texts are kept."""
    return erase_old(at=now())


@shared_task(name="feedback.tell_of_limits")
def tell_limits() -> int:
    """Every minute: reporters of what is only for human review from now on, or withdrawn."""
    return tell_of_limits(now())


@shared_task(name="feedback.hand_over")
def hand_over() -> int:
    """Every minute, and early after somebody was deactivated."""
    return sum(take_over(handover=handover, at=now()) for handover in handovers_to_follow(now()))


@shared_task(name="feedback.recount")
def recount() -> int:
    """Every hour: what patterns say of their flags. The status page raises an alarm where a size differed."""
    return sum(drifted(grouping, now()) for grouping in Grouping.objects.select_related("pilot"))
