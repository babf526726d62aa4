"""Flags: handing in, and what triage does with them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.crypto import salted_hmac
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import find_flaggable_pilot, get_flag, get_own_flag
from feedback.actions.flags import hand_in_flag, reopen_flag
from feedback.actions.triage import assess_flag, carry_flag, close_flag
from feedback.api import examples
from feedback.limits import TooMany, count_hand_in
from feedback.models import Flag
from feedback.models.flag import SEVERITY_CHOICES
from feedback.taxonomy import CATEGORY_LABELS
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import key_of
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import Pilot, UseCase
from pilots.models.token import Scope
from pilots.permissions import Permission
from pilots.publish import wake

CATEGORIES = [(code.value, label) for code, label in CATEGORY_LABELS.items()]


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """Without its reporter: nobody's name stands on a list of reports."""

    use_case: serializers.SlugRelatedField[UseCase] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )

    pattern = serializers.IntegerField(
        source="pattern.number", read_only=True, default=None, help_text="Number of the pattern that it is in."
    )

    class Meta:
        model = Flag
        fields = (
            "reference",
            "categories",
            "severity",
            "output",
            "what_happened",
            "expected",
            "use_case",
            "tool_version",
            "made_at",
            "reported_at",
            "pattern",
            "state",
            "assessed_severity",
            "assessment",
            "carry_reason",
            "resolution",
            "answer",
            "version",
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
    named = serializers.BooleanField(required=False, default=True, help_text="False: without your name.")
    submission = serializers.UUIDField(required=False, help_text="Yours; the same one sent twice is one flag.")


class Receipt(serializers.Serializer[Any]):
    reference = serializers.CharField()
    token = serializers.CharField(help_text="Of the reporter’s private link; shown here only.")


class FlagFilter(filters.FilterSet):
    category = filters.ChoiceFilter(choices=CATEGORIES, method="of_category", label="One of its categories")

    class Meta:
        model = Flag
        fields = ("state", "severity", "assessed_severity")

    def of_category(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(categories__contains=[value])


class FlagsView(ListCall, PilotCall):
    filters = FlagFilter
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS}

    @extend_schema(responses=FlagSerializer(many=True), operation_id="flags_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = self.narrowed(request, Flag.objects.filter(pilot=self.pilot).select_related("use_case", "pattern"))
        return paged(request, rows, FlagSerializer, "-reported_at", "pk")


class Limited(APIView):
    """Counted as on the pages: a full count answers 429."""

    is_limited = True

    def count(self, request: Request, pilot: Pilot, at: datetime) -> None:
        try:
            count_hand_in(request._request, pilot.pk, at)
        except TooMany as full:
            raise Throttled(full.retry_after, "Many flags came from you. Send this one again later.") from None


class HandInView(Limited):
    """Anyone signed in flags an output of any pilot; the scope `flag:write` is enough."""

    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.FLAG}

    @extend_schema(request=NewFlag, responses={201: Receipt}, operation_id="flag_hand_in", examples=examples.FLAG)
    def post(self, request: Request, slug: str) -> Response:
        pilot = find_flaggable_pilot(caller(request), slug)
        if pilot is None:
            raise Http404
        given = NewFlag(data=request.data)
        given.is_valid(raise_exception=True)
        at = now()
        self.count(request, pilot, at)
        said = {"submission": _submission(request), **given.validated_data}
        name = said.pop("use_case")
        if name:
            said["use_case"] = UseCase.objects.filter(pilot=pilot, slug=name, removed_at=None).first()
            if said["use_case"] is None:
                raise serializers.ValidationError({"use_case": ["This pilot has no such use case."]})
        handed = hand_in_flag(pilot=pilot, by=caller(request), at=at, **said)
        wake("governance.reevaluate")
        wake("feedback.place_flags")
        return Response(Receipt({"reference": handed.flag.reference, "token": handed.token}).data, 201)

    # The key becomes the flag's own id, so that no table ties a nameless flag to who sent it.
    post.takes_idempotency_key = True  # type: ignore[attr-defined]


def _submission(request: Request) -> UUID:
    key = key_of(request)
    if not key:
        return uuid4()
    said = f"{caller(request).pk}:{key}"
    return UUID(salted_hmac("feedback.api.flag", said, algorithm="sha256").hexdigest()[:32])


class FlagCall(PilotCall):
    flag: Flag
    permissions: ClassVar[dict[str, Permission]] = {
        "GET": Permission.VIEW_FLAGS,
        "POST": Permission.TRIAGE_FLAGS,
    }

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.flag = get_flag(caller(request), kwargs["slug"], kwargs["reference"], Permission.VIEW_FLAGS)

    def answer(self, flag: Flag) -> Response:
        wake("governance.reevaluate")
        return Response(FlagSerializer(flag).data)


class FlagView(FlagCall):
    @extend_schema(responses=FlagSerializer, operation_id="flag_read")
    def get(self, request: Request, slug: str, reference: str) -> Response:
        return Response(FlagSerializer(self.flag).data)


class Versioned(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The version that you read.")


class Assessment(Versioned):
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class Closing(Versioned):
    resolution = serializers.ChoiceField(choices=Flag.Resolution.choices)
    answer = serializers.CharField(max_length=4000, help_text="What the reporter is told.")


class Carrying(Versioned):
    reason = serializers.CharField(max_length=4000)


class FlagAssessView(FlagCall):
    @extend_schema(
        request=Assessment, responses=FlagSerializer, operation_id="flag_assess", examples=examples.ASSESSMENT
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        given = Assessment(data=request.data)
        given.is_valid(raise_exception=True)
        return self.answer(assess_flag(flag=self.flag, by=caller(request), at=now(), **given.validated_data))


class FlagCloseView(FlagCall):
    @extend_schema(request=Closing, responses=FlagSerializer, operation_id="flag_close")
    def post(self, request: Request, slug: str, reference: str) -> Response:
        given = Closing(data=request.data)
        given.is_valid(raise_exception=True)
        return self.answer(close_flag(flag=self.flag, by=caller(request), at=now(), **given.validated_data))


class FlagCarryView(FlagCall):
    @extend_schema(request=Carrying, responses=FlagSerializer, operation_id="flag_carry")
    def post(self, request: Request, slug: str, reference: str) -> Response:
        given = Carrying(data=request.data)
        given.is_valid(raise_exception=True)
        return self.answer(carry_flag(flag=self.flag, by=caller(request), at=now(), **given.validated_data))


class OwnFlag(serializers.ModelSerializer[Flag]):
    pilot: serializers.SlugRelatedField[Pilot] = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Flag
        fields = (
            "reference",
            "pilot",
            "reported_at",
            "state",
            "assessed_severity",
            "assessment",
            "resolution",
            "answer",
        )


class OwnFlagsView(ListCall):
    @extend_schema(responses=OwnFlag(many=True), operation_id="my_flags_list")
    def get(self, request: Request) -> Response:
        """What became of the flags that you handed in by name."""
        rows = Flag.objects.reported_by(caller(request)).select_related("pilot")
        return paged(request, rows, OwnFlag, "-reported_at", "pk")


class OwnFlagView(APIView):
    @extend_schema(responses=OwnFlag, operation_id="my_flag_read")
    def get(self, request: Request, reference: str) -> Response:
        return Response(OwnFlag(get_own_flag(caller(request), reference)).data)


class Recurrence(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class OwnFlagReopenView(Limited):
    @extend_schema(request=Recurrence, responses=OwnFlag, operation_id="my_flag_reopen")
    def post(self, request: Request, reference: str) -> Response:
        """It came back after it was closed."""
        flag = get_own_flag(caller(request), reference)
        given = Recurrence(data=request.data)
        given.is_valid(raise_exception=True)
        at = now()
        self.count(request, flag.pilot, at)
        opened = reopen_flag(flag=flag, at=at, **given.validated_data)
        wake("governance.reevaluate")
        return Response(OwnFlag(opened).data)
