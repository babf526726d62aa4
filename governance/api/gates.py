"""Gates: what is open, asking for sign-off, deciding, conditions; and the one question a pipeline asks."""

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance import rules
from governance.actions import conditions, sign_offs
from governance.api import examples
from governance.evidence import Evaluation, evaluate
from governance.models import Condition, Gate, SignOff, SignOffRequest
from governance.reports.status import GateStatus, status_of
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.models import Pilot, User
from pilots.models.token import Scope
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.publish import wake


class FindingSerializer(serializers.Serializer[rules.Finding]):
    code = serializers.CharField()
    subject = serializers.CharField(help_text="What it is about, as kind:id.")
    state = serializers.ChoiceField(choices=[state.value for state in rules.State])
    reason = serializers.ChoiceField(choices=[reason.value for reason in rules.Reason])
    blocking = serializers.BooleanField()
    not_measured = serializers.BooleanField()
    text = serializers.CharField()
    detail = serializers.CharField()
    who_ids = serializers.ListField(child=serializers.UUIDField())
    who_roles = serializers.ListField(child=serializers.CharField())
    changes_at = serializers.DateTimeField(allow_null=True)


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    class Meta:
        model = Condition
        fields = ("id", "text", "owner", "due_on", "added_at", "met_at", "met_by", "met_note", "withdrawn_at")
        read_only_fields = ("added_at", "met_at", "met_by", "met_note", "withdrawn_at")


class SignOffSerializer(serializers.ModelSerializer[SignOff]):
    user = PersonSerializer()
    on_behalf_of = PersonSerializer()

    class Meta:
        model = SignOff
        fields = ("id", "user", "on_behalf_of", "as_sponsor", "decision", "comment", "digest", "decided_at")


class AskedSignOffSerializer(serializers.ModelSerializer[SignOffRequest]):
    asked_by = PersonSerializer()
    sign_offs = SignOffSerializer(many=True)

    class Meta:
        model = SignOffRequest
        fields = (
            "id",
            "state",
            "digest",
            "rules_version",
            "comment",
            "asked_at",
            "asked_by",
            "expires_at",
            "closed_at",
            "closed_because",
            "sign_offs",
        )


class GateSerializer(serializers.ModelSerializer[Gate]):
    key = serializers.CharField(help_text="Its name in addresses: `stress_test`, `staged_rollout-2`.")

    class Meta:
        model = Gate
        fields = ("key", "phase", "stage", "state", "open_blocking", "lapsed_open", "rules_version", "passed_at")


class WholeGateSerializer(GateSerializer):
    findings = FindingSerializer(many=True, read_only=True)
    requests = AskedSignOffSerializer(many=True, read_only=True)
    conditions = ConditionSerializer(many=True, read_only=True)

    class Meta(GateSerializer.Meta):
        fields = (*GateSerializer.Meta.fields, "findings", "requests", "conditions")  # type: ignore[assignment]


class GatesView(ListCall, PilotCall):
    @extend_schema(responses=GateSerializer(many=True), operation_id="gates_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, Gate.objects.filter(pilot=self.pilot), GateSerializer, "phase", "stage")


def gate_of(pilot: Pilot, key: str) -> Gate:
    phase, _, stage = key.partition("-")
    found = Gate.objects.select_related("pilot").filter(pilot=pilot, phase=phase, stage=whole_number(stage))
    gate = found.first()
    if gate is None or gate.key != key:
        raise Http404
    return gate


class GateCall(PilotCall):
    gate: Gate

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.gate = gate_of(self.pilot, kwargs["gate"])

    def whole(self, status: int = 200) -> Response:
        wake("governance.reevaluate")
        return Response(read_gate(self.pilot, self.gate), status)


def read_gate(pilot: Pilot, gate: Gate) -> dict[str, Any]:
    """Findings as of this moment, worked out now."""
    evaluation: Evaluation = next(e for e in evaluate(pilot, now()) if e.gate.pk == gate.pk)
    requests = SignOffRequest.objects.filter(gate=gate).select_related("asked_by")
    found = Condition.objects.filter(gate=gate)
    findings: Any = evaluation.findings
    return {
        **GateSerializer(evaluation.gate).data,
        "open_blocking": evaluation.open_blocking if gate.state == Gate.State.OPEN else 0,
        "findings": FindingSerializer(findings, many=True).data,
        "requests": AskedSignOffSerializer(
            requests.prefetch_related("sign_offs__user", "sign_offs__on_behalf_of"), many=True
        ).data,
        "conditions": ConditionSerializer(found, many=True).data,
    }


class GateView(GateCall):
    @extend_schema(responses=WholeGateSerializer, operation_id="gate_read")
    def get(self, request: Request, slug: str, gate: str) -> Response:
        return Response(read_gate(self.pilot, self.gate))


class StatusSerializer(serializers.Serializer[GateStatus]):
    gate = serializers.CharField()
    status = serializers.ChoiceField(choices=["open", "blocked"])
    exit_status = serializers.IntegerField(help_text="0 open, 1 blocked, as `manage.py gate_status` returns it.")
    open_blocking = serializers.IntegerField()
    reasons = serializers.ListField(child=serializers.CharField())


class GateStatusView(GateCall):
    """Is the way through this gate open? Made for a deployment pipeline; the scope `gate:read` is enough."""

    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.GATE}

    @extend_schema(responses=StatusSerializer, operation_id="gate_status", examples=examples.STATUS)
    def get(self, request: Request, slug: str, gate: str) -> Response:
        return Response(StatusSerializer(status_of(self.gate, now())).data)


