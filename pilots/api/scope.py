"""Workflows with their accountable owners, use cases and segments of a pilot."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions import scope
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer, Reason
from pilots.clock import now
from pilots.models import Segment, UseCase, User, Workflow
from pilots.permissions import Permission
from pilots.publish import wake


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

    class Meta:
        model = UseCase
        limits = ("human_only_at", "human_only_reason", "withdrawn_at", "withdrawn_reason")
        fields = ("slug", "name", "description", *limits)
        read_only_fields = ("slug", *limits)


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    class Meta:
        model = Segment
        fields = ("slug", "name", "description")
        read_only_fields = ("slug",)


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
    permissions = EDITING

    @extend_schema(responses={204: None}, operation_id="use_case_remove")
    def delete(self, request: Request, slug: str, name: str) -> Response:
        return _remove(UseCase.objects.filter(pilot=self.pilot, slug=name, removed_at=None).first(), caller(request))


class SegmentView(PilotCall):
    permissions = EDITING

    @extend_schema(responses={204: None}, operation_id="segment_remove")
    def delete(self, request: Request, slug: str, name: str) -> Response:
        return _remove(Segment.objects.filter(pilot=self.pilot, slug=name, removed_at=None).first(), caller(request))


def _remove(thing: UseCase | Segment | None, by: User) -> Response:
    if thing is None:
        raise Http404
    scope.remove_from_scope(thing=thing, by=by, at=now())
    wake("governance.reevaluate")
    return Response(status=204)
