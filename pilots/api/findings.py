"""What becomes of a stress finding, and a use case put off."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.access import row_of
from pilots.actions import findings
from pilots.actions.scope_case import set_aside_use_case
from pilots.api.calls import PilotCall, caller
from pilots.api.registers import VIEWS
from pilots.api.scope import UseCaseSerializer
from pilots.clock import now
from pilots.models import FailureMode, Stressor, UseCase, User
from pilots.models.failure import LONGEST
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.registers.stress import FAILURES

READ: Any = VIEWS[FAILURES.slug][1].shapes[0]  # type: ignore[attr-defined]  # of a view that is made at start
VERSION = "The version that you read; another’s change since then answers 409. Left out: whatever stands."


class Versioned(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, allow_null=True, default=None, help_text=VERSION)


class FailureAnswer(Versioned):
    answer = serializers.ChoiceField(choices=[(one.value, one.label) for one in findings.ANSWERS])
    reason = serializers.CharField(max_length=LONGEST, help_text="What exactly is built, or why nothing changes.")
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class FailureBuilt(Versioned):
    on = serializers.DateField(help_text="Since when it stands.")


class Risk(Versioned):
    until = serializers.DateField(help_text="At most 365 days ahead; after that day the finding is open again.")
    reason = serializers.CharField(max_length=LONGEST)


class FindingCall(PilotCall):
    def failure(self, entry: UUID) -> FailureMode:
        found: FailureMode = row_of(self.pilot, "failure mode", FAILURES.entries(self.pilot), pk=entry)
        return found

    def answer(self, failure: FailureMode) -> Response:
        wake("governance.reevaluate")
        return Response(READ(failure).data)


class FailureAnswerView(FindingCall):
    permissions = {"POST": Permission.EDIT_EVIDENCE}

    @extend_schema(request=FailureAnswer, responses=READ, operation_id="failure_answer")
    def post(self, request: Request, slug: str, entry: UUID) -> Response:
        given = FailureAnswer(data=request.data)
        given.is_valid(raise_exception=True)
        failure = self.failure(entry)
        return self.answer(
            findings.answer_failure(failure=failure, by=caller(request), at=now(), **given.validated_data)
        )


class FailureBuildView(FindingCall):
    permissions = {"POST": Permission.EDIT_EVIDENCE}

    @extend_schema(request=FailureBuilt, responses=READ, operation_id="failure_build")
    def post(self, request: Request, slug: str, entry: UUID) -> Response:
        given = FailureBuilt(data=request.data)
        given.is_valid(raise_exception=True)
        failure = self.failure(entry)
        return self.answer(
            findings.build_failure(failure=failure, by=caller(request), at=now(), **given.validated_data)
        )


class RiskAcceptView(FindingCall):
    """In the name of whoever calls."""

    permissions = {"POST": Permission.ACCEPT_RISK}

    @extend_schema(request=Risk, responses=READ, operation_id="risk_accept")
    def post(self, request: Request, slug: str, entry: UUID) -> Response:
        given = Risk(data=request.data)
        given.is_valid(raise_exception=True)
        failure = self.failure(entry)
        return self.answer(findings.accept_risk(failure=failure, by=caller(request), at=now(), **given.validated_data))


class SettingAside(serializers.Serializer[Any]):
    set_aside = serializers.ChoiceField(choices=UseCase.SetAside.choices, allow_blank=True, source="as_")
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    stressor = serializers.PrimaryKeyRelatedField(
        queryset=Stressor.objects.all(), required=False, allow_null=True, default=None
    )


class UseCaseSetAsideView(PilotCall):
    permissions = {"POST": Permission.EDIT_EVIDENCE}
    field_names = {"as_": "set_aside"}

    @extend_schema(request=SettingAside, responses=UseCaseSerializer, operation_id="use_case_set_aside")
    def post(self, request: Request, slug: str, name: str) -> Response:
        """Not without an owner and a stress test; empty takes it back."""
        given = SettingAside(data=request.data)
        given.is_valid(raise_exception=True)
        use_case = UseCase.objects.filter(pilot=self.pilot, slug=name, removed_at=None).first()
        if use_case is None:
            raise Http404
        done = set_aside_use_case(use_case=use_case, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(UseCaseSerializer(done).data)
