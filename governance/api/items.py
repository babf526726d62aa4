"""Questions of a pilot, their answers and what is decided about them."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.actions import answers, doubts, items
from governance.api import examples
from governance.models import Answer, Comment, Doubt, Evidence, Item
from governance.reports.quoted import warnings_of
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.api.parsers import PlainJSONParser, PlainMultiPartParser
from pilots.api.pilots import PersonSerializer
from pilots.clock import now
from pilots.models import User, Workflow
from pilots.permissions import Permission
from pilots.publish import wake


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    class Meta:
        model = Evidence
        fields = ("id", "kind", "title", "url", "size", "content_type", "digest", "added_at")


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    author = PersonSerializer()
    decided_by = PersonSerializer()
    evidence = EvidenceSerializer(many=True)

    class Meta:
        model = Answer
        fields = (
            "number",
            "kind",
            "text",
            "author",
            "written_at",
            "digest",
            "decision",
            "decided_at",
            "decided_by",
            "decision_comment",
            "valid_until",
            "lapsed_at",
            "lapse_reason",
            "evidence",
        )


class ItemSerializer(serializers.ModelSerializer[Item]):
    question = serializers.CharField(source="question.question")
    workflow: serializers.SlugRelatedField[Workflow] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )
    blocking = serializers.CharField(source="question.blocking")
    owner = PersonSerializer()

    class Meta:
        model = Item
        fields = ("id", "code", "workflow", "phase", "question", "blocking", "owner", "due_on", "state", "version")


class WholeItemSerializer(ItemSerializer):
    answers = AnswerSerializer(many=True)
    good_answer = serializers.CharField(source="question.good_answer")
    expected_evidence = serializers.CharField(source="question.evidence")
    may_be_not_measured = serializers.BooleanField(source="question.may_be_not_measured")
    supports = serializers.JSONField(source="question.supports")
    quoted_as_forecast = serializers.SerializerMethodField(
        help_text="Sentences of the newest answer that quote a figure of the demonstration as if it were a forecast."
    )

    def get_quoted_as_forecast(self, item: Item) -> list[str]:
        return [one.words for one in warnings_of(item.pilot, item.answer.text)] if item.answer else []

    class Meta(ItemSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *ItemSerializer.Meta.fields,
            "good_answer",
            "expected_evidence",
            "may_be_not_measured",
            "supports",
            "quoted_as_forecast",
            "answers",
        )


class ItemFilter(filters.FilterSet):
    owner = filters.UUIDFilter(field_name="owner_id")

    class Meta:
        model = Item
        fields = ("phase", "state", "code")


class ItemsView(ListCall, PilotCall):
    filters = ItemFilter

    @extend_schema(responses=ItemSerializer(many=True), operation_id="items_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, self.narrowed(request, Item.objects.of(self.pilot)), ItemSerializer, "code", "pk")


class ItemCall(PilotCall):
    """A call about one item: `self.item`, of this pilot, or 404."""

    item: Item

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        found = Item.objects.of(self.pilot).select_related("pilot").filter(pk=kwargs["item"]).first()
        if found is None:
            raise Http404
        self.item = found

    def whole(self, status: int = 200) -> Response:
        wake("governance.reevaluate")
        return Response(read_item(self.item), status)


def read_item(item: Item) -> Any:
    related = ("answers__author", "answers__decided_by", "answers__evidence")
    found = Item.objects.with_details().prefetch_related(*related).get(pk=item.pk)
    found.pilot = item.pilot
    return WholeItemSerializer(found).data


class ItemView(ItemCall):
    @extend_schema(responses=WholeItemSerializer, operation_id="item_read")
    def get(self, request: Request, slug: str, item: UUID) -> Response:
        return Response(read_item(self.item))


class LinkSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False, default="")
    url = serializers.URLField(max_length=1000)


VERSION: Final = "The item’s version that you read; another’s change since then answers 409."


class Proposal(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Answer.Kind.choices)
    text = serializers.CharField(max_length=20_000, help_text="Markdown.")
    links = LinkSerializer(many=True, required=False, default=list)
    keep = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, help_text="Evidence of older answers carried on."
    )
    files = serializers.ListField(
        child=serializers.FileField(), required=False, default=list, help_text="Only as multipart/form-data."
    )
    version = serializers.IntegerField(help_text=VERSION)


class AnswersView(ItemCall):
    parser_classes = (PlainJSONParser, PlainMultiPartParser)
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ANSWER_ITEMS}

    @extend_schema(
        request=Proposal, responses={201: WholeItemSerializer}, operation_id="answer_propose", examples=examples.ANSWER
    )
    @idempotent
    def post(self, request: Request, slug: str, item: UUID) -> Response:
        given = Proposal(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        said["links"] = [answers.Link(**link) for link in said["links"]]
        answers.propose_answer(item=self.item, by=caller(request), at=now(), **said)
        return self.whole(201)


class Decision(serializers.Serializer[Any]):
    comment = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)
    version = serializers.IntegerField(help_text=VERSION)


class AnswerDecisionView(ItemCall):
    """`accept`, `return` or `confirm`: by somebody other than the author."""

    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ACCEPT_ANSWERS}
    verb = "accept"

    @property
    def operation_id(self) -> str:
        return f"answer_{self.verb}"

    @extend_schema(request=Decision, responses=WholeItemSerializer)
    def post(self, request: Request, slug: str, item: UUID) -> Response:
        given = Decision(data=request.data)
        given.is_valid(raise_exception=True)
        decide = {
            "accept": answers.accept_answer,
            "return": answers.return_answer,
            "confirm": answers.confirm_answer,
        }[self.verb]
        decide(item=self.item, by=caller(request), at=now(), **given.validated_data)
        return self.whole()


class DoubtReason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)
    version = serializers.IntegerField(help_text=VERSION)


class DoubtSerializer(serializers.ModelSerializer[Doubt]):
    class Meta:
        model = Doubt
        fields = ("id", "source", "reason", "raised_at", "resolution", "resolved_at")


class DoubtsView(ListCall, ItemCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.RAISE_DOUBT}

    @extend_schema(responses=DoubtSerializer(many=True), operation_id="doubts_list")
    def get(self, request: Request, slug: str, item: UUID) -> Response:
        return paged(request, Doubt.objects.filter(item=self.item), DoubtSerializer, "-raised_at", "pk")

    @extend_schema(request=DoubtReason, responses={201: WholeItemSerializer}, operation_id="doubt_raise")
    @idempotent
    def post(self, request: Request, slug: str, item: UUID) -> Response:
        given = DoubtReason(data=request.data)
        given.is_valid(raise_exception=True)
        doubts.raise_doubt(item=self.item, by=caller(request), at=now(), **given.validated_data)
        return self.whole(201)


class CommentSerializer(serializers.ModelSerializer[Comment]):
    author = PersonSerializer(read_only=True)

    class Meta:
        model = Comment
        fields = ("id", "text", "author", "written_at")
        read_only_fields = ("written_at",)


class CommentsView(ListCall, ItemCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.COMMENT}

    @extend_schema(responses=CommentSerializer(many=True), operation_id="comments_list")
    def get(self, request: Request, slug: str, item: UUID) -> Response:
        rows = Comment.objects.filter(item=self.item).select_related("author")
        return paged(request, rows, CommentSerializer, "-written_at", "pk")

    @extend_schema(request=CommentSerializer, responses={201: CommentSerializer}, operation_id="comment_add")
    @idempotent
    def post(self, request: Request, slug: str, item: UUID) -> Response:
        given = CommentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = items.comment_on_item(item=self.item, by=caller(request), at=now(), text=given.validated_data["text"])
        return Response(CommentSerializer(made).data, 201)


class Assignment(serializers.Serializer[Any]):
    items = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True), required=False)
    due_on = serializers.DateField(required=False)


class AssignView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.ASSIGN_ITEMS}

    @extend_schema(request=Assignment, responses=ItemSerializer(many=True), operation_id="items_assign")
    def post(self, request: Request, slug: str) -> Response:
        """Owner, due date or both for several questions at once: all or nothing."""
        given = Assignment(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        wanted = set(said.pop("items"))
        chosen = list(Item.objects.of(self.pilot).filter(pk__in=wanted))
        if len(chosen) != len(wanted):
            raise serializers.ValidationError({"items": ["Some of these are no questions of this pilot."]})
        items.assign_items(pilot=self.pilot, items=chosen, by=caller(request), at=now(), **said)
        wake("governance.reevaluate")
        return Response(ItemSerializer(Item.objects.of(self.pilot).filter(pk__in=wanted), many=True).data)
