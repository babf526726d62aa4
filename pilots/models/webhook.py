"""Where other systems hear of what happens in a pilot, and what was sent there (the outbox)."""

import uuid
from typing import ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot

LONGEST_BODY: Final = 64 * 1024


class WebhookEvent(models.TextChoices):
    FLAG_HANDED_IN = "flag.handed_in", "A flag was handed in"
    FLAG_CLOSED = "flag.closed", "A flag was closed"
    PATTERN_CONFIRMED = "pattern.confirmed", "A pattern was confirmed"
    PATTERN_ACTING = "pattern.acting", "Something is done about a pattern"
    PATTERN_FIXED = "pattern.fixed", "A pattern was fixed"
    PATTERN_REGRESSED = "pattern.regressed", "A pattern came back after its fix"
    PATTERN_SURGED = "pattern.surged", "A pattern rises"
    GATE_READY = "gate.ready", "A gate is ready for sign-off"
    GATE_PASSED = "gate.passed", "A gate was passed"
    GATE_LAPSED = "gate.lapsed", "A passed gate lapsed"
    HUMAN_ONLY = "use_case.human_only", "A use case is for human review only"
    HUMAN_ONLY_LIFTED = "use_case.lifted", "Human review only was lifted"


# Sent by the button of the page, whatever was chosen.
TEST_EVENT: Final = "webhook.test"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def with_last(self) -> "WebhookQuerySet":
        """Each with what became of the newest delivery that ended, in the same query."""
        ended = Delivery.objects.filter(webhook=models.OuterRef("pk")).exclude(attempts=0).order_by("-created_at", "pk")
        return self.annotate(
            last_status=models.Subquery(ended.values("status")[:1]),
            last_error=models.Subquery(ended.values("error")[:1]),
            last_sent_at=models.Subquery(ended.values("sent_at")[:1]),
            last_failed_at=models.Subquery(ended.values("failed_at")[:1]),
        )


class Webhook(models.Model):
    """One receiver. Its secret is worked out from the application's own and stands nowhere (`actions.webhooks`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    url = models.CharField("address", max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=WebhookEvent.choices))
    # Which of its secrets is in use; the one before counts too for a day after the change.
    secret_number = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(null=True, blank=True)
    rotated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pilot", "created_at")
        constraints = (
            decided_together("webhook", "rotated"),
            decided_together("webhook", "disabled"),
            models.CheckConstraint(condition=Q(events__len__gte=1), name="webhook_hears_of_something"),
        )
        indexes = (models.Index(fields=("pilot",), condition=Q(disabled_at__isnull=True), name="webhook_enabled"),)

    def __str__(self) -> str:
        """Without its path, which may hold a key of the receiver's."""
        return self.host

    @property
    def host(self) -> str:
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None

    @property
    def event_words(self) -> list[str]:
        return [WebhookEvent(event).label for event in self.events]


class Delivery(models.Model):
    """One event on its way to one receiver. What `body` says was so when it happened, however late it arrives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    # The same for every receiver of it and in every attempt: by this a receiver knows what it has already.
    event_id = models.UUIDField()
    event = models.CharField(max_length=30)
    body = models.TextField()
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    # Of HTTP, as the receiver answered last.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("event_id", "webhook"), name="delivery_once_per_webhook"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True), name="delivery_ends_in_one_way"
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("body"), LONGEST_BODY)), name="delivery_body_is_bounded"
            ),
        )
        indexes = (
            models.Index(
                fields=("next_try_at",), condition=Q(sent_at__isnull=True, failed_at__isnull=True), name="delivery_due"
            ),
            models.Index(fields=("webhook", "-created_at"), name="delivery_by_webhook"),
        )

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook_id}"

    @property
    def event_word(self) -> str:
        return "A test" if self.event == TEST_EVENT else WebhookEvent(self.event).label

    @property
    def state(self) -> str:
        """A key of pilots/icons.py."""
        return "ok" if self.sent_at else "failed" if self.failed_at else "waiting"

    @property
    def state_word(self) -> str:
        if self.sent_at or self.failed_at:
            return "Taken" if self.sent_at else "Given up"
        return "Retrying" if self.attempts else "To be sent"
