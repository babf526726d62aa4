"""Pilots: list, start elsewhere (governance), read, edit, pause, resume, end."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.pilots import EDITABLE, edit_pilot, end_pilot, pause_pilot, resume_pilot
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.clock import now
from pilots.models import Phase, PhaseKind, Pilot, User
from pilots.permissions import Permission
from pilots.publish import wake


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "name")


class PhaseSerializer(serializers.ModelSerializer[Phase]):
    skipped_by = PersonSerializer()

    class Meta:
        model = Phase
        fields = ("kind", "position", "state", "entered_at", "closed_at", "skipped_at", "skipped_by", "skip_reason")


class PilotSerializer(serializers.ModelSerializer[Pilot]):
    phases = PhaseSerializer(many=True)

    class Meta:
        model = Pilot
        fields = (
            "slug",
            *EDITABLE,
            "state",
            "pause_reason",
            "outcome",
            "outcome_note",
            "created_at",
            "version",
            "is_demo",
            "phases",
        )


class PilotFields(serializers.ModelSerializer[Pilot]):
    """What a caller may say of a pilot; the rules are the action's."""

    class Meta:
        model = Pilot
        fields = EDITABLE


class PilotEdit(PilotFields):
    version = serializers.IntegerField(help_text="The version that you read; another’s change since then answers 409.")

    class Meta(PilotFields.Meta):
        fields = (*PilotFields.Meta.fields, "version")  # type: ignore[assignment]


class PilotFilter(filters.FilterSet):
    phase = filters.ChoiceFilter(choices=PhaseKind.choices, method="in_phase", label="The kind of its current phase")
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="Part of the name")

    class Meta:
        model = Pilot
        fields = ("state", "profile")

    def in_phase(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(phases__kind=value, phases__state=Phase.State.CURRENT)


def read(pilot: Pilot) -> dict[str, Any]:
    row = Pilot.objects.prefetch_related("phases__skipped_by").get(pk=pilot.pk)
    return dict(PilotSerializer(row).data)


class PilotView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"PATCH": Permission.EDIT_PILOT}

    @extend_schema(responses=PilotSerializer, operation_id="pilot_read")
    def get(self, request: Request, slug: str) -> Response:
        return Response(read(self.pilot))

    @extend_schema(
        request=PilotEdit(partial=True),
        responses=PilotSerializer,
        operation_id="pilot_edit",
        examples=examples.PILOT_EDIT,
    )
    def patch(self, request: Request, slug: str) -> Response:
        given = PilotEdit(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        if "version" not in fields:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        edited = edit_pilot(pilot=self.pilot, by=caller(request), version=fields.pop("version"), fields=fields)
        wake("governance.reevaluate")
        return Response(read(edited))


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class Ending(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=Pilot.Outcome.choices)
    note = serializers.CharField(max_length=4000, help_text="What was learned.")


DECIDING = {"POST": Permission.DECIDE_PILOT}


class PilotPauseView(PilotCall):
    permissions = DECIDING

    @extend_schema(request=Reason, responses=PilotSerializer, operation_id="pilot_pause")
    def post(self, request: Request, slug: str) -> Response:
        given = Reason(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(read(pause_pilot(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)))


class PilotResumeView(PilotCall):
    permissions = DECIDING

    @extend_schema(request=None, responses=PilotSerializer, operation_id="pilot_resume")
    def post(self, request: Request, slug: str) -> Response:
        pilot = resume_pilot(pilot=self.pilot, by=caller(request))
        wake("governance.reevaluate")
        return Response(read(pilot))


class PilotEndView(PilotCall):
    permissions = DECIDING

    @extend_schema(request=Ending, responses=PilotSerializer, operation_id="pilot_end")
    def post(self, request: Request, slug: str) -> Response:
        given = Ending(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(read(end_pilot(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)))
