"""Channels: which other tools hand in flags of a pilot."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.access import get_channel
from feedback.actions.channels import LONGEST_NAME, NewToken, create_channel, edit_channel, revoke_channel, rotate_token
from feedback.api import examples
from feedback.api.flags import Versioned
from feedback.models import Channel
from feedback.models.channel import MOST_A_DAY, MOST_ORIGINS
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.permissions import Permission


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    expires_at = serializers.SerializerMethodField(help_text="When its newest token ends.")

    class Meta:
        model = Channel
        fields = ("id", "name", "origins", "daily_quota", "created_at", "expires_at", "revoked_at", "version")

    def get_expires_at(self, channel: Channel) -> str:
        return max(token.expires_at for token in channel.tokens.all()).isoformat()


class MadeChannelSerializer(ChannelSerializer):
    token = serializers.CharField(help_text="Shown here only. Public: it may stand in the pages of the tool.")

    class Meta(ChannelSerializer.Meta):
        fields = (*ChannelSerializer.Meta.fields, "token")  # type: ignore[assignment]


class ChannelFields(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    origins = serializers.ListField(
        child=serializers.CharField(max_length=200),
        max_length=MOST_ORIGINS,
        help_text="Of the pages that show the button, such as https://tool.example. None: servers only.",
    )
    daily_quota = serializers.IntegerField(min_value=1, max_value=MOST_A_DAY)


class NewChannel(ChannelFields):
    expires_at = serializers.DateTimeField(help_text="Of its first token; at most a year from now.")


class EditedChannel(ChannelFields, Versioned):
    pass


class Rotation(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField(help_text="Of the new token; at most a year from now.")
    old_until = serializers.DateTimeField(help_text="Until when the earlier token goes on working.")


class ChannelCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = dict.fromkeys(("GET", "POST", "PUT"), Permission.MANAGE_CHANNELS)
    field_names: ClassVar[dict[str, str]] = {"expires_on": "expires_at"}

    def made(self, made: NewToken) -> Response:
        return Response({**ChannelSerializer(made.channel).data, "token": made.plain}, 201)


class ChannelsView(ListCall, ChannelCall):
    @extend_schema(responses=ChannelSerializer(many=True), operation_id="channels_list")
    def get(self, request: Request, slug: str) -> Response:
        rows = Channel.objects.filter(pilot=self.pilot).prefetch_related("tokens")
        return paged(request, rows, ChannelSerializer, "-created_at", "pk")

    @extend_schema(
        request=NewChannel,
        responses={201: MadeChannelSerializer},
        operation_id="channel_create",
        examples=examples.CHANNEL,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewChannel(data=request.data)
        given.is_valid(raise_exception=True)
        return self.made(create_channel(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data))


class OneChannelCall(ChannelCall):
    channel: Channel

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.channel = get_channel(caller(request), kwargs["slug"], kwargs["channel"])


class ChannelView(OneChannelCall):
    @extend_schema(responses=ChannelSerializer, operation_id="channel_read")
    def get(self, request: Request, slug: str, channel: UUID) -> Response:
        return Response(ChannelSerializer(self.channel).data)

    @extend_schema(request=EditedChannel, responses=ChannelSerializer, operation_id="channel_edit")
    def put(self, request: Request, slug: str, channel: UUID) -> Response:
        """Its tokens go on."""
        given = EditedChannel(data=request.data)
        given.is_valid(raise_exception=True)
        edited = edit_channel(channel=self.channel, by=caller(request), **given.validated_data)
        return Response(ChannelSerializer(edited).data)


class ChannelRotateView(OneChannelCall):
    @extend_schema(request=Rotation, responses={201: MadeChannelSerializer}, operation_id="channel_rotate")
    @idempotent
    def post(self, request: Request, slug: str, channel: UUID) -> Response:
        """A new token beside the earlier one, which works until `old_until`."""
        given = Rotation(data=request.data)
        given.is_valid(raise_exception=True)
        return self.made(rotate_token(channel=self.channel, by=caller(request), at=now(), **given.validated_data))


class ChannelRevokeView(OneChannelCall):
    @extend_schema(request=None, responses=ChannelSerializer, operation_id="channel_revoke")
    def post(self, request: Request, slug: str, channel: UUID) -> Response:
        """At once, with all its tokens."""
        return Response(ChannelSerializer(revoke_channel(channel=self.channel, by=caller(request), at=now())).data)
