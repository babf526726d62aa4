"""The outbox: e-mails wait as rows and leave at most once.

A message is claimed by a commit before it is handed to the mail server, and the claim already says how it ends if the
worker dies in between: "it is not known whether it left". Such a message is never sent again by itself, since the
reader may have it; the status page shows it. What the server plainly refused is tried again, later and later.
"""

import smtplib
import ssl
import time
from datetime import datetime, timedelta
from typing import Final

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from pilots.access import require
from pilots.audit import record
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Message, User
from pilots.permissions import Permission

# 1, 2, 4, … minutes, at most six hours apart: after the last of these attempts, about a day, nobody tries again.
ATTEMPTS: Final = 10
LONGEST_WAIT: Final = timedelta(hours=6)
# What left is not kept: it may hold a link that is itself a key (an invitation).
GONE: Final = "(sent)"
BEING_SENT: Final = timedelta(minutes=5)
UNKNOWN: Final = "It is not known whether it left: the sending was interrupted."

# After these the server may have taken the message all the same.
_AMBIGUOUS: Final = (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError, ssl.SSLError)


def queue_message(
    *, address: str, event: str, subject: str, body: str, at: datetime, unsubscribe_url: str = ""
) -> bool:
    """Whether it is new: the same event is written to the same address once."""
    one_line = " ".join(subject.split())[:200]
    row = Message(address=address.lower(), event=event, subject=one_line, body=body, created_at=at, next_try_at=at)
    row.unsubscribe_url = unsubscribe_url
    Message.objects.bulk_create([row], ignore_conflicts=True)
    return Message.objects.filter(pk=row.pk).exists()


def send_messages(seconds: float = 60) -> int:
    """Sends what is due, one claim after another, for about so long. Returns how many left.

    A mail server that cannot be reached raises and costs no message an attempt: they wait as they are.
    """
    until, sent = time.monotonic() + seconds, 0
    mail = get_connection()
    try:
        while time.monotonic() < until and _due(now()).exists():
            mail.open()
            message = _claim(now())
            if message is not None:
                sent += _send(message, mail)
    finally:
        mail.close()
    return sent


def given_up(at: datetime) -> QuerySet[Message]:
    """What left or not, nobody tries again. One that is being sent this minute is not among them."""
    failed = Message.objects.filter(sent_at__isnull=True, failed_at__isnull=False)
    return failed.exclude(error=UNKNOWN, failed_at__gt=at - BEING_SENT).order_by("-failed_at")


def send_again(*, message: Message, by: User, at: datetime) -> None:
    """From the first attempt on. Who asks for it takes the risk that the reader gets it twice."""
    require(by, Permission.OPERATE)
    with transaction.atomic():
        held = given_up(at).select_for_update().filter(pk=message.pk).first()
        if held is None:
            raise Refused("This e-mail did not fail, or it is on its way again.", code="not_failed")
        held.attempts, held.failed_at, held.error, held.next_try_at = 0, None, "", at
        held.save(update_fields=["attempts", "failed_at", "error", "next_try_at"])
        record("message.sent_again", by=by, target=held, data={"event": held.event})


def _due(at: datetime) -> QuerySet[Message]:
    return Message.objects.filter(sent_at__isnull=True, failed_at__isnull=True, next_try_at__lte=at)


def _claim(at: datetime) -> Message | None:
    """From this commit on the message counts as gone, unless `_send` says otherwise."""
    with transaction.atomic():
        message = _due(at).select_for_update(skip_locked=True).order_by("next_try_at").first()
        if message is not None:
            message.attempts, message.failed_at, message.error = message.attempts + 1, at, UNKNOWN
            message.save(update_fields=["attempts", "failed_at", "error"])
    return message


def _send(message: Message, mail: BaseEmailBackend) -> bool:
    try:
        _as_email(message, mail).send()
    except _AMBIGUOUS as error:
        Message.objects.filter(pk=message.pk).update(error=f"{UNKNOWN} {_words(error)}"[:300])
        mail.close()
        return False
    except Exception as error:  # noqa: BLE001  the server said no, or the message could not be written down
        _try_again(message, error)
        return False
    Message.objects.filter(pk=message.pk).update(sent_at=now(), failed_at=None, error="", body=GONE, unsubscribe_url="")
    return True


def _as_email(message: Message, mail: BaseEmailBackend) -> EmailMessage:
    headers = {}
    if message.unsubscribe_url:
        headers = {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return EmailMessage(message.subject, message.body, to=[message.address], connection=mail, headers=headers)


def _try_again(message: Message, error: Exception) -> None:
    at, words = now(), _words(error)
    if message.attempts >= ATTEMPTS:
        Message.objects.filter(pk=message.pk).update(failed_at=at, error=f"Given up: {words}"[:300])
        return
    wait = min(timedelta(minutes=2 ** (message.attempts - 1)), LONGEST_WAIT)
    Message.objects.filter(pk=message.pk).update(failed_at=None, error=words, next_try_at=at + wait)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
