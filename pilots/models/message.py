"""What people are told: in the application (Notification) and by e-mail (Message, the outbox)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot


class Notification(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # What happened, once and for all: the same event never tells the same person twice.
    event = models.CharField(max_length=120)
    text = models.CharField(max_length=500)
    # More of it, which only the e-mail shows: the page behind `url` has it.
    detail = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    digested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=("user", "event"), name="notification_once_per_event"),)
        indexes = (
            models.Index(fields=("user", "-created_at"), condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=("created_at",), condition=Q(digested_at__isnull=True), name="notification_undigested"),
        )

    def __str__(self) -> str:
        return self.text


class Message(models.Model):
    """An e-mail to be sent, at most once in effect: unique on (event, address)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=120)
    address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # Where one click ends e-mails of this kind (RFC 8058).
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (models.UniqueConstraint(fields=("event", "address"), name="message_once_per_event"),)
        indexes = (
            models.Index(
                fields=("next_try_at",),
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
                name="message_undelivered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.address}"
