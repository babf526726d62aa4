"""Human review only and withdrawn, for programs that ask before they use an output."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.actions.limits import lift_limit, limit_use_case
from pilots.api.calls import PilotCall, caller
from pilots.api.scope import UseCaseSerializer
from pilots.clock import now
from pilots.models import UseCase, UseLimit
from pilots.permissions import Permission
from pilots.publish import wake


class Limiting(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=UseLimit.Kind.choices)
    reason = serializers.CharField(max_length=2000)


class LimitCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.LIMIT_USE}

    def use_case(self, name: str) -> UseCase:
        found = UseCase.objects.filter(pilot=self.pilot, slug=name, removed_at=None).select_related("pilot").first()
        if found is None:
            raise Http404
        return found

    def answer(self, use_case: UseCase) -> Response:
        wake("governance.reevaluate")
        use_case.refresh_from_db()
        return Response(UseCaseSerializer(use_case).data)


class UseCaseLimitView(LimitCall):
    @extend_schema(request=Limiting, responses=UseCaseSerializer, operation_id="use_case_limit")
    def post(self, request: Request, slug: str, name: str) -> Response:
        """In force at once."""
        given, use_case = Limiting(data=request.data), self.use_case(name)
        given.is_valid(raise_exception=True)
        limit_use_case(use_case=use_case, by=caller(request), at=now(), **given.validated_data)
        wake("feedback.tell_of_limits")
        return self.answer(use_case)


class UseCaseLiftView(LimitCall):
    @extend_schema(request=Limiting, responses=UseCaseSerializer, operation_id="use_case_lift")
    def post(self, request: Request, slug: str, name: str) -> Response:
        """Only with a reason."""
        given, use_case = Limiting(data=request.data), self.use_case(name)
        given.is_valid(raise_exception=True)
        lift_limit(use_case=use_case, by=caller(request), at=now(), **given.validated_data)
        return self.answer(use_case)
