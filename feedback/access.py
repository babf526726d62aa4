"""The doors to flags: who may hand one in, who reads it, and the private link of a reporter without a name."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import salted_hmac

from feedback.models import (
    Attachment,
    Barrier,
    Channel,
    ChannelToken,
    Concern,
    Correction,
    Drill,
    DrillGap,
    Escalation,
    Flag,
    Pattern,
    Publication,
    Review,
    ReviewItem,
    SensitiveRole,
)
from pilots.access import can, get_pilot, require, row_of
from pilots.models import Pilot, User
from pilots.permissions import Permission
from pilots.plain_text import whole_number

_OF_A_RECEIPT = ("pilot", "use_case", "segment", "pattern", "pattern__owner")
LINK_TOKEN = re.compile(r"[0-9a-f]{48}")
CHANNEL_PREFIX = "rf_"
CHANNEL_TOKEN = re.compile(rf"{CHANNEL_PREFIX}[0-9a-f]{{32}}")
_SEEN_EVERY = timedelta(minutes=1)


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


def may_read(user: User | AnonymousUser, flag: Flag) -> bool:
    """The texts of a flag that it is right to show many: to all who view flags. Of the others only triage reads them,
    and what somebody says of their own work who answers concerns."""
    if not flag.hides_texts or can(user, Permission.TRIAGE_FLAGS, flag.pilot):
        return True
    return flag.is_about_work and can(user, Permission.ANSWER_CONCERNS, flag.pilot)


TEXTS = ("output", "prompt", "what_happened", "expected", "recurrence")


def as_readable(user: User | AnonymousUser, flags: Sequence[Flag]) -> Sequence[Flag]:
    """For who shows them all as they are: empty texts where the reader may not have them. Never to be saved."""
    for flag in flags:
        if not may_read(user, flag):
            for name in TEXTS:
                setattr(flag, name, "")
    return flags


def patterns_offered(user: User | AnonymousUser | None, pilot: Pilot) -> QuerySet[Pattern]:
    """Open patterns that a reporter may be told of. A title that no person gave quotes another reporter, so that only
    who is signed in reads it; and a pattern with a flag that hides its texts is named to nobody."""
    found = Pattern.objects.filter(pilot=pilot).undecided().hiding_nothing()
    return found if user is not None and user.is_authenticated else found.filter(is_renamed=True)


def chosen_pattern(user: User | AnonymousUser | None, pilot: Pilot, number: str) -> Pattern | None:
    """The one that a reporter chose of those they were shown; None when it is not offered, or not any more."""
    return patterns_offered(user, pilot).filter(number=whole_number(number)).first()


def draft_owner(user: User | AnonymousUser) -> str:
    """Tells a browser's drafts of one person from another's, and nobody who it is."""
    if not user.is_authenticated:
        return ""
    return salted_hmac("feedback.flag.draft", str(user.pk), algorithm="sha256").hexdigest()[:16]


def find_published_pilot(user: User | AnonymousUser, slug: str) -> Pilot | None:
    """None means the same to a visitor whether the page is not for everybody, not published or of no pilot."""
    return published_pilots(user).filter(slug=slug).first()


def published_pilots(user: User | AnonymousUser) -> QuerySet[Pilot]:
    """Those whose published page this person may read."""
    allowed = [access for access in Pilot.PageAccess if may_read_pages(user, access)]
    return Pilot.objects.filter(Exists(_publications()), page_access__in=allowed)


def _publications() -> QuerySet[Publication]:
    return Publication.objects.filter(pilot=OuterRef("pk"))


def find_pilot_to_ask(user: User | AnonymousUser, slug: str) -> Pilot | None:
    """For what says which uses are open: whoever reads the published page, and whoever is in the pilot."""
    pilot = Pilot.objects.filter(slug=slug).annotate(is_published=Exists(_publications())).first()
    if pilot is None:
        return None
    reads_page = pilot.is_published and may_read_pages(user, pilot.page_access)
    return pilot if reads_page or can(user, Permission.VIEW_PILOT, pilot) else None


def may_read_pages(user: User | AnonymousUser, access: str) -> bool:
    signed_in = isinstance(user, User) and user.is_active
    return access == Pilot.PageAccess.ANYONE or (signed_in and access == Pilot.PageAccess.SIGNED_IN)


def page_url(user: User | AnonymousUser, pilot: Pilot) -> str:
    """Of the published page, for who may read it; nothing else says whether there is one."""
    if not may_read_pages(user, pilot.page_access):
        return ""
    there = Publication.objects.filter(pilot=pilot).exists()
    return reverse("published", args=[pilot.slug]) if there else ""


def get_flag(user: User | AnonymousUser, slug: str, reference: str, permission: Permission) -> Flag:
    """A pilot's flag for its team: 404 for who may not see the pilot, NotAllowed for who may and not do this."""
    decided = ("relabelled_by", "assessed_by", "carried_by", "closed_by")
    rows = Flag.objects.select_related("reporter", "use_case", "segment", "channel", "pattern", *decided)
    return row_of(get_pilot(user, slug, permission), "flag", rows, reference=reference)


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


