"""What other systems hear of gates: one became ready, one that was passed lapsed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from governance.evidence import Evaluation
from governance.models import Gate
from pilots.events import publish_event

Before = Mapping[UUID, int | None]


def counts_before(evaluations: Sequence[Evaluation]) -> Before:
    """Open checks of each gate as last stored; None: never worked out."""
    return {e.gate.pk: _stored(e.gate) if e.gate.evaluated_at else None for e in evaluations}


def publish_gates(evaluations: Sequence[Evaluation], before: Before) -> None:
    for evaluation in evaluations:
        gate, was, now = evaluation.gate, before[evaluation.gate.pk], evaluation.open_blocking
        if gate.state == Gate.State.OPEN and was and not now:
            publish_event(gate.pilot, "gate.ready", {"gate": gate.key, "open_checks": 0})
        elif gate.state == Gate.State.PASSED and was == 0 and now:
            publish_event(gate.pilot, "gate.lapsed", {"gate": gate.key, "open_checks": now})


def _stored(gate: Gate) -> int:
    return gate.lapsed_open if gate.state == Gate.State.PASSED else gate.open_blocking
