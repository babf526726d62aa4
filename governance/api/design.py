"""The rollout design: every cell with what is known and decided, decisions on many at once, conditions, leadership."""

from typing import Any, ClassVar, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.actions.acknowledgements import acknowledge_uncomfortable
from governance.actions.design import Wanted, decide_cells, meet_condition
from governance.api.gates import Note
from governance.models import Comparator, Disposition, LaterCondition
from governance.models.design import CHOICES
from governance.reports.cells import Known
from governance.reports.design import Design, design_of
from governance.reports.later import waiting
from pilots.access import row_of
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.models import Cell, User
from pilots.permissions import Permission
from pilots.publish import wake

MOST_CELLS: Final = 1000


class LaterConditionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="condition.pk")
    text = serializers.CharField(source="condition.text")
    figure = serializers.CharField(source="condition.figure", help_text="Empty: a person says whether it is so.")
    comparator = serializers.CharField(source="condition.comparator")
    threshold = serializers.FloatField(source="condition.threshold", allow_null=True)
    is_met = serializers.BooleanField()
    shows = serializers.CharField(help_text="The figure as it is now with its n, or what a person wrote.")


class DispositionSerializer(serializers.ModelSerializer[Disposition]):
    owner = PersonSerializer(read_only=True)
    decided_by = PersonSerializer(read_only=True)

    class Meta:
        model = Disposition
        fields = (
            *("id", "choice", "reason", "owner", "due_on", "missing_condition"),
            *("proposed", "proposed_because", "decided_at", "decided_by"),
        )


class CellSerializer(serializers.Serializer[Any]):
    cell = serializers.IntegerField(source="cell.pk")
    use_case = serializers.SlugField(source="cell.use_case.slug")
    segment = serializers.SlugField(source="cell.segment.slug")
    tasks_a_month = serializers.IntegerField(source="cell.tasks_a_month", allow_null=True)
    share = serializers.FloatField(allow_null=True, help_text="Of the counted work, 0 to 1.")
    people = serializers.SerializerMethodField(help_text="A number from ten on, else “not enough data”.")
    evidence = serializers.CharField(source="facts.evidence.value", help_text="direct, modelled or none")
    proposed = serializers.CharField(source="proposal.choice.value")
    proposed_because = serializers.CharField(source="proposal.because")
    decision = DispositionSerializer(source="disposition", allow_null=True)
    conditions = serializers.SerializerMethodField()

    def get_people(self, known: Known) -> str:
        return "not enough data" if known.people is None else str(known.people)

    def get_conditions(self, known: Known) -> list[dict[str, Any]]:
        rows = known.disposition.conditions.all() if known.disposition else ()
        return [dict(row) for row in LaterConditionSerializer(waiting(rows, known.figures), many=True).data]


class UncomfortableSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(source="finding.kind.value")
    said = serializers.CharField(source="finding.said")
    rests_on = serializers.CharField(source="finding.rests_on")
    version = serializers.CharField(source="finding.version")
    acknowledged_by = serializers.SerializerMethodField()

    def get_acknowledged_by(self, seen: Any) -> list[str]:
        return [row.acknowledged_by.name for row in seen.by]


class DesignSerializer(serializers.Serializer[Any]):
    ignorance = serializers.FloatField(allow_null=True, help_text="M36, 0 to 1; null: nobody counted the work.")
    cost = serializers.CharField(source="cost.words", help_text="What acting on the findings takes in time.")
    uncomfortable = UncomfortableSerializer(many=True)
    cells = CellSerializer(source="grid.cells", many=True)


class SeenCell(serializers.Serializer[Any]):
    cell = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    seen = serializers.IntegerField(
        allow_null=True,
        default=None,
        max_value=2**63 - 1,
        help_text="The id of the decision that you read; null where there was none. Another since then answers 409.",
    )


class NewLaterCondition(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    figure = serializers.CharField(
        max_length=12, required=False, allow_blank=True, default="", help_text="M01 to M36, or success."
    )
    comparator = serializers.ChoiceField(choices=Comparator.choices, required=False, allow_blank=True, default="")
    threshold = serializers.FloatField(required=False, allow_null=True, default=None)


class Deciding(serializers.Serializer[Any]):
    cells = serializers.ListField(child=SeenCell(), min_length=1, max_length=MOST_CELLS)
    choice = serializers.ChoiceField(choices=CHOICES)
    reason = serializers.CharField(max_length=2000)
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    missing_condition = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    conditions = serializers.ListField(child=NewLaterCondition(), required=False, default=list, max_length=20)


class DesignCall(PilotCall):
    def whole(self, status: int = 200) -> Response:
        found: Design = design_of(self.pilot)
        return Response(DesignSerializer(found).data, status)


class DesignView(DesignCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.DECIDE_DESIGN}
    field_names: ClassVar[dict[str, str]] = dict.fromkeys(("condition", "figure", "threshold"), "conditions")

    @extend_schema(responses=DesignSerializer, operation_id="design")
    def get(self, request: Request, slug: str) -> Response:
        """Every use case × segment with what is known of it and what was decided."""
        return self.whole()

    @extend_schema(request=Deciding, responses={201: DesignSerializer}, operation_id="cells_decide")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Many cells alike, all or none. A decision is only added to; the newest counts."""
        given = Deciding(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        seen = {row["cell"]: row["seen"] for row in said.pop("cells")}
        decide_cells(
            pilot=self.pilot,
            cells=[Cell(pk=pk, pilot=self.pilot) for pk in seen],
            seen=seen,
            conditions=[Wanted(**row) for row in said.pop("conditions")],
            by=caller(request),
            at=now(),
            **said,
        )
        wake("governance.reevaluate")
        return self.whole(201)


class DesignConditionMeetView(DesignCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.CLOSE_CONDITION}

    @extend_schema(request=Note, responses=DesignSerializer, operation_id="design_condition_meet")
    def post(self, request: Request, slug: str, later: UUID) -> Response:
        """Of a condition that a person judges; one about a figure speaks for itself."""
        given = Note(data=request.data)
        given.is_valid(raise_exception=True)
        condition = row_of(self.pilot, "condition", LaterCondition.objects.all(), pk=later)
        meet_condition(condition=condition, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return self.whole()


class Acknowledged(serializers.Serializer[Any]):
    version = serializers.CharField(max_length=64, help_text="Of the finding, as you read it.")
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class UncomfortableAcknowledgeView(DesignCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ACKNOWLEDGE}

    @extend_schema(request=Acknowledged, responses={201: DesignSerializer}, operation_id="uncomfortable_acknowledge")
    @idempotent
    def post(self, request: Request, slug: str, kind: str) -> Response:
        """You have seen it, by name; it changes nothing else."""
        given = Acknowledged(data=request.data)
        given.is_valid(raise_exception=True)
        acknowledge_uncomfortable(pilot=self.pilot, kind=kind, by=caller(request), at=now(), **given.validated_data)
        return self.whole(201)
