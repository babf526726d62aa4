"""Evidence in batches: sent as a file, looked through in the background, withdrawn."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.access import row_of
from pilots.actions.batches import match_columns, receive_batch, withdraw_batch
from pilots.actions.importing import percent_done
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.pages import ListCall, paged
from pilots.api.parsers import EvidenceParser
from pilots.api.pilots import Reason
from pilots.api.use import ProblemOfFile
from pilots.clock import now
from pilots.models import Batch, Method, PhaseKind, Stake
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.stats.metrics.suppression import LEAST


class BatchSerializer(serializers.ModelSerializer[Batch]):
    people = serializers.SerializerMethodField(help_text="Null: fewer than ten.")
    digest = serializers.SerializerMethodField(help_text="SHA-256 of the file; empty where it says what people think.")
    percent = serializers.SerializerMethodField(help_text="How far it is, while it is under way.")

    class Meta:
        model = Batch
        fields = (
            *("number", "kind", "title", "state", "percent", "phase", "method", "measured_by", "stake"),
            *("had_consequences", "note", "is_synthetic", "digest", "rows", "people", "first_day", "last_day"),
            *("wrong", "notes", "uploaded_at", "imported_at", "withdrawn_at", "withdrawn_because"),
        )

    def get_people(self, batch: Batch) -> int | None:
        return batch.people if batch.people >= LEAST else None

    def get_digest(self, batch: Batch) -> str:
        return "" if batch.is_personal else batch.digest

    def get_percent(self, batch: Batch) -> int:
        return percent_done(batch) if batch.is_under_way else 100


class BatchWithProblems(BatchSerializer):
    problems = serializers.SerializerMethodField(help_text="The first of them, for who sent the file; `wrong` counts.")

    class Meta(BatchSerializer.Meta):
        fields = (*BatchSerializer.Meta.fields, "problems")  # type: ignore[assignment]

    @extend_schema_field(ProblemOfFile(many=True))
    def get_problems(self, batch: Batch) -> Any:
        mine = batch.uploaded_by_id == caller(self.context["request"]).pk
        return batch.problems if mine else [{**problem, "value": ""} for problem in batch.problems]


class BatchFields(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="CSV of at most 400 MB or XLSX of at most 25 MB, as multipart/form-data.")
    kind = serializers.ChoiceField(choices=Batch.Kind.choices, default=Batch.Kind.OBSERVATIONS)
    title = serializers.CharField(max_length=120)
    phase = serializers.ChoiceField(choices=PhaseKind.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    measured_by = serializers.CharField(max_length=120)
    stake = serializers.ChoiceField(choices=Stake.choices)
    had_consequences = serializers.BooleanField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class MappingFields(serializers.Serializer[Any]):
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=40),
        help_text="Each column of the file to one of ours, or to an empty text to leave it out.",
    )


class BatchFilter(filters.FilterSet):
    class Meta:
        model = Batch
        fields = ("kind", "state", "phase")


class BatchesView(ListCall, PilotCall):
    filters = BatchFilter
    parser_classes: ClassVar[list[Any]] = [EvidenceParser]  # type: ignore[misc]
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.IMPORT_EVIDENCE}

    @extend_schema(responses=BatchSerializer(many=True), operation_id="batch_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(
            request, self.narrowed(request, Batch.objects.filter(pilot=self.pilot)), BatchSerializer, "-number"
        )

    @extend_schema(
        request={"multipart/form-data": BatchFields}, responses={202: BatchSerializer}, operation_id="batch_receive"
    )
    def post(self, request: Request, slug: str) -> Response:
        """Taken, and looked through in the background: ask for the batch until its state is `imported` or `refused`.

        All of it counts or none does; the same file twice is refused. In the state `mapping` its columns are to be
        matched first.
        """
        read = BatchFields(data=request.data)
        read.is_valid(raise_exception=True)
        fields = dict(read.validated_data)
        file, kind = fields.pop("file"), fields.pop("kind")
        batch = receive_batch(
            pilot=self.pilot,
            kind=kind,
            fields=fields,
            content=file.chunks(),
            file_name=file.name,
            source=Batch.Source.API,
            by=caller(request),
            at=now(),
        )
        wake("pilots.import_batches")
        return Response(BatchSerializer(batch).data, 202)


class _OneBatch(PilotCall):
    def batch(self, number: int) -> Batch:
        return row_of(self.pilot, "batch", Batch.objects.all(), number=number)

    def answer(self, request: Request, batch: Batch) -> Response:
        return Response(BatchWithProblems(batch, context={"request": request}).data)


class BatchView(_OneBatch):
    @extend_schema(responses=BatchWithProblems, operation_id="batch_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return self.answer(request, self.batch(number))


class BatchMatchView(_OneBatch):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.IMPORT_EVIDENCE}

    @extend_schema(
        request=MappingFields, responses=BatchWithProblems, operation_id="batch_match", examples=examples.BATCH_MATCH
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        given = MappingFields(data=request.data)
        given.is_valid(raise_exception=True)
        mapping = given.validated_data["mapping"]
        batch = match_columns(batch=self.batch(number), mapping=mapping, by=caller(request), at=now())
        wake("pilots.import_batches")
        return self.answer(request, batch)


class BatchWithdrawView(_OneBatch):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.IMPORT_EVIDENCE}

    @extend_schema(
        request=Reason, responses=BatchWithProblems, operation_id="batch_withdraw", examples=examples.WITHDRAW
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        given = Reason(data=request.data)
        given.is_valid(raise_exception=True)
        batch = withdraw_batch(batch=self.batch(number), by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return self.answer(request, batch)
