"""Which uses are open at this moment, for tools that ask before they answer. Cheap to ask again and again."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import find_pilot_to_ask
from pilots.api.authentication import HasScope
from pilots.availability import Availability, Use, availability_of
from pilots.canonical import digest
from pilots.models import Pilot

# How old an answer may be that something in between hands out.
SECONDS = 15


class OpenUseSerializer(serializers.Serializer[Use]):
    use_case = serializers.SlugField(source="slug")
    name = serializers.CharField()
    availability = serializers.ChoiceField(source="state", choices=[one.value for one in Availability])
    open_to = serializers.ListField(child=serializers.CharField(), help_text="Segments.")
    stopped_for = serializers.ListField(
        child=serializers.CharField(), help_text="Segments whose stage is paused or stepped back."
    )
    reason = serializers.CharField(help_text="Why it is not open to all of them; empty where nobody stopped anything.")
    since = serializers.DateTimeField(allow_null=True)


class AvailabilitySerializer(serializers.Serializer[Any]):
    pilot = serializers.SlugField()
    state = serializers.ChoiceField(choices=Pilot.State.choices)
    uses = OpenUseSerializer(many=True)


class AvailabilityView(APIView):
    """As the published page: with a session, a token, or neither."""

    permission_classes = (AllowAny, HasScope)

    @extend_schema(
        responses={200: AvailabilitySerializer, 304: OpenApiResponse(description="As it was: send its ETag.")},
        operation_id="availability_read",
    )
    def get(self, request: Request, slug: str) -> Response:
        """Send the ETag of the last answer as If-None-Match: what has not changed is answered with 304 and no body."""
        pilot = find_pilot_to_ask(request.user, slug)
        if pilot is None and not request.user.is_authenticated:
            raise NotAuthenticated
        if pilot is None:
            raise Http404
        said = AvailabilitySerializer({"pilot": pilot.slug, "state": pilot.state, "uses": availability_of(pilot)}).data
        tag = f'"{digest(said)[:32]}"'
        # As it came over the wire: a proxy that compresses answers marks their tags as weak.
        asked = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
        headers = {"ETag": tag, "Cache-Control": f"private, max-age={SECONDS}"}
        if tag in asked or "*" in asked:
            return Response(status=304, headers=headers)
        return Response(said, headers=headers)
