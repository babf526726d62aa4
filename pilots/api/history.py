"""The append-only trail of a pilot, as it is stored."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.api.calls import PilotCall
from pilots.api.pages import paged
from pilots.audit import stream_of
from pilots.models import AuditEvent
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


class HistoryView(PilotCall):
    permissions = {"GET": Permission.VIEW_HISTORY}

    @extend_schema(responses=EventSerializer(many=True), operation_id="history_list")
    def get(self, request: Request, slug: str) -> Response:
        """Newest first. `hash` is SHA-256 over previous hash, sequence and body, each on a line of its own."""
        rows = AuditEvent.objects.filter(stream=stream_of(self.pilot))
        return paged(request, rows, EventSerializer, "-sequence")
