"""Calls as they look, for the API's documents."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from governance.reports.dated import KINDS

PERSON: Final = "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10"
ITEM: Final = "f3f060c1-4387-4058-be07-ecdd11f6a8d2"
DIGEST: Final = "5b0c6f3c7a54e0f1b1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718"

PILOT = [
    OpenApiExample(
        "A pilot of low consequence",
        {
            "name": "Answering letters",
            "tool": "Scribe",
            "supplier": "Ink Ltd",
            "purpose": "Drafts answers to customers’ letters.",
            "profile": "core",
            "profile_reason": "Every draft is read by a person before it is sent.",
            "starts_on": "2026-12-01",
        },
        request_only=True,
    )
]
ANSWER = [
    OpenApiExample(
        "Answered, resting on a link",
        {
            "kind": "answered",
            "text": "Forty letters, twelve people, three weeks.",
            "links": [{"title": "Measurement note", "url": "https://records.example.org/note"}],
            "version": 3,
        },
        request_only=True,
        media_type="application/json",
    )
]
WAIVER = [
    OpenApiExample(
        "Until the audit",
        {"reason": "The audit ends on the 20th.", "ends_at": "2026-12-20T17:00:00Z", "version": 3},
        request_only=True,
    )
]
SIGN_OFF = [
    OpenApiExample(
        "Signed off",
        {
            "decision": "approved",
            "comment": "The evidence holds for the claims team.",
            "digest": "5b0c6f3c7a54e0f1b1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718",
            "decision_id": "1a79f0a4-0d0c-4a6b-8f5e-7c1f4b9b1d11",
        },
        request_only=True,
    )
]
STATUS = [
    OpenApiExample(
        "Blocked",
        {
            "gate": "staged_rollout-2",
            "status": "blocked",
            "exit_status": 1,
            "open_blocking": 1,
            "reasons": ["The gate is not passed yet.", "Every severe flag is fixed or carried – FL-7K2QMD is open"],
        },
        response_only=True,
    )
]
QUESTION = [
    OpenApiExample(
        "A question of one's own",
        {
            "code": "OWN-01",
            "phase": "stress_test",
            "theme": "evidence_design",
            "question": "What happened with letters in other languages?",
            "good_answer": "Counts by language, and who read them.",
            "evidence": "The sample with its readings.",
            "owner_role": "evaluation_lead",
            "valid_days": 180,
        },
        request_only=True,
    )
]
DATED_KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=list(KINDS))

STAGE: Final = {
    "name": "Reminders, three teams",
    "cells": [41, 42],
    "because": "Their value is shown without help, and what fails is caught.",
    "users_planned": 60,
    "days": 60,
}
# Bodies by operation, for calls that need no more words than these.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "answer_accept": {"comment": "Checked against the note.", "version": 4},
    "answer_return": {"comment": "Who were the twelve people?", "version": 4},
    "answer_confirm": {"comment": "It still holds: the pattern was of another team.", "version": 6},
    "doubt_raise": {"reason": "Three flags of this week say otherwise.", "version": 4},
    "comment_add": {"text": "The figures of May are in the appendix."},
    "items_assign": {"items": [ITEM], "owner": PERSON, "due_on": "2026-12-15"},
    "event_fire": {"event": "roster_changed", "reason": "Four people joined the team in November."},
    "waiver_decide": {"approve": True, "comment": "For two weeks, while the audit ends."},
    "waiver_end": {"reason": "The audit has ended."},
    "condition_add": {"text": "A storm day is rehearsed.", "owner": PERSON, "due_on": "2026-12-03"},
    "condition_meet": {"note": "Rehearsed on 1 December; the report is linked to INF-12."},
    "cells_decide": {
        "cells": [{"cell": 41, "seen": None}, {"cell": 42, "seen": 7}],
        "choice": "later",
        "reason": "Sums are wrong and look right.",
        "conditions": [
            {"text": "Sums are checked outside the tool."},
            {"figure": "M01", "comparator": "at_least", "threshold": 2},
        ],
    },
    "design_condition_meet": {"note": "The sheet is checked each night since 3 December; see INF-04."},
    "uncomfortable_acknowledge": {"version": DIGEST, "comment": "We plan with 60, not with 90."},
    "stage_plan": STAGE,
    "stage_edit": {**STAGE, "version": 2},
    "stage_criteria_set": {
        "criteria": [
            {"metric": "success", "purpose": "satisfactory", "bound": 0.85},
            {"metric": "success", "purpose": "pause", "bound": 0.75},
        ],
        "version": 2,
    },
    "sign_off_ask": {"comment": "All is answered and nothing is open."},
    "finding_acknowledge": {"version": DIGEST, "comment": "I speak to the supplier on Monday."},
    "pilot_catalogue_move": {"to": 2, "seen": 1},
    "catalogue_draft_publish": {"note": "Two questions are worded more plainly.", "seen": DIGEST},
    "catalogue_question_edit": {
        "code": "DEM-01",
        "phase": "demonstration",
        "theme": "evidence_design",
        "question": "What exactly did this demonstration measure?",
        "good_answer": "Tasks, people, days, what it was compared with, and what it says nothing about.",
        "evidence": "The measurement note.",
        "owner_role": "evaluation_lead",
        "core": True,
        "seen": DIGEST,
    },
    "catalogue_question_remove": {"seen": DIGEST},
}
