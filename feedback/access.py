"""The doors to flags: who may hand one in, who reads it, and the private link of a reporter without a name."""

import hashlib
import re
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.crypto import salted_hmac

from feedback.models import Barrier, Concern, Drill, DrillGap, Escalation, Flag, Pattern, SensitiveRole
from feedback.taxonomy import Category
from pilots.access import can, get_pilot, require
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
    pilot = Pilot.objects.filter(slug=slug).first()
    return pilot if pilot is not None and may_hand_in(user, pilot) else None


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


def may_read_words(user: User | AnonymousUser, flag: Flag) -> bool:
    """What somebody says of their own work is read by triage and by who answers concerns, not by every lead."""
    if Category.FIT not in flag.categories:
        return True
    return can(user, Permission.TRIAGE_FLAGS, flag.pilot) or can(user, Permission.ANSWER_CONCERNS, flag.pilot)


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


def get_escalation(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> Escalation:
    pilot = get_pilot(user, slug, permission)
    rows = Escalation.objects.select_related("flag__reporter", "flag__use_case", "answered_by")
    found = rows.filter(pilot=pilot, pk=key).first()
    if found is None:
        raise Http404("No such escalation in this pilot.")
    found.pilot = found.flag.pilot = pilot
    return found


def get_concern(user: User | AnonymousUser, slug: str, key: UUID) -> Concern:
    """For who answers concerns here, and who was named to answer this one; 403 for everybody else in the pilot."""
    pilot = get_pilot(user, slug)
    people = ("raiser", "flag", "segment", "named", "decided_by", "changed_pattern", "changed_use_case")
    found = Concern.objects.filter(pilot=pilot, pk=key).select_related(*people).first()
    if found is None or found.named_id != user.pk:
        require(user, Permission.ANSWER_CONCERNS, pilot)
    if found is None:
        raise Http404("No such concern in this pilot.")
    found.pilot = pilot
    return found


def get_concern_by_link(token: str) -> Concern:
    found = None
    if LINK_TOKEN.fullmatch(token):
        people = ("pilot", "segment", "changed_pattern", "changed_use_case")
        found = Concern.objects.filter(link_hash=hash_of(token)).select_related(*people).first()
    if found is None:
        raise Http404("No concern has this link.")
    return found


def get_barrier(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> Barrier:
    pilot = get_pilot(user, slug, permission)
    found = Barrier.objects.filter(pilot=pilot, pk=key).select_related("segment", "owner").first()
    if found is None:
        raise Http404("No such barrier in this pilot.")
    found.pilot = pilot
    return found


def get_sensitive_role(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> SensitiveRole:
    pilot = get_pilot(user, slug, permission)
    found = SensitiveRole.objects.filter(pilot=pilot, pk=key).first()
    if found is None:
        raise Http404("No such role in this pilot.")
    found.pilot = pilot
    return found


def get_drill(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> Drill:
    pilot = get_pilot(user, slug, permission)
    people = ("flag", "planned_by", "started_by", "ended_by")
    found = Drill.objects.filter(pilot=pilot, pk=key).select_related(*people).first()
    if found is None:
        raise Http404("No such drill in this pilot.")
    found.pilot = pilot
    return found


def get_gap(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> DrillGap:
    pilot = get_pilot(user, slug, permission)
    found = DrillGap.objects.filter(pilot=pilot, pk=key).select_related("drill", "owner").first()
    if found is None:
        raise Http404("No such gap in this pilot.")
    found.pilot = pilot
    return found
