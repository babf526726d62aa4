import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from pilots.models.fields import decided_together
from pilots.vouching import Vouching


class FlagMail(models.TextChoices):
    AT_ONCE = "at_once", "Decisions and changes at once, the rest in the daily e-mail"
    DIGEST = "digest", "All of it in the daily e-mail"
    NONE = "none", "None of it"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalise(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def vouching(self) -> Vouching:
        """One query, as long as the list of unproven addresses."""
        return Vouching(dict(self.exclude(counts_as=None).order_by().values_list("pk", "counts_as_id")))

    @staticmethod
    def normalise(email: str) -> str:
        return email.strip().lower()


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Rights come from roles (`permissions.py`); `is_staff` opens only the stock admin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    wants_digest = models.BooleanField("e-mail digest", default=True)
    # What becomes of one's own flags, by e-mail; in the application all of it is told anyway.
    flag_mail = models.CharField(max_length=8, choices=FlagMail.choices, default=FlagMail.AT_ONCE)
    # When “My flags” was last opened: what was told since is new there.
    flags_seen_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    deactivated_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    # From then on name and address are made up: what this person did stays, who it was does not.
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    # Who saw the link that made this account; null where the address is proven or an administrator vouched.
    counts_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name", "email")
        constraints = (
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(deactivated_at__isnull=True, deactivated_by__isnull=True)
                | models.Q(deactivated_at__isnull=False, deactivated_by__isnull=False, is_active=False),
                name="user_deactivated_at_and_by",
            ),
            decided_together("user", "erased"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(is_active=False), name="user_erased_is_inactive"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