def get_attachment(flag: Flag, file: UUID) -> Attachment:
    """One of a flag that the caller has checked; 404 for one of another flag, or whose file is gone."""
    found = Attachment.objects.filter(flag=flag, pk=file, gone="").first()
    if found is None:
        raise Http404("No such file, or it is not there any more.")
    return found


def get_pattern(user: User | AnonymousUser, slug: str, number: int, permission: Permission) -> Pattern:
    """A pilot's pattern for its team; the number of one that was merged finds the one it went up in."""
    rows = Pattern.objects.select_related("owner", "merged_into", "carried_by")
    return row_of(get_pilot(user, slug, permission), "pattern", rows, number=number)


def get_channel(user: User | AnonymousUser, slug: str, channel_id: UUID) -> Channel:
    """A pilot's channel for who manages them."""
    return row_of(get_pilot(user, slug, Permission.MANAGE_CHANNELS), "channel", Channel.objects.all(), pk=channel_id)


def find_channel(plain: str) -> Channel | None:
    """The channel that this token opens now, with its pilot."""
    if not CHANNEL_TOKEN.fullmatch(plain):
        return None
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=Now() - _SEEN_EVERY)
    valid = ChannelToken.objects.valid(Now()).annotate(is_stale=stale).filter(token_hash=hash_of(plain))
    token = valid.select_related("channel__pilot").first()
    if token is None:
        return None
    if token.is_stale:  # at most once a minute, so that a busy tool does not write with every flag
        ChannelToken.objects.filter(stale, pk=token.pk).update(last_used_at=Now())
    return token.channel


def origins_of(slug: str) -> set[str]:
    """The pages that may hand in flags of a pilot: all that can be asked before a token is sent."""
    tokens = ChannelToken.objects.valid(Now()).filter(pilot__slug=slug)
    return {origin for origins in tokens.values_list("channel__origins", flat=True) for origin in origins}


def get_review(user: User | AnonymousUser, slug: str, number: int, permission: Permission) -> Review:
    rows = Review.objects.select_related("chair", "opened_by", "closed_by")
    return row_of(get_pilot(user, slug, permission), "review", rows, number=number)


def get_review_item(
    user: User | AnonymousUser, slug: str, number: int, position: int, permission: Permission
) -> ReviewItem:
    review = get_review(user, slug, number, permission)
    item = review.items.filter(position=position).select_related("pattern__owner", "pilot").first()
    if item is None:
        raise Http404("No such item in this review.")
    item.review, item.pilot = review, review.pilot
    if item.pattern is not None:
        item.pattern.pilot = review.pilot
    return item


def get_correction(user: User | AnonymousUser, slug: str, number: int, permission: Permission) -> Correction:
    rows = Correction.objects.select_related("owner", "opened_by", "planned_by", "done_by", "pattern", "flag")
    return row_of(get_pilot(user, slug, permission), "correction", rows, number=number)


def get_escalation(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> Escalation:
    rows = Escalation.objects.select_related("flag__reporter", "flag__use_case", "answered_by")
    found = row_of(get_pilot(user, slug, permission), "escalation", rows, pk=key)
    found.flag.pilot = found.pilot
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
    rows = Barrier.objects.select_related("segment", "owner")
    return row_of(get_pilot(user, slug, permission), "barrier", rows, pk=key)


def get_sensitive_role(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> SensitiveRole:
    return row_of(get_pilot(user, slug, permission), "role", SensitiveRole.objects.all(), pk=key)


def get_drill(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> Drill:
    rows = Drill.objects.select_related("flag", "planned_by", "started_by", "ended_by")
    return row_of(get_pilot(user, slug, permission), "drill", rows, pk=key)


def get_gap(user: User | AnonymousUser, slug: str, key: UUID, permission: Permission) -> DrillGap:
    rows = DrillGap.objects.select_related("drill", "owner")
    return row_of(get_pilot(user, slug, permission), "gap", rows, pk=key)
