"""Calls as they look, for the API's documents."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from governance.reports.dated import KINDS

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
DECISION = [
    OpenApiExample("Checked", {"comment": "Checked against the note.", "version": 4}, request_only=True),
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
