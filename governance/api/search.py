from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.reports.search import MOST, SHORTEST, Hit, search
from pilots.api.calls import caller
from pilots.plain_text import visible

LONGEST = 200
_WORDS = OpenApiParameter(
    "q",
    {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST},
    required=True,
    description="Part of what is written there.",
)


class HitSerializer(serializers.Serializer[Hit]):
    kind = serializers.CharField()
    title = serializers.CharField()
    excerpt = serializers.CharField()
    pilot = serializers.CharField()
    url = serializers.CharField()


class SearchView(APIView):
    @extend_schema(
        responses=HitSerializer(many=True),
        operation_id="search",
        parameters=[_WORDS],
        description=f"Pilots, questions, answers and flags that you may see; at most {MOST} of each.",
    )
    def get(self, request: Request) -> Response:
        words = visible(request.query_params.get("q", ""))
        if not SHORTEST <= len(words.strip()) <= LONGEST:
            raise serializers.ValidationError({"q": [f"Send {SHORTEST} to {LONGEST} characters."]})
        hits: Any = [hit for found in search(caller(request), words).values() for hit in found]
        return Response(HitSerializer(hits, many=True).data)
