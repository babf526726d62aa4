"""Handing flags in: a person with a token or a session, or another tool with the token of its channel."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import Throttled
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import chosen_pattern, find_flaggable_pilot
from feedback.actions.flags import Details, HandedIn, hand_in_flag
from feedback.api import examples
from feedback.api.crossing import ChannelAuthentication, Crossing, HasChannel
from feedback.api.flags import CATEGORIES, Limited
from feedback.limits import TooMany, count_through_channel
from feedback.models import Channel, Pattern
from feedback.models.flag import SEVERITY_CHOICES
from feedback.models.reporting import DidInstead, MinutesLost, Reached, Source
from pilots.api.authentication import HasScope, TokenAuthentication
from pilots.api.calls import caller
from pilots.api.idempotency import key_of
from pilots.api.parsers import BatchParser
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Pilot, Segment, UseCase, User
from pilots.models.token import Scope
from pilots.publish import wake

MOST_AT_ONCE: Final = 500
_DETAILS: Final = (
    "prompt",
    "did_instead",
    "minutes_lost",
    "reached",
    "checked_by_rule",
    "needs_answer_now",
    "is_confidential",
    "external_id",
)


class NewFlag(serializers.Serializer[Any]):
    categories = serializers.ListField(child=serializers.ChoiceField(choices=CATEGORIES), min_length=1, max_length=2)
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    output = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")
    what_happened = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    expected = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    use_case = serializers.SlugField(required=False, allow_null=True, default=None)
    tool_version = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    made_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When the output was made: a fix counts from there."
    )
    prompt = serializers.CharField(
        max_length=8000, required=False, allow_blank=True, default="", help_text="What was asked of the tool."
    )
    did_instead = serializers.ChoiceField(DidInstead.choices, required=False, allow_blank=True, default="")
    minutes_lost = serializers.ChoiceField(MinutesLost.choices, required=False, allow_blank=True, default="")
    reached = serializers.ChoiceField(Reached.choices, required=False, allow_blank=True, default="")
    checked_by_rule = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether the output was looked at because a rule says so.",
    )
    needs_answer_now = serializers.BooleanField(required=False, default=False)
    is_confidential = serializers.BooleanField(required=False, default=False)
    segment = serializers.SlugField(required=False, allow_null=True, default=None)
    same_as = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=10**8,
        help_text="Number of an open pattern that it is one of, where the reporter says so.",
    )
    external_id = serializers.CharField(
        max_length=80,
        required=False,
        allow_blank=True,
        default="",
        help_text="Its number in your system; the same one sent twice is one flag.",
    )
    named = serializers.BooleanField(
        required=False, default=True, help_text="False: without your name. The token of a channel never gives one."
    )
    submission = serializers.UUIDField(required=False, help_text="Yours; the same one sent twice is one flag.")


# Made once: what it reads it keeps nothing of, and each new one would copy all its fields.
_ONE: Final = NewFlag()


class Receipt(serializers.Serializer[Any]):
    reference = serializers.CharField()
    token = serializers.CharField(
        allow_blank=True,
        help_text="Of the reporter’s private link; shown here only. "
        "Empty where a record with this `external_id` was sent before in other words.",
    )
    link = serializers.CharField(allow_blank=True, help_text="The private link itself: what became of the flag.")


class HandInView(Crossing, Limited):
    """Anyone signed in flags an output of any pilot (`flag:write` is enough), and a tool with the token of a channel.

    What was sent before is answered with 200 and its receipt.
    """

    authentication_classes = (ChannelAuthentication, TokenAuthentication, SessionAuthentication)
    permission_classes = (HasChannel | IsAuthenticated, HasScope)
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.FLAG}

    @extend_schema(
        request=NewFlag, responses={201: Receipt, 200: Receipt}, operation_id="flag_hand_in", examples=examples.FLAG
    )
    def post(self, request: Request, slug: str) -> Response:
        channel = request.auth if isinstance(request.auth, Channel) else None
        pilot = channel.pilot if channel else find_flaggable_pilot(caller(request), slug)
        if pilot is None:
            raise Http404
        given = _ONE.run_validation(request.data)
        at = now()
        if channel:
            count_calls_of(channel, request)
        else:
            self.count(request, pilot, at)
        said = {"submission": submission_of(request), **given}
        handed = _hand_in(request, pilot, channel, said, use_cases_of(pilot, [given]), at)
        wake_after_flags()
        return Response(receipt_of(handed), 201 if handed.is_new else 200)

    # The key becomes the flag's own id, so that no table ties a nameless flag to who sent it.
    post.takes_idempotency_key = True  # type: ignore[attr-defined]


class NewFlags(serializers.Serializer[Any]):
    flags = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST_AT_ONCE)


class FlagBatch(serializers.Serializer[Any]):
    """As the document shows it; each flag is checked by itself, so that its errors stand at its place."""

    flags = serializers.ListField(child=NewFlag(), min_length=1, max_length=MOST_AT_ONCE)


class BatchReceipt(serializers.Serializer[Any]):
    new = serializers.IntegerField(help_text="How many of them were not there before.")
    receipts = Receipt(many=True, help_text="In the order in which they were sent.")


class FlagBatchView(Crossing, Limited):
    """Up to 500 flags at once, all of them or none. `errors.flags` names each that is at fault by its place from 0."""

    authentication_classes = (ChannelAuthentication,)
    permission_classes = (HasChannel,)
    parser_classes = (BatchParser,)

    @extend_schema(
        request=FlagBatch,
        responses={201: BatchReceipt, 200: BatchReceipt},
        operation_id="flags_hand_in",
        examples=examples.FLAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        channel = request.auth
        assert isinstance(channel, Channel)
        outer = NewFlags(data=request.data)
        outer.is_valid(raise_exception=True)
        rows = _checked(outer.validated_data["flags"])
        count_calls_of(channel, request, flags=len(rows))
        cases, at = use_cases_of(channel.pilot, rows), now()
        handed, errors = list[HandedIn](), dict[str, Any]()
        with transaction.atomic():
            for place, row in enumerate(rows):
                try:
                    said = {"submission": submission_of(request, place), **row}
                    handed.append(_hand_in(request, channel.pilot, channel, said, cases, at))
                except (Refused, serializers.ValidationError) as wrong:
                    errors[str(place)] = _said_of(wrong)
            if errors:
                raise serializers.ValidationError({"flags": errors})
        wake_after_flags()
        new = sum(one.is_new for one in handed)
        answer = {"new": new, "receipts": [receipt_of(one) for one in handed]}
        return Response(answer, 201 if new else 200)

    post.takes_idempotency_key = True  # type: ignore[attr-defined]


def _checked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row, or a refusal that names each that is at fault. One serializer for all: each would copy its fields."""
    read = NewFlag(data=rows, many=True)
    if not read.is_valid():
        raise serializers.ValidationError({"flags": {str(n): wrong for n, wrong in dict(read.errors).items()}})
    valid: list[dict[str, Any]] = read.validated_data
    return valid