class Asking(serializers.Serializer[Any]):
    comment = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)


class RequestsView(GateCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ASK_SIGN_OFF}

    @extend_schema(request=Asking, responses={201: WholeGateSerializer}, operation_id="sign_off_ask")
    @idempotent
    def post(self, request: Request, slug: str, gate: str) -> Response:
        given = Asking(data=request.data)
        given.is_valid(raise_exception=True)
        sign_offs.ask_sign_off(gate=self.gate, by=caller(request), at=now(), **given.validated_data)
        return self.whole(201)


class RequestCall(GateCall):
    asked: SignOffRequest

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        rows = SignOffRequest.objects.filter(gate=self.gate, pk=kwargs["request_id"])
        found = rows.select_related("gate", "pilot").first()
        if found is None:
            raise Http404
        self.asked = found


class WithdrawView(RequestCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ASK_SIGN_OFF}

    @extend_schema(request=None, responses=WholeGateSerializer, operation_id="sign_off_withdraw")
    def post(self, request: Request, slug: str, gate: str, request_id: UUID) -> Response:
        sign_offs.withdraw_sign_off(request=self.asked, by=caller(request), at=now())
        return self.whole()


class SignOffDecision(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=SignOff.Decision.choices)
    comment = serializers.CharField(max_length=4000)
    digest = serializers.CharField(max_length=64, help_text="The request’s digest, as you read it.")
    decision_id = serializers.UUIDField(required=False, help_text="Yours; the same one sent twice is one decision.")


class SignOffsView(RequestCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.SIGN_OFF}

    @extend_schema(
        request=SignOffDecision,
        responses={201: WholeGateSerializer},
        operation_id="sign_off",
        examples=examples.SIGN_OFF,
    )
    @idempotent
    def post(self, request: Request, slug: str, gate: str, request_id: UUID) -> Response:
        given = SignOffDecision(data=request.data)
        given.is_valid(raise_exception=True)
        said = {"decision_id": uuid4(), **given.validated_data}
        sign_offs.sign_off(request=self.asked, by=caller(request), at=now(), **said)
        return self.whole(201)


class NewCondition(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))
    due_on = serializers.DateField()


class ConditionsView(GateCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ASK_SIGN_OFF}

    @extend_schema(request=NewCondition, responses={201: WholeGateSerializer}, operation_id="condition_add")
    @idempotent
    def post(self, request: Request, slug: str, gate: str) -> Response:
        given = NewCondition(data=request.data)
        given.is_valid(raise_exception=True)
        conditions.add_condition(gate=self.gate, by=caller(request), at=now(), **given.validated_data)
        return self.whole(201)


class Note(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=2000)


class ConditionMeetView(GateCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.CLOSE_CONDITION}

    @extend_schema(request=Note, responses=WholeGateSerializer, operation_id="condition_meet")
    def post(self, request: Request, slug: str, gate: str, condition: UUID) -> Response:
        given = Note(data=request.data)
        given.is_valid(raise_exception=True)
        found = _condition(self.gate, condition)
        conditions.meet_condition(condition=found, by=caller(request), at=now(), **given.validated_data)
        return self.whole()


class ConditionWithdrawView(GateCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ASK_SIGN_OFF}

    @extend_schema(request=None, responses=WholeGateSerializer, operation_id="condition_withdraw")
    def post(self, request: Request, slug: str, gate: str, condition: UUID) -> Response:
        conditions.withdraw_condition(condition=_condition(self.gate, condition), by=caller(request), at=now())
        return self.whole()


def _condition(gate: Gate, pk: UUID) -> Condition:
    found = Condition.objects.filter(gate=gate, pk=pk).select_related("gate", "pilot").first()
    if found is None:
        raise Http404
    return found
