import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q

from pilots.models.fields import decided_together
from pilots.permissions import Permission, organisation_roles_with

if TYPE_CHECKING:
    from pilots.models.user import User


class PilotQuerySet(models.QuerySet["Pilot"]):
    def visible_to(self, user: "User") -> "PilotQuerySet":
        """Everything for roles over the organisation that read all, else the pilots one is in or stands in for."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        readers = [role.value for role in organisation_roles_with(Permission.VIEW_ALL_PILOTS)]
        now = models.functions.Now()
        delegated = Q(
            delegations__to_user=user,
            delegations__starts_at__lte=now,
            delegations__ends_at__gt=now,
            delegations__ended_at__isnull=True,
        )
        mine = type(self)(self.model).filter(Q(memberships__user=user) | delegated).values("pk")
        return self.filter(Q(pk__in=mine) | Q(Exists(user.organisation_memberships.filter(role__in=readers))))

    def running(self) -> "PilotQuerySet":
        return self.filter(state=Pilot.State.RUNNING)


class Pilot(models.Model):
    """One tool tried on one or more workflows, from its demonstration to the end of its rollout."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    class Profile(models.TextChoices):
        CORE = "core", "Core: the minimum for a pilot of low consequence"
        FULL = "full", "Full: every question of the catalogue"

    class Outcome(models.TextChoices):
        ROLLED_OUT = "rolled_out", "Rolled out"
        ROLLED_OUT_IN_PART = "rolled_out_in_part", "Rolled out in part"
        NO_CAPABILITY = "no_capability", "No capability worth pursuing"
        NOT_VIABLE = "not_viable", "Capability, but not viable here"
        STEPPED_BACK = "stepped_back", "Rolled out, then withdrawn"
        REPLACED = "replaced", "Replaced by another pilot"

    class FlagAccess(models.TextChoices):
        MEMBERS = "members", "People who are signed in"
        PUBLIC = "public", "Anyone who has the link"

    class PageAccess(models.TextChoices):
        NOBODY = "nobody", "Nobody yet"
        SIGNED_IN = "signed_in", "People who are signed in"
        ANYONE = "anyone", "Anyone who has the address"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    tool = models.CharField("AI tool", max_length=120)
    supplier = models.CharField(max_length=120, blank=True)
    tool_version = models.CharField("version of the tool", max_length=80, blank=True)
    purpose = models.TextField("what it is for", max_length=4000, blank=True)
    does_not_show = models.TextField("what it does not show", max_length=8000, blank=True)
    starts_on = models.DateField("starts on", null=True, blank=True)
    ends_on = models.DateField("ends on", null=True, blank=True)
    profile = models.CharField(max_length=8, choices=Profile.choices, default=Profile.FULL)
    profile_reason = models.TextField("why this profile", max_length=2000, blank=True)
    flag_access = models.CharField(max_length=8, choices=FlagAccess.choices, default=FlagAccess.MEMBERS)
    # Who may read the published page.
    page_access = models.CharField(max_length=10, choices=PageAccess.choices, default=PageAccess.SIGNED_IN)
    # Shorter than the installation's (settings.RETENTION_MONTHS); null: the installation's.
    retention_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # A made-up organisation's pilot says so on every page; only the demo sets it.
    is_demo = models.BooleanField(default=False, editable=False)
    source_note = models.TextField(max_length=4000, blank=True)

    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pause_reason = models.TextField(max_length=2000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    outcome_note = models.TextField(max_length=4000, blank=True)

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager["Pilot"]] = PilotQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            decided_together("pilot", "paused"),
            decided_together("pilot", "ended"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="pilot_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(retention_months__isnull=True) | Q(retention_months__gte=1),
                name="pilot_keeps_texts_a_while",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="pilot_ended_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state="paused") | (Q(paused_at__isnull=False) & ~Q(pause_reason="")),
                name="pilot_paused_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.name
