"""Weekly readings of a stage: as JSON or as a file, and which weeks are measured."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.reading_files import MOST, MOST_COST, MOST_MINUTES, read_reading_file, whole_row
from pilots.actions.readings import record_readings
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.use import FileCall, FileFields, RecordedDays
from pilots.clock import now
from pilots.models import Segment, Stage, UseCase
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.readings import KINDS, Week, get_kind, weeks_of
from pilots.stages import get_stage

MOST_READINGS = 1000


class WeekOfStageSerializer(serializers.Serializer[Week]):
    week = serializers.DateField(source="monday", help_text="Its Monday.")
    is_measured = serializers.BooleanField()
    segments = serializers.ListField(child=serializers.CharField(), help_text="Whose use was read.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Whose use was not.")
    has_outcomes = serializers.BooleanField()
    people = serializers.IntegerField(allow_null=True, help_text="Null: fewer than ten.")
    tasks = serializers.IntegerField(allow_null=True, help_text="Null: of fewer than ten people.")
    corrected = serializers.IntegerField()


class Whole(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST, **kwargs)


class OfAWeek(serializers.Serializer[Any]):
    week = serializers.DateField(help_text="Its Monday.")
    segment = serializers.SlugField()


class UseOfAWeek(OfAWeek):
    site = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    eligible = Whole()
    licensed = Whole()
    tried = Whole()
    active = Whole()
    habitual = Whole()
    incidents = Whole(required=False, default=0)
    cost = serializers.FloatField(required=False, allow_null=True, default=None, min_value=0, max_value=MOST_COST)


class OutcomesOfAWeek(OfAWeek):
    use_case = serializers.SlugField()
    person = serializers.CharField(max_length=80, help_text="A pseudonym, never a name.")
    team = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    tasks = serializers.IntegerField(min_value=1, max_value=MOST)
    done_well = Whole(required=False, allow_null=True, default=None)
    overridden = Whole(required=False, allow_null=True, default=None)
    out_of_scope = Whole(required=False, allow_null=True, default=None)
    incidents = Whole(required=False, allow_null=True, default=None)
    minutes_saved = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-MOST_MINUTES, max_value=MOST_MINUTES
    )


class UseReadings(serializers.Serializer[Any]):
    readings = serializers.ListField(child=UseOfAWeek(), min_length=1, max_length=MOST_READINGS)


class OutcomeReadings(serializers.Serializer[Any]):
    readings = serializers.ListField(child=OutcomesOfAWeek(), min_length=1, max_length=MOST_READINGS)


class StageCall(PilotCall):
    def stage(self, number: int) -> Stage:
        found = get_stage(self.pilot, number)
        found.pilot = self.pilot
        return found


class StageReadingsView(StageCall):
    @extend_schema(responses=WeekOfStageSerializer(many=True), operation_id="stage_readings_list")
    def get(self, request: Request, slug: str, number: int) -> Response:
        """Every week since it opened, the newest first; none shows what one person’s tasks came to."""
        weeks: Any = weeks_of(self.stage(number), now().date())
        return Response(WeekOfStageSerializer(weeks, many=True).data)


class _Recording(StageCall):
    permissions: ClassVar[dict[str, Permission]] = {"PUT": Permission.IMPORT_EVIDENCE}

    def record(self, request: Request, number: int, kind: str, given: serializers.Serializer[Any]) -> Response:
        given.is_valid(raise_exception=True)
        parts = {"segment": _by_slug(Segment, self.pilot), "use_case": _by_slug(UseCase, self.pilot)}
        rows = [
            whole_row(KINDS[kind], {name: _known(parts, name, value) for name, value in row.items()})
            for row in given.validated_data["readings"]
        ]
        done = record_readings(stage=self.stage(number), kind=KINDS[kind], rows=rows, by=caller(request), at=now())
        wake("pilots.look_at_stages")
        return Response(RecordedDays(done).data)


def _by_slug(model: Any, pilot: Any) -> dict[str, Any]:
    return {one.slug: one for one in model.objects.filter(pilot=pilot, removed_at__isnull=True)}


def _known(parts: dict[str, dict[str, Any]], name: str, value: Any) -> Any:
    if name not in parts:
        return value
    if value not in parts[name]:
        what = name.replace("_", " ")
        raise serializers.ValidationError({"readings": [f"This pilot has no such {what}: {value}."]})
    return parts[name][value]


class UseReadingsView(_Recording):
    @extend_schema(
        request=UseReadings,
        responses=RecordedDays,
        operation_id="use_readings_record",
        examples=examples.USE_READINGS,
    )
    def put(self, request: Request, slug: str, number: int) -> Response:
        """Of all people of a segment, all or nothing. A later reading of a week replaces the earlier, which is kept."""
        return self.record(request, number, "use", UseReadings(data=request.data))


class OutcomeReadingsView(_Recording):
    @extend_schema(
        request=OutcomeReadings,
        responses=RecordedDays,
        operation_id="outcome_readings_record",
        examples=examples.OUTCOME_READINGS,
    )
    def put(self, request: Request, slug: str, number: int) -> Response:
        """Of one person, use case and week each, all or nothing. Nothing shows them person by person."""
        return self.record(request, number, "outcomes", OutcomeReadings(data=request.data))


class ReadingsImportView(FileCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.IMPORT_EVIDENCE}

    @extend_schema(request={"multipart/form-data": FileFields}, responses=RecordedDays, operation_id="readings_import")
    def post(self, request: Request, slug: str, number: int, kind: str) -> Response:
        """As on the page: the same template, `use` or `outcomes`, all or nothing."""
        at, chosen, stage = now(), get_kind(kind), get_stage(self.pilot, number)
        stage.pilot = self.pilot
        content = self.content(request)["content"]
        checked, rows = read_reading_file(stage=stage, kind=chosen, content=content, at=at)
        if not checked.is_good:
            return self.refused(checked)
        done = record_readings(stage=stage, kind=chosen, rows=rows, by=caller(request), at=at)
        wake("pilots.look_at_stages")
        return Response(RecordedDays(done).data)
