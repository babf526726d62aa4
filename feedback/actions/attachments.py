"""Screenshots and files of a flag: what is taken, kept and taken away again."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from feedback.models import Attachment, Flag
from feedback.uploads import NotTaken, Upload, read_upload
from pilots.audit import record
from pilots.errors import Refused
from pilots.files import NoRoom, keep_file, no_file_left_behind

MOST_FILES: Final = 3


def read_uploads(files: Sequence[UploadedFile]) -> list[Upload]:
    """Refused before anything is stored, in the words of the file's name and what to do."""
    if len(files) > MOST_FILES:
        raise Refused(f"Choose at most {MOST_FILES} files.", field="files", code="too_many")
    return [_read(file) for file in files]


def _read(file: UploadedFile) -> Upload:
    name, most = file.name or "The file", settings.ATTACHMENT_MAX_BYTES
    if (file.size or 0) > most:
        raise Refused(f"{name} is larger than {most // 1024**2} MB.", field="files", code="too_large")
    if not file.size:
        raise Refused(f"{name} is empty.", field="files", code="empty")
    try:
        return read_upload(name, file.read())
    except NotTaken as problem:
        raise Refused(f"{name} {problem}.", field="files", code="not_taken") from None


def attach(flag: Flag, uploads: Sequence[Upload], written: list[FieldFile], *, at: datetime) -> list[Attachment]:
    """For a caller that holds `flag` and `no_file_left_behind`. A full disk loses the file, never the flag."""
    return [_attach(flag, upload, written, at) for upload in uploads]


def _attach(flag: Flag, upload: Upload, written: list[FieldFile], at: datetime) -> Attachment:
    digest, size = _digest(upload), len(upload.content)
    attachment = Attachment(
        pilot=flag.pilot, flag=flag, kind=upload.kind, title=upload.title, size=size, digest=digest, added_at=at
    )
    try:
        keep_file(attachment.file, uuid4().hex, ContentFile(upload.content))
        written.append(attachment.file)
    except NoRoom:
        attachment.file, attachment.gone = "", Attachment.Gone.NO_ROOM
    attachment.save(force_insert=True)
    return attachment


def attach_files(*, flag: Flag, files: Sequence[UploadedFile], at: datetime) -> list[Attachment]:
    """Later, by its reporter, whom the link or the account proves. The same file again is one, and leaves no row."""
    if not files:
        raise Refused("Choose a file.", field="files", code="missing")
    uploads = read_uploads(files)
    with no_file_left_behind() as written, transaction.atomic():
        flag = Flag.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=flag.pk)
        there = {one.digest: one for one in flag.attachments.all()}
        new = [upload for upload in uploads if _digest(upload) not in there]
        if len(there) + len(new) > MOST_FILES:
            raise Refused(f"A flag has at most {MOST_FILES} files.", field="files", code="too_many")
        kept = attach(flag, new, written, at=at)
        if kept:
            data = {"files": [{"kind": one.kind, "digest": one.digest, "gone": one.gone} for one in kept]}
            record("flag.attached", by=None, pilot=flag.pilot, target=flag, data=data)
    return [there[_digest(upload)] for upload in uploads if upload not in new] + kept


def _digest(upload: Upload) -> str:
    return hashlib.sha256(upload.content).hexdigest()


def erase_attachment(attachment: Attachment) -> None:
    """The file and its name go, the row says so. Part of a larger action, which records it."""
    file, attachment.gone, attachment.title = attachment.file.name, Attachment.Gone.ERASED, "erased"
    attachment.file = ""
    attachment.save(update_fields=["file", "gone", "title"])
    if file:
        # After the commit: what was undone still has its file.
        transaction.on_commit(lambda: Attachment._meta.get_field("file").storage.delete(file))
