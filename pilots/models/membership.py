import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Expression, F, Q

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot
from pilots.permissions import ORGANISATION_ROLES, ROLES, OrganisationRole, Role

ROLE_CHOICES = [(role.value, ROLES[role].label) for role in Role]
ORGANISATION_ROLE_CHOICES = [(role.value, ORGANISATION_ROLES[role].label) for role in OrganisationRole]


class Membership(models.Model):
    """One role of one person in one pilot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pilot", "role", "added_at")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "user", "role"), name="membership_role_once"),
            models.UniqueConstraint(fields=("pilot",), condition=Q(role="sponsor"), name="membership_one_sponsor"),
        )

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"


class OrganisationMembership(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="organisation_memberships"
    )
    role = models.CharField(max_length=20, choices=ORGANISATION_ROLE_CHOICES)
    added_at = models.DateTimeField()
    # Null only for the first administrator, made on the command line.
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("role", "added_at")
        constraints = (models.UniqueConstraint(fields=("user", "role"), name="organisation_role_once"),)

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def active(self, at: datetime | Expression) -> "DelegationQuerySet":
        return self.filter(starts_at__lte=at, ends_at__gt=at, ended_at__isnull=True)


class Delegation(models.Model):
    """`to_user` may do in the pilot what `from_user`'s role allows, for a time; each act records both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="delegations")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_received")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    reason = models.TextField(max_length=2000)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at",)
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="delegation_to_another"),
            decided_together("delegation", "ended"),
        )

    def __str__(self) -> str:
        return f"{self.to_user} for {self.from_user}"


class SteppingAside(models.Model):
    """A person who is partial decides nothing in this pilot until they step back in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="stepped_aside")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("pilot", "user"), condition=Q(ended_at__isnull=True), name="stepping_aside_once_at_a_time"
            ),
            decided_together("stepping_aside", "ended"),
        )

    def __str__(self) -> str:
        return f"{self.user} stepped aside"


class Handover(models.Model):
    """Who took over what somebody was and owned in a pilot when they left. Floors above hand over what they keep."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    leaver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_over_at = models.DateTimeField()
    handed_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(successor=F("leaver")), name="handover_to_another"),
            decided_together("handover", "handed_over"),
        )

    def __str__(self) -> str:
        return f"{self.successor} took over from {self.leaver}"


class Invitation(models.Model):
    """An address that may make an account; the roles it starts with. The link's token is stored hashed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    roles = models.JSONField(default=list)
    organisation_roles = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    # Then it proves no address: no mail leaves this installation, so the inviter handed the link over.
    link_shown = models.BooleanField(default=False)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-invited_at",)
        constraints = (decided_together("invitation", "accepted"), decided_together("invitation", "revoked"))

    def __str__(self) -> str:
        return self.email
