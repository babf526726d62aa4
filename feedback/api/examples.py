"""Calls as they look, for the API's documents."""

from drf_spectacular.utils import OpenApiExample

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
