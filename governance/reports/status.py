"""Whether one gate is open, for a pipeline that asks."""

from dataclasses import dataclass
from datetime import datetime

from governance.evidence import evaluate
from governance.models import Gate


@dataclass(frozen=True)
class GateStatus:
    gate: str
    status: str
    exit_status: int
    open_blocking: int
    reasons: list[str]


def status_of(gate: Gate, at: datetime) -> GateStatus:
    """`open` only when it was passed and everything that it was passed on still holds; worked out now."""
    evaluation = next(e for e in evaluate(gate.pilot, at) if e.gate.pk == gate.pk)
    found = [f"{f.text} – {f.detail}" for f in evaluation.findings if f.blocking and f.state.value == "open"]
    if gate.state != Gate.State.PASSED:
        found.insert(0, "The gate is not passed yet.")
    status = "blocked" if found else "open"
    return GateStatus(gate.key, status, int(bool(found)), evaluation.open_blocking, found)
