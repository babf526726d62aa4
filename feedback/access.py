"""The doors to flags: who may hand one in, who reads it, and the private link of a reporter without a name."""

import hashlib
import re

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.crypto import salted_hmac

from feedback.models import Flag, Pattern
from pilots.access import get_pilot
from pilots.models import Pilot, User
from pilots.permissions import Permission

_OF_A_RECEIPT = ("pilot", "use_case", "pattern", "pattern__owner")
LINK_TOKEN = re.compile(r"[0-9a-f]{48}")


def link_token(pilot: Pilot, submission: object) -> str:
    """192 bits that only the server can work out again: the same hand-in, sent twice, shows the same link twice."""
    return salted_hmac("feedback.flag.link", f"{pilot.pk}:{submission}", algorithm="sha256").hexdigest()[:48]


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def may_hand_in(user: User | AnonymousUser, pilot: Pilot) -> bool:
    """Anyone who is signed in; anyone at all where the pilot has a public link."""
    signed_in = isinstance(user, User) and user.is_active
    return signed_in or pilot.flag_access == Pilot.FlagAccess.PUBLIC


def find_flaggable_pilot(user: User | AnonymousUser, slug: str) -> Pilot | None:
    """None means the same to a visitor whether the pilot is not public or does not exist."""
    try:
        pilot = Pilot.objects.get(slug=slug)
    except Pilot.DoesNotExist:
        return None
    return pilot if may_hand_in(user, pilot) else None


def flaggable_pilots(user: User | AnonymousUser) -> QuerySet[Pilot]:
    """Those to choose from. A pilot that ended without a rollout is left out, though its form still takes flags."""
    rolled_out = (Pilot.Outcome.ROLLED_OUT, Pilot.Outcome.ROLLED_OUT_IN_PART)
    pilots = Pilot.objects.exclude(Q(state=Pilot.State.ENDED) & ~Q(outcome__in=rolled_out))
    return pilots if user.is_authenticated else pilots.filter(flag_access=Pilot.FlagAccess.PUBLIC)


def get_flag(user: User | AnonymousUser, slug: str, reference: str, permission: Permission) -> Flag:
    """A pilot's flag for its team: 404 for who may not see the pilot, NotAllowed for who may and not do this."""
    pilot = get_pilot(user, slug, permission)
    people = ("reporter", "use_case", "pattern", "assessed_by", "carried_by", "closed_by")
    flag = Flag.objects.filter(pilot=pilot, reference=reference).select_related(*people).first()
    if flag is None:
        raise Http404("No such flag in this pilot.")
    flag.pilot = pilot
    return flag


def get_own_flag(user: User, reference: str) -> Flag:
    flag = Flag.objects.filter(reporter=user, reference=reference).select_related(*_OF_A_RECEIPT).first()
    if flag is None:
        raise Http404("No such flag, or it is not yours.")
    return flag


def get_flag_by_link(token: str) -> Flag:
    flag = None
    if LINK_TOKEN.fullmatch(token):
        flag = Flag.objects.filter(link_hash=hash_of(token)).select_related(*_OF_A_RECEIPT).first()
    if flag is None:
        raise Http404("No flag has this link.")
    return flag


def get_pattern(user: User | AnonymousUser, slug: str, number: int, permission: Permission) -> Pattern:
    """A pilot's pattern for its team; the number of one that was merged finds the one it went up in."""
    pilot = get_pilot(user, slug, permission)
    pattern = Pattern.objects.filter(pilot=pilot, number=number).select_related("owner", "merged_into").first()
    if pattern is None:
        raise Http404("No such pattern in this pilot.")
    pattern.pilot = pilot
    return pattern
