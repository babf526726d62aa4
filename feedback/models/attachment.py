import uuid

from django.db import models
from django.db.models import Q

from feedback.models.flag import Flag
from pilots.models import Pilot


class Attachment(models.Model):
    """A screenshot or file of a flag. Its row stays when the file does not."""

    class Kind(models.TextChoices):
        PNG = "png", "PNG picture"
        JPEG = "jpeg", "JPEG picture"
        WEBP = "webp", "WebP picture"
        PDF = "pdf", "PDF"
        TXT = "txt", "Text"

    class Gone(models.TextChoices):
        NO_ROOM = "no_room", "It was not kept: there was no room left for files"
        ERASED = "erased", "It was erased"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    # The reporter's name for it; on the disk it has one that says nothing.
    title = models.CharField(max_length=200)
    file = models.FileField(upload_to="attachments/%Y/%m", max_length=200, blank=True)
    size = models.PositiveIntegerField()
    # SHA-256 of what is kept.
    digest = models.CharField(max_length=64)
    gone = models.CharField(max_length=8, choices=Gone.choices, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(gone="") & ~Q(file="") | ~Q(gone="") & Q(file=""), name="attachment_is_there_or_gone"
            ),
        )
        indexes = (models.Index(fields=("flag",), name="attachment_by_flag"),)

    def __str__(self) -> str:
        return self.title
