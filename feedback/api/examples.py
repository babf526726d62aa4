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
        {"reference": "FL-7K2QMD", "token": "3f0c9a5e1b7d42886a90c1d2e3f405162738495a6b7c8d9e"},
        response_only=True,
        status_codes=["201"],
    ),
]
ASSESSMENT = [
    OpenApiExample(
        "Affected somebody", {"severity": 3, "note": "Two customers wrote.", "version": 1}, request_only=True
    )
]
