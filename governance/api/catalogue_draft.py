"""The one draft of the catalogue: its questions, what differs from the version in force, publishing and discarding."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.actions import catalogue
from governance.api import examples
from governance.api.catalogue import VersionSerializer
from governance.catalogue.difference import Difference, Reworded, difference
from governance.catalogue.entry import DOUBTS, LONGEST, MOST_DAYS, Entry
from governance.models import CatalogueVersion, Question
from governance.renewal import EVENTS
from pilots.access import require
from pilots.api.calls import caller
from pilots.api.idempotency import idempotent
from pilots.clock import now
from pilots.models import PhaseKind
from pilots.models.membership import ROLE_CHOICES
from pilots.permissions import Permission


class EntrySerializer(serializers.Serializer[Entry]):
    """A question; what must hold for it is said by `governance.catalogue.entry.problems_of`."""

    code = serializers.RegexField(r"^[A-Z]{2,6}-\d{2,3}$", max_length=20, help_text="It never changes afterwards.")
    phase = serializers.ChoiceField(choices=PhaseKind.choices)
    theme = serializers.ChoiceField(choices=Question.Theme.choices)
    question = serializers.CharField(max_length=LONGEST["question"])
    good_answer = serializers.CharField(max_length=LONGEST["good_answer"])
    evidence = serializers.CharField(max_length=LONGEST["evidence"])
    owner_role = serializers.ChoiceField(choices=ROLE_CHOICES)
    core = serializers.BooleanField(required=False, default=False)
    per_workflow = serializers.BooleanField(required=False, default=False)
    blocking = serializers.ChoiceField(choices=Question.Blocking.choices, required=False, default="gate")
    blocking_note = serializers.CharField(
        max_length=LONGEST["blocking_note"], required=False, allow_blank=True, default=""
    )
    after_first_stage = serializers.BooleanField(required=False, default=False)
    may_be_not_measured = serializers.BooleanField(required=False, default=False)
    valid_days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=MOST_DAYS
    )
    renew_events = serializers.ListField(
        child=serializers.ChoiceField(choices=list(EVENTS)), required=False, default=list, max_length=len(EVENTS)
    )
    renew_note = serializers.CharField(max_length=LONGEST["renew_note"], required=False, allow_blank=True, default="")
    doubted_by = serializers.ListField(
        child=serializers.ChoiceField(choices=DOUBTS), required=False, default=list, max_length=len(DOUBTS)
    )
    ideas = serializers.ListField(
        child=serializers.RegexField(r"^E\d{2}$"), required=False, default=list, max_length=50
    )
    supports = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=300), max_length=50),
        required=False,
        default=dict,
        help_text="By framework: its parts, each “part” or “part: condition”.",
    )

    def entry(self) -> Entry:
        said = dict(self.validated_data)
        for name in ("renew_events", "doubted_by", "ideas"):
            said[name] = tuple(said[name])
        said["supports"] = {key: tuple(parts) for key, parts in said["supports"].items() if parts}
        return Entry(**said)


class EntryEdit(EntrySerializer):
    seen = serializers.CharField(max_length=64, help_text="The `content_digest` that you read.")

    def entry(self) -> Entry:
        self.validated_data.pop("seen")
        return super().entry()


class DraftQuestionSerializer(serializers.ModelSerializer[Question]):
    content_digest = serializers.CharField(help_text="Send it as `seen` when you change the question.")

    class Meta:
        model = Question
        fields = (*Entry.__dataclass_fields__, "content_digest")


class RewordedSerializer(serializers.Serializer[Reworded]):
    code = serializers.CharField()
    fields_changed = serializers.SerializerMethodField()
    changes_meaning = serializers.BooleanField(help_text="Answers to the older wording fall in doubt.")

    def get_fields_changed(self, reworded: Reworded) -> list[str]:
        return [field.name for field in reworded.fields]


class DifferenceSerializer(serializers.Serializer[Difference]):
    added = serializers.SerializerMethodField()
    removed = serializers.SerializerMethodField()
    changed = RewordedSerializer(many=True)

    def get_added(self, found: Difference) -> list[str]:
        return [entry.code for entry in found.added]

    def get_removed(self, found: Difference) -> list[str]:
        return [entry.code for entry in found.removed]


class DraftSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    note = serializers.CharField()
    digest = serializers.CharField(help_text="Send it as `seen` when you publish.")
    difference = DifferenceSerializer(help_text="From the newest published version.")
    questions = DraftQuestionSerializer(many=True)


def read_draft(draft: CatalogueVersion) -> Any:
    current = CatalogueVersion.objects.published().first()
    entries = draft.entries()
    said = {
        "number": draft.number,
        "note": draft.note,
        "digest": catalogue.draft_digest(entries),
        "difference": difference(current.entries() if current else [], entries),
        "questions": draft.questions.all(),
    }
    return DraftSerializer(said).data


class DraftCall(APIView):
    """A call about the draft: 403 for who edits no catalogue, 404 where there is none."""

    draft: CatalogueVersion
    # Methods that find no draft, or need none.
    starts: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(caller(request), Permission.EDIT_CATALOGUE)
        draft = CatalogueVersion.objects.draft()
        if draft is None and request.method not in self.starts:
            raise Http404
        if draft is not None:
            self.draft = draft

    def question(self, code: str) -> Question:
        found = self.draft.questions.filter(code=code).first()
        if found is None:
            raise Http404
        return found


class DraftView(DraftCall):
    starts = frozenset({"POST"})

    @extend_schema(responses=DraftSerializer, operation_id="catalogue_draft_read")
    def get(self, request: Request) -> Response:
        return Response(read_draft(self.draft))

    @extend_schema(request=None, responses={201: DraftSerializer}, operation_id="catalogue_draft_start")
    @idempotent
    def post(self, request: Request) -> Response:
        """A copy of the newest published version. There is one draft at a time."""
        return Response(read_draft(catalogue.start_draft(by=caller(request), at=now())), 201)


class DraftQuestionsView(DraftCall):
    @extend_schema(
        request=EntrySerializer,
        responses={201: DraftQuestionSerializer},
        operation_id="catalogue_question_add",
        examples=examples.QUESTION,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = EntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        added = catalogue.add_question(entry=given.entry(), by=caller(request))
        return Response(DraftQuestionSerializer(added).data, 201)


class Seen(serializers.Serializer[Any]):
    seen = serializers.CharField(max_length=64, help_text="The `content_digest` that you read.")


class DraftQuestionView(DraftCall):
    @extend_schema(request=EntryEdit, responses=DraftQuestionSerializer, operation_id="catalogue_question_edit")
    def put(self, request: Request, code: str) -> Response:
        question = self.question(code)
        given = EntryEdit(data=request.data)
        given.is_valid(raise_exception=True)
        seen: str = given.validated_data["seen"]
        edited = catalogue.edit_question(question=question, entry=given.entry(), seen=seen, by=caller(request))
        return Response(DraftQuestionSerializer(edited).data)


class DraftQuestionRemoveView(DraftCall):
    @extend_schema(request=Seen, responses={204: None}, operation_id="catalogue_question_remove")
    def post(self, request: Request, code: str) -> Response:
        given = Seen(data=request.data)
        given.is_valid(raise_exception=True)
        catalogue.remove_question(question=self.question(code), by=caller(request), **given.validated_data)
        return Response(status=204)


class Publishing(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=4000, help_text="What changed and why.")
    seen = serializers.CharField(max_length=64, help_text="The draft’s `digest`, as you read it.")


class DraftPublishView(DraftCall):
    @extend_schema(request=Publishing, responses=VersionSerializer, operation_id="catalogue_draft_publish")
    def post(self, request: Request) -> Response:
        given = Publishing(data=request.data)
        given.is_valid(raise_exception=True)
        published = catalogue.publish_draft(by=caller(request), at=now(), **given.validated_data)
        return Response(VersionSerializer(published).data)


class DraftDiscardView(DraftCall):
    @extend_schema(request=None, responses={204: None}, operation_id="catalogue_draft_discard")
    def post(self, request: Request) -> Response:
        catalogue.discard_draft(by=caller(request), at=now())
        return Response(status=204)
