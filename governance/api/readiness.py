"""Readiness for leadership: every gate with what blocks it, what has a date, and what leaders have acknowledged."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.actions.acknowledgements import acknowledge_finding
from governance.api import examples
from governance.models import Acknowledgement, Finding
from governance.reports import dated
from governance.reports import readiness as report
from governance.reports.dated import Dated, Narrowed
from governance.reports.readiness import FindingRow, GateRow, Seen
from pilots.access import require
from pilots.api.calls import caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged, paged_by_place
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.models import PhaseKind, Pilot
from pilots.permissions import Permission

# Stands behind every gate that nothing blocks.
_NEVER = Value("9999-12-31T00:00:00Z", DateTimeField())


class SeenSerializer(serializers.Serializer[Seen]):
    user_id = serializers.UUIDField()
    name = serializers.CharField()
    at = serializers.DateTimeField()
    comment = serializers.CharField()


class OpenFindingSerializer(serializers.Serializer[FindingRow]):
    id = serializers.UUIDField()
    rule = serializers.CharField()
    detail = serializers.CharField()
    state = serializers.CharField()
    not_measured = serializers.BooleanField()
    who = serializers.CharField(help_text="Who can clear it.")
    since = serializers.DateTimeField()
    version = serializers.CharField(help_text="What you acknowledge; it changes with the finding.")
    seen = SeenSerializer(many=True, help_text="Who acknowledged it as it stands.")


class StandingGateSerializer(serializers.Serializer[GateRow]):
    pilot = serializers.CharField(source="gate.pilot.slug")
    gate = serializers.CharField(source="gate.key")
    is_demo = serializers.BooleanField(source="gate.pilot.is_demo")
    standing = serializers.ChoiceField(choices=list(report.STANDINGS.items()), source="state")
    open = serializers.IntegerField(source="open_count")
    oldest = serializers.DateTimeField(allow_null=True, help_text="Since when the oldest has stood.")
    findings = OpenFindingSerializer(many=True, help_text="The oldest few; the gate itself has all.")


class GateFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="pilot__name", lookup_expr="icontains", label="Part of the pilot’s name")
    phase = filters.ChoiceFilter(choices=PhaseKind.choices)
    standing = filters.ChoiceFilter(choices=list(report.STANDINGS.items()), label="How it stands")


class LeadershipCall(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(caller(request), Permission.VIEW_READINESS)


class ReadinessView(ListCall, LeadershipCall):
    filters = GateFilter

    @extend_schema(responses=StandingGateSerializer(many=True), operation_id="readiness_list")
    def get(self, request: Request) -> Response:
        """The gates that pilots stand before and those that lapsed since passing, longest open first."""
        gates = report.oldest_first(report.gates(now(), Narrowed())).select_related("pilot")
        gates = gates.annotate(open_since=Coalesce(F("oldest"), _NEVER))
        rows = self.narrowed(request, gates)
        return paged(
            request, rows, StandingGateSerializer, "open_since", "pk", read=partial(report.gate_rows, at=now())
        )


class CountsSerializer(serializers.Serializer[Any]):
    gates = serializers.IntegerField()
    standings = serializers.DictField(child=serializers.IntegerField(), help_text="Gates by how they stand.")
    dated = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by what they are.")


class ReadinessCountsView(LeadershipCall):
    @extend_schema(responses=CountsSerializer, operation_id="readiness_counts")
    def get(self, request: Request) -> Response:
        at, everything = now(), Narrowed()
        standings = report.standing_counts(at, everything)
        gates = standings.pop("gates")
        seen = dated.overview(at, everything, most=1)
        return Response({"gates": gates, "standings": standings, "dated": seen.counts})


class DatedSerializer(serializers.Serializer[Dated]):
    kind = serializers.CharField()
    id = serializers.UUIDField()
    slug = serializers.CharField(help_text="Of the pilot.")
    gate = serializers.CharField(source="key")
    about = serializers.CharField()
    text = serializers.CharField()
    person = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    is_demo = serializers.BooleanField(help_text="Of a pilot that was made up to show the product.")


class DatedView(ListCall, LeadershipCall):
    @extend_schema(
        responses=DatedSerializer(many=True), operation_id="readiness_dated", parameters=[examples.DATED_KIND]
    )
    def get(self, request: Request, kind: str) -> Response:
        """Waivers in force, conditions, what runs out within 30 days, what was not measured, skipped phases."""
        if kind not in dated.KINDS:
            raise Http404
        return paged_by_place(request, dated.KINDS[kind](now(), Narrowed()), DatedSerializer, read=dated.read)


class AcknowledgementSerializer(serializers.ModelSerializer[Acknowledgement]):
    acknowledged_by = PersonSerializer(read_only=True)
    pilot: serializers.SlugRelatedField[Pilot] = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    gate = serializers.CharField(source="finding.gate.key", read_only=True)

    class Meta:
        model = Acknowledgement
        fields = ("id", "pilot", "gate", "finding", "version", "comment", "acknowledged_at", "acknowledged_by")


class AcknowledgementsView(ListCall, LeadershipCall):
    @extend_schema(responses=AcknowledgementSerializer(many=True), operation_id="acknowledgements_list")
    def get(self, request: Request) -> Response:
        rows = Acknowledgement.objects.select_related("finding__gate", "pilot", "acknowledged_by")
        return paged(request, rows, AcknowledgementSerializer, "-acknowledged_at", "pk")


class Acknowledging(serializers.Serializer[Any]):
    version = serializers.CharField(max_length=64, help_text="Of the finding, as you read it.")
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class AcknowledgeView(APIView):
    @extend_schema(
        request=Acknowledging, responses={201: AcknowledgementSerializer}, operation_id="finding_acknowledge"
    )
    @idempotent
    def post(self, request: Request, finding: UUID) -> Response:
        """You have seen it, by name; it changes nothing else."""
        require(caller(request), Permission.ACKNOWLEDGE)
        found = Finding.objects.select_related("pilot").filter(pk=finding).first()
        if found is None:
            raise Http404
        given = Acknowledging(data=request.data)
        given.is_valid(raise_exception=True)
        seen = acknowledge_finding(finding=found, by=caller(request), at=now(), **given.validated_data)
        return Response(AcknowledgementSerializer(seen).data, 201)
