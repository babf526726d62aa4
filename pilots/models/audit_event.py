"""The append-only trail. Triggers of migration 0002 number and chain each row; nothing here is ever updated."""

import uuid

from django.contrib.postgres.indexes import BTreeIndex
from django.db import models

ORGANISATION_STREAM = "organisation"


class AuditEvent(models.Model):
    """One thing that somebody did. No foreign keys: the trail outlives what it speaks of.

    `body` is the canonical JSON that the hash is over; the other columns repeat parts of it for queries, and
    `manage.py verify_audit` checks that they agree.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stream = models.CharField(max_length=60)
    sequence = models.BigIntegerField(editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    on_behalf_of_id = models.UUIDField(null=True)
    pilot_id = models.UUIDField(null=True)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    target_text = models.CharField(max_length=300)
    body = models.TextField()
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ("stream", "-sequence")
        constraints = (models.UniqueConstraint(fields=("stream", "sequence"), name="audit_sequence_once_per_stream"),)
        indexes = (
            BTreeIndex(fields=("target_type", "target_id"), name="audit_by_target"),
            BTreeIndex(fields=("actor_id", "at"), name="audit_by_actor"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.target_text}"


class AuditSalt(models.Model):
    """What the digests of one event's texts were made with; apart from the trail, so that erasing can take it along.

    Without it a digest in the trail confirms no guess, and the chain verifies all the same.
    """

    event_id = models.UUIDField(primary_key=True)
    # Empty once the texts were erased: the row then says since when the digests confirm nothing.
    salt = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) & ~models.Q(salt="")
                | models.Q(erased_at__isnull=False, salt=""),
                name="audit_salt_kept_or_erased",
            ),
        )

    def __str__(self) -> str:
        return f"salt of {self.event_id}"


class AuditHead(models.Model):
    """The end of each stream; written only by the trigger."""

    stream = models.CharField(max_length=60, primary_key=True)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.stream} at {self.sequence}"


class Checkpoint(models.Model):
    """All heads, signed (Ed25519) and chained: what alone shows a cut tail or a stream that is gone."""

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=120)
    body = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=128)
    key_fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"checkpoint {self.number}"

    @property
    def fingerprint(self) -> str:
        """Twelve characters to print on reports."""
        return self.hash[:12]
