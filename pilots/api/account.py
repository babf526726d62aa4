"""What is one's own: who one is, notifications, tokens."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.actions.account import OWN, edit_own_account
from pilots.actions.notifications import mark_read
from pilots.actions.tokens import create_api_token, revoke_api_token
from pilots.api import examples
from pilots.api.authentication import Grant
from pilots.api.calls import caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.errors import NotAllowed
from pilots.models import ApiToken, Notification, User
from pilots.models.token import Scope


class MeSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "email", *OWN)


class OwnAccount(serializers.ModelSerializer[User]):
    time_zone = serializers.CharField(max_length=64, help_text="A name like Europe/Lisbon.")

    class Meta:
        model = User
        fields = OWN


class MeView(APIView):
    @extend_schema(responses=MeSerializer, operation_id="me")
    def get(self, request: Request) -> Response:
        """Who this token or session is."""
        return Response(MeSerializer(caller(request)).data)

    @extend_schema(
        request=OwnAccount(partial=True), responses=MeSerializer, operation_id="me_edit", examples=examples.ME
    )
    def patch(self, request: Request) -> Response:
        """Your own name, time zone, and whether you want a daily e-mail; what you leave out stays."""
        given = OwnAccount(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(MeSerializer(edit_own_account(by=caller(request), fields=given.validated_data)).data)


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    class Meta:
        model = Notification
        fields = ("id", "event", "text", "url", "created_at", "read_at")


class NotificationsView(ListCall):
    @extend_schema(responses=NotificationSerializer(many=True), operation_id="notifications_list")
    def get(self, request: Request) -> Response:
        rows = Notification.objects.filter(user=caller(request))
        return paged(request, rows, NotificationSerializer, "-created_at", "pk")


class NotificationsRead(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many became read by this call.")


class NotificationsReadView(APIView):
    @extend_schema(request=None, responses=NotificationsRead, operation_id="notifications_read")
    def post(self, request: Request) -> Response:
        return Response({"read": mark_read(by=caller(request), at=now())})


class NotificationReadView(APIView):
    @extend_schema(request=None, responses=NotificationsRead, operation_id="notification_read")
    def post(self, request: Request, notification: UUID) -> Response:
        found = Notification.objects.filter(user=caller(request), pk=notification).first()
        if found is None:
            raise Http404
        return Response({"read": mark_read(by=caller(request), at=now(), only=found)})


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))

    class Meta:
        model = ApiToken
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")


class NewTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), min_length=1, max_length=len(Scope)
    )
    expires_at = serializers.DateTimeField(help_text="At most a year from now.")


class MadeTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="Shown here only.")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")  # type: ignore[assignment]


class TokensView(ListCall):
    field_names: ClassVar[dict[str, str]] = {"expires_on": "expires_at"}

    @extend_schema(responses=TokenSerializer(many=True), operation_id="tokens_list")
    def get(self, request: Request) -> Response:
        rows = ApiToken.objects.filter(user=caller(request))
        return paged(request, rows, TokenSerializer, "-created_at", "pk")

    @extend_schema(
        request=NewTokenSerializer,
        responses={201: MadeTokenSerializer},
        operation_id="token_create",
        examples=examples.TOKEN,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Only from a session: a token makes no token, so that one that leaked ends when it is revoked."""
        if isinstance(request.auth, Grant):
            raise NotAllowed("A token makes no other token. Sign in and make it under your settings.")
        given = NewTokenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        scopes = {Scope(scope) for scope in said.pop("scopes")}
        made = create_api_token(by=caller(request), scopes=scopes, at=now(), **said)
        return Response({**TokenSerializer(made.row).data, "token": made.plain}, 201)


class TokenRevokeView(APIView):
    @extend_schema(request=None, responses=TokenSerializer, operation_id="token_revoke")
    def post(self, request: Request, token: UUID) -> Response:
        """One's own; who looks after people may revoke anybody's."""
        found = ApiToken.objects.select_related("user").filter(pk=token).first()
        if found is None:
            raise Http404
        return Response(TokenSerializer(revoke_api_token(token=found, by=caller(request), at=now())).data)
