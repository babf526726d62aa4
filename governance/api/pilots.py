"""The portfolio, starting a pilot, and events that make answers stale."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.actions.events import fire_event
from governance.actions.pilots import start_pilot
from governance.api import examples
from governance.renewal import fired_by_hand
from governance.reports import portfolio
from governance.reports.my_work import Task, work_of
from pilots.access import require
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PilotFields, PilotFilter, PilotSerializer, read
from pilots.clock import now
from pilots.models import PhaseKind, Pilot, User
from pilots.permissions import Permission
from pilots.publish import wake


class StandingSerializer(serializers.ModelSerializer[Pilot]):
    phase = serializers.ChoiceField(choices=PhaseKind.choices, allow_null=True)
    standing = serializers.ChoiceField(choices=list(portfolio.STATES.items()), help_text="Of its present gate.")
    open_blocking = serializers.IntegerField(help_text="Open checks of its present gate.")
    lapsed = serializers.IntegerField(help_text="Checks of passed gates that no longer hold.")

    class Meta:
        model = Pilot
        fields = ("slug", "name", "tool", "is_demo", "state", "phase", "standing", "open_blocking", "lapsed")


class NewPilot(PilotFields):
    name = serializers.CharField(max_length=120)
    tool = serializers.CharField(max_length=120)
    sponsor = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    program_manager = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    entered_phase = serializers.ChoiceField(choices=PhaseKind.choices, required=False, default=PhaseKind.DEMONSTRATION)
    skip_reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    class Meta(PilotFields.Meta):
        fields = (  # type: ignore[assignment]
            *PilotFields.Meta.fields,
            "sponsor",
            "program_manager",
            "entered_phase",
            "skip_reason",
        )


class PilotsView(ListCall):
    filters = PilotFilter

    @extend_schema(responses=StandingSerializer(many=True), operation_id="pilots_list")
    def get(self, request: Request) -> Response:
        visible = self.narrowed(request, Pilot.objects.visible_to(caller(request)))
        return paged(request, portfolio.standing(visible), StandingSerializer, "name", "slug")

    @extend_schema(
        request=NewPilot, responses={201: PilotSerializer}, operation_id="pilot_start", examples=examples.PILOT
    )
    @idempotent
    def post(self, request: Request) -> Response:
        require(caller(request), Permission.CREATE_PILOT)
        given = NewPilot(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        more = {name: said.pop(name) for name in ("sponsor", "program_manager", "skip_reason")}
        entered = PhaseKind(said.pop("entered_phase"))
        pilot = start_pilot(by=caller(request), at=now(), fields=said, entered_phase=entered, **more)
        wake("governance.reevaluate")
        return Response(read(pilot), 201)


class NewEvent(serializers.Serializer[Any]):
    event = serializers.ChoiceField(choices=[event.name for event in fired_by_hand()])
    reason = serializers.CharField(max_length=2000)


class Lapsed(serializers.Serializer[Any]):
    lapsed = serializers.ListField(child=serializers.CharField(), help_text="Codes of the questions to renew.")


class EventsView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.FIRE_EVENT}

    @extend_schema(request=NewEvent, responses={201: Lapsed}, operation_id="event_fire")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Something happened that the system cannot see; accepted answers that rest on it lapse."""
        given = NewEvent(data=request.data)
        given.is_valid(raise_exception=True)
        lapsed = fire_event(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response({"lapsed": sorted(str(item) for item in lapsed)}, 201)


class TaskSerializer(serializers.Serializer[Task]):
    what = serializers.CharField()
    why = serializers.CharField()
    pilot = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()


class MyWorkView(APIView):
    @extend_schema(responses=TaskSerializer(many=True), operation_id="my_work")
    def get(self, request: Request) -> Response:
        """What waits for you, late first; at most sixty."""
        tasks: Any = work_of(caller(request), now()).tasks
        return Response(TaskSerializer(tasks, many=True).data)
