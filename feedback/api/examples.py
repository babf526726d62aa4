"""Calls as they look, for the API's documents."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

PERSON: Final = "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10"
DIGEST: Final = "5b0c6f3c7a54e0f1b1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718"

FLAG = [
    OpenApiExample(
        "A wrong date, without a name",
        {
            "categories": ["WRONG"],
            "severity": 1,
            "output": "The refund is due within 90 days.",
            "expected": "Within 30 days.",
            "use_case": "refund-letters",
            "named": False,
        },
        request_only=True,
    ),
    OpenApiExample(
        "Its receipt",
        {
            "reference": "FL-7K2QMD",
            "token": "3f0c9a5e1b7d42886a90c1d2e3f405162738495a6b7c8d9e",
            "link": "https://rolloutgov.example/flag/receipt/3f0c9a5e1b7d42886a90c1d2e3f405162738495a6b7c8d9e/",
        },
        response_only=True,
        status_codes=["201"],
    ),
]
FLAGS = [
    OpenApiExample(
        "Two records of a service desk",
        {
            "flags": [
                {"categories": ["WRONG"], "severity": 1, "output": "Due within 90 days.", "external_id": "T-1041"},
                {"categories": ["NOTHING"], "severity": 0, "external_id": "T-1042"},
            ]
        },
        request_only=True,
    )
]
CHANNEL = [
    OpenApiExample(
        "The button in the pages of a tool",
        {
            "name": "Office assistant",
            "origins": ["https://assistant.example"],
            "daily_quota": 500,
            "expires_at": "2027-12-31T23:59:59Z",
        },
        request_only=True,
    )
]
ASSESSMENT = [
    OpenApiExample(
        "Affected somebody", {"severity": 3, "note": "Two customers wrote.", "version": 1}, request_only=True
    )
]

# Bodies by operation, for calls that need no more words than these.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "concern_raise": {"text": "Checking takes me longer than writing did.", "segment": "night-shift", "named": True},
    "concern_decide": {"version": 1, "accept": False, "reason": "Measured in May: it takes two minutes."},
    "concern_name": {"version": 1, "named": PERSON},
    "my_flag_reopen": {"note": "The same wrong date, in a letter of today."},
    "barrier_record": {
        "segment": "night-shift",
        "kind": "overloaded",
        "what": "No time to learn it between calls.",
        "actions": ["time"],
        "action": "An hour each week without calls.",
        "owner": PERSON,
        "measure": "Half of the shift use it by March.",
        "review_on": "2027-03-01",
    },
    "barrier_revise": {
        "version": 1,
        "what": "No time to learn it between calls.",
        "actions": ["time"],
        "action": "Two hours each week without calls.",
        "owner": PERSON,
        "measure": "Half of the shift use it by March.",
        "review_on": "2027-03-01",
    },
    "barrier_close": {"version": 2, "state": "lifted", "outcome": "Two thirds of the shift use it."},
    "channel_edit": {
        "name": "Letter editor",
        "origins": ["https://letters.example.org"],
        "daily_quota": 500,
        "version": 1,
    },
    "channel_rotate": {"expires_at": "2027-11-01T00:00:00Z", "old_until": "2026-12-08T00:00:00Z"},
    "correction_open": {"pattern": 4, "went_out": "Forty letters.", "audience": "customer", "owner": PERSON},
    "correction_plan": {
        "version": 1,
        "owner": PERSON,
        "due_at": "2026-12-04T16:00:00Z",
        "reason": "The printers need two days.",
    },
    "correction_tell": {"told": "The forty customers.", "how": "By letter.", "told_at": "2026-12-03T09:00:00Z"},
    "correction_finish": {"version": 2, "what_was_done": "All forty have the right date now."},
    "drill_plan": {"kind": "escalation", "scenario": "A letter threatens court.", "planned_for": "2026-12-10"},
    "drill_start": {"version": 1},
    "drill_end": {"version": 2, "account": "Answered after 40 minutes.", "took_part": [PERSON]},
    "drill_call_off": {"version": 1, "reason": "Half of the team is ill."},
    "drill_gap_add": {"what": "Nobody knew the number of the desk.", "owner": PERSON, "due_on": "2026-12-17"},
    "drill_gap_own": {"version": 1, "owner": PERSON, "due_on": "2026-12-17"},
    "drill_gap_close": {"version": 2, "note": "It stands on the first page now."},
    "escalation_answer": {"version": 1, "decision": "do_not_use", "answer": "Refunds need a person."},
    "escalation_path_set": {
        "opens": "08:00",
        "closes": "18:00",
        "steps": [{"person": PERSON, "within_hours": 4}],
        "version": 1,
    },
    "flag_close": {"version": 2, "resolution": "not_a_fault", "answer": "The date is right: the rule changed in May."},
    "flag_carry": {"version": 2, "reason": "Two letters a month, and each is read."},
    "flag_move": {"to": 4},
    "flag_relabel": {"version": 2, "categories": ["WRONG"]},
    "flag_enter": {
        "source": "complaint",
        "known_at": "2026-11-25T09:30:00Z",
        "external_id": "SD-1182",
        "tell_whom": "The service desk",
        "categories": ["WRONG"],
        "severity": 2,
        "output": "The refund is due within 90 days.",
    },
    "pattern_begin": {"title": "It cites rulings that do not exist", "flags": ["FL-00012", "FL-00019"]},
    "pattern_acknowledge": {"version": 1, "note": "Looked at; more next week."},
    "pattern_act": {"version": 2, "action": "prompt", "owner": PERSON, "due_on": "2026-12-11", "reason": "Asks twice."},
    "pattern_carry": {"version": 2, "reason": "Two letters a month, and each is read."},
    "pattern_confirm": {"version": 1, "note": "Seen in nine letters of three teams."},
    "pattern_decline": {"version": 1, "reason": "The rule changed in May; the letters are right."},
    "pattern_fix": {"version": 3, "fixed_from": "2026-12-02T08:00:00Z", "reason": "The new prompt is live."},
    "pattern_merge": {"version": 1, "into": 4},
    "pattern_rename": {"version": 1, "title": "Wrong dates in refunds"},
    "pattern_return": {"version": 4, "note": "Three letters since the new prompt."},
    "pattern_snooze": {"version": 1, "until": "2026-12-15", "growth": 5},
    "pattern_undo": {"version": 2},
    "page_publish": {"falls_short": "It knows no rule that is younger than May.", "seen": 1},
    "review_open": {"attendees": [PERSON]},
    "review_decide": {"version": 1, "action": "no_change", "reason": "Each letter is read anyway."},
    "review_carry": {"reason": "The supplier answers on Friday."},
    "review_close": {"version": 2, "note": "Next time with the service desk."},
    "review_schedule_set": {"weekday": 1, "every_weeks": 2, "chair": PERSON, "version": 1},
    "sensitive_role_add": {"name": "Interpreters", "why": "The tool takes over what they are paid for."},
    "sensitive_role_ask": {
        "whom": "apart",
        "how": "group",
        "asked_on": "2026-11-20",
        "people_asked": 14,
        "people_answered": 11,
        "in_sum": "They want to keep hearings.",
    },
    "statement_write": {"intended": "First drafts of letters.", "not_intended": "Decisions on refunds.", "seen": 1},
    "statement_sign": {"digest": DIGEST, "is_named": True},
    "triage_clocks_set": {
        "read_hours": [72, 72, 24, 8, 2],
        "correct_hours": [240, 240, 120, 48, 24],
        "version": 1,
    },
    "triage_rota_set": {"weeks": [{"monday": "2026-12-07", "person": PERSON}]},
}
