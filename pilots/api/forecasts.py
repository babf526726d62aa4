"""Forecasts: read with all that they say, asked for, locked."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.access import row_of
from pilots.actions.forecasts import LONGEST_NOTE, ask_forecast, lock_forecast
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.forecast_page import forecasts_of
from pilots.models import Cell, Forecast, ForecastFigure
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.stats.metrics.suppression import LEAST


class UnseenLevel(serializers.Serializer[Any]):
    factor = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)
    words = serializers.CharField()
    share = serializers.FloatField(help_text="Of the workload.")


class ToTest(serializers.Serializer[Any]):
    factor = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)
    words = serializers.CharField()
    explains = serializers.FloatField(help_text="Of the forecast’s variance.")


class ForecastCell(serializers.Serializer[Any]):
    use_case = serializers.SlugField()
    segment = serializers.SlugField()
    share = serializers.FloatField(required=False, help_text="Of the workload.")
    evidence = serializers.ChoiceField(choices=["direct", "modelled", "none"])
    median = serializers.FloatField(allow_null=True, help_text="Null: fewer than ten people are behind it.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ForecastNote(serializers.Serializer[Any]):
    kind = serializers.CharField()
    words = serializers.CharField(required=False)
    factor = serializers.CharField(required=False)
    points = serializers.FloatField(required=False, help_text="Of a difference: in per cent, or in minutes.")


class ForecastFigureSerializer(serializers.ModelSerializer[ForecastFigure]):
    """`context["cells"]`: slugs of use case and segment by the id of a cell."""

    people = serializers.SerializerMethodField(help_text="Null: fewer than ten.")
    unseen = UnseenLevel(many=True, read_only=True)
    test_next = ToTest(many=True, read_only=True)
    cells = serializers.SerializerMethodField()
    notes = ForecastNote(many=True, read_only=True)
    is_projectable = serializers.BooleanField(read_only=True, help_text="False: most of the work has no evidence.")

    class Meta:
        model = ForecastFigure
        fields = (
            *("of", "naive", "naive_n", "n", "people", "median", "low80", "high80", "low95", "high95"),
            *("direct", "modelled", "no_evidence", "is_projectable", "bound_low", "bound_high"),
            *("unseen", "test_next", "cells", "notes", "quantiles"),
        )
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "naive": {"help_text": "What the demonstration alone would promise; null: it has no such figure."},
            "quantiles": {"help_text": "From 1 to 99 per cent."},
            "bound_low": {"help_text": "If all work without evidence went as badly as can be; null of minutes."},
        }

    def get_people(self, figure: ForecastFigure) -> int | None:
        return figure.people if figure.people >= LEAST else None

    @extend_schema_field(ForecastCell(many=True))
    def get_cells(self, figure: ForecastFigure) -> Any:
        names = self.context["cells"]
        said = [row | names[row["cell"]] for row in figure.cells if row["cell"] in names]
        return ForecastCell(said, many=True).data


class ForecastSerializer(serializers.ModelSerializer[Forecast]):
    locked_by = PersonSerializer(read_only=True, allow_null=True)
    said = serializers.CharField(read_only=True, help_text="Why it is not possible, or what went wrong.")

    class Meta:
        model = Forecast
        fields = (
            *("number", "stage", "state", "said", "done", "is_synthetic", "asked_at", "finished_at"),
            *("locked_at", "locked_by", "lock_note", "data_hash", "seed", "tau", "code_version"),
        )


class ForecastWithFigures(ForecastSerializer):
    figures = serializers.SerializerMethodField()

    class Meta(ForecastSerializer.Meta):
        fields = (*ForecastSerializer.Meta.fields, "figures")  # type: ignore[assignment]

    @extend_schema_field(ForecastFigureSerializer(many=True))
    def get_figures(self, forecast: Forecast) -> Any:
        rows = Cell.objects.filter(pilot=forecast.pilot).values_list("pk", "use_case__slug", "segment__slug")
        cells = {pk: {"use_case": use_case, "segment": segment} for pk, use_case, segment in rows.order_by()}
        return ForecastFigureSerializer(forecast.figures.defer("draws"), many=True, context={"cells": cells}).data


class LockFields(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class ForecastFilter(filters.FilterSet):
    is_locked = filters.BooleanFilter("locked_at", "isnull", exclude=True)

    class Meta:
        model = Forecast
        fields = ("state", "stage")


class ForecastsView(ListCall, PilotCall):
    filters = ForecastFilter
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.EDIT_EVIDENCE}

    @extend_schema(responses=ForecastSerializer(many=True), operation_id="forecast_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, self.narrowed(request, forecasts_of(self.pilot)), ForecastSerializer, "-number")

    @extend_schema(request=None, responses={202: ForecastSerializer}, operation_id="forecast_ask")
    def post(self, request: Request, slug: str) -> Response:
        """Worked out in the background: ask for it until its state is neither `waiting` nor `running`."""
        asked = ask_forecast(pilot=self.pilot, by=caller(request), at=now())
        wake("pilots.work_out_forecasts")
        return Response(ForecastSerializer(asked).data, 202)


class ForecastView(PilotCall):
    @extend_schema(responses=ForecastWithFigures, operation_id="forecast_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        found = row_of(self.pilot, "forecast", forecasts_of(self.pilot), number=number)
        return Response(ForecastWithFigures(found).data)


class ForecastLockView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.LOCK_FORECAST}

    @extend_schema(
        request=LockFields,
        responses=ForecastWithFigures,
        operation_id="forecast_lock",
        examples=examples.FORECAST_LOCK,
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Final: what is locked is never changed or taken back."""
        given = LockFields(data=request.data)
        given.is_valid(raise_exception=True)
        found = row_of(self.pilot, "forecast", forecasts_of(self.pilot), number=number)
        locked = lock_forecast(forecast=found, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(ForecastWithFigures(locked).data)
