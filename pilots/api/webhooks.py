"""Receivers of a pilot's events, and what was sent to them."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.access import row_of
from pilots.actions import webhooks as actions
from pilots.actions.deliveries import send_delivery_again
from pilots.api import examples
from pilots.api.calls import PilotCall, caller
from pilots.api.idempotency import idempotent
from pilots.api.pages import ListCall, paged
from pilots.clock import now
from pilots.models import Delivery, Webhook, WebhookEvent
from pilots.permissions import Permission
from pilots.publish import wake


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    events = serializers.ListField(child=serializers.ChoiceField(choices=WebhookEvent.choices))

    class Meta:
        model = Webhook
        fields = ("id", "url", "events", "created_at", "rotated_at", "disabled_at", "version")


class NewWebhookFields(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500, help_text="https:// on the public internet, port 443 or 8443.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=WebhookEvent.choices), min_length=1, max_length=len(WebhookEvent)
    )


class WebhookEditFields(NewWebhookFields):
    version = serializers.IntegerField(help_text="The version that you read.")


class MadeWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="Shown here only.")

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")  # type: ignore[assignment]


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    class Meta:
        model = Delivery
        fields = (
            "id",
            "event_id",
            "event",
            "created_at",
            "attempts",
            "next_try_at",
            "sent_at",
            "failed_at",
            "status",
            "error",
        )


MANAGING: dict[str, Permission] = dict.fromkeys(("GET", "POST", "PUT"), Permission.MANAGE_CHANNELS)


def _made(made: actions.NewWebhook) -> dict[str, Any]:
    return {**WebhookSerializer(made.row).data, "secret": made.secret}


class WebhooksView(ListCall, PilotCall):
    permissions: ClassVar[dict[str, Permission]] = MANAGING

    @extend_schema(responses=WebhookSerializer(many=True), operation_id="webhooks_list")
    def get(self, request: Request, slug: str) -> Response:
        return paged(request, Webhook.objects.filter(pilot=self.pilot), WebhookSerializer, "created_at", "pk")

    @extend_schema(
        request=NewWebhookFields,
        responses={201: MadeWebhookSerializer},
        operation_id="webhook_create",
        examples=examples.WEBHOOK,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        given = NewWebhookFields(data=request.data)
        given.is_valid(raise_exception=True)
        made = actions.create_webhook(pilot=self.pilot, by=caller(request), at=now(), **given.validated_data)
        return Response(_made(made), 201)


class WebhookCall(PilotCall):
    permissions: ClassVar[dict[str, Permission]] = MANAGING
    webhook: Webhook

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.webhook = row_of(self.pilot, "webhook", Webhook.objects.all(), pk=kwargs["webhook"])


class WebhookView(WebhookCall):
    @extend_schema(responses=WebhookSerializer, operation_id="webhook_read")
    def get(self, request: Request, slug: str, webhook: UUID) -> Response:
        return Response(WebhookSerializer(self.webhook).data)

    @extend_schema(request=WebhookEditFields, responses=WebhookSerializer, operation_id="webhook_edit")
    def put(self, request: Request, slug: str, webhook: UUID) -> Response:
        given = WebhookEditFields(data=request.data)
        given.is_valid(raise_exception=True)
        edited = actions.edit_webhook(webhook=self.webhook, by=caller(request), at=now(), **given.validated_data)
        return Response(WebhookSerializer(edited).data)


class WebhookRotateSecretView(WebhookCall):
    @extend_schema(request=None, responses=MadeWebhookSerializer, operation_id="webhook_rotate_secret")
    def post(self, request: Request, slug: str, webhook: UUID) -> Response:
        """The secret before counts for a day more."""
        return Response(_made(actions.rotate_secret(webhook=self.webhook, by=caller(request), at=now())))


class WebhookDisableView(WebhookCall):
    @extend_schema(request=None, responses=WebhookSerializer, operation_id="webhook_disable")
    def post(self, request: Request, slug: str, webhook: UUID) -> Response:
        done = actions.disable_webhook(webhook=self.webhook, by=caller(request), at=now())
        return Response(WebhookSerializer(done).data)


class WebhookEnableView(WebhookCall):
    @extend_schema(request=None, responses=WebhookSerializer, operation_id="webhook_enable")
    def post(self, request: Request, slug: str, webhook: UUID) -> Response:
        done = actions.enable_webhook(webhook=self.webhook, by=caller(request), at=now())
        return Response(WebhookSerializer(done).data)


class WebhookTestView(WebhookCall):
    @extend_schema(request=None, responses={201: DeliverySerializer}, operation_id="webhook_test")
    @idempotent
    def post(self, request: Request, slug: str, webhook: UUID) -> Response:
        """Sends an event of its own, `webhook.test`, to this receiver alone."""
        sent = actions.test_webhook(webhook=self.webhook, by=caller(request), at=now())
        wake("pilots.send_webhooks")
        return Response(DeliverySerializer(sent).data, 201)


class DeliveriesView(ListCall, WebhookCall):
    @extend_schema(responses=DeliverySerializer(many=True), operation_id="deliveries_list")
    def get(self, request: Request, slug: str, webhook: UUID) -> Response:
        return paged(request, Delivery.objects.filter(webhook=self.webhook), DeliverySerializer, "-created_at", "pk")


class DeliverySendAgainView(WebhookCall):
    @extend_schema(request=None, responses=DeliverySerializer, operation_id="webhook_send_again")
    def post(self, request: Request, slug: str, webhook: UUID, delivery: UUID) -> Response:
        """One that was given up, from its first attempt on and with the same `event_id`."""
        found = row_of(self.pilot, "delivery", Delivery.objects.filter(webhook=self.webhook), pk=delivery)
        again = send_delivery_again(delivery=found, by=caller(request), at=now())
        wake("pilots.send_webhooks")
        return Response(DeliverySerializer(again).data)
