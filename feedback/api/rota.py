"""Who is on triage in which week, and how fast."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.actions.rota import clocks_of, set_clocks, set_rota
from feedback.api.reviews import person_called
from feedback.models import TriageClocks, TriageWeek
from pilots.api.calls import PilotCall, caller
from pilots.clock import now
from pilots.permissions import Permission

RUNNING: dict[str, Permission] = {"GET": Permission.VIEW_FLAGS, "PUT": Permission.RUN_REVIEWS}


class WeekSerializer(serializers.ModelSerializer[TriageWeek]):
    class Meta:
        model = TriageWeek
        fields = ("monday", "person", "cover")


class Week(serializers.Serializer[Any]):
    monday = serializers.DateField()
    person = serializers.UUIDField(allow_null=True, help_text="null empties the week.")
    cover = serializers.UUIDField(required=False, allow_null=True, default=None)


class Weeks(serializers.Serializer[Any]):
    weeks = serializers.ListField(child=Week(), min_length=1, max_length=60)


class ClocksSerializer(serializers.Serializer[Any]):
    read_hours = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=1000),
        min_length=5,
        max_length=5,
        help_text="Working hours until somebody looks, for severity 0 to 4.",
    )
    correct_hours = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=1000),
        min_length=5,
        max_length=5,
        help_text="Hours until what went out is corrected, for severity 0 to 4.",
    )
    procedure = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(min_value=0, help_text="The version that you read; 0 where none is set.")


class TriageRotaView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = RUNNING

    @extend_schema(responses=WeekSerializer(many=True), operation_id="triage_rota_read")
    def get(self, request: Request, slug: str) -> Response:
        """The newest sixty weeks that were set."""
        weeks = TriageWeek.objects.filter(pilot=self.pilot).order_by("-monday")[:60]
        return Response(WeekSerializer(weeks, many=True).data)

    @extend_schema(request=Weeks, responses=WeekSerializer(many=True), operation_id="triage_rota_set")
    def put(self, request: Request, slug: str) -> Response:
        """The weeks given; others stay as they are."""
        given = Weeks(data=request.data)
        given.is_valid(raise_exception=True)
        weeks = {
            week["monday"]: tuple(
                None if week[name] is None else person_called(self.pilot, week[name], name)
                for name in ("person", "cover")
            )
            for week in given.validated_data["weeks"]
        }
        made = set_rota(pilot=self.pilot, weeks=weeks, by=caller(request), at=now())  # type: ignore[arg-type]
        return Response(WeekSerializer(made, many=True).data)


class TriageClocksView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = RUNNING

    @extend_schema(responses=ClocksSerializer, operation_id="triage_clocks_read")
    def get(self, request: Request, slug: str) -> Response:
        return self.answer()

    @extend_schema(request=ClocksSerializer, responses=ClocksSerializer, operation_id="triage_clocks_set")
    def put(self, request: Request, slug: str) -> Response:
        """Faster than the promise, never slower."""
        given = ClocksSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        set_clocks(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        return self.answer()

    def answer(self) -> Response:
        held, clocks = TriageClocks.objects.filter(pilot=self.pilot).first(), clocks_of(self.pilot)
        return Response(
            {
                "read_hours": list(clocks.read_hours),
                "correct_hours": list(clocks.correct_hours),
                "procedure": held.procedure if held else "",
                "version": held.version if held else 0,
            }
        )
