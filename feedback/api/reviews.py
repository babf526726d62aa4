"""The standing review: its schedule, its meetings, and with what each item leaves them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import get_review, get_review_item
from feedback.actions.reviews import (
    NO_CHANGE,
    carry_item,
    close_review,
    decide_item,
    open_review,
    set_review_schedule,
)
from feedback.agenda import standings_of
from feedback.api.flags import Versioned
from feedback.api.patterns import PatternSerializer, uses_called
from feedback.models import Pattern, Review, ReviewItem, ReviewSchedule
from feedback.models.review import MOST_WEEKS, Weekday
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import Membership, Pilot, User
from pilots.permissions import Permission
from pilots.publish import wake


class ScheduleSerializer(serializers.ModelSerializer[ReviewSchedule]):
    class Meta:
        model = ReviewSchedule
        fields = ("weekday", "every_weeks", "chair", "next_on", "version")


class Scheduling(serializers.Serializer[Any]):
    weekday = serializers.ChoiceField(choices=Weekday.choices, help_text="0 is Monday.")
    every_weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS)
    chair = serializers.UUIDField(help_text="Somebody who works on the pilot.")
    version = serializers.IntegerField(help_text="The version that you read; 0 where none is set.", min_value=0)


class ReviewItemSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(source="item.position")
    why = serializers.ChoiceField(choices=ReviewItem.Why.choices, source="item.why")
    pattern = serializers.IntegerField(source="item.pattern.number", default=None, allow_null=True)
    flag = serializers.CharField(source="item.flag.reference", default=None, allow_null=True)
    correction = serializers.IntegerField(source="item.correction.number", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=["open", "met", "carried"])
    outcome = serializers.CharField(help_text="With what it left the review; empty while it is open.")
    carried_by = serializers.UUIDField(source="item.carried_by_id", allow_null=True)
    carry_reason = serializers.CharField(source="item.carry_reason")


class ReviewSerializer(serializers.ModelSerializer[Review]):
    class Meta:
        model = Review
        fields = ("number", "due_on", "opened_at", "opened_by", "chair", "note", "closed_at", "closed_by", "version")


class WholeReviewSerializer(ReviewSerializer):
    attendees = serializers.PrimaryKeyRelatedField(many=True, read_only=True)  # type: ignore[var-annotated]
    items = serializers.SerializerMethodField()

    class Meta(ReviewSerializer.Meta):
        fields = (*ReviewSerializer.Meta.fields, "attendees", "items")  # type: ignore[assignment]

    @extend_schema_field(ReviewItemSerializer(many=True))
    def get_items(self, review: Review) -> Any:
        return ReviewItemSerializer(standings_of(review), many=True).data


class Opening(serializers.Serializer[Any]):
    attendees = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)


ACTIONS = [*Pattern.Action.choices, (NO_CHANGE, "No change, because")]


class DecidingItem(Versioned):
    """`version` is the pattern’s."""

    action = serializers.ChoiceField(choices=ACTIONS)
    owner = serializers.UUIDField(required=False, allow_null=True, default=None)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    use_cases = serializers.ListField(child=serializers.SlugField(), required=False, default=list, max_length=100)


class ReviewCarrying(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4000)


class ReviewClosing(Versioned):
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


def person_called(pilot: Pilot, key: Any, field: str) -> User:
    found = Membership.objects.filter(pilot=pilot, user=key).select_related("user").first()
    if found is None:
        raise serializers.ValidationError({field: ["Choose people who work on this pilot."]})
    return found.user


class ReviewScheduleView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS, "PUT": Permission.RUN_REVIEWS}

    @extend_schema(responses={200: ScheduleSerializer, 204: None}, operation_id="review_schedule_read")
    def get(self, request: Request, slug: str) -> Response:
        """204 where nobody has set one."""
        schedule = ReviewSchedule.objects.filter(pilot=self.pilot).first()
        return Response(status=204) if schedule is None else Response(ScheduleSerializer(schedule).data)

    @extend_schema(request=Scheduling, responses=ScheduleSerializer, operation_id="review_schedule_set")
    def put(self, request: Request, slug: str) -> Response:
        given = Scheduling(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        said["chair"] = person_called(self.pilot, said["chair"], "chair")
        schedule = set_review_schedule(pilot=self.pilot, by=caller(request), at=now(), **said)
        wake("governance.reevaluate")
        return Response(ScheduleSerializer(schedule).data)


class ReviewsView(ListCall, PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS, "POST": Permission.RUN_REVIEWS}

    @extend_schema(responses=ReviewSerializer(many=True), operation_id="reviews_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, Review.objects.filter(pilot=self.pilot), ReviewSerializer, "-number")

    @extend_schema(request=Opening, responses={201: WholeReviewSerializer}, operation_id="review_open")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        """Its agenda makes itself."""
        given = Opening(data=request.data)
        given.is_valid(raise_exception=True)
        people = [person_called(self.pilot, key, "attendees") for key in given.validated_data["attendees"]]
        review = open_review(pilot=self.pilot, attendees=people, by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(WholeReviewSerializer(review).data, 201)


class ReviewCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.VIEW_FLAGS, "POST": Permission.RUN_REVIEWS}


class ReviewView(ReviewCall):
    @extend_schema(responses=WholeReviewSerializer, operation_id="review_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(WholeReviewSerializer(get_review(caller(request), slug, number, Permission.VIEW_FLAGS)).data)


class ReviewDecideView(ReviewCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.TRIAGE_FLAGS}

    @extend_schema(request=DecidingItem, responses=PatternSerializer, operation_id="review_decide")
    def post(self, request: Request, slug: str, number: int, position: int) -> Response:
        """With what a pattern leaves the review. “Noted” is not possible."""
        item = get_review_item(caller(request), slug, number, position, Permission.TRIAGE_FLAGS)
        given = DecidingItem(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        said["use_cases"] = uses_called(self.pilot, said["use_cases"])
        if said["owner"] is not None:
            said["owner"] = person_called(self.pilot, said["owner"], "owner")
        pattern = decide_item(item=item, by=caller(request), at=now(), **said)
        wake("governance.reevaluate")
        return Response(PatternSerializer(pattern).data)


class ReviewCarryView(ReviewCall):
    @extend_schema(request=ReviewCarrying, responses=WholeReviewSerializer, operation_id="review_carry")
    def post(self, request: Request, slug: str, number: int, position: int) -> Response:
        """To the next review, once, in the caller’s name."""
        item = get_review_item(caller(request), slug, number, position, Permission.RUN_REVIEWS)
        given = ReviewCarrying(data=request.data)
        given.is_valid(raise_exception=True)
        carry_item(item=item, by=caller(request), at=now(), **given.validated_data)
        return Response(WholeReviewSerializer(item.review).data)


class ReviewCloseView(ReviewCall):
    @extend_schema(request=ReviewClosing, responses=WholeReviewSerializer, operation_id="review_close")
    def post(self, request: Request, slug: str, number: int) -> Response:
        """Refused while one item has neither a decision nor somebody who carries it."""
        review = get_review(caller(request), slug, number, Permission.RUN_REVIEWS)
        given = ReviewClosing(data=request.data)
        given.is_valid(raise_exception=True)
        closed = close_review(review=review, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(WholeReviewSerializer(closed).data)
