"""What is held on the caller."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.api.calls import caller
from pilots.holdings import Holding, held_on


class HoldingSerializer(serializers.Serializer[Holding]):
    kind = serializers.CharField()
    role = serializers.CharField(help_text="How the rows are about you.")
    rows: Any = serializers.ListField(child=serializers.DictField())


class MyDataView(APIView):
    @extend_schema(responses=HoldingSerializer(many=True), operation_id="my_data_read")
    def get(self, request: Request) -> Response:
        """Everything that names you or carries your address, in full."""
        return Response([HoldingSerializer(held).data for held in held_on(caller(request))])
