"""What a fix did, and how well the loop from a flag to an answer runs. null is “not measured”, never zero."""

from dataclasses import asdict
from datetime import timedelta
from math import isinf
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.api.patterns import PatternCall
from feedback.effects import effects_of
from feedback.grouping.effect import Verdict
from feedback.loop_rows import loop_figures_of
from pilots.api.calls import PilotCall
from pilots.clock import now
from pilots.permissions import Permission


class EffectSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in Verdict])
    before = serializers.IntegerField(help_text="Flags of outputs made before the fix, in the window.")
    after = serializers.IntegerField()
    use_before = serializers.FloatField()
    use_after = serializers.FloatField()
    unit = serializers.CharField(help_text="What use was counted in.")
    ratio = serializers.FloatField(allow_null=True, help_text="Rate after by rate before.")
    low = serializers.FloatField(help_text="Lower end of the 95 % interval of the ratio.")
    high = serializers.FloatField(allow_null=True, help_text="Its upper end; null: none.")
    since = serializers.DateTimeField()
    fixed_from = serializers.DateTimeField()
    until = serializers.DateTimeField()


class PatternEffectView(PatternCall):
    @extend_schema(responses={200: EffectSerializer, 204: None}, operation_id="pattern_effect")
    def get(self, request: Request, slug: str, number: int) -> Response:
        """204 where nothing went live."""
        measured = next(iter(effects_of([self.pattern], now())), None)
        if measured is None:
            return Response(status=204)
        found = measured.effect
        plain = {name: value for name, value in asdict(found).items() if name != "high"}
        return Response(
            {
                **plain,
                "verdict": found.verdict.value,
                "high": None if isinf(found.high) else found.high,
                "low": found.low,
                "unit": measured.unit,
                "since": measured.since,
                "fixed_from": measured.fixed_from,
                "until": measured.until,
            }
        )


class SpreadSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    of = serializers.IntegerField()
    median = serializers.FloatField(allow_null=True)
    ninetieth = serializers.FloatField(allow_null=True)


class ShareSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    of = serializers.IntegerField()
    percent = serializers.FloatField(allow_null=True)


class TimesSerializer(serializers.Serializer[Any]):
    severity = serializers.IntegerField(allow_null=True, help_text="null: all.")
    look = SpreadSerializer()
    decision = SpreadSerializer()
    live = SpreadSerializer()


class ToActionSerializer(serializers.Serializer[Any]):
    share = ShareSerializer()
    days = SpreadSerializer()


class LoopFiguresSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    flags = serializers.IntegerField()
    times = TimesSerializer(many=True, help_text="M22, in hours.")
    closure = ShareSerializer(help_text="M23")
    to_action = ToActionSerializer(help_text="M24, in days.")
    elsewhere = ShareSerializer(help_text="M25")


class Window(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=730, required=False, default=90)


class FeedbackFiguresView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS}

    @extend_schema(parameters=[Window], responses=LoopFiguresSerializer, operation_id="feedback_figures")
    def get(self, request: Request, slug: str) -> Response:
        given = Window(data=request.query_params)
        given.is_valid(raise_exception=True)
        until = now()
        figures = loop_figures_of(self.pilot, until - timedelta(days=given.validated_data["days"]), until)
        return Response(LoopFiguresSerializer(figures).data)
