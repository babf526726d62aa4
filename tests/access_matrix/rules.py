"""The words of the access matrix."""

from dataclasses import dataclass

from pilots.permissions import Permission as P


@dataclass(frozen=True)
class In:
    """In the pilot: 404 for who may not see it, 403 for who may and not do this. `otherwise`: what allows it too."""

    permission: P
    otherwise: P | None = None


@dataclass(frozen=True)
class Over:
    """Over the organisation: 403 for everybody else."""

    permission: P


PUBLIC = "anybody, signed in or not"
SIGNED_IN = "anybody who is signed in"
# Judged by the thing itself (one's own flag, one's own notification, being the named owner): tests of their own.
PERSONAL = "the one person it concerns; others get 404"

VIEW = In(P.VIEW_PILOT)
EDIT = In(P.EDIT_PILOT)
Rule = In | Over | str


def page(rule: Rule) -> dict[str, Rule]:
    return {"GET": rule}


def form(rule: Rule) -> dict[str, Rule]:
    return {"GET": rule, "POST": rule}


def button(rule: Rule) -> dict[str, Rule]:
    return {"POST": rule}
