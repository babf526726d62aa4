"""Patterns: reading them, and triage's decisions about them."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import get_flag, get_pattern
from feedback.actions import patterns as decisions
from feedback.actions import sorting
from feedback.api.flags import FlagSerializer, Versioned
from feedback.models import Flag, Pattern
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import Membership, Pilot, UseCase
from pilots.permissions import Permission
from pilots.publish import wake


class PatternSerializer(serializers.ModelSerializer[Pattern]):
    merged_into = serializers.IntegerField(source="merged_into.number", read_only=True, default=None)

    class Meta:
        model = Pattern
        fields = (
            "number",
            "title",
            "terms",
            "state",
            "size",
            "reporters",
            "worst",
            "first_at",
            "last_at",
            "surging_since",
            "surge",
            "is_emerging",
            "action",
            "owner",
            "due_on",
            "reason",
            "fixed_from",
            "snoozed_until",
            "snoozed_size",
            "carried_at",
            "carry_reason",
            "merged_into",
            "began_at",
            "version",
        )


class PatternFilter(filters.FilterSet):
    surging = filters.BooleanFilter(
        field_name="surging_since", lookup_expr="isnull", exclude=True, label="Whether it rises"
    )

    class Meta:
        model = Pattern
        fields = ("state", "worst")


class Beginning(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=120)
    flags = serializers.ListField(child=serializers.CharField(max_length=12), min_length=1, max_length=200)


class PatternsView(ListCall, PilotCall):
    filters = PatternFilter
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS, "POST": Permission.TRIAGE_FLAGS}

    @extend_schema(responses=PatternSerializer(many=True), operation_id="patterns_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = self.narrowed(request, Pattern.objects.filter(pilot=self.pilot).select_related("merged_into"))
        return paged(request, rows, PatternSerializer, "number")

    @extend_schema(request=Beginning, responses={201: PatternSerializer}, operation_id="pattern_begin")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """A pattern that a person sees and no job found, of flags by their references."""
        given = Beginning(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = set(given.validated_data["flags"])
        flags = list(Flag.objects.filter(pilot=self.pilot, reference__in=wanted).select_related("pilot"))
        if len(flags) < len(wanted):
            raise serializers.ValidationError({"flags": ["This pilot does not have all of these flags."]})
        begun = sorting.begin_pattern(flags=flags, title=given.validated_data["title"], by=caller(request), at=now())
        return Response(PatternSerializer(begun).data, 201)


class PatternCall(PilotCall):
    pattern: Pattern
    permissions: ClassVar[dict[str, Permission]] = {
        "GET": Permission.VIEW_FLAGS,
        "POST": Permission.TRIAGE_FLAGS,
    }

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.pattern = get_pattern(caller(request), kwargs["slug"], kwargs["number"], Permission.VIEW_FLAGS)

    def answer(self, pattern: Pattern) -> Response:
        wake("governance.reevaluate")
        return Response(PatternSerializer(pattern).data)


class PatternView(PatternCall):
    @extend_schema(responses=PatternSerializer, operation_id="pattern_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(PatternSerializer(self.pattern).data)


class Noted(Versioned):
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class Acting(Versioned):
    action = serializers.ChoiceField(choices=Pattern.Action.choices)
    owner = serializers.UUIDField(help_text="Somebody who works on the pilot.")
    due_on = serializers.DateField()
    reason = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    use_cases = serializers.ListField(
        child=serializers.SlugField(),
        required=False,
        default=list,
        max_length=100,
        help_text="What human review only or withdrawing limits; none: the uses that its flags name.",
    )


def uses_called(pilot: Pilot, slugs: Sequence[str]) -> list[UseCase]:
    found = list(UseCase.objects.filter(pilot=pilot, slug__in=slugs, removed_at__isnull=True))
    if len(found) < len(set(slugs)):
        raise serializers.ValidationError({"use_cases": ["Choose use cases of this pilot."]})
    return found


class Fixing(Versioned):
    fixed_from = serializers.DateTimeField(help_text="Outputs made from then on should be free of it.")
    reason = serializers.CharField(max_length=4000, help_text="What its reporters are told.")


class Declining(Versioned):
    reason = serializers.CharField(max_length=4000, help_text="What its reporters are told.")


class Snoozing(Noted):
    until = serializers.DateField(required=False, allow_null=True, default=None)
    growth = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=10_000)


class Returning(Versioned):
    note = serializers.CharField(max_length=4000)


class Renaming(Versioned):
    title = serializers.CharField(max_length=120)


class Merging(Versioned):
    into = serializers.IntegerField(min_value=1, help_text="The number of the pattern that stays.")


class DecisionCall(PatternCall):
    def decide(
        self, request: Request, action: Callable[..., Pattern], given: type[serializers.Serializer[Any]]
    ) -> Response:
        read = given(data=request.data)
        read.is_valid(raise_exception=True)
        return self.answer(action(pattern=self.pattern, by=caller(request), at=now(), **read.validated_data))


class PatternConfirmView(DecisionCall):
    @extend_schema(request=Noted, responses=PatternSerializer, operation_id="pattern_confirm")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """One thing goes wrong: from then on it counts for the governance questions."""
        return self.decide(request, decisions.confirm_pattern, Noted)


class PatternAcknowledgeView(DecisionCall):
    @extend_schema(request=Noted, responses=PatternSerializer, operation_id="pattern_acknowledge")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Known, and watched."""
        return self.decide(request, decisions.acknowledge_pattern, Noted)


