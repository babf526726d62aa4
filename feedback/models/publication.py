"""What everybody affected reads about a pilot's tool: the signed statement, and the published page around it."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from pilots.canonical import digest
from pilots.models import Pilot
from pilots.models.fields import decided_together
from pilots.permissions import Role

# Both parts of a statement and the publisher's words together leave room for the rest in two minutes of reading.
LONGEST_PART: Final = 1000
LONGEST_WORDS: Final = 600
# After this a page says that it was not brought up to date.
FRESH_FOR: Final = timedelta(days=35)


class Statement(models.Model):
    """One version of what the tool is, and is not, intended to replace. Its words never change; migration 0012."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    intended = models.TextField(max_length=LONGEST_PART)
    not_intended = models.TextField(max_length=LONGEST_PART)
    # SHA-256 over pilot, number and both parts: what a signature is bound to.
    digest = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("pilot", "-number")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="statement_number_once"),
            decided_together("statement", "published"),
            models.CheckConstraint(
                condition=~Q(intended="")
                & ~Q(not_intended="")
                & Q(LessThanOrEqual(Length("intended"), LONGEST_PART))
                & Q(LessThanOrEqual(Length("not_intended"), LONGEST_PART)),
                name="statement_says_both",
            ),
        )

    def __str__(self) -> str:
        return f"version {self.number} of the statement"

    def digest_now(self) -> str:
        return digest([str(self.pilot_id), self.number, self.intended, self.not_intended])

    @property
    def fingerprint(self) -> str:
        """Twelve characters to tell two versions apart by."""
        return self.digest[:12]


class StatementSignature(models.Model):
    """One person stands behind one version by name; a newer version needs new signatures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="signatures")
    digest = models.CharField(max_length=64)
    # As what they signed: the sponsor, or the accountable owner.
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    # Whether the published page names them, or their role alone.
    is_named = models.BooleanField(default=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("signed_at",)
        constraints = (
            models.UniqueConstraint(fields=("statement", "signed_by"), name="statement_signed_once_each"),
            models.CheckConstraint(
                condition=Q(role__in=(Role.SPONSOR.value, Role.ACCOUNTABLE_OWNER.value)),
                name="statement_signed_by_who_has_to",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("signed_by")),
                name="statement_signed_for_another",
            ),
        )

    def __str__(self) -> str:
        return f"signature under {self.statement_id}"


class Publication(models.Model):
    """One version of what a person adds to the published page. All else on the page is worked out when it is read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    # Where it falls short as far as people know without figures, and what to do about that.
    falls_short = models.TextField(max_length=LONGEST_WORDS)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pilot", "-number")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="publication_number_once"),
            models.CheckConstraint(
                condition=~Q(falls_short="") & Q(LessThanOrEqual(Length("falls_short"), LONGEST_WORDS)),
                name="publication_says_where_it_falls_short",
            ),
        )

    def __str__(self) -> str:
        return f"version {self.number} of the published page"

    def is_stale(self, at: datetime) -> bool:
        return at - self.published_at > FRESH_FOR
