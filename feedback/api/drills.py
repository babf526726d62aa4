"""Rehearsals and the gaps that they show."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import get_drill, get_gap
from feedback.actions import drills as acts
from feedback.api.flags import Versioned
from feedback.api.people import person_of
from feedback.models import Drill, DrillGap
from feedback.models.drill import LONGEST
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import paged
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake


class GapSerializer(serializers.ModelSerializer[DrillGap]):
    class Meta:
        model = DrillGap
        fields = ("id", "drill", "what", "owner", "due_on", "note", "closed_at", "version")


class DrillSerializer(serializers.ModelSerializer[Drill]):
    flag: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    gaps = GapSerializer(many=True, read_only=True)
    took_part = serializers.SlugRelatedField(  # type: ignore[var-annotated]
        source="parts", slug_field="person_id", many=True, read_only=True
    )

    class Meta:
        model = Drill
        fields = (
            *("id", "kind", "scenario", "planned_for", "state", "phase", "flag", "started_at", "ended_at"),
            *("account", "took_part", "gaps", "version"),
        )


class NewDrill(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Drill.Kind.choices)
    scenario = serializers.CharField(max_length=LONGEST)
    planned_for = serializers.DateField()


class DrillsView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.RUN_DRILLS}

    @extend_schema(responses=DrillSerializer(many=True), operation_id="drills_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Drill.objects.filter(pilot=self.pilot).select_related("flag").prefetch_related("parts", "gaps")
        return paged(request, rows, DrillSerializer, "-planned_for", "pk")

    @extend_schema(request=NewDrill, responses={201: DrillSerializer}, operation_id="drill_plan")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewDrill(data=request.data)
        given.is_valid(raise_exception=True)
        drill = acts.plan_drill(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        return Response(DrillSerializer(drill).data, 201)


class DrillView(PilotCall):
    @extend_schema(responses=DrillSerializer, operation_id="drill_read")
    def get(self, request: Request, slug: str, drill: UUID) -> Response:
        return Response(DrillSerializer(get_drill(caller(request), slug, drill, Permission.VIEW_PILOT)).data)


class DrillCall(PilotCall):
    drill: Drill
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.RUN_DRILLS}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.drill = get_drill(caller(request), kwargs["slug"], kwargs["drill"], Permission.RUN_DRILLS)

    def carry_out(self, request: Request, action: Callable[..., object], status: int = 200, **how: Any) -> Response:
        action(drill=self.drill, by=caller(request), at=now(), **how)
        wake("governance.reevaluate")
        found = get_drill(caller(request), self.pilot.slug, self.drill.pk, Permission.VIEW_PILOT)
        return Response(DrillSerializer(found).data, status)


class DrillStartView(DrillCall):
    @extend_schema(request=Versioned, responses=DrillSerializer, operation_id="drill_start")
    def post(self, request: Request, slug: str, drill: UUID) -> Response:
        given = Versioned(data=request.data)
        given.is_valid(raise_exception=True)
        return self.carry_out(request, acts.start_drill, **given.validated_data)


class DrillEnd(Versioned):
    account = serializers.CharField(max_length=LONGEST)
    took_part = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)


class DrillEndView(DrillCall):
    @extend_schema(request=DrillEnd, responses=DrillSerializer, operation_id="drill_end")
    def post(self, request: Request, slug: str, drill: UUID) -> Response:
        given = DrillEnd(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        data["took_part"] = [person_of(self.pilot, key, "took_part") for key in data["took_part"]]
        return self.carry_out(request, acts.end_drill, **data)


class DrillOff(Versioned):
    reason = serializers.CharField(max_length=LONGEST)


class DrillCallOffView(DrillCall):
    @extend_schema(request=DrillOff, responses=DrillSerializer, operation_id="drill_call_off")
    def post(self, request: Request, slug: str, drill: UUID) -> Response:
        given = DrillOff(data=request.data)
        given.is_valid(raise_exception=True)
        return self.carry_out(request, acts.call_off_drill, **given.validated_data)


class NewGap(serializers.Serializer[Any]):
    what = serializers.CharField(max_length=LONGEST)
    owner = serializers.UUIDField(required=False, allow_null=True, default=None)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class DrillGapsView(DrillCall):
    @extend_schema(request=NewGap, responses={201: DrillSerializer}, operation_id="drill_gap_add")
    @idempotent
    def post(self, request: Request, slug: str, drill: UUID) -> Response:
        given = NewGap(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        if data["owner"]:
            data["owner"] = person_of(self.pilot, data["owner"], "owner")
        return self.carry_out(request, acts.find_gap, 201, **data)


class GapCall(PilotCall):
    gap: DrillGap
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.RUN_DRILLS}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.gap = get_gap(caller(request), kwargs["slug"], kwargs["gap"], Permission.RUN_DRILLS)


class GapOwner(Versioned):
    owner = serializers.UUIDField()
    due_on = serializers.DateField()


class DrillGapOwnView(GapCall):
    @extend_schema(request=GapOwner, responses=GapSerializer, operation_id="drill_gap_own")
    def post(self, request: Request, slug: str, gap: UUID) -> Response:
        given = GapOwner(data=request.data)
        given.is_valid(raise_exception=True)
        data = {**given.validated_data, "owner": person_of(self.pilot, given.validated_data["owner"], "owner")}
        owned = acts.own_gap(gap=self.gap, by=caller(request), at=now(), **data)
        wake("governance.reevaluate")
        return Response(GapSerializer(owned).data)


class GapEnd(Versioned):
    note = serializers.CharField(max_length=LONGEST)


class DrillGapCloseView(GapCall):
    @extend_schema(request=GapEnd, responses=GapSerializer, operation_id="drill_gap_close")
    def post(self, request: Request, slug: str, gap: UUID) -> Response:
        given = GapEnd(data=request.data)
        given.is_valid(raise_exception=True)
        closed = acts.close_gap(gap=self.gap, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(GapSerializer(closed).data)