class PatternActView(DecisionCall):
    @extend_schema(request=Acting, responses=PatternSerializer, operation_id="pattern_act")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """What is done, by whom and by when."""
        given = Acting(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        owner = Membership.objects.filter(pilot=self.pilot, user=said.pop("owner")).select_related("user").first()
        if owner is None:
            raise serializers.ValidationError({"owner": ["Choose somebody who works on this pilot."]})
        said["use_cases"] = uses_called(self.pilot, said["use_cases"])
        acted = decisions.act_on_pattern(pattern=self.pattern, owner=owner.user, by=caller(request), at=now(), **said)
        return self.answer(acted)


class PatternFixView(DecisionCall):
    @extend_schema(request=Fixing, responses=PatternSerializer, operation_id="pattern_fix")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Live; its flags are closed with what changed."""
        return self.decide(request, decisions.fix_pattern, Fixing)


class PatternDeclineView(DecisionCall):
    @extend_schema(request=Declining, responses=PatternSerializer, operation_id="pattern_decline")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Nothing changes; its flags are closed with the reason."""
        return self.decide(request, decisions.decline_pattern, Declining)


class PatternCarryView(DecisionCall):
    @extend_schema(request=Declining, responses=PatternSerializer, operation_id="pattern_carry")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """The caller answers by name for going on although it is severe and not fixed."""
        return self.decide(request, decisions.carry_pattern, Declining)


class PatternSnoozeView(DecisionCall):
    @extend_schema(request=Snoozing, responses=PatternSerializer, operation_id="pattern_snooze")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Aside until a day, or until so many more flags came."""
        return self.decide(request, decisions.snooze_pattern, Snoozing)


class PatternReturnView(DecisionCall):
    @extend_schema(request=Returning, responses=PatternSerializer, operation_id="pattern_return")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """It was fixed, and somebody saw it again."""
        return self.decide(request, decisions.return_pattern, Returning)


class PatternRenameView(DecisionCall):
    @extend_schema(request=Renaming, responses=PatternSerializer, operation_id="pattern_rename")
    def post(self, request: Request, slug: str, number: int) -> Response:
        return self.decide(request, decisions.rename_pattern, Renaming)


class PatternUndoView(DecisionCall):
    @extend_schema(request=Versioned, responses=PatternSerializer, operation_id="pattern_undo")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Takes back the last decision that a person made."""
        return self.decide(request, decisions.undo_decision, Versioned)


class PatternMergeView(DecisionCall):
    @extend_schema(request=Merging, responses=PatternSerializer, operation_id="pattern_merge")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """This one goes up in another, whose number stays. Answers that one."""
        given = Merging(data=request.data)
        given.is_valid(raise_exception=True)
        into = get_pattern(caller(request), slug, given.validated_data["into"], Permission.TRIAGE_FLAGS)
        version = given.validated_data["version"]
        merged = sorting.merge_patterns(pattern=self.pattern, into=into, version=version, by=caller(request), at=now())
        return self.answer(merged)


class PatternUnmergeView(PatternCall):
    @extend_schema(request=None, responses=PatternSerializer, operation_id="pattern_unmerge")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """The flags that came with it return, and no job merges the two again."""
        return self.answer(sorting.unmerge_pattern(pattern=self.pattern, by=caller(request), at=now()))


class Moving(serializers.Serializer[Any]):
    to = serializers.IntegerField(allow_null=True, help_text="The number of a pattern; null: to none.")


class FlagMoveView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.TRIAGE_FLAGS}

    @extend_schema(request=Moving, responses=FlagSerializer, operation_id="flag_move")
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """To another pattern or to none; no job moves it any more."""
        flag = get_flag(caller(request), slug, reference, Permission.TRIAGE_FLAGS)
        given = Moving(data=request.data)
        given.is_valid(raise_exception=True)
        number = given.validated_data["to"]
        to = None if number is None else get_pattern(caller(request), slug, number, Permission.TRIAGE_FLAGS)
        return Response(FlagSerializer(sorting.move_flag(flag=flag, to=to, by=caller(request), at=now())).data)
