"""The statement and the published page of a pilot, and the pages of all pilots that the caller may read."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.access import find_published_pilot, published_pilots
from feedback.actions.publishing import newest_publication, publish_page
from feedback.actions.statements import publish_statement, sign_statement, write_statement
from feedback.models import Publication, Statement, StatementSignature
from feedback.models.publication import LONGEST_PART, LONGEST_WORDS
from feedback.published import PublishedPage, Topic, page_of_pilot
from feedback.signing import newest_statement, signing_of
from pilots.api.authentication import HasScope
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.publish import wake


class SignatureSerializer(serializers.ModelSerializer[StatementSignature]):
    signed_by = serializers.CharField(source="signed_by.name", read_only=True)

    class Meta:
        model = StatementSignature
        fields = ("signed_by", "role", "is_named", "signed_at", "digest")


class StatementSerializer(serializers.ModelSerializer[Statement]):
    written_by = serializers.CharField(source="written_by.name", read_only=True)
    signatures = serializers.SerializerMethodField()
    still_to_sign = serializers.SerializerMethodField(help_text="In words; empty when all have signed.")

    class Meta:
        model = Statement
        fields = (
            "number",
            "intended",
            "not_intended",
            "digest",
            "written_at",
            "written_by",
            "signatures",
            "still_to_sign",
            "published_at",
        )

    @extend_schema(responses=SignatureSerializer(many=True))
    def get_signatures(self, row: Statement) -> list[dict[str, Any]]:
        return list(SignatureSerializer(signing_of(row).signatures, many=True).data)

    def get_still_to_sign(self, row: Statement) -> list[str]:
        return signing_of(row).missing


class NewStatement(serializers.Serializer[Any]):
    intended = serializers.CharField(max_length=LONGEST_PART, help_text="What it is for, and intended to replace.")
    not_intended = serializers.CharField(max_length=LONGEST_PART)
    seen = serializers.IntegerField(help_text="Number of the version that you read; 0 for none.")


class StatementView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.PUBLISH}

    @extend_schema(responses=StatementSerializer, operation_id="statement_read")
    def get(self, request: Request, slug: str) -> Response:
        """The newest version, which may still wait for signatures."""
        return Response(StatementSerializer(newest_of(self.pilot)).data)

    @extend_schema(request=NewStatement, responses={201: StatementSerializer}, operation_id="statement_write")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewStatement(data=request.data)
        given.is_valid(raise_exception=True)
        written = write_statement(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        return Response(StatementSerializer(written).data, 201)


class StatementVersionView(PilotCall):
    @extend_schema(responses=StatementSerializer, operation_id="statement_version_read")
    def get(self, request: Request, slug: str, number: int) -> Response:
        found = Statement.objects.filter(pilot=self.pilot, number=number).first()
        if found is None:
            raise Http404
        return Response(StatementSerializer(found).data)


class Signing(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="Of the version that you read.")
    is_named = serializers.BooleanField(
        required=False, default=True, help_text="False: the published page shows your role alone."
    )


class StatementSignView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.SIGN_STATEMENT}

    @extend_schema(request=Signing, responses=StatementSerializer, operation_id="statement_sign")
    def post(self, request: Request, slug: str) -> Response:
        given = Signing(data=request.data)
        given.is_valid(raise_exception=True)
        signed = sign_statement(statement=newest_of(self.pilot), by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(StatementSerializer(signed).data)


class StatementPublishView(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"POST": Permission.PUBLISH}

    @extend_schema(request=None, responses=StatementSerializer, operation_id="statement_publish")
    def post(self, request: Request, slug: str) -> Response:
        published = publish_statement(statement=newest_of(self.pilot), by=caller(request), at=now())
        wake("governance.reevaluate")
        return Response(StatementSerializer(published).data)


def newest_of(pilot: Pilot) -> Statement:
    found = newest_statement(pilot)
    if found is None:
        raise Http404
    return found


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    published_by = serializers.CharField(source="published_by.name", read_only=True)

    class Meta:
        model = Publication
        fields = ("number", "falls_short", "published_at", "published_by")


class NewPublication(serializers.Serializer[Any]):
    falls_short = serializers.CharField(max_length=LONGEST_WORDS, help_text="Where it falls short. Markdown.")
    seen = serializers.IntegerField(help_text="Number of the version that you read; 0 for none.")


class PublicationsView(ListCall, PilotCall):
    permissions: ClassVar[dict[str, Permission]] = {"GET": Permission.PUBLISH, "POST": Permission.PUBLISH}

    @extend_schema(responses=PublicationSerializer(many=True), operation_id="publications_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Publication.objects.filter(pilot=self.pilot).select_related("published_by")
        return paged(request, rows, PublicationSerializer, "-number")

    @extend_schema(request=NewPublication, responses={201: PublicationSerializer}, operation_id="page_publish")
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewPublication(data=request.data)
        given.is_valid(raise_exception=True)
        published = publish_page(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        wake("governance.reevaluate")
        return Response(PublicationSerializer(published).data, 201)


class PublishedRow(serializers.ModelSerializer[Pilot]):
    class Meta:
        model = Pilot
        fields = ("slug", "name", "tool", "page_access")


class PublishedListView(ListCall):
    @extend_schema(responses=PublishedRow(many=True), operation_id="published_list")
    def get(self, request: Request) -> Response:
        """The pilots whose published page you may read."""
        return paged(request, published_pilots(caller(request)), PublishedRow, "name", "pk")


class TopicSerializer(serializers.Serializer[Topic]):
    title = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateField(help_text="The first day of the month of its first flag.")
    flags = serializers.IntegerField(allow_null=True, help_text="Null: fewer than ten people.")
    told = serializers.CharField(help_text="What changed, or why nothing does.")
    on = serializers.DateField(allow_null=True, help_text="Changed from, or due by.")


class RestrictedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    why = serializers.CharField()
    since = serializers.DateTimeField()


class SignatorySerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    name = serializers.CharField(help_text="Empty where they agreed to their role alone.")
    signed_at = serializers.DateTimeField()


class FlagFiguresSerializer(serializers.Serializer[Any]):
    """Null: fewer than ten people, or a figure from which theirs could be worked out."""

    flags = serializers.IntegerField(allow_null=True)
    fixed = serializers.IntegerField(allow_null=True)
    otherwise = serializers.IntegerField(allow_null=True)
    open = serializers.IntegerField(allow_null=True)


class PageSerializer(serializers.Serializer[PublishedPage]):
    slug = serializers.CharField(source="pilot.slug")
    name = serializers.CharField(source="pilot.name")
    tool = serializers.CharField(source="pilot.tool")
    state = serializers.ChoiceField(source="pilot.state", choices=Pilot.State.choices)
    intended = serializers.CharField(source="statement.intended", default="")
    not_intended = serializers.CharField(source="statement.not_intended", default="")
    signatories = SignatorySerializer(many=True)
    performance = serializers.SerializerMethodField(help_text="“not_measured” until there is evidence.")
    falls_short = serializers.CharField(source="publication.falls_short")
    restricted = RestrictedSerializer(many=True, help_text="Uses in which only people decide.")
    changed = TopicSerializer(many=True)
    declined = TopicSerializer(many=True)
    open = TopicSerializer(many=True)
    unconfirmed = serializers.IntegerField(help_text="Open patterns that no person has confirmed and titled.")
    counts = FlagFiguresSerializer()
    published_at = serializers.DateTimeField(source="publication.published_at")
    published_by = serializers.CharField(source="publication.published_by.name")
    is_stale = serializers.BooleanField(help_text="Nobody looked at all of it for 35 days.")

    def get_performance(self, page: PublishedPage) -> str:
        return "not_measured"


class PublishedView(APIView):
    """Open to whom the pilot says: with a session, a token, or neither."""

    permission_classes = (AllowAny, HasScope)

    @extend_schema(responses=PageSerializer, operation_id="published_read")
    def get(self, request: Request, slug: str) -> Response:
        pilot = find_published_pilot(request.user, slug)
        if pilot is None and not request.user.is_authenticated:
            raise NotAuthenticated
        if pilot is None:
            raise Http404
        return Response(PageSerializer(page_of_pilot(pilot, newest_publication(pilot), now())).data)
