"""What was measured, as pages and files show it: of fewer than ten people nothing but that there is not enough data."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.api.calls import PilotCall
from pilots.api.pages import ListCall, paged
from pilots.measured import words
from pilots.measured.coverage import IN_WORDS, Square, counts, coverage_of
from pilots.measured.findings import covers
from pilots.models import Figure


class FigureSerializer(serializers.ModelSerializer[Figure]):
    name = serializers.SerializerMethodField()
    question = serializers.SerializerMethodField(help_text="What it answers.")
    unit = serializers.SerializerMethodField()
    trap = serializers.SerializerMethodField(help_text="How it misleads.")
    part = serializers.CharField(help_text="Of which rows: empty for all, or one of a pair, as `unsupported`.")
    use_case = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, help_text="Null: all of them.")
    segment = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, help_text="Null: all of them.")
    state = serializers.SerializerMethodField(
        help_text="`measured`, `not measured`, or `not enough data`: then no number is given, nor its days."
    )
    is_recalled = serializers.BooleanField(help_text="It rests on what people recalled.")
    is_held = serializers.BooleanField(help_text="Newer rows exist that concern one to nine people.")
    # As arrays of the model's choices they would be enumerations of their own.
    methods = serializers.ListField(child=serializers.CharField())
    stakes = serializers.ListField(child=serializers.CharField())
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval, as `high`.")

    class Meta:
        model = Figure
        fields = (
            *("code", "name", "question", "trap", "part", "use_case", "segment", "state", "value", "low", "high"),
            *("unit", "n", "people", "first_day", "last_day", "methods", "measured_by", "stakes", "is_recalled"),
            *("is_synthetic", "is_held", "note", "worked_out_at"),
        )

    def get_name(self, figure: Figure) -> str:
        return words.about(figure.code).name

    def get_question(self, figure: Figure) -> str:
        return words.about(figure.code).question

    def get_unit(self, figure: Figure) -> str:
        return words.about(figure.code).unit

    def get_trap(self, figure: Figure) -> str:
        return words.about(figure.code).trap

    def get_state(self, figure: Figure) -> str:
        return words.value(figure) if words.state(figure) else "measured"

    def to_representation(self, instance: Figure) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if instance.is_hidden:
            shown |= dict.fromkeys(("value", "low", "high", "n", "people", "first_day", "last_day"))
        return shown


class FigureFilter(filters.FilterSet):
    use_case = filters.CharFilter("use_case__slug")
    segment = filters.CharFilter("segment__slug")
    part = filters.CharFilter(help_text="Of a pair, as `unsupported`; `all` for what is of all rows.", method="of_part")
    whole = filters.BooleanFilter(help_text="True: only what is of the pilot as a whole.", method="of_whole")

    class Meta:
        model = Figure
        fields = ("code",)

    def of_part(self, rows: QuerySet[Figure], name: str, value: str) -> QuerySet[Figure]:
        return rows.filter(part="" if value == "all" else value)

    def of_whole(self, rows: QuerySet[Figure], name: str, value: bool) -> QuerySet[Figure]:
        whole = {"use_case": None, "segment": None}
        return rows.filter(**whole) if value else rows.exclude(**whole)


class FiguresView(ListCall, PilotCall):
    filters = FigureFilter

    @extend_schema(responses=FigureSerializer(many=True), operation_id="figure_list")
    def get(self, request: Request, slug: str) -> Response:
        """Worked out in the background within a minute of a change. What is in no row was not measured."""
        rows = Figure.objects.filter(pilot=self.pilot).select_related("use_case", "segment")
        return paged(request, self.narrowed(request, rows), FigureSerializer, "code", "pk")


class EvidenceOfCellSerializer(serializers.Serializer[Any]):
    evidence = serializers.CharField(help_text="`measured`, `not enough data` or `never tried`.")
    n = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)


class CoveredCellSerializer(serializers.Serializer[Any]):
    use_case = serializers.SlugField()
    segment = serializers.SlugField()
    tasks_a_month = serializers.IntegerField(allow_null=True, help_text="Null: nobody counted.")
    share = serializers.FloatField(allow_null=True, help_text="Of the counted work, 0 to 1.")
    evidence = EvidenceOfCellSerializer()
    without_help = EvidenceOfCellSerializer()


class CoverageSerializer(serializers.Serializer[Any]):
    finding = serializers.CharField()
    shares = serializers.DictField(
        child=serializers.FloatField(), help_text="Of the counted work, by what is known of it."
    )
    cells = CoveredCellSerializer(many=True)


class CoverageView(PilotCall):
    @extend_schema(responses=CoverageSerializer, operation_id="coverage_read")
    def get(self, request: Request, slug: str) -> Response:
        """Use case × segment, weighted by tasks a month."""
        found = coverage_of(self.pilot)
        return Response(
            {
                "finding": covers(found.shares),
                "shares": {IN_WORDS[of]: share for of, share in found.shares.items()},
                "cells": [_cell(square) for square in found.squares],
            }
        )


def _cell(square: Square) -> dict[str, Any]:
    return {
        "use_case": square.cell.use_case.slug,
        "segment": square.cell.segment.slug,
        "tasks_a_month": square.cell.tasks_a_month,
        "share": square.share,
        "evidence": _counts(square.figure),
        "without_help": _counts(square.alone),
    }


def _counts(figure: Figure | None) -> dict[str, Any]:
    return dict(zip(("evidence", "n", "people"), counts(figure), strict=True))
