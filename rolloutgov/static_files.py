"""Collects and compresses static files only when one of them changed: nothing else at start takes as long."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

IGNORED = ("redoc*", "rest_framework*")  # pages that we do not serve


def fingerprint() -> str:
    """Over the name, size and time of each file that would be collected."""
    seen = sha256()
    for finder in get_finders():
        for name, storage in finder.list(list(IGNORED)):
            facts = Path(storage.path(name)).stat()
            seen.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_when_changed() -> bool:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, ignore_patterns=list(IGNORED), verbosity=0)
    stamp.write_text(now)
    return True
