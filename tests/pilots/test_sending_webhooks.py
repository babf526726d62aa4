"""Events reach their receivers signed, once each, and again only where they were not taken."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from pilots.actions.deliveries import ATTEMPTS, WAITS, forget_deliveries, send_webhooks
from pilots.actions.webhooks import OLD_SECRET_COUNTS, disable_webhook, rotate_secret, secret_of
from pilots.actions.webhooks import test_webhook as send_test
from pilots.clock import now
from pilots.errors import Refused
from pilots.events import publish_event, publish_events
from pilots.models import Delivery, Pilot, Webhook
from rolloutgov.environment import ROOT
from rolloutgov.status import webhook_waiting, webhooks_failed
from tests.cast import People
from tests.factories.pilots import DeliveryFactory, WebhookFactory
from tests.pilots.receiver import Receiver, free_port, receiver


@pytest.fixture
def taking(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with receiver() as kept:
        yield kept


@pytest.fixture
def webhook(letters: Pilot, taking: Receiver) -> Webhook:
    made: Webhook = WebhookFactory.create(pilot=letters, url=taking.url, events=["flag.closed", "gate.passed"])
    return made


def happen(pilot: Pilot, event: str = "flag.closed") -> Delivery | None:
    publish_event(pilot, event, {"reference": "FL-2345AC", "resolution": "fixed"})
    return Delivery.objects.filter(event=event).order_by("-created_at").first()


def documented() -> Any:
    """The receiver's check as docs/api.md has it."""
    section = (ROOT / "docs" / "api.md").read_text().split("## Webhooks")[1]
    code = section.split("```python\n")[1].split("```")[0]
    assert len(code.strip().splitlines()) <= 12
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102
    return names["is_ours"]


def test_an_event_reaches_who_chose_it(letters: Pilot, webhook: Webhook, taking: Receiver) -> None:
    happen(letters)
    assert send_webhooks() == 1
    headers, body = taking.came[0]
    said = json.loads(body)
    assert (said["event"], said["pilot"], said["data"]["reference"]) == ("flag.closed", "letters", "FL-2345AC")
    assert headers["X-RolloutGov-Event"] == "flag.closed"
    assert headers["X-RolloutGov-Event-Id"] == said["id"]
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.state) == (204, 1, "ok")


def test_nobody_hears_of_what_they_did_not_choose(letters: Pilot, webhook: Webhook, people: People) -> None:
    happen(letters, "flag.handed_in")
    WebhookFactory.create(events=["flag.closed"])  # of another pilot
    disable_webhook(webhook=webhook, by=people.pm, at=now())
    happen(letters)
    assert not Delivery.objects.exists()


