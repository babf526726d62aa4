"""Stages of the rollout: read, planned, changed, given their criteria, forecast, locked."""

from typing import Any, ClassVar, Final

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.forecasts import ask_forecast
from pilots.actions.stages import (
    LONGEST_NAME,
    LONGEST_WHY,
    MOST_DAYS,
    MOST_USERS,
    Bound,
    Planned,
    edit_stage,
    lock_stage,
    plan_stage,
    set_criteria,
)
from pilots.api.calls import PilotCall, caller
from pilots.api.forecasts import ForecastSerializer
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.models import Criterion, Stage, StageCell
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.stages import get_stage, stages_of

MOST_CELLS: Final = 1000
MOST_CRITERIA: Final = len(Criterion.Metric) * len(Criterion.Purpose)


class StageCellSerializer(serializers.ModelSerializer[StageCell]):
    use_case = serializers.SlugField(source="cell.use_case.slug")
    segment = serializers.SlugField(source="cell.segment.slug")

    class Meta:
        model = StageCell
        fields = ("cell", "use_case", "segment")


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields = ("metric", "purpose", "side", "bound")


class StageSerializer(serializers.ModelSerializer[Stage]):
    cells = StageCellSerializer(many=True, read_only=True)
    criteria = CriterionSerializer(many=True, read_only=True)
    forecast = serializers.IntegerField(
        source="forecast.number", default=None, allow_null=True, help_text="The number of the one locked with it."
    )
    criteria_locked_by = PersonSerializer(read_only=True, allow_null=True)
    opened_by = PersonSerializer(read_only=True, allow_null=True)
    closed_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Stage
        fields = (
            *("number", "name", "state", "because", "users_planned", "days", "cells", "criteria", "forecast"),
            *("criteria_locked_at", "criteria_locked_by", "opened_at", "opened_by", "halted_at"),
            *("closed_at", "closed_by", "lesson", "version"),
        )


class StagePlanned(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    cells = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_CELLS,
        help_text="Ids of cells, as the design has them.",
    )
    because = serializers.CharField(max_length=LONGEST_WHY, help_text="Why these, and why now.")
    users_planned = serializers.IntegerField(
        min_value=1, max_value=MOST_USERS, required=False, allow_null=True, default=None
    )
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False, allow_null=True, default=None)


class StageChanged(StagePlanned):
    version = serializers.IntegerField(help_text="The one that you read; another since then answers 409.")


class StageBound(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(choices=Criterion.Metric.choices)
    purpose = serializers.ChoiceField(choices=Criterion.Purpose.choices)
    bound = serializers.FloatField(help_text="Shares and incidents between 0 and 1, minutes as they are.")


class StageCriteria(serializers.Serializer[Any]):
    criteria = serializers.ListField(child=StageBound(), max_length=MOST_CRITERIA)
    version = serializers.IntegerField(help_text="The one that you read; another since then answers 409.")


class StageFilter(filters.FilterSet):
    class Meta:
        model = Stage
        fields = ("state",)


class StageCall(PilotCall):
    def stage(self, number: int) -> Stage:
        return get_stage(self.pilot, number)

    def whole(self, number: int, status: int = 200) -> Response:
        wake("governance.reevaluate")
        return Response(StageSerializer(self.stage(number)).data, status)


class StagesView(ListCall, StageCall):
    filters = StageFilter
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.EDIT_EVIDENCE}

    @extend_schema(responses=StageSerializer(many=True), operation_id="stage_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, self.narrowed(request, stages_of(self.pilot)), StageSerializer, "number")

    @extend_schema(request=StagePlanned, responses={201: StageSerializer}, operation_id="stage_plan")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """The next one: a set of cells that no other stage has."""
        given = StagePlanned(data=request.data)
        given.is_valid(raise_exception=True)
        planned = Planned(**given.validated_data)
        return self.whole(plan_stage(pilot=self.pilot, planned=planned, by=caller(request), at=now()).number, 201)


class StageView(StageCall):
    permissions: ClassVar[dict[str, Permission]] = {"PUT": Permission.EDIT_EVIDENCE}

    @extend_schema(responses=StageSerializer, operation_id="stage_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(StageSerializer(self.stage(number)).data)

    @extend_schema(request=StageChanged, responses=StageSerializer, operation_id="stage_edit")
    def put(self, request: Request, slug: str, number: int) -> Response:
        """While it is not locked."""
        found, given = self.stage(number), StageChanged(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        version = said.pop("version")
        edit_stage(stage=found, planned=Planned(**said), by=caller(request), at=now(), version=version)
        return self.whole(number)


class StageCriteriaView(StageCall):
    permissions: ClassVar[dict[str, Permission]] = {"PUT": Permission.EDIT_EVIDENCE}
    field_names: ClassVar[dict[str, str]] = {
        f"{metric}_{purpose}": "criteria" for metric in Criterion.Metric for purpose in Criterion.Purpose
    }

    @extend_schema(request=StageCriteria, responses=StageSerializer, operation_id="stage_criteria_set")
    def put(self, request: Request, slug: str, number: int) -> Response:
        """All of them anew, while the stage is not locked. Which side of a bound is good, the metric says."""
        found, given = self.stage(number), StageCriteria(data=request.data)
        given.is_valid(raise_exception=True)
        criteria = [Bound(**row) for row in given.validated_data["criteria"]]
        version = given.validated_data["version"]
        set_criteria(stage=found, criteria=criteria, by=caller(request), at=now(), version=version)
        return self.whole(number)


class StageForecastView(StageCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.EDIT_EVIDENCE}

    @extend_schema(request=None, responses={202: ForecastSerializer}, operation_id="stage_forecast_ask")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Of its cells alone, worked out in the background as any forecast."""
        asked = ask_forecast(pilot=self.pilot, by=caller(request), at=now(), stage=self.stage(number).number)
        wake("pilots.work_out_forecasts")
        return Response(ForecastSerializer(asked).data, 202)


class StageLockView(StageCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.LOCK_FORECAST}

    @extend_schema(request=None, responses=StageSerializer, operation_id="stage_lock")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Final: with its cells, its criteria and its locked forecast."""
        lock_stage(stage=self.stage(number), by=caller(request), at=now())
        return self.whole(number)
