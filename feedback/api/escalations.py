"""Escalations: reading and answering them, and the path that says who is called."""

from typing import Any, ClassVar
from uuid import UUID

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import get_escalation, get_own_flag
from feedback.actions.escalations import (
    MOST_STEPS,
    Step,
    answer_escalation,
    give_up_escalation,
    set_escalation_path,
)
from feedback.api.flags import Versioned
from feedback.models import Escalation, EscalationPath, EscalationStep
from feedback.models.escalation import MOST_HOURS
from feedback.people_reports import escalation_figures
from pilots.api.calls import PilotCall, caller
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import User
from pilots.models.membership import ROLE_CHOICES
from pilots.permissions import Permission
from pilots.publish import wake


class EscalationSerializer(serializers.ModelSerializer[Escalation]):
    flag: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    is_drill = serializers.BooleanField(source="flag.is_drill", read_only=True)

    class Meta:
        model = Escalation
        fields = (
            "id",
            "flag",
            "is_drill",
            "state",
            "opened_at",
            "promised_by",
            "step",
            "next_at",
            "unroutable_since",
            "ran_out",
            "decision",
            "answer",
            "corrected_output",
            "answered_at",
            "answered_by",
            "gave_up",
            "version",
        )


class EscalationFilter(filters.FilterSet):
    drill = filters.BooleanFilter(field_name="flag__is_drill", label="Rehearsals only, or none of them")

    class Meta:
        model = Escalation
        fields = ("state", "decision")


class EscalationsView(ListCall, PilotCall):
    filters = EscalationFilter
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS}

    @extend_schema(responses=EscalationSerializer(many=True), operation_id="escalations_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = self.narrowed(request, Escalation.objects.filter(pilot=self.pilot).select_related("flag"))
        return paged(request, rows, EscalationSerializer, "-opened_at", "pk")


class EscalationFigures(serializers.Serializer[Any]):
    raised = serializers.IntegerField(help_text="Without rehearsals.")
    judged = serializers.IntegerField(help_text="Whose time is over, or who have their answer.")
    in_time = serializers.IntegerField()
    share_in_time = serializers.IntegerField(allow_null=True, help_text="In %; null: nothing to judge yet.")
    unroutable = serializers.IntegerField()
    gave_up = serializers.IntegerField()
    open = serializers.IntegerField()
    longest_wait = serializers.DurationField(allow_null=True)


class EscalationFiguresView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_CHANGE}

    @extend_schema(responses=EscalationFigures, operation_id="escalations_figures")
    def get(self, request: Request, slug: str) -> Response:
        return Response(EscalationFigures(escalation_figures(self.pilot, now())).data)


class EscalationView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS}

    @extend_schema(responses=EscalationSerializer, operation_id="escalation_read")
    def get(self, request: Request, slug: str, escalation: UUID) -> Response:
        found = get_escalation(caller(request), slug, escalation, Permission.VIEW_FLAGS)
        return Response(EscalationSerializer(found).data)


class Judgement(Versioned):
    decision = serializers.ChoiceField(choices=Escalation.Decision.choices)
    answer = serializers.CharField(max_length=4000, help_text="What its reporter reads.")
    corrected_output = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")


class EscalationAnswerView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ANSWER_ESCALATIONS}

    @extend_schema(request=Judgement, responses=EscalationSerializer, operation_id="escalation_answer")
    def post(self, request: Request, slug: str, escalation: UUID) -> Response:
        found = get_escalation(caller(request), slug, escalation, Permission.ANSWER_ESCALATIONS)
        given = Judgement(data=request.data)
        given.is_valid(raise_exception=True)
        answered = answer_escalation(escalation=found, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(EscalationSerializer(answered).data)


class StepSerializer(serializers.Serializer[Any]):
    """A role or a person, never both."""

    role = serializers.ChoiceField(choices=ROLE_CHOICES, required=False, allow_blank=True, default="")
    person: serializers.PrimaryKeyRelatedField[User] = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.none(), required=False, allow_null=True, default=None
    )
    cover: serializers.PrimaryKeyRelatedField[User] = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.none(), required=False, allow_null=True, default=None
    )
    within_hours = serializers.IntegerField(min_value=1, max_value=MOST_HOURS)

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        pilot = self.context.get("pilot")
        if pilot is not None:
            people = User.objects.filter(memberships__pilot=pilot, is_active=True).distinct()
            fields["person"].queryset = fields["cover"].queryset = people
        return fields


class PathSerializer(serializers.Serializer[Any]):
    opens = serializers.TimeField()
    closes = serializers.TimeField(help_text="The same as `opens`: all day.")
    weekends = serializers.BooleanField(required=False, default=False)
    steps = StepSerializer(many=True, help_text=f"In order; one to {MOST_STEPS}.")
    version = serializers.IntegerField(help_text="The version that you read; 0 where there is none yet.")


class EscalationPathView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {
        "GET": Permission.VIEW_FLAGS,
        "PUT": Permission.EDIT_ESCALATION_PATH,
    }

    @extend_schema(responses=PathSerializer, operation_id="escalation_path_read")
    def get(self, request: Request, slug: str) -> Response:
        return self._answer()

    @extend_schema(request=PathSerializer, responses=PathSerializer, operation_id="escalation_path_set")
    def put(self, request: Request, slug: str) -> Response:
        given = PathSerializer(data=request.data, context={"pilot": self.pilot})
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        steps = [Step(**step) for step in data.pop("steps")]
        set_escalation_path(pilot=self.pilot, steps=steps, by=caller(request), at=now(), **data)
        wake("feedback.route_escalations")
        return self._answer()

    def _answer(self) -> Response:
        path = EscalationPath.objects.filter(pilot=self.pilot).first() or EscalationPath(pilot=self.pilot, version=0)
        steps = EscalationStep.objects.filter(pilot=self.pilot)
        rows = [
            {"role": s.role, "person": s.person_id, "cover": s.cover_id, "within_hours": s.within_hours} for s in steps
        ]
        hours = {"opens": path.opens, "closes": path.closes, "weekends": path.weekends}
        return Response({**hours, "steps": rows, "version": path.version})


class OwnFlagGiveUpView(APIView):
    @extend_schema(request=None, responses=EscalationSerializer, operation_id="my_flag_give_up")
    def post(self, request: Request, reference: str) -> Response:
        """You went on without the judgement that you asked for; that is counted."""
        flag = get_own_flag(caller(request), reference)
        found = Escalation.objects.filter(flag=flag).first()
        if found is None:
            raise Refused("Nobody was asked for a judgement on it.")
        return Response(EscalationSerializer(give_up_escalation(escalation=found, at=now())).data)
