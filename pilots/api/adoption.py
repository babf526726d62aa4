"""Who of all eligible people uses a tool at a stage, and a stage that is closed."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.closing import LONGEST_LESSON, close_stage
from pilots.adoption.export import adoption_rows
from pilots.adoption.page import adoption_of, chosen_of, stages_run
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.clock import now
from pilots.models import ForecastScore
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.stages import get_stage


class AdoptionWeekSerializer(serializers.Serializer[Any]):
    week = serializers.DateField(help_text="Its Monday.")
    segment = serializers.SlugField(allow_null=True, help_text="Null: all eligible people.")
    state = serializers.CharField(
        help_text="`measured`, `not measured`, or `not enough data`: then no number is given."
    )
    eligible = serializers.IntegerField(allow_null=True)
    licensed = serializers.IntegerField(allow_null=True)
    tried = serializers.IntegerField(allow_null=True)
    active = serializers.IntegerField(allow_null=True)
    habitual = serializers.IntegerField(allow_null=True)


class AdoptionSerializer(serializers.Serializer[Any]):
    stage = serializers.IntegerField(allow_null=True, help_text="Null: none was opened.")
    finding = serializers.CharField(allow_blank=True)
    low = serializers.FloatField(
        allow_null=True, help_text="80 % interval of the share that will ever try it; null: too early to tell."
    )
    high = serializers.FloatField(allow_null=True)
    target = serializers.FloatField(allow_null=True, help_text="What the stage’s criterion on habitual use asks for.")
    alarm_week = serializers.IntegerField(allow_null=True, help_text="When the target was first out of reach.")
    weeks = AdoptionWeekSerializer(many=True)


class AdoptionView(PilotCall):
    @extend_schema(
        responses=AdoptionSerializer,
        operation_id="adoption_read",
        parameters=[OpenApiParameter("stage", int, description="The newest one if not said.")],
    )
    def get(self, request: Request, slug: str) -> Response:
        """By week and segment, of the readings that count."""
        stage = chosen_of(stages_run(self.pilot), request.query_params.get("stage", ""))
        if stage is None:
            nothing = dict.fromkeys(("stage", "low", "high", "target", "alarm_week"))
            return Response(nothing | {"finding": "", "weeks": []})
        shown = adoption_of(stage, now())
        low, high = shown.ceiling or (None, None)
        said = {"stage": stage.number, "finding": shown.finding, "low": low, "high": high, "target": shown.target}
        rows = AdoptionWeekSerializer(list(adoption_rows(shown.table)), many=True)
        return Response(said | {"alarm_week": shown.alarm, "weeks": rows.data})


class ForecastScoreSerializer(serializers.ModelSerializer[ForecastScore]):
    of = serializers.CharField(source="figure.of", read_only=True)
    beat_naive = serializers.BooleanField(
        read_only=True, allow_null=True, help_text="Null: the demonstration had no such figure."
    )

    class Meta:
        model = ForecastScore
        fields = (
            *("of", "actual", "actual_n", "actual_people", "held80", "held95", "interval80", "interval95"),
            *("crps", "naive_crps", "beat_naive", "pit", "miss", "notes", "scored_at"),
        )


class ClosedStageSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    closed_at = serializers.DateTimeField()
    lesson = serializers.CharField()
    scores = ForecastScoreSerializer(many=True)


class CloseFields(serializers.Serializer[Any]):
    lesson = serializers.CharField(max_length=LONGEST_LESSON, help_text="What the next stage or pilot does otherwise.")


class StageCloseView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.DECIDE_PILOT}

    @extend_schema(
        request=CloseFields,
        responses=ClosedStageSerializer,
        operation_id="stage_close",
        examples=examples.STAGE_CLOSE,
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Final: its locked forecast is scored against what the readings say now."""
        given = CloseFields(data=request.data)
        given.is_valid(raise_exception=True)
        stage = get_stage(self.pilot, number)
        closed = close_stage(stage=stage, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        scores = ForecastScore.objects.filter(figure__forecast=closed.forecast).select_related("figure")
        said = {"number": closed.number, "closed_at": closed.closed_at, "lesson": closed.lesson, "scores": scores}
        return Response(ClosedStageSerializer(said).data)
