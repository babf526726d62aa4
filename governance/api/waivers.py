"""Waivers: asked for one item, decided and ended by the sponsor."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.actions import waivers
from governance.api import examples
from governance.api.items import VERSION, ItemCall
from governance.models import Waiver
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake


class WaiverSerializer(serializers.ModelSerializer[Waiver]):
    requested_by = PersonSerializer(read_only=True)
    decided_by = PersonSerializer(read_only=True)
    code = serializers.CharField(source="item.code", read_only=True)

    class Meta:
        model = Waiver
        fields = (
            "id",
            "item",
            "code",
            "reason",
            "requested_at",
            "requested_by",
            "ends_at",
            "state",
            "decided_at",
            "decided_by",
            "decision_comment",
            "ended_at",
            "end_reason",
        )
        read_only_fields = ("item", "requested_at", "state", "decided_at", "decision_comment", "ended_at", "end_reason")


class WaiversView(ListCall, PilotCall):
    @extend_schema(responses=WaiverSerializer(many=True), operation_id="waivers_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Waiver.objects.filter(pilot=self.pilot).select_related("requested_by", "decided_by", "item")
        return paged(request, rows, WaiverSerializer, "-requested_at", "pk")


class WaiverRequest(WaiverSerializer):
    version = serializers.IntegerField(write_only=True, help_text=VERSION)

    class Meta(WaiverSerializer.Meta):
        fields = (*WaiverSerializer.Meta.fields, "version")  # type: ignore[assignment]


class ItemWaiverView(ItemCall):
    field_names: ClassVar[dict[str, str]] = {"ends_on": "ends_at"}
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ASK_WAIVER}

    @extend_schema(
        request=WaiverRequest, responses={201: WaiverSerializer}, operation_id="waiver_ask", examples=examples.WAIVER
    )
    @idempotent
    def post(self, request: Request, slug: str, item: UUID) -> Response:
        given = WaiverRequest(data=request.data)
        given.is_valid(raise_exception=True)
        made = waivers.ask_waiver(item=self.item, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(WaiverSerializer(made).data, 201)


class WaiverCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.DECIDE_WAIVER}

    def waiver(self, pk: UUID) -> Waiver:
        found = Waiver.objects.filter(pilot=self.pilot, pk=pk).select_related("item", "pilot").first()
        if found is None:
            raise Http404
        return found


class WaiverDecision(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    comment = serializers.CharField(max_length=4000)


class WaiverDecideView(WaiverCall):
    @extend_schema(request=WaiverDecision, responses=WaiverSerializer, operation_id="waiver_decide")
    def post(self, request: Request, slug: str, waiver: UUID) -> Response:
        given = WaiverDecision(data=request.data)
        given.is_valid(raise_exception=True)
        decided = waivers.decide_waiver(
            waiver=self.waiver(waiver), by=caller(request), at=now(), **given.validated_data
        )
        wake("governance.reevaluate")
        return Response(WaiverSerializer(decided).data)


class WaiverEnd(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class WaiverEndView(WaiverCall):
    @extend_schema(request=WaiverEnd, responses=WaiverSerializer, operation_id="waiver_end")
    def post(self, request: Request, slug: str, waiver: UUID) -> Response:
        given = WaiverEnd(data=request.data)
        given.is_valid(raise_exception=True)
        ended = waivers.end_waiver(waiver=self.waiver(waiver), by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(WaiverSerializer(ended).data)
