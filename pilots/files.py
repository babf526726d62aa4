"""Files that people hand over: kept under names that say nothing, given out as downloads that run nowhere."""

import errno
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.files.base import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(Exception):
    """The disk is full; nothing of the file was left on it."""


def keep_file(to: FieldFile, name: str, content: "File[Any]") -> None:
    """Writes it where `to` says; the row is the caller's to save."""
    try:
        to.save(name, content, save=False)
    except OSError as error:
        # The part that found room must not take it from the next one.
        to.storage.delete(to.field.generate_filename(to.instance, name))
        if error.errno not in _FULL:
            raise
        raise NoRoom from error


@contextmanager
def no_file_left_behind() -> Iterator[list[FieldFile]]:
    """The disk knows no transaction: what was written for a row that did not come about is deleted again."""
    stored: list[FieldFile] = []
    try:
        yield stored
    except BaseException:
        for file in stored:
            file.delete(save=False)
        raise


def download(file: FieldFile, name: str, *, gone: str) -> FileResponse:
    """What somebody handed over never runs as a page of ours. 404 saying `gone` where the store has lost it."""
    try:
        stored = file.open("rb")
    except FileNotFoundError:
        raise Http404(gone) from None
    response = FileResponse(stored, as_attachment=True, filename=_plain(name), content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _plain(name: str) -> str:
    """Without control characters and those that turn the direction of writing, which disguise an ending."""
    return "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf"}) or "file"
