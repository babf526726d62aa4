"""Correcting what already went out."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import get_correction, get_flag, get_pattern
from feedback.actions.corrections import finish_correction, note_told, open_correction, plan_correction
from feedback.api.flags import Versioned
from feedback.api.reviews import person_called
from feedback.models import Correction, CorrectionNotice
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake


class NoticeSerializer(serializers.ModelSerializer[CorrectionNotice]):
    class Meta:
        model = CorrectionNotice
        fields = ("told", "how", "told_at", "told_by")


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    pattern = serializers.IntegerField(source="pattern.number", default=None, read_only=True)
    flag = serializers.CharField(source="flag.reference", default=None, read_only=True)
    notices = NoticeSerializer(many=True, read_only=True)

    class Meta:
        model = Correction
        fields = (
            "number",
            "pattern",
            "flag",
            "is_drill",
            "severity",
            "went_out",
            "audience",
            "owner",
            "opened_at",
            "opened_by",
            "due_at",
            "planned_at",
            "plan_reason",
            "done_at",
            "done_by",
            "what_was_done",
            "notices",
            "version",
        )


class NewCorrection(serializers.Serializer[Any]):
    pattern = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)
    flag = serializers.SlugField(required=False, allow_null=True, default=None, help_text="Its reference.")
    went_out = serializers.CharField(max_length=4000)
    audience = serializers.ChoiceField(choices=Correction.Audience.choices)
    owner = serializers.UUIDField(help_text="Somebody who works on the pilot.")


class Telling(serializers.Serializer[Any]):
    told = serializers.CharField(max_length=200, help_text="Groups and roles rather than names.")
    how = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    told_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Planning(Versioned):
    owner = serializers.UUIDField()
    due_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=4000)


class Finishing(Versioned):
    what_was_done = serializers.CharField(max_length=4000)


class CorrectionsView(ListCall, PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS, "POST": Permission.CORRECT_OUTPUT}

    @extend_schema(responses=CorrectionSerializer(many=True), operation_id="corrections_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Correction.objects.filter(pilot=self.pilot).select_related("pattern", "flag")
        return paged(request, rows.prefetch_related("notices"), CorrectionSerializer, "-number")

    @extend_schema(request=NewCorrection, responses={201: CorrectionSerializer}, operation_id="correction_open")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Of a pattern or of one flag; by when follows from its severity."""
        given = NewCorrection(data=request.data)
        given.is_valid(raise_exception=True)
        said, who = dict(given.validated_data), caller(request)
        if said["pattern"] is not None:
            said["pattern"] = get_pattern(who, slug, said["pattern"], Permission.VIEW_FLAGS)
        if said["flag"] is not None:
            said["flag"] = get_flag(who, slug, said["flag"], Permission.VIEW_FLAGS)
        said["owner"] = person_called(self.pilot, said["owner"], "owner")
        made = open_correction(pilot=self.pilot, by=who, at=now(), **said)
        wake("governance.reevaluate")
        return Response(CorrectionSerializer(made).data, 201)


class CorrectionCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS, "POST": Permission.CORRECT_OUTPUT}

    def correction(self, request: Request, number: int) -> Correction:
        return get_correction(caller(request), self.pilot.slug, number, Permission.VIEW_FLAGS)

    def answer(self, correction: Correction) -> Response:
        wake("governance.reevaluate")
        return Response(CorrectionSerializer(correction).data)


class CorrectionView(CorrectionCall):
    @extend_schema(responses=CorrectionSerializer, operation_id="correction_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(CorrectionSerializer(self.correction(request, number)).data)


class CorrectionTellView(CorrectionCall):
    @extend_schema(request=Telling, responses=CorrectionSerializer, operation_id="correction_tell")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Somebody whom it had reached knows now."""
        given, found = Telling(data=request.data), self.correction(request, number)
        given.is_valid(raise_exception=True)
        note_told(correction=found, by=caller(request), at=now(), **given.validated_data)
        return self.answer(found)


class CorrectionPlanView(CorrectionCall):
    @extend_schema(request=Planning, responses=CorrectionSerializer, operation_id="correction_plan")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Another person or another time than was promised."""
        given, found = Planning(data=request.data), self.correction(request, number)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        said["owner"] = person_called(self.pilot, said["owner"], "owner")
        return self.answer(plan_correction(correction=found, by=caller(request), at=now(), **said))


class CorrectionFinishView(CorrectionCall):
    @extend_schema(request=Finishing, responses=CorrectionSerializer, operation_id="correction_finish")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Refused as long as nobody was told of what left the team."""
        given, found = Finishing(data=request.data), self.correction(request, number)
        given.is_valid(raise_exception=True)
        return self.answer(finish_correction(correction=found, by=caller(request), at=now(), **given.validated_data))
