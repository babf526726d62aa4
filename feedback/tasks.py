"""Celery's entry to feedback. Each may run twice or not at all: what is left to do is a question to the database."""

import time

from celery import shared_task

from feedback.actions import placing
from feedback.actions.returns import find_returns
from feedback.actions.surging import find_surges, groupings_to_search, wake_snoozed
from feedback.grouping.embedding import embedder
from pilots.clock import now
from pilots.publish import wake

# Seconds, and pilots: what a minute is too short for waits for the next.
LONGEST, MOST_AT_ONCE = 45.0, 1_000


@shared_task(name="feedback.place_flags")
def place_flags() -> int:
    """Every five seconds, and early after a flag: until none waits."""
    placed = 0
    while pilots := placing.pilots_with_new_flags():
        placed += sum(placing.place_flags(pilot=pilot, embed=embedder(), at=now()) for pilot in pilots)
    if placed:
        wake("feedback.look_again")
        wake("governance.reevaluate")
    return placed


@shared_task(name="feedback.look_again")
def look_again() -> int:
    """Every minute in the pilots where enough happened, and in each once a day."""
    due = placing.groupings_due(now())
    for grouping in due:
        placing.look_again(pilot=grouping.pilot, embed=embedder(), at=now())
    return len(due)


@shared_task(name="feedback.find_surges")
def surges() -> int:
    """Every minute in the pilots where it is an hour ago: what rises, what came back after a fix, what was set aside
    long enough. The rest waits for the next minute, before the time limit of tasks ends this one."""
    found, until = 0, time.monotonic() + LONGEST
    for grouping in groupings_to_search(now())[:MOST_AT_ONCE]:
        pilot, at = grouping.pilot, now()
        found += find_surges(pilot=pilot, at=at) + find_returns(pilot=pilot, at=at) + wake_snoozed(pilot=pilot, at=at)
        if time.monotonic() > until:
            break
    if found:
        wake("governance.reevaluate")
    return found