def _said_of(wrong: Refused | serializers.ValidationError) -> Any:
    return wrong.detail if isinstance(wrong, serializers.ValidationError) else {wrong.field or "flag": [wrong.message]}


def count_calls_of(channel: Channel, request: Request, *, flags: int = 1) -> None:
    try:
        count_through_channel(request._request, channel, now(), flags=flags)
    except TooMany as full:
        raise Throttled(full.retry_after, "Many flags came through this channel. Send this again later.") from None


def use_cases_of(pilot: Pilot, rows: Iterable[dict[str, Any]]) -> dict[str, UseCase]:
    """Those that are named, by slug; no query where none is."""
    slugs = {row["use_case"] for row in rows if row["use_case"]}
    named = UseCase.objects.filter(pilot=pilot, slug__in=slugs, removed_at=None) if slugs else ()
    return {case.slug: case for case in named}


def wake_after_flags() -> None:
    wake("governance.reevaluate")
    wake("feedback.place_flags")


def receipt_of(handed: HandedIn) -> dict[str, str]:
    link = settings.BASE_URL + reverse("flag_receipt", args=[handed.token]) if handed.token else ""
    return {"reference": handed.flag.reference, "token": handed.token, "link": link}


def _hand_in(
    request: Request,
    pilot: Pilot,
    channel: Channel | None,
    said: dict[str, Any],
    use_cases: dict[str, UseCase],
    at: datetime,
) -> HandedIn:
    """`said`: the fields of NewFlag. A page names itself as the origin of a call, a server does not.

    Who presses a button cannot mend the use case that its page names: there an unknown one is none.
    """
    said = dict(said)
    source = Source.BUTTON if channel and request.headers.get("Origin") else Source.API
    by = None if channel else caller(request)
    details = Details(
        source=source,
        channel=channel,
        segment=_segment(pilot, said.pop("segment")),
        chosen_pattern=_chosen(by, pilot, said.pop("same_as")),
        **{name: said.pop(name) for name in _DETAILS},
    )
    slug = said.pop("use_case")
    if slug and slug not in use_cases and source == Source.API:
        raise serializers.ValidationError({"use_case": ["This pilot has no such use case."]})
    return hand_in_flag(pilot=pilot, use_case=use_cases.get(slug or ""), details=details, by=by, at=at, **said)


def _segment(pilot: Pilot, slug: str | None) -> Segment | None:
    segment = Segment.objects.filter(pilot=pilot, slug=slug, removed_at=None).first() if slug else None
    if slug and segment is None:
        raise serializers.ValidationError({"segment": ["This pilot has no such group."]})
    return segment


def _chosen(by: User | None, pilot: Pilot, number: int | None) -> Pattern | None:
    chosen = chosen_pattern(by, pilot, str(number)) if number else None
    if number and chosen is None:
        raise serializers.ValidationError({"same_as": ["This pilot has no such open pattern."]})
    return chosen


def use_case_of(pilot: Pilot, slug: str | None) -> UseCase | None:
    found = UseCase.objects.filter(pilot=pilot, slug=slug, removed_at=None).first() if slug else None
    if slug and found is None:
        raise serializers.ValidationError({"use_case": ["This pilot has no such use case."]})
    return found


def submission_of(request: Request, place: int | None = None) -> UUID:
    """From the key of the call, so that the same call is the same flag; in a batch each flag has its place."""
    key = key_of(request)
    if not key:
        return uuid4()
    whose = request.auth.pk if isinstance(request.auth, Channel) else caller(request).pk
    said = f"{whose}:{key}" if place is None else f"{whose}:{key}:{place}"
    return UUID(salted_hmac("feedback.api.flag", said, algorithm="sha256").hexdigest()[:32])
