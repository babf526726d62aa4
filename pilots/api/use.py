"""Amount of use: days as JSON or as a file."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.use import MOST_IN_A_DAY, DayOfUse, record_use
from pilots.actions.use_files import read_use_file
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.pages import ListCall, paged
from pilots.api.parsers import PlainMultiPartParser
from pilots.clock import now
from pilots.imports import MOST_BYTES, Checked
from pilots.models import Segment, Use, UseCase
from pilots.models.use import LONGEST_VERSION
from pilots.permissions import Permission

MOST_DAYS = 1000


class UseSerializer(serializers.ModelSerializer[Use]):
    use_case: serializers.SlugRelatedField[UseCase] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )

    segment: serializers.SlugRelatedField[Segment] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = Use
        fields = ("day", "use_case", "segment", "tool_version", "outputs", "active_users", "source", "recorded_at")


class DayFields(serializers.Serializer[Any]):
    day = serializers.DateField()
    use_case = serializers.SlugField(
        required=False, allow_null=True, default=None, help_text="Null: all use cases together."
    )
    segment = serializers.SlugField(
        required=False, allow_null=True, default=None, help_text="Instead of a use case: the day of one segment."
    )
    tool_version = serializers.CharField(
        max_length=LONGEST_VERSION,
        required=False,
        allow_blank=True,
        default="",
        help_text="Instead of a use case: the day of one version of the tool, as flags name it.",
    )
    outputs = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_IN_A_DAY
    )
    active_users = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_IN_A_DAY
    )


class Days(serializers.Serializer[Any]):
    days = serializers.ListField(child=DayFields(), min_length=1, max_length=MOST_DAYS)


class RecordedDays(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    replaced = serializers.IntegerField(help_text="Had another value before; the history keeps both.")
    unchanged = serializers.IntegerField()


class UseFilter(filters.FilterSet):
    first = filters.DateFilter(field_name="day", lookup_expr="gte", label="From this day on")
    last = filters.DateFilter(field_name="day", lookup_expr="lte", label="Up to this day")

    class Meta:
        model = Use
        fields = ("source",)


class UseView(ListCall, PilotCall):
    filters = UseFilter
    permissions: ClassVar[dict[str, Permission]] = {"PUT": Permission.RECORD_USE}

    @extend_schema(responses=UseSerializer(many=True), operation_id="use_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = self.narrowed(request, Use.objects.filter(pilot=self.pilot).select_related("use_case", "segment"))
        return paged(request, rows, UseSerializer, "-day", "pk")

    @extend_schema(request=Days, responses=RecordedDays, operation_id="use_record", examples=examples.USE)
    def put(self, request: Request, slug: str) -> Response:
        """A batch of days, all or nothing. A later value for a day replaces the earlier; sent again nothing changes."""
        given = Days(data=request.data)
        given.is_valid(raise_exception=True)
        cases = {case.slug: case for case in UseCase.objects.filter(pilot=self.pilot, removed_at__isnull=True)}
        segments = {one.slug: one for one in Segment.objects.filter(pilot=self.pilot, removed_at__isnull=True)}
        rows = given.validated_data["days"]
        _require_known(rows, "use_case", cases, "use case")
        _require_known(rows, "segment", segments, "segment")
        parts = [{"use_case": cases.get(row["use_case"]), "segment": segments.get(row["segment"])} for row in rows]
        days = [DayOfUse(**row | part) for row, part in zip(rows, parts, strict=True)]
        done = record_use(pilot=self.pilot, days=days, source=Use.Source.API, by=caller(request), at=now())
        return Response(RecordedDays(done).data)


def _require_known(rows: list[dict[str, Any]], name: str, known: Mapping[str, object], what: str) -> None:
    unknown = {row[name] for row in rows} - known.keys() - {None}
    if unknown:
        said = ", ".join(sorted(unknown))
        raise serializers.ValidationError({"days": [f"This pilot has no such {what}: {said}."]})


class FileFields(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="CSV or XLSX, at most 10 MB, as multipart/form-data.")


class ProblemOfFile(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.CharField()


class FileCall(PilotCall):
    """Takes one table; what is wrong with it is answered line by line with 422, and nothing of it is kept."""

    parser_classes: ClassVar[list[Any]] = [PlainMultiPartParser]  # type: ignore[misc]

    def content(self, request: Request, given: type[serializers.Serializer[Any]] = FileFields) -> Any:
        """The fields beside the file, with `content` in its place."""
        read = given(data=request.data)
        read.is_valid(raise_exception=True)
        fields = dict(read.validated_data)
        file = fields.pop("file")
        if file.size > MOST_BYTES:
            raise serializers.ValidationError({"file": ["At most 10 MB."]})
        return {**fields, "content": file.read()}

    def refused(self, checked: Checked) -> Response:
        problems = [ProblemOfFile(problem).data for problem in checked.problems]
        body = {
            "type": "urn:rolloutgov:problem:file_refused",
            "title": "Refused",
            "status": 422,
            "detail": f"Nothing was kept: {checked.wrong} cells or lines of the file cannot be.",
            "problems": problems,
        }
        return Response(body, 422, content_type="application/problem+json")


class UseImportView(FileCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.RECORD_USE}

    @extend_schema(request={"multipart/form-data": FileFields}, responses=RecordedDays, operation_id="use_import")
    def post(self, request: Request, slug: str) -> Response:
        """As on the page: the same template, all or nothing."""
        at = now()
        checked, days = read_use_file(pilot=self.pilot, content=self.content(request)["content"], at=at)
        if not checked.is_good:
            return self.refused(checked)
        done = record_use(pilot=self.pilot, days=days, source=Use.Source.FILE, by=caller(request), at=at)
        return Response(RecordedDays(done).data)
