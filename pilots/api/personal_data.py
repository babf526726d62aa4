"""What is held on the caller, and for an administrator on somebody who asked for it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.access import require
from pilots.actions.personal_data import export_personal_data
from pilots.api.calls import caller
from pilots.api.files import AsItIs
from pilots.clock import now
from pilots.holdings import Holding, held_on
from pilots.models import User
from pilots.permissions import Permission


class HoldingSerializer(serializers.Serializer[Holding]):
    kind = serializers.CharField()
    role = serializers.CharField(help_text="How the rows are about you.")
    rows: Any = serializers.ListField(child=serializers.DictField())


class MyDataView(APIView):
    @extend_schema(responses=HoldingSerializer(many=True), operation_id="my_data_read")
    def get(self, request: Request) -> Response:
        """Everything that names you or carries your address, in full."""
        return Response([HoldingSerializer(held).data for held in held_on(caller(request))])


class PersonDataExportView(APIView):
    content_negotiation_class = AsItIs

    @extend_schema(
        request=None,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        operation_id="person_data_export",
    )
    def post(self, request: Request, pk: UUID) -> HttpResponse:
        """A zip with all that is held on a person who asked for it, as JSON and as a page; it stands in the history."""
        require(caller(request), Permission.ERASE)
        person, at = get_object_or_404(User, pk=pk), now()
        return download(export_personal_data(user=person, by=caller(request), at=at), at)


def download(made: bytes, at: datetime) -> HttpResponse:
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="held-{at:%Y-%m-%d}.zip"'
    return response
