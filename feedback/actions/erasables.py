"""What holds people's words beside the flags themselves. Whatever else keeps some adds its function to a line below.

Each works inside the transaction of the erasure and, but for those of `WHEN_OLD`, writes no row of the trail.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q

from feedback.actions.attachments import erase_attachment
from feedback.actions.concerns import erase_concern, forget_concern
from feedback.models import Attachment, Concern, Escalation, FlagVector, Placement, Reply
from feedback.models.reply import OWN
from pilots.audit import erase_digests
from pilots.models import AuditEvent, Message, Notification, Pilot, User

Erase = Callable[[Sequence[UUID], datetime], None]


def _forget_vectors(flags: Sequence[UUID], at: datetime) -> None:
    """A vector is the text again, for whoever has the model and patience."""
    FlagVector.objects.filter(flag__in=flags).delete()


def _forget_neighbours(flags: Sequence[UUID], at: datetime) -> None:
    Placement.objects.filter(flag__in=flags).exclude(nearest=[]).update(nearest=[])


def _forget_files(flags: Sequence[UUID], at: datetime) -> None:
    for attachment in Attachment.objects.filter(flag__in=flags).exclude(gone=Attachment.Gone.ERASED):
        erase_attachment(attachment)


def _forget_what_they_said_again(flags: Sequence[UUID], at: datetime) -> None:
    Reply.objects.filter(flag__in=flags, step__in=OWN).exclude(words="").update(words="")


def _forget_answers(flags: Sequence[UUID], at: datetime) -> None:
    """An answer may repeat what it answers: as its reporter was told it, on the page and by e-mail."""
    Reply.objects.filter(flag__in=flags).exclude(words="").update(words="")
    about = reduce(or_, (Q(event__startswith=f"flag:{flag}:") for flag in flags), Q(pk__in=[]))
    Notification.objects.filter(about).exclude(detail="").update(detail="")
    Message.objects.filter(about, sent_at__isnull=False).exclude(body="").update(body="")


def _forget_judgements(flags: Sequence[UUID], at: datetime) -> None:
    for escalation in Escalation.objects.filter(flag__in=flags, state=Escalation.State.ANSWERED):
        _forget_digests(Escalation._meta.label_lower, escalation.pk, at)
        escalation.answer = ERASED
        escalation.corrected_output = escalation.corrected_output and ERASED
        escalation.save(update_fields=["answer", "corrected_output"])


def _forget_digests(kind: str, key: UUID, at: datetime) -> None:
    erase_digests(AuditEvent.objects.filter(target_type=kind, target_id=str(key)), at)


def _forget_concerns_of(user: User, at: datetime) -> int:
    """Those with a flag have the flag's words, and its reporter is forgotten with it."""
    found = Concern.objects.select_for_update(of=("self",)).filter(raiser=user, erased_at__isnull=True)
    for concern in found:
        forget_concern(concern, at)
    return len(found)


def _erase_old_concerns(pilot: Pilot, before: datetime, at: datetime) -> int:
    old = Concern.objects.filter(pilot=pilot, decided_at__lt=before, erased_at__isnull=True)
    for concern in old:
        erase_concern(concern=concern, at=at)
    return len(old)


ERASED: Final = "Erased."
# (ids of the flags, the moment): what hangs on them.
OF_FLAGS: Final[tuple[Erase, ...]] = (
    _forget_vectors,
    _forget_neighbours,
    _forget_files,
    _forget_what_they_said_again,
)
# The same for what was written to their reporters, which a reporter who erases their own words keeps.
OF_ANSWERS: Final[tuple[Erase, ...]] = (_forget_answers, _forget_judgements)
# (the person, the moment): what they wrote beside flags. How many texts.
OF_A_PERSON: Final[tuple[Callable[[User, datetime], int], ...]] = (_forget_concerns_of,)
# (the pilot, closed before, the moment): what was closed as long ago as a flag whose texts go; each writes its own
# row of the trail for each thing. How many.
WHEN_OLD: Final[tuple[Callable[[Pilot, datetime, datetime], int], ...]] = (_erase_old_concerns,)
