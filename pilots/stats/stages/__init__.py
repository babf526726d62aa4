"""Whether a stage of a rollout goes on, looked at every day without being fooled. Pure.

    success = Guardrail("Success", Kind.SHARE, Side.FLOOR, 0.8)
    plan = Plan(users=60, days=60)                          # locked before the stage opens
    read = read_guardrails([(success, sums, counts)], plan) # by user: Σ of outcomes, number of tasks
    join(read, plan, days=12).call                          # halt, expand, hold or inconclusive

Bounds on a mean: sequence.py. Limits, what is read of each, and rare incidents: guardrails.py. One verdict of several,
and why: verdicts.py. Readings that come late or are corrected are the caller's: he hands in sums as they stand, and a
verdict that was acted on stays on the record. `make bench-stages` measures how often the rule is wrong.
"""

from pilots.stats.stages.guardrails import Guardrail, Kind, Plan, Reading, Side, State, read_guardrails
from pilots.stats.stages.verdicts import Call, Need, Verdict, join

__all__ = [
    "Call",
    "Guardrail",
    "Kind",
    "Need",
    "Plan",
    "Reading",
    "Side",
    "State",
    "Verdict",
    "join",
    "read_guardrails",
]
