"""Workflows with their accountable owners, use cases and segments of a pilot."""

from typing import Any, ClassVar, Final

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.access import row_of
from pilots.actions import scope
from pilots.actions.workload import describe_segment, describe_use_case
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer, Reason
from pilots.clock import now
from pilots.models import Attitude, Comfort, Segment, UseCase, User, Workflow
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.workload import OF_MANY_ONLY, OF_SEGMENT, OF_USE_CASE, edition, is_hidden

VERSION: Final = "Of what is said of it. Send the one that you read; another’s change since then answers 409."
OF_FEW: Final = "Null: not enough data, since fewer than ten people are in it or nobody has said how many."


class WorkflowSerializer(serializers.ModelSerializer[Workflow]):
    owner = PersonSerializer()

    class Meta:
        model = Workflow
        fields = ("slug", "name", "description", "owner", "accepted_at", "declined_at", "decline_reason", "version")


class WorkflowFields(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )


class WorkflowEdit(WorkflowFields):
    version = serializers.IntegerField(help_text="The version that you read.")


EDITING: dict[str, Permission] = dict.fromkeys(("POST", "PUT", "DELETE"), Permission.EDIT_PILOT)


class WorkflowsView(ListCall, PilotCall):
    permissions = EDITING

    @extend_schema(responses=WorkflowSerializer(many=True), operation_id="workflows_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Workflow.objects.filter(pilot=self.pilot, removed_at=None).select_related("owner")
        return paged(request, rows, WorkflowSerializer, "name", "pk")

    @extend_schema(
        request=WorkflowFields,
        responses={201: WorkflowSerializer},
        operation_id="workflow_add",
        examples=examples.WORKFLOW,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = WorkflowFields(data=request.data)
        given.is_valid(raise_exception=True)
        made = scope.add_workflow(pilot=self.pilot, by=caller(request), **given.validated_data)
        wake("governance.reevaluate")
        return Response(WorkflowSerializer(made).data, 201)


class WorkflowCall(PilotCall):
    def workflow(self, name: str) -> Workflow:
        rows = Workflow.objects.filter(pilot=self.pilot, slug=name, removed_at=None)
        found = rows.select_related("owner", "pilot").first()
        if found is None:
            raise Http404
        return found

    def answer(self, workflow: Workflow) -> Response:
        wake("governance.reevaluate")
        return Response(WorkflowSerializer(workflow).data)


class WorkflowView(WorkflowCall):
    permissions = EDITING

    @extend_schema(request=WorkflowEdit, responses=WorkflowSerializer, operation_id="workflow_edit")
    def put(self, request: Request, slug: str, name: str) -> Response:
        given = WorkflowEdit(data=request.data)
        given.is_valid(raise_exception=True)
        edited = scope.edit_workflow(workflow=self.workflow(name), by=caller(request), **given.validated_data)
        return self.answer(edited)

    @extend_schema(responses={204: None}, operation_id="workflow_remove")
    def delete(self, request: Request, slug: str, name: str) -> Response:
        scope.remove_from_scope(thing=self.workflow(name), by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(status=204)


class WorkflowAcceptView(WorkflowCall):
    """Only by the person who is named as its owner."""

    @extend_schema(request=None, responses=WorkflowSerializer, operation_id="workflow_accept")
    def post(self, request: Request, slug: str, name: str) -> Response:
        return self.answer(scope.accept_workflow(workflow=self.workflow(name), by=caller(request), at=now()))


class WorkflowDeclineView(WorkflowCall):
    @extend_schema(request=Reason, responses=WorkflowSerializer, operation_id="workflow_decline")
    def post(self, request: Request, slug: str, name: str) -> Response:
        given = Reason(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        declined = scope.decline_workflow(workflow=self.workflow(name), by=caller(request), at=now(), reason=reason)
        return self.answer(declined)


class UseCaseSerializer(serializers.ModelSerializer[UseCase]):
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    version = serializers.SerializerMethodField(help_text=VERSION)

    class Meta:
        model = UseCase
        limits = ("human_only_at", "human_only_reason", "withdrawn_at", "withdrawn_reason")
        said = (*OF_USE_CASE, "set_aside", "version")
        fields = ("slug", "name", "description", *said, *limits)
        read_only_fields = ("slug", *said, *limits)

    def get_version(self, use_case: UseCase) -> str:
        return edition(use_case)


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    attitude = serializers.ChoiceField(choices=Attitude.choices, read_only=True, allow_null=True, help_text=OF_FEW)
    comfort = serializers.ChoiceField(choices=Comfort.choices, read_only=True, allow_null=True, help_text=OF_FEW)
    version = serializers.SerializerMethodField(help_text=VERSION)

    class Meta:
        model = Segment
        said = (*OF_SEGMENT, "version")
        fields = ("slug", "name", "description", *said)
        read_only_fields = ("slug", *said)

    def get_version(self, segment: Segment) -> str:
        return edition(segment)

    def to_representation(self, instance: Segment) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {name: None for name in OF_MANY_ONLY if is_hidden(instance, name)}


class Edited(serializers.ModelSerializer[Any]):
    """What is left out stays."""

    version = serializers.CharField(max_length=64, help_text=VERSION)

    def fields_and_version(self) -> dict[str, Any]:
        """Of a call with a part of the fields."""
        self.is_valid(raise_exception=True)
        fields = dict(self.validated_data)
        if "version" not in fields:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        return {"version": fields.pop("version"), "fields": fields}


class UseCaseDescription(Edited):
    class Meta:
        model = UseCase
        fields = (*OF_USE_CASE, "version")


class SegmentDescription(Edited):
    class Meta:
        model = Segment
        fields = (*OF_SEGMENT, "version")


class UseCasesView(ListCall, PilotCall):
    permissions: ClassVar[dict[str, Permission]] = EDITING

    @extend_schema(responses=UseCaseSerializer(many=True), operation_id="use_cases_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(
            request, UseCase.objects.filter(pilot=self.pilot, removed_at=None), UseCaseSerializer, "name", "pk"
        )

    @extend_schema(request=UseCaseSerializer, responses={201: UseCaseSerializer}, operation_id="use_case_add")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = UseCaseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = scope.add_use_case(pilot=self.pilot, by=caller(request), **given.validated_data)
        wake("governance.reevaluate")
        return Response(UseCaseSerializer(made).data, 201)


class SegmentsView(ListCall, PilotCall):
    permissions: ClassVar[dict[str, Permission]] = EDITING

    @extend_schema(responses=SegmentSerializer(many=True), operation_id="segments_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(
            request, Segment.objects.filter(pilot=self.pilot, removed_at=None), SegmentSerializer, "name", "pk"
        )

    @extend_schema(request=SegmentSerializer, responses={201: SegmentSerializer}, operation_id="segment_add")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = SegmentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = scope.add_segment(pilot=self.pilot, by=caller(request), **given.validated_data)
        wake("governance.reevaluate")
        return Response(SegmentSerializer(made).data, 201)


class UseCaseView(PilotCall):
    permissions = EDITING | {"PATCH": Permission.EDIT_EVIDENCE}

    @extend_schema(
        request=UseCaseDescription(partial=True), responses=UseCaseSerializer, operation_id="use_case_describe"
    )
    def patch(self, request: Request, slug: str, name: str) -> Response:
        """How hard it is, whether the tool was designed for it, why it is left out."""
        use_case = row_of(self.pilot, "use case", UseCase.objects.filter(removed_at=None), slug=name)
        given = UseCaseDescription(use_case, data=request.data, partial=True).fields_and_version()
        done = describe_use_case(use_case=use_case, by=caller(request), at=now(), **given)
        wake("governance.reevaluate")
        return Response(UseCaseSerializer(done).data)

    @extend_schema(responses={204: None}, operation_id="use_case_remove")
    def delete(self, request: Request, slug: str, name: str) -> Response:
        return _remove(UseCase.objects.filter(pilot=self.pilot, slug=name, removed_at=None).first(), caller(request))


class SegmentView(PilotCall):
    permissions = EDITING | {"PATCH": Permission.EDIT_EVIDENCE}

    @extend_schema(
        request=SegmentDescription(partial=True), responses=SegmentSerializer, operation_id="segment_describe"
    )
    def patch(self, request: Request, slug: str, name: str) -> Response:
        """Who is in it. What they think of the tool only where they are ten or more."""
        segment = row_of(self.pilot, "segment", Segment.objects.filter(removed_at=None), slug=name)
        given = SegmentDescription(segment, data=request.data, partial=True).fields_and_version()
        done = describe_segment(segment=segment, by=caller(request), at=now(), **given)
        wake("governance.reevaluate")
        return Response(SegmentSerializer(done).data)

    @extend_schema(responses={204: None}, operation_id="segment_remove")
    def delete(self, request: Request, slug: str, name: str) -> Response:
        return _remove(Segment.objects.filter(pilot=self.pilot, slug=name, removed_at=None).first(), caller(request))


def _remove(thing: UseCase | Segment | None, by: User) -> Response:
    if thing is None:
        raise Http404
    scope.remove_from_scope(thing=thing, by=by, at=now())
    wake("governance.reevaluate")
    return Response(status=204)
