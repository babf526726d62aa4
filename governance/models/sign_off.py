import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from governance.models.gate import Gate
from pilots.models import Pilot


class SignOffRequest(models.Model):
    """Somebody asks for decisions on a gate exactly as it stands: `manifest` is what `digest` is over."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for decisions"
        PASSED = "passed", "Passed"
        REFUSED = "refused", "Refused"
        VOIDED = "voided", "Voided by a change"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="requests")
    digest = models.CharField(max_length=64)
    manifest = models.JSONField()
    rules_version = models.CharField(max_length=20)
    comment = models.TextField(max_length=4000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What changed since it was asked, in words, where that voided it.
    closed_because = models.TextField(blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.UniqueConstraint(fields=("gate",), condition=Q(state="open"), name="sign_off_one_open_per_gate"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="sign_off_request_closed_at",
            ),
        )

    def __str__(self) -> str:
        return f"sign-off of {self.gate}"


class SignOff(models.Model):
    """One person's decision, made once. `id` comes with the form, so that a double click is one decision."""

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(SignOffRequest, on_delete=models.PROTECT, related_name="sign_offs")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    as_sponsor = models.BooleanField(default=False)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    comment = models.TextField(max_length=4000)
    digest = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("decided_at",)
        constraints = (
            models.UniqueConstraint(fields=("request", "user"), name="sign_off_nobody_twice"),
            models.CheckConstraint(condition=~Q(on_behalf_of=F("user")), name="sign_off_not_for_oneself"),
            models.CheckConstraint(condition=~Q(comment=""), name="sign_off_has_a_comment"),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.user}"
