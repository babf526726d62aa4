"""Calls as they look, for the API's documents."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

from pilots.registers import REGISTERS

PERSON: Final = "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10"

TOKEN = [
    OpenApiExample(
        "For a deployment pipeline",
        {"name": "Deployment pipeline", "scopes": ["gate:read"], "expires_at": "2027-06-30T00:00:00Z"},
        request_only=True,
    )
]
ME = [OpenApiExample("No daily e-mail", {"wants_digest": False}, request_only=True)]
PILOT_EDIT = [OpenApiExample("A new version of the tool", {"tool_version": "2.4", "version": 3}, request_only=True)]
WORKFLOW = [
    OpenApiExample(
        "With its accountable owner",
        {"name": "Answering letters", "owner": "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10"},
        request_only=True,
    )
]
DELEGATION = [
    OpenApiExample(
        "The sponsor is away",
        {
            "role": "sponsor",
            "to_user": "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10",
            "reason": "On leave until the end of the month.",
            "ends_at": "2026-12-31T23:00:00Z",
        },
        request_only=True,
    )
]
USE = [
    OpenApiExample(
        "Two days of all use cases together, one of a single one",
        {
            "days": [
                {"day": "2026-11-25", "outputs": 412, "active_users": 57},
                {"day": "2026-11-26", "outputs": 398, "active_users": 55},
                {"day": "2026-11-26", "use_case": "refund-letters", "outputs": 120},
            ]
        },
        request_only=True,
    )
]
COUNTS = [
    OpenApiExample(
        "One cell counted, one that turns out to be unknown",
        {
            "counts": [
                {"use_case": "refund-letters", "segment": "night-shift", "tasks_a_month": 1200, "seen": 900},
                {"use_case": "reminders", "segment": "night-shift", "tasks_a_month": None},
            ]
        },
        request_only=True,
    )
]
WEBHOOK = [
    OpenApiExample(
        "A ticket system that opens a ticket for each confirmed pattern",
        {"url": "https://tickets.example.org/hooks/7f3a", "events": ["pattern.confirmed", "pattern.regressed"]},
        request_only=True,
    )
]

# Bodies by operation, for calls that need no more words than these.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "person_invite": {"email": "lea@example.org", "name": "Lea Dorr", "organisation_roles": ["leadership"]},
    "person_deactivate": {"handover_to": PERSON, "successors": [{"pilot": "letters", "person": PERSON}]},
    "organisation_role_name": {"role": "catalogue_editor"},
    "member_add": {"user": PERSON, "roles": ["evaluation_lead"]},
    "member_change": {"roles": ["evaluation_lead", "triage_lead"]},
    "member_invite": {"email": "eva@example.org", "name": "Eva Lund", "roles": ["evaluation_lead"]},
    "pilot_pause": {"reason": "The supplier changes the model this week."},
    "pilot_end": {"outcome": "no_capability", "note": "It drafts no better than the template."},
    "segment_add": {"name": "Night shift", "description": "Alone, and no help at hand."},
    "use_case_add": {"name": "Refund letters", "description": "Answers to customers who want money back."},
    "use_case_describe": {"kind": "difficult", "designed_for": False, "version": "1f0a6c2be93d4a57"},
    "segment_describe": {"headcount": 120, "trained_percent": 80, "version": "9c41d07a2be86f3e"},
    "use_case_limit": {"kind": "human_only", "reason": "It cites rulings that do not exist."},
    "use_case_lift": {"kind": "human_only", "reason": "Fixed, and tried on forty letters."},
    "workflow_edit": {"name": "Answering letters", "owner": PERSON, "version": 2},
    "workflow_decline": {"reason": "I leave the team in January."},
    "step_aside": {"reason": "I built the tool."},
    **{
        f"register_{one.key}_{verb}": {**one.example, **more}
        for one in REGISTERS.values()
        for verb, more in (("add", {}), ("edit", {"version": 1}))
    },
    "failure_answer": {"answer": "build", "reason": "A check of rulings", "owner": PERSON, "due_on": "2027-02-01"},
    "failure_build": {"on": "2027-01-28"},
    "risk_accept": {"until": "2027-06-30", "reason": "Three letters a year, each read by a lawyer.", "version": 2},
    "use_case_set_aside": {"set_aside": "edge_case", "owner": PERSON, "stressor": PERSON},
    "webhook_edit": {"url": "https://tickets.example.org/hooks/7f3a", "events": ["pattern.confirmed"], "version": 1},
}
BATCH_MATCH = [
    OpenApiExample(
        "Two columns called otherwise, one left out",
        {"mapping": {"user id": "participant", "result": "outcome", "browser": ""}},
        request_only=True,
    )
]
WITHDRAW = [OpenApiExample("Why", {"reason": "The log counted test accounts."}, request_only=True)]
FORECAST_LOCK = [
    OpenApiExample("With a note", {"note": "Without the branch in the north, which opens in May."}, request_only=True)
]
STAGE_CLOSE = [
    OpenApiExample("With its lesson", {"lesson": "Train the counter before the next one opens."}, request_only=True)
]
USE_READINGS = [
    OpenApiExample(
        "A week of one segment",
        {
            "readings": [
                {
                    "week": "2026-11-23",
                    "segment": "night-shift",
                    "eligible": 120,
                    "licensed": 90,
                    "tried": 64,
                    "active": 51,
                    "habitual": 33,
                }
            ]
        },
        request_only=True,
    )
]
OUTCOME_READINGS = [
    OpenApiExample(
        "A week of one person’s tasks",
        {
            "readings": [
                {
                    "week": "2026-11-23",
                    "segment": "night-shift",
                    "use_case": "refund-letters",
                    "person": "p-017",
                    "tasks": 14,
                    "done_well": 12,
                }
            ]
        },
        request_only=True,
    )
]
STAGE_REASON = [
    OpenApiExample(
        "After a call from the counter", {"reason": "Two letters went out with the wrong name."}, request_only=True
    )
]
