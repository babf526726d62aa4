"""A running stage, for programs: what its last look said, and stopping it at once."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.access import require
from pilots.actions.running import pause_stage, require_may_stop, resume_stage, step_back_stage
from pilots.api import examples
from pilots.api.calls import caller
from pilots.api.readings import StageCall
from pilots.clock import now
from pilots.models import Stage
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.stage_page import Tile, monitors_of


class TileSerializer(serializers.Serializer[Tile]):
    of = serializers.CharField(source="label")
    rule = serializers.CharField()
    state = serializers.CharField(source="look")
    between = serializers.CharField(help_text="What the readings leave open; empty where nothing can be said.")
    n = serializers.CharField()
    meaning = serializers.CharField()


class RunningSerializer(serializers.Serializer[Any]):
    stage = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Stage.State.choices)
    halted_at = serializers.DateTimeField(allow_null=True)
    call = serializers.CharField(help_text="halt, expand, hold or inconclusive; empty before the first look.")
    why = serializers.ListField(child=serializers.CharField())
    criteria = TileSerializer(many=True)


class StageReason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000, help_text="Whoever uses the tool reads it.")


class RunningCall(StageCall):
    def answer(self, stage: Stage) -> Response:
        monitors = monitors_of(stage)
        look = monitors.look
        said = {
            "stage": stage.number,
            "state": stage.state,
            "halted_at": stage.halted_at,
            "call": look.call if look else "",
            "why": look.why if look else [],
            "criteria": monitors.tiles,
        }
        return Response(RunningSerializer(said).data)

    def step(self, request: Request, number: int, act: Callable[..., Stage]) -> Response:
        stage = self.stage(number)
        given = StageReason(data=request.data)
        given.is_valid(raise_exception=True)
        done = act(stage=stage, reason=given.validated_data["reason"], by=caller(request), at=now())
        wake("governance.reevaluate")
        wake("pilots.look_at_stages")
        return self.answer(done)


class StageRunningView(RunningCall):
    @extend_schema(responses=RunningSerializer, operation_id="stage_running_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return self.answer(self.stage(number))


class _Stop(RunningCall):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_may_stop(caller(request), self.pilot)


class StagePauseView(_Stop):
    @extend_schema(
        request=StageReason, responses=RunningSerializer, operation_id="stage_pause", examples=examples.STAGE_REASON
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """In force at once."""
        return self.step(request, number, pause_stage)


class StageStepBackView(_Stop):
    @extend_schema(
        request=StageReason, responses=RunningSerializer, operation_id="stage_step_back", examples=examples.STAGE_REASON
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """In force at once: its uses are not open any more."""
        return self.step(request, number, step_back_stage)


class StageResumeView(RunningCall):
    @extend_schema(
        request=StageReason, responses=RunningSerializer, operation_id="stage_resume", examples=examples.STAGE_REASON
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Only with a reason. After a halt readings count from the next week on."""
        require(caller(request), Permission.DECIDE_PILOT, self.pilot)
        return self.step(request, number, resume_stage)
