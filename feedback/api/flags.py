"""Flags: handing in, and what triage does with them."""

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import as_readable, get_flag, get_own_flag
from feedback.actions.reopening import reopen_flag
from feedback.actions.taking_back import take_back_return
from feedback.actions.triage import assess_flag, carry_flag, close_flag, relabel_flag
from feedback.api import examples
from feedback.limits import TooMany, count_hand_in
from feedback.models import Flag, Reply
from feedback.models.flag import SEVERITY_CHOICES
from feedback.taxonomy import CATEGORY_LABELS
from pilots.api.calls import PilotCall, caller
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import Pilot, Segment, UseCase
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

    segment: serializers.SlugRelatedField[Segment] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )
    hides_texts = serializers.BooleanField(
        read_only=True, help_text="Its texts may show what many should not see: empty for all but triage."
    )

    class Meta:
        model = Flag
        fields = (
            "reference",
            "categories",
            "severity",
            "assessed_categories",
            "output",
            "prompt",
            "what_happened",
            "expected",
            "use_case",
            "segment",
            "tool_version",
            "made_at",
            "did_instead",
            "minutes_lost",
            "reached",
            "checked_by_rule",
            "needs_answer_now",
            "is_confidential",
            "hides_texts",
            "source",
            "external_id",
            "known_at",
            "tell_whom",
            "reported_at",
            "pattern",
            "state",
            "assessed_severity",
            "assessment",
            "carry_reason",
            "resolution",
            "answer",
            "erased_at",
            "version",
        )


class FlagFilter(filters.FilterSet):
    category = filters.ChoiceFilter(choices=CATEGORIES, method="of_category", label="One of its categories")

    class Meta:
        model = Flag
        fields = ("state", "severity", "assessed_severity", "source")

    def of_category(self, rows: Any, name: str, value: str) -> Any:
        return rows.of_category(value)


class FlagsView(ListCall, PilotCall):
    filters = FlagFilter
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS}

    @extend_schema(responses=FlagSerializer(many=True), operation_id="flags_list")
    def get(self, request: Request, slug: str) -> Response:
        with_names = Flag.objects.filter(pilot=self.pilot).select_related("use_case", "segment", "pattern", "pilot")
        rows = self.narrowed(request, with_names)
        read = partial(as_readable, caller(request))
        return paged(request, rows, FlagSerializer, "-reported_at", "pk", read=read)


class Limited(APIView):
    """Counted as on the pages: a full count answers 429."""

    is_limited = True

    def count(self, request: Request, pilot: Pilot, at: datetime) -> None:
        try:
            count_hand_in(request._request, pilot.pk, at)
        except TooMany as full:
            raise Throttled(full.retry_after, "Many flags came from you. Send this one again later.") from None


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
        (shown,) = as_readable(caller(request), [self.flag])
        return Response(FlagSerializer(shown).data)


class Versioned(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The version that you read.")


class Assessment(Versioned):
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class Labels(Versioned):
    categories = serializers.ListField(child=serializers.ChoiceField(choices=CATEGORIES), min_length=1, max_length=2)


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


class FlagRelabelView(FlagCall):
    @extend_schema(request=Labels, responses=FlagSerializer, operation_id="flag_relabel")
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """What is wrong, as triage sees it; what the reporter chose stays in `categories`."""
        given = Labels(data=request.data)
        given.is_valid(raise_exception=True)
        return self.answer(relabel_flag(flag=self.flag, by=caller(request), at=now(), **given.validated_data))


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


class ReplySerializer(serializers.ModelSerializer[Reply]):
    class Meta:
        model = Reply
        fields = ("step", "text", "words", "role", "told_at")


class OwnFlag(serializers.ModelSerializer[Flag]):
    pilot: serializers.SlugRelatedField[Pilot] = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    replies = ReplySerializer(many=True, read_only=True, help_text="What you were told, step by step.")

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
            "replies",
            "erased_at",
        )


class OwnFlagsView(ListCall):
    @extend_schema(responses=OwnFlag(many=True), operation_id="my_flags_list")
    def get(self, request: Request) -> Response:
        """What became of the flags that you handed in by name."""
        rows = Flag.objects.reported_by(caller(request)).select_related("pilot").prefetch_related("replies")
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


class OwnFlagTakeBackView(APIView):
    @extend_schema(request=None, responses=OwnFlag, operation_id="my_flag_return_take_back")
    def post(self, request: Request, reference: str) -> Response:
        """It did not come back after all: within an hour, while nobody works on it."""
        flag = take_back_return(flag=get_own_flag(caller(request), reference), at=now())
        wake("governance.reevaluate")
        return Response(OwnFlag(flag).data)
