"""Doors for other tools: a channel is one tool, its tokens are what it shows at the door, one after the other."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilots.models import Pilot
from pilots.models.fields import decided_together

MOST_ORIGINS = 20
MOST_A_DAY = 50_000


class ChannelQuerySet(models.QuerySet["Channel"]):
    def open(self) -> "ChannelQuerySet":
        return self.filter(revoked_at__isnull=True)


class Channel(models.Model):
    """One tool that hands in flags of a pilot, by a button in its pages or from its server."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    # Of the pages that may show the button ("https://tool.example"). Empty: servers only.
    origins = ArrayField(models.CharField(max_length=200), blank=True)
    daily_quota = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ChannelQuerySet] = ChannelQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("name", "created_at")
        constraints = (
            decided_together("channel", "revoked"),
            models.CheckConstraint(condition=~Q(name=""), name="channel_has_a_name"),
            models.CheckConstraint(condition=Q(origins__len__lte=MOST_ORIGINS), name="channel_origins_are_few"),
            models.CheckConstraint(
                condition=Q(daily_quota__gte=1, daily_quota__lte=MOST_A_DAY), name="channel_quota_is_bounded"
            ),
            models.UniqueConstraint(
                fields=("pilot", "name"), condition=Q(revoked_at__isnull=True), name="channel_name_once_while_open"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ChannelTokenQuerySet(models.QuerySet["ChannelToken"]):
    def valid(self, at: datetime | models.functions.Now) -> "ChannelTokenQuerySet":
        return self.filter(channel__revoked_at__isnull=True, expires_at__gt=at)


class ChannelToken(models.Model):
    """Public, since it stands in the pages of the tool: it hands in flags of one pilot and does nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="tokens")
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Of an earlier one: brought forward when the next one is made.
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ChannelTokenQuerySet] = ChannelTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.prefix}…"
