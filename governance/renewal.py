"""What makes accepted answers stale. Pure: the questions name these events, `seen` says who notices one."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class RenewEvent:
    name: str
    label: str
    # What happened, as a sentence that stands beside the answers it made stale.
    sentence: str
    # True: an action of ours notices it. False: a person fires it, with a reason.
    seen: bool = False


_ALL: Final = (
    RenewEvent(
        "demonstration_quoted", "Demonstration quoted", "The demonstration’s result was quoted in a business case."
    ),
    RenewEvent("roster_changed", "Roster changed", "Who takes part in the pilot changed."),
    RenewEvent("workload_changed", "Workload changed", "The workload changed by more than 10 %."),
    RenewEvent("purpose_changed", "Purpose changed", "What the tool is for, its data or its model changed.", seen=True),
    RenewEvent("stress_cycle_started", "Stress cycle started", "A new cycle of the stress test began."),
    RenewEvent(
        "tool_version_changed", "Tool version changed", "The pilot runs another version of the tool.", seen=True
    ),
    RenewEvent("stage_opened", "Stage opened", "A rollout stage opened.", seen=True),
    RenewEvent("segment_added", "Segment added", "A segment of people joined the pilot’s scope.", seen=True),
    RenewEvent("evidence_changed", "Evidence changed", "New evidence changes what was known about a use case."),
    RenewEvent("owner_left", "Owner left", "The person who answered by name left or handed over.", seen=True),
    RenewEvent("severe_flag", "Severe flag", "Triage assessed a flag as severity 3 or 4.", seen=True),
    RenewEvent(
        "statement_changed",
        "Statement changed",
        "The statement of what the tool is and is not intended to replace changed.",
    ),
    RenewEvent("approval_flow_changed", "Approval flow changed", "An approval that AI-assisted output enters changed."),
    RenewEvent("supplier_changed", "Supplier changed", "The tool comes from another supplier.", seen=True),
    RenewEvent("rollout_ended", "Rollout ended", "The rollout came to its end."),
    RenewEvent("gate_reached", "Gate reached", "The pilot reached the gate of a phase.", seen=True),
)

EVENTS: Final[dict[str, RenewEvent]] = {event.name: event for event in _ALL}


def fired_by_hand() -> list[RenewEvent]:
    return [event for event in _ALL if not event.seen]


def sentence_of(name: str) -> str:
    """The event in words; an unknown name (an older catalogue's) speaks for itself."""
    event = EVENTS.get(name)
    return event.sentence if event else name.replace("_", " ")
