from django.urls import path

from pilots.views import webhooks

_ALL = "pilots/<slug:slug>/webhooks/"
_ONE = f"{_ALL}<uuid:webhook>/"

urlpatterns = [
    path(_ALL, webhooks.webhooks, name="webhooks"),
    path(f"{_ALL}new/", webhooks.webhook_create, name="webhook_create"),
    path(_ONE, webhooks.webhook, name="webhook"),
    path(f"{_ONE}edit/", webhooks.webhook_edit, name="webhook_edit"),
    path(f"{_ONE}rotate-secret/", webhooks.webhook_rotate_secret, name="webhook_rotate_secret"),
    path(f"{_ONE}disable/", webhooks.webhook_disable, name="webhook_disable"),
    path(f"{_ONE}enable/", webhooks.webhook_enable, name="webhook_enable"),
    path(f"{_ONE}test/", webhooks.webhook_test, name="webhook_test"),
    path(f"{_ONE}deliveries/<uuid:delivery>/send-again/", webhooks.webhook_send_again, name="webhook_send_again"),
]
