"""The workload: the grid of use cases × segments with its tasks a month, as JSON or as a file."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.workload import MOST_TASKS, count_tasks
from pilots.actions.workload_files import MOST_AT_ONCE, import_workload
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.parsers import BatchParser
from pilots.api.scope import SegmentSerializer, UseCaseSerializer
from pilots.api.use import FileCall, FileFields
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.workload import Pair, Workload, workload_of


class WorkloadCell(serializers.Serializer[Any]):
    use_case = serializers.SlugField(source="use_case.slug")
    segment = serializers.SlugField(source="segment.slug")
    tasks_a_month = serializers.IntegerField(source="tasks", allow_null=True, help_text="Null: nobody counted.")


class WorkloadSerializer(serializers.Serializer[Any]):
    tasks_a_month = serializers.IntegerField(
        source="whole.tasks", allow_null=True, help_text="Of all that is counted; null: none of it is."
    )
    uncounted = serializers.IntegerField(source="whole.uncounted", help_text="Cells that nobody counted.")
    cells = WorkloadCell(source="squares", many=True)
    use_cases = serializers.SerializerMethodField()
    segments = serializers.SerializerMethodField()

    @extend_schema_field(UseCaseSerializer(many=True))
    def get_use_cases(self, grid: Workload) -> Any:
        return UseCaseSerializer([row.use_case for row in grid.rows], many=True).data

    @extend_schema_field(SegmentSerializer(many=True))
    def get_segments(self, grid: Workload) -> Any:
        return SegmentSerializer([segment for segment, _ in grid.columns], many=True).data


class Count(serializers.Serializer[Any]):
    use_case = serializers.SlugField()
    segment = serializers.SlugField()
    tasks_a_month = serializers.IntegerField(
        min_value=0, max_value=MOST_TASKS, allow_null=True, help_text="Null: nobody counted, which is not none."
    )
    seen = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_TASKS,
        help_text="What you read there; another count since then answers 409. Left out: whatever stands is replaced.",
    )


class Counts(serializers.Serializer[Any]):
    counts = serializers.ListField(child=Count(), min_length=1, max_length=MOST_AT_ONCE)


class ReadFile(serializers.Serializer[Any]):
    """What an import comes to."""

    counted = serializers.SerializerMethodField(help_text="Cells whose count changed.")
    described = serializers.IntegerField(help_text="Use cases and segments of which it says something else.")
    use_cases = serializers.ListField(child=serializers.CharField(), help_text="Names of those that it added.")
    segments = serializers.ListField(child=serializers.CharField(), help_text="Names of those that it added.")

    def get_counted(self, done: Any) -> int:
        return len(done.counts)


class WorkloadView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"PUT": Permission.EDIT_EVIDENCE}
    parser_classes = (BatchParser,)

    @extend_schema(responses=WorkloadSerializer, operation_id="workload")
    def get(self, request: Request, slug: str) -> Response:
        """Every use case × segment with its tasks a month, and what is said of both."""
        return Response(WorkloadSerializer(workload_of(self.pilot)).data)

    @extend_schema(
        request=Counts, responses=WorkloadSerializer, operation_id="workload_count", examples=examples.COUNTS
    )
    def put(self, request: Request, slug: str) -> Response:
        """Many cells, all or nothing; those left out stay."""
        given = Counts(data=request.data)
        given.is_valid(raise_exception=True)
        rows = given.validated_data["counts"]
        pairs = _pairs(rows, workload_of(self.pilot))
        count_tasks(
            pilot=self.pilot,
            by=caller(request),
            at=now(),
            counts={pair: row["tasks_a_month"] for pair, row in zip(pairs, rows, strict=True)},
            seen={pair: row["seen"] for pair, row in zip(pairs, rows, strict=True) if "seen" in row},
        )
        wake("governance.reevaluate")
        return Response(WorkloadSerializer(workload_of(self.pilot)).data)


def _pairs(rows: list[dict[str, Any]], grid: Workload) -> list[Pair]:
    sides = {"use case": {one.use_case.slug for one in grid.rows}, "segment": {one.slug for one, _ in grid.columns}}
    for what, known in sides.items():
        _require_known({row[what.replace(" ", "_")] for row in rows} - known, what)
    there = {square.key: square.pair for square in grid.squares}
    pairs = [there[f"{row['use_case']}:{row['segment']}"] for row in rows]
    if len(set(pairs)) < len(pairs):
        raise serializers.ValidationError({"counts": ["It counts one cell more than once."]})
    return pairs


def _require_known(unknown: set[str], what: str) -> None:
    if unknown:
        raise serializers.ValidationError({"counts": [f"This pilot has no such {what}: {', '.join(sorted(unknown))}."]})


class WorkloadImportView(FileCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.EDIT_EVIDENCE}

    @extend_schema(request={"multipart/form-data": FileFields}, responses=ReadFile, operation_id="workload_import")
    def post(self, request: Request, slug: str) -> Response:
        """As on the page: the same template, all or nothing, and the same file twice changes nothing."""
        content = self.content(request)["content"]
        checked, done = import_workload(pilot=self.pilot, by=caller(request), at=now(), content=content)
        if done is None:
            return self.refused(checked)
        wake("governance.reevaluate")
        return Response(ReadFile(done).data)
