"""What accepted answers support in each framework. Supports, never complies."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.reports.coverage import WORDS, FrameworkCoverage, PartCoverage, coverage
from pilots.access import get_pilot, require
from pilots.api.calls import caller
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission

STATES = [(state.value, words) for state, words in WORDS.items()]
_PILOT = OpenApiParameter("pilot", str, description="Only this pilot, by its name in addresses.")


class FrameworkSerializer(serializers.Serializer[FrameworkCoverage]):
    key = serializers.CharField(source="framework.key")
    name = serializers.CharField(source="framework.full_name")
    edition = serializers.CharField(source="framework.edition")
    note = serializers.CharField(source="framework.note")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Parts by state.")


class PartSerializer(serializers.Serializer[PartCoverage]):
    part = serializers.CharField(source="part.id")
    title = serializers.CharField(source="part.title", help_text="Our short words for it, not the framework’s.")
    state = serializers.ChoiceField(choices=STATES)
    supported_in = serializers.SerializerMethodField()
    asked_in = serializers.SerializerMethodField()
    codes = serializers.ListField(child=serializers.CharField(), help_text="The questions that cite it.")

    def get_supported_in(self, found: PartCoverage) -> list[str]:
        return [pilot.slug for pilot in found.supported_in]

    def get_asked_in(self, found: PartCoverage) -> list[str]:
        return [pilot.slug for pilot in found.asked_in]


class CoveredFrameworkSerializer(FrameworkSerializer):
    parts = PartSerializer(many=True)


def _covered(request: Request) -> dict[str, FrameworkCoverage]:
    require(caller(request), Permission.VIEW_FRAMEWORKS)
    pilots: QuerySet[Pilot] = Pilot.objects.visible_to(caller(request))
    slug = request.query_params.get("pilot")
    if slug:
        pilots = pilots.filter(pk=get_pilot(caller(request), slug).pk)
    return coverage(pilots, now())


class FrameworksView(APIView):
    @extend_schema(responses=FrameworkSerializer(many=True), operation_id="frameworks_list", parameters=[_PILOT])
    def get(self, request: Request) -> Response:
        found: Any = list(_covered(request).values())
        return Response(FrameworkSerializer(found, many=True).data)


class FrameworkView(APIView):
    @extend_schema(responses=CoveredFrameworkSerializer, operation_id="framework_read", parameters=[_PILOT])
    def get(self, request: Request, key: str) -> Response:
        """Every part with what supports it, where it is only asked, and what nothing covers."""
        found: Any = _covered(request).get(key)
        if found is None:
            raise Http404
        return Response(CoveredFrameworkSerializer(found).data)
