"""Calls as they look, for the API's documents."""

from drf_spectacular.utils import OpenApiExample

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
WEBHOOK = [
    OpenApiExample(
        "A ticket system that opens a ticket for each confirmed pattern",
        {"url": "https://tickets.example.org/hooks/7f3a", "events": ["pattern.confirmed", "pattern.regressed"]},
        request_only=True,
    )
]
