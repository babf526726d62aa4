"""Concerns, barriers, and what people said who were asked apart. Figures hold nothing under ten people."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import find_flaggable_pilot, get_barrier, get_concern, get_sensitive_role
from feedback.actions.concerns import Change, decide_concern, name_for_concern, raise_concern
from feedback.actions.people import close_barrier, identify_role, record_asking, record_barrier, revise_barrier
from feedback.api.flags import Limited, Versioned
from feedback.api.hand_in import submission_of
from feedback.models import Asking, Barrier, Concern, Pattern, SensitiveRole
from feedback.models.concern import LONGEST_CHANGE
from feedback.models.people import LONGEST
from feedback.people_reports import concern_figures, sensitive_roles
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import PHASES, Pilot, Segment, UseCase, User
from pilots.permissions import Permission
from pilots.publish import wake


def person_of(pilot: Pilot, key: UUID, field: str) -> User:
    found = User.objects.filter(pk=key, memberships__pilot=pilot).first()
    if found is None:
        raise serializers.ValidationError({field: ["Nobody in this pilot has this id."]})
    return found


def segment_of(pilot: Pilot, slug: str | None) -> Segment | None:
    if not slug:
        return None
    found = Segment.objects.filter(pilot=pilot, slug=slug, removed_at=None).first()
    if found is None:
        raise serializers.ValidationError({"segment": ["This pilot has no such group."]})
    return found


class ConcernSerializer(serializers.ModelSerializer[Concern]):
    """Without who raised it."""

    text = serializers.CharField(source="words", read_only=True)
    segment: serializers.SlugRelatedField[Segment] = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    flag: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(slug_field="reference", read_only=True)
    changed_pattern = serializers.IntegerField(source="changed_pattern.number", read_only=True, default=None)
    changed_use_case = serializers.CharField(source="changed_use_case.slug", read_only=True, default=None)

    class Meta:
        model = Concern
        fields = (
            "id",
            "flag",
            "segment",
            "text",
            "raised_at",
            "answer_by",
            "named",
            "state",
            "reason",
            "changed",
            "changed_phase",
            "changed_stage",
            "changed_pattern",
            "changed_use_case",
            "changed_what",
            "changed_on",
            "version",
        )


class ConcernFilter(filters.FilterSet):
    class Meta:
        model = Concern
        fields = ("state", "changed")


class ConcernsView(ListCall, PilotCall):
    filters = ConcernFilter
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.ANSWER_CONCERNS}

    @extend_schema(responses=ConcernSerializer(many=True), operation_id="concerns_list")
    def get(self, request: Request, slug: str) -> Response:
        people = ("flag", "segment", "changed_pattern", "changed_use_case")
        rows = self.narrowed(request, Concern.objects.filter(pilot=self.pilot).select_related(*people))
        return paged(request, rows, ConcernSerializer, "-raised_at", "pk")


class NewConcern(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000)
    segment = serializers.SlugField(required=False, allow_null=True, default=None)
    named = serializers.BooleanField(required=False, default=True, help_text="False: without your name.")
    submission = serializers.UUIDField(required=False, help_text="Yours; the same one sent twice is one concern.")


class ConcernReceipt(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    token = serializers.CharField(help_text="Of the private link; shown here only.")


class ConcernRaiseView(Limited):
    @extend_schema(request=NewConcern, responses={201: ConcernReceipt}, operation_id="concern_raise")
    def post(self, request: Request, slug: str) -> Response:
        pilot = find_flaggable_pilot(caller(request), slug)
        if pilot is None:
            raise Http404
        given = NewConcern(data=request.data)
        given.is_valid(raise_exception=True)
        at = now()
        self.count(request, pilot, at)
        said = {"submission": submission_of(request), **given.validated_data}
        said["segment"] = segment_of(pilot, said["segment"])
        raised = raise_concern(pilot=pilot, by=caller(request), at=at, **said)
        return Response(ConcernReceipt({"id": raised.concern.pk, "token": raised.token}).data, 201)

    # The key becomes the concern's own id, as with flags: no table ties it to who raised it.
    post.takes_idempotency_key = True  # type: ignore[attr-defined]


class ConcernCall(PilotCall):
    concern: Concern

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.concern = get_concern(caller(request), kwargs["slug"], kwargs["concern"])


class ConcernView(ConcernCall):
    @extend_schema(responses=ConcernSerializer, operation_id="concern_read")
    def get(self, request: Request, slug: str, concern: UUID) -> Response:
        return Response(ConcernSerializer(self.concern).data)


class ConcernDecision(Versioned):
    accept = serializers.BooleanField()
    reason = serializers.CharField(max_length=4000, help_text="Whoever raised it reads this.")
    changed = serializers.ChoiceField(choices=Concern.Changed.choices, required=False, allow_blank=True, default="")
    changed_phase = serializers.ChoiceField(
        choices=[(p.value, p.label) for p in PHASES], required=False, allow_blank=True, default=""
    )
    changed_stage = serializers.IntegerField(min_value=1, max_value=99, required=False, allow_null=True, default=None)
    changed_pattern = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False, default=None)
    changed_use_case = serializers.SlugField(required=False, allow_null=True, default=None)
    changed_what = serializers.CharField(max_length=LONGEST_CHANGE, required=False, allow_blank=True, default="")
    changed_on = serializers.DateField(required=False, allow_null=True, default=None)


class ConcernDecideView(ConcernCall):
    @extend_schema(request=ConcernDecision, responses=ConcernSerializer, operation_id="concern_decide")
    def post(self, request: Request, slug: str, concern: UUID) -> Response:
        """Accepted with what it changed, or not accepted with the reason. To note it is no answer."""
        given = ConcernDecision(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        change = Change(
            kind=data["changed"],
            what=data["changed_what"],
            on=data["changed_on"],
            phase=data["changed_phase"],
            stage=data["changed_stage"],
            pattern=Pattern.objects.filter(pilot=self.pilot, number=data["changed_pattern"]).first(),
            use_case=UseCase.objects.filter(pilot=self.pilot, slug=data["changed_use_case"] or "").first(),
        )
        decided = decide_concern(
            concern=self.concern,
            accept=data["accept"],
            reason=data["reason"],
            change=change if data["accept"] else None,
            version=data["version"],
            by=caller(request),
            at=now(),
        )
        wake("governance.reevaluate")
        return Response(ConcernSerializer(decided).data)


class ConcernNaming(Versioned):
    named = serializers.UUIDField()


class ConcernNameView(ConcernCall):
    @extend_schema(request=ConcernNaming, responses=ConcernSerializer, operation_id="concern_name")
    def post(self, request: Request, slug: str, concern: UUID) -> Response:
        given = ConcernNaming(data=request.data)
        given.is_valid(raise_exception=True)
        named = person_of(self.pilot, given.validated_data["named"], "named")
        version = given.validated_data["version"]
        asked = name_for_concern(concern=self.concern, named=named, version=version, by=caller(request), at=now())
        return Response(ConcernSerializer(asked).data)


class ConcernFigure(serializers.Serializer[Any]):
    """All null where fewer than ten people raised one, or where the other groups would give it away."""

    group = serializers.CharField(source="label")
    raised = serializers.IntegerField(allow_null=True)
    accepted_share = serializers.IntegerField(allow_null=True, help_text="In %.")
    not_accepted_share = serializers.IntegerField(allow_null=True, help_text="In %.")
    median_days_open = serializers.FloatField(allow_null=True)


class ConcernFiguresView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_CHANGE}

    @extend_schema(responses=ConcernFigure(many=True), operation_id="concerns_figures")
    def get(self, request: Request, slug: str) -> Response:
        return Response(ConcernFigure(concern_figures(self.pilot, now()), many=True).data)


class BarrierSerializer(serializers.ModelSerializer[Barrier]):
    segment: serializers.SlugRelatedField[Segment] = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Barrier
        fields = (
            *("id", "segment", "kind", "what", "actions", "action", "owner", "measure", "review_on"),
            *("state", "outcome", "recorded_at", "closed_at", "version"),
        )


class BarrierPlan(serializers.Serializer[Any]):
    what = serializers.CharField(max_length=LONGEST)
    actions = serializers.ListField(
        child=serializers.ChoiceField(choices=Barrier.Action.choices),
        min_length=1,
        max_length=len(Barrier.Action),
        help_text="`access` alone is refused.",
    )
    action = serializers.CharField(max_length=LONGEST)
    owner = serializers.UUIDField()
    measure = serializers.CharField(max_length=LONGEST)
    review_on = serializers.DateField()


class NewBarrier(BarrierPlan):
    segment = serializers.SlugField()
    kind = serializers.ChoiceField(choices=Barrier.Kind.choices)


class RevisedBarrier(Versioned, BarrierPlan):
    pass


class BarriersView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_CHANGE, "POST": Permission.EDIT_CHANGE}

    @extend_schema(responses=BarrierSerializer(many=True), operation_id="barriers_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Barrier.objects.filter(pilot=self.pilot).select_related("segment")
        return paged(request, rows, BarrierSerializer, "review_on", "pk")

    @extend_schema(request=NewBarrier, responses={201: BarrierSerializer}, operation_id="barrier_record")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewBarrier(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        data["segment"] = segment_of(self.pilot, data["segment"])
        data["owner"] = person_of(self.pilot, data["owner"], "owner")
        barrier = record_barrier(pilot=self.pilot, by=caller(request), at=now(), **data)
        return Response(BarrierSerializer(barrier).data, 201)


class BarrierView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_CHANGE, "PUT": Permission.EDIT_CHANGE}

    @extend_schema(responses=BarrierSerializer, operation_id="barrier_read")
    def get(self, request: Request, slug: str, barrier: UUID) -> Response:
        return Response(BarrierSerializer(get_barrier(caller(request), slug, barrier, Permission.VIEW_CHANGE)).data)

    @extend_schema(request=RevisedBarrier, responses=BarrierSerializer, operation_id="barrier_revise")
    def put(self, request: Request, slug: str, barrier: UUID) -> Response:
        found = get_barrier(caller(request), slug, barrier, Permission.EDIT_CHANGE)
        given = RevisedBarrier(data=request.data)
        given.is_valid(raise_exception=True)
        data = {**given.validated_data, "owner": person_of(self.pilot, given.validated_data["owner"], "owner")}
        return Response(BarrierSerializer(revise_barrier(barrier=found, by=caller(request), at=now(), **data)).data)


class BarrierEnd(Versioned):
    state = serializers.ChoiceField(choices=[Barrier.State.LIFTED, Barrier.State.STANDS])
    outcome = serializers.CharField(max_length=LONGEST)


class BarrierCloseView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.EDIT_CHANGE}

    @extend_schema(request=BarrierEnd, responses=BarrierSerializer, operation_id="barrier_close")
    def post(self, request: Request, slug: str, barrier: UUID) -> Response:
        found = get_barrier(caller(request), slug, barrier, Permission.EDIT_CHANGE)
        given = BarrierEnd(data=request.data)
        given.is_valid(raise_exception=True)
        closed = close_barrier(barrier=found, by=caller(request), at=now(), **given.validated_data)
        return Response(BarrierSerializer(closed).data)


class SaidSerializer(serializers.Serializer[Any]):
    how = serializers.CharField()
    asked_on = serializers.DateField()
    asked = serializers.CharField(help_text="“fewer than 10” where it is.")
    answered = serializers.CharField()
    in_sum = serializers.CharField(help_text="“Not enough data” under ten answers.")


class SensitiveRoleSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="role.pk")
    name = serializers.CharField(source="role.name")
    why = serializers.CharField(source="role.why")
    apart = SaidSerializer(many=True)
    volunteers = SaidSerializer(many=True, help_text="Beside it, and never in one figure with it.")


class NewSensitiveRole(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    segment = serializers.SlugField(required=False, allow_null=True, default=None)
    why = serializers.CharField(max_length=LONGEST)


class SensitiveRolesView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_CHANGE, "POST": Permission.EDIT_CHANGE}

    @extend_schema(responses=SensitiveRoleSerializer(many=True), operation_id="sensitive_roles_list")
    def get(self, request: Request, slug: str) -> Response:
        return Response(SensitiveRoleSerializer(sensitive_roles(self.pilot), many=True).data)

    @extend_schema(
        request=NewSensitiveRole, responses={201: SensitiveRoleSerializer(many=True)}, operation_id="sensitive_role_add"
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewSensitiveRole(data=request.data)
        given.is_valid(raise_exception=True)
        data = {**given.validated_data, "segment": segment_of(self.pilot, given.validated_data["segment"])}
        identify_role(pilot=self.pilot, by=caller(request), at=now(), **data)
        return Response(SensitiveRoleSerializer(sensitive_roles(self.pilot), many=True).data, 201)


class NewAsking(serializers.Serializer[Any]):
    whom = serializers.ChoiceField(choices=Asking.Whom.choices)
    how = serializers.ChoiceField(choices=Asking.How.choices)
    asked_on = serializers.DateField()
    people_asked = serializers.IntegerField(min_value=1, max_value=100_000)
    people_answered = serializers.IntegerField(min_value=0, max_value=100_000)
    in_sum = serializers.CharField(max_length=LONGEST)


class SensitiveRoleAskView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.EDIT_CHANGE}

    @extend_schema(
        request=NewAsking, responses={201: SensitiveRoleSerializer(many=True)}, operation_id="sensitive_role_ask"
    )
    @idempotent
    def post(self, request: Request, slug: str, sensitive: UUID) -> Response:
        role: SensitiveRole = get_sensitive_role(caller(request), slug, sensitive, Permission.EDIT_CHANGE)
        given = NewAsking(data=request.data)
        given.is_valid(raise_exception=True)
        record_asking(role=role, by=caller(request), at=now(), **given.validated_data)
        return Response(SensitiveRoleSerializer(sensitive_roles(self.pilot), many=True).data, 201)
