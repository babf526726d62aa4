"""The append-only trail of a pilot and of the organisation, as it is stored."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.access import require
from pilots.actions.trail import verify_now
from pilots.api.calls import PilotCall, caller
from pilots.api.pages import ListCall, paged
from pilots.audit import stream_of
from pilots.models import AuditEvent
from pilots.models.audit_event import ORGANISATION_STREAM
from pilots.permissions import Permission


class EventSerializer(serializers.ModelSerializer[AuditEvent]):
    class Meta:
        model = AuditEvent
        fields = (
            "sequence",
            "at",
            "verb",
            "actor_id",
            "on_behalf_of_id",
            "target_type",
            "target_id",
            "target_text",
            "body",
            "previous_hash",
            "hash",
        )


class HistoryView(ListCall, PilotCall):
    permissions = {"GET": Permission.VIEW_HISTORY}

    @extend_schema(responses=EventSerializer(many=True), operation_id="history_list")
    def get(self, request: Request, slug: str) -> Response:
        """Newest first. `hash` is SHA-256 over previous hash, sequence and body, each on a line of its own."""
        rows = AuditEvent.objects.filter(stream=stream_of(self.pilot))
        return paged(request, rows, EventSerializer, "-sequence")


class TrailView(ListCall):
    @extend_schema(responses=EventSerializer(many=True), operation_id="trail_list")
    def get(self, request: Request) -> Response:
        """The stream of the organisation: people, roles, tokens, catalogue, verifications. Newest first."""
        require(caller(request), Permission.OPERATE)
        return paged(request, AuditEvent.objects.filter(stream=ORGANISATION_STREAM), EventSerializer, "-sequence")


class TrailVerifyView(APIView):
    @extend_schema(request=None, responses={201: EventSerializer}, operation_id="trail_verify")
    def post(self, request: Request) -> Response:
        """All streams and checkpoints, now; the result is an event of the trail."""
        require(caller(request), Permission.OPERATE)
        return Response(EventSerializer(verify_now(by=caller(request))).data, 201)