def test_many_things_at_once_are_one_statement(
    letters: Pilot, webhook: Webhook, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        publish_events(letters, "flag.closed", [{"reference": str(n)} for n in range(30)])
    assert Delivery.objects.values("event_id").distinct().count() == 30


def test_an_event_that_does_not_exist_is_a_mistake_of_ours(letters: Pilot) -> None:
    with pytest.raises(ValueError, match=r"flag\.invented"):
        publish_event(letters, "flag.invented", {})


def test_an_event_of_what_did_not_happen_is_not_sent(letters: Pilot, webhook: Webhook) -> None:
    with transaction.atomic():
        happen(letters)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_a_receiver_verifies_it_as_the_document_says(letters: Pilot, webhook: Webhook, taking: Receiver) -> None:
    happen(letters)
    send_webhooks()
    is_ours = documented()
    headers, body = taking.came[0]
    signature, secret = headers["X-RolloutGov-Signature"], secret_of(webhook)
    moment = int(signature.split(",")[0].removeprefix("t="))
    assert is_ours(secret, signature, body, moment)
    assert not is_ours(secret, signature, body + b" ", moment)
    assert not is_ours("whsec_other", signature, body, moment)
    assert not is_ours(secret, signature, body, moment + 301)


def test_for_a_day_after_a_rotation_both_secrets_sign(
    letters: Pilot, webhook: Webhook, taking: Receiver, people: People
) -> None:
    before = secret_of(webhook)
    made = rotate_secret(webhook=webhook, by=people.pm, at=now())
    happen(letters)
    send_webhooks()
    headers, body = taking.came[0]
    signature, is_ours = headers["X-RolloutGov-Signature"], documented()
    moment = int(signature.split(",")[0].removeprefix("t="))
    assert is_ours(made.secret, signature, body, moment) and is_ours(before, signature, body, moment)
    Webhook.objects.update(rotated_at=now() - OLD_SECRET_COUNTS)
    happen(letters)
    send_webhooks()
    headers, body = taking.came[1]
    assert headers["X-RolloutGov-Signature"].count("v1=") == 1


def test_what_is_not_taken_is_tried_again_later_and_later(letters: Pilot, webhook: Webhook, taking: Receiver) -> None:
    taking.status = 503
    delivery = happen(letters)
    assert delivery
    waits = []
    for _ in WAITS:
        Delivery.objects.update(next_try_at=now())
        send_webhooks()
        delivery.refresh_from_db()
        waits.append(delivery.next_try_at - now())
    assert [round(wait / timedelta(seconds=15)) for wait in waits] == [round(w / timedelta(seconds=15)) for w in WAITS]
    assert timedelta(hours=23) < sum(WAITS, timedelta()) <= timedelta(days=1)
    assert (delivery.failed_at, delivery.error) == (None, "It answered 503.")
    assert len({headers["X-RolloutGov-Event-Id"] for headers, _ in taking.came}) == 1


def test_after_a_day_it_is_given_up_and_administrators_see_it(
    letters: Pilot, webhook: Webhook, taking: Receiver
) -> None:
    taking.status = 500
    happen(letters)
    Delivery.objects.update(attempts=ATTEMPTS - 1)
    send_webhooks()
    assert Delivery.objects.get().failed_at
    taking.status = 204
    assert send_webhooks() == 0
    seen = webhooks_failed(now())
    assert seen.alarm and "Letters" in seen.words


def test_an_event_that_nobody_tried_to_send_raises_an_alarm(letters: Pilot, webhook: Webhook) -> None:
    happen(letters)
    assert not webhook_waiting(now()).alarm
    Delivery.objects.update(created_at=now() - timedelta(minutes=6))
    assert webhook_waiting(now()).alarm
    Delivery.objects.update(attempts=1)
    assert not webhook_waiting(now()).alarm


def test_a_receiver_that_is_gone_delays_the_others_once(letters: Pilot, webhook: Webhook, taking: Receiver) -> None:
    gone = WebhookFactory.create(
        pilot=letters, url=f"http://127.0.0.1:{free_port()}/", events=["flag.closed"], created_by=webhook.created_by
    )
    for _ in range(3):
        happen(letters)
    assert send_webhooks() == 3
    assert sorted(gone.deliveries.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_redirect_is_not_followed(letters: Pilot, webhook: Webhook, taking: Receiver) -> None:
    taking.status, taking.headers = 307, {"Location": "http://127.0.0.1/elsewhere"}
    happen(letters)
    assert send_webhooks() == 0
    assert "leads elsewhere" in Delivery.objects.get().error


def test_without_the_setting_nothing_goes_to_this_machine(
    letters: Pilot, webhook: Webhook, taking: Receiver, settings: Any
) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = False
    happen(letters)
    assert send_webhooks() == 0
    assert taking.came == []


def test_a_disabled_one_keeps_what_waits(letters: Pilot, webhook: Webhook, taking: Receiver, people: People) -> None:
    happen(letters)
    disable_webhook(webhook=webhook, by=people.pm, at=now())
    assert (send_webhooks(), taking.came) == (0, [])
    with pytest.raises(Refused, match="enable it"):
        send_test(webhook=webhook, by=people.pm, at=now())


def test_a_test_goes_to_this_receiver_whatever_it_chose(webhook: Webhook, taking: Receiver, people: People) -> None:
    send_test(webhook=webhook, by=people.integration, at=now())
    assert send_webhooks() == 1
    assert json.loads(taking.came[0][1])["event"] == "webhook.test"


def test_the_log_is_forgotten_in_time(webhook: Webhook, at: datetime) -> None:
    old = at - timedelta(days=31)
    DeliveryFactory.create(webhook=webhook, failed_at=None, sent_at=old)
    kept = [DeliveryFactory.create(webhook=webhook, failed_at=None, sent_at=at).pk]
    kept.append(DeliveryFactory.create(webhook=webhook, failed_at=old).pk)
    assert forget_deliveries(at) == 1
    assert set(Delivery.objects.values_list("pk", flat=True)) == set(kept)


def test_two_senders_send_each_event_once(committed_db: str, settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with receiver() as taking:
        taking.body, taking.status, taking.pause = b"ok", 200, 0.005
        webhook = WebhookFactory.create(url=taking.url)
        publish_events(webhook.pilot, "flag.closed", [{"reference": str(n)} for n in range(30)])
        taken: list[int] = []

        def send() -> None:
            try:
                taken.append(send_webhooks())
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ids = [headers["X-RolloutGov-Event-Id"] for headers, _ in taking.came]
        assert len(ids) == len(set(ids)) == sum(taken) == 30
        assert min(taken) > 0


def test_a_sender_that_dies_before_its_mark_sends_it_again_with_the_same_id(committed_db: str, settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with receiver() as taking:
        webhook = WebhookFactory.create(url=taking.url)
        publish_event(webhook.pilot, "flag.closed", {"reference": "FL-2345AC"})

        def dies(*args: object, **kwargs: object) -> Any:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            send_webhooks(send=dies)
        assert Delivery.objects.get().attempts == 0
        assert send_webhooks() == 1
