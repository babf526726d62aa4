"""Constraints that more than one model states in the same words."""

from django.db.models import CheckConstraint, Q


def decided_together(table: str, verb: str) -> CheckConstraint:
    """`<verb>_at` and `<verb>_by` are both there or both missing: no decision without a name."""
    at, by = f"{verb}_at__isnull", f"{verb}_by__isnull"
    return CheckConstraint(
        condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False}), name=f"{table}_{verb}_at_and_by"
    )
