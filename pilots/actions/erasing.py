"""A person's account without the person: made-up name and address, and no text about them left beside the trail."""

import re
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db.models import F, Func, Model, Q, Value

from pilots.access import forget
from pilots.audit import erase_digests
from pilots.errors import Refused
from pilots.models import (
    ApiToken,
    AuditEvent,
    Batch,
    Breach,
    Delegation,
    Figure,
    HeadlineFigure,
    IdempotencyKey,
    Invitation,
    ManualStep,
    Membership,
    Message,
    Notification,
    OrganisationMembership,
    Standard,
    SteppingAside,
    User,
    Workflow,
)


def require_nothing_held(user: User, *, oneself: bool) -> None:
    """Roles and workflows need a successor, whom `deactivate_person` asks for."""
    workflows = Workflow.objects.filter(owner=user, removed_at__isnull=True)
    roles = Membership.objects.filter(user=user), OrganisationMembership.objects.filter(user=user)
    if oneself and any(rows.exists() for rows in (*roles, workflows)):
        raise Refused("You have roles here. Ask an administrator, who names a successor first.", code="has_roles")
    if not oneself and user.is_active:
        raise Refused(f"Deactivate {user.name} first: what they own needs a successor.", code="active")


def make_nameless(user: User, *, by: User, at: datetime) -> None:
    """`user` is held. Part of an erasure, which writes the row of the trail."""
    name, address, words = user.name, user.email, f"(erased on {at:%-d %B %Y})"
    user.name = f"Erased person {user.pk.hex[:6].upper()}"
    user.email = f"erased-{user.pk.hex}@erased.invalid"
    user.time_zone, user.wants_digest, user.last_login = "UTC", False, None
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_at, user.erased_by = at, by
    if user.deactivated_at is None:
        user.deactivated_at, user.deactivated_by = at, by
    user.set_unusable_password()
    user.save()
    forget(user)
    _forget_sign_in(user, at)
    _forget_words(user, words, at)
    _rename_in_sentences(name, user.name)
    _rename_in_names(name, user.name, at)
    Message.objects.filter(address=address).delete()
    theirs = Invitation.objects.filter(Q(email=address) | Q(accepted_by=user))
    theirs.filter(accepted_at__isnull=True, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by)
    theirs.update(email=user.email, name=user.name)


# Sentences that the application put together with names in them. Those of the floors above are only words here.
_SENTENCES: Final = (
    ("pilots.Notification", ("text",)),
    ("pilots.Message", ("subject", "body")),
    ("pilots.Change", ("reason",)),
    ("governance.Answer", ("lapse_reason",)),
    ("governance.Doubt", ("reason",)),
    ("governance.Finding", ("text", "detail")),
)


def _rename_in_sentences(before: str, after: str) -> None:
    """What people wrote about each other is theirs and stays; a program cannot tell which Ann they meant."""
    whole = rf"(?<!\w){re.escape(before)}(?!\w)"
    for label, fields in _SENTENCES:
        for field in fields:
            rows = apps.get_model(label)._default_manager.filter(**{f"{field}__contains": before})
            rows.update(**{field: Func(F(field), Value(whole), Value(after), Value("g"), function="regexp_replace")})


# Texts of the evidence that hold nothing but who did something.
_NAMES: Final[tuple[tuple[type[Model], str], ...]] = (
    (Batch, "measured_by"),
    (HeadlineFigure, "measured_by"),
    (HeadlineFigure, "recomputed_by_whom"),
    (Standard, "tolerance_set_by"),
    (Breach, "helped_by"),
    (ManualStep, "done_by"),
)


def _rename_in_names(before: str, after: str, at: datetime) -> None:
    """Where the name is all that stands there; what a register says in sentences is the pilot's, and stays."""
    for model, field in _NAMES:
        rows = model._default_manager.filter(**{f"{field}__iexact": before})
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(**{field: after})
        erase_digests(AuditEvent.objects.filter(target_type=model._meta.label_lower, target_id__in=ids), at)
    replaced = Func(F("measured_by"), Value(before), Value(after), function="array_replace")
    Figure.objects.filter(measured_by__contains=[before]).update(measured_by=replaced)


def _forget_sign_in(user: User, at: datetime) -> None:
    kept_about: tuple[type[Model], ...] = (EmailAddress, Authenticator, SocialAccount, Notification, IdempotencyKey)
    for model in kept_about:
        model._default_manager.filter(user=user).delete()
    tokens = ApiToken.objects.filter(user=user)
    tokens.filter(revoked_at__isnull=True).update(revoked_at=at, revoked_by=user)
    tokens.update(name="erased")
    LogEntry.objects.filter(object_id=str(user.pk)).update(object_repr="an erased person", change_message="")


def _forget_words(user: User, words: str, at: datetime) -> None:
    """Why they were away or partial is about them alone."""
    for model, whose in ((Delegation, Q(from_user=user)), (SteppingAside, Q(user=user))):
        rows = model._default_manager.filter(whose)
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(reason=words)
        erase_digests(AuditEvent.objects.filter(target_type=model._meta.label_lower, target_id__in=ids), at)
