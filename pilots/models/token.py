import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilots.models.fields import decided_together


class Scope(models.TextChoices):
    READ = "read", "Read what you may read"
    WRITE = "write", "Do what you may do"
    FLAG = "flag:write", "Hand in flags only"
    GATE = "gate:read", "Ask whether a gate is open"


class ApiToken(models.Model):
    """A personal key to the API: it never allows more than its owner, and less if its scopes say so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope.choices))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-created_at",)
        constraints = (decided_together("api_token", "revoked"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
