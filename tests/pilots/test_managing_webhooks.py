"""Adding a receiver of a pilot's events, its secret shown once, and what its page shows."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from pilots.actions.webhooks import MOST, create_webhook, edit_webhook, rotate_secret, secret_of
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Delivery, Pilot, User, Webhook
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.pilots import DeliveryFactory, WebhookFactory

SignIn = Callable[[User], Client]
URL = "https://tickets.example.org/hooks/7f3a?key=opensesame"
EVENTS = ["flag.closed", "pattern.fixed"]
AT = "/pilots/letters/webhooks/"


def verbs() -> list[str]:
    return list(AuditEvent.objects.filter(verb__startswith="webhook").order_by("at").values_list("verb", flat=True))


def test_its_secret_is_shown_once_and_stands_nowhere(letters: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.integration)
    page = browser.post(f"{AT}new/", {"url": URL, "events": EVENTS}).content.decode()
    webhook = Webhook.objects.get()
    secret = secret_of(webhook)
    assert secret in page
    assert secret not in str(Webhook.objects.values().get()) + AuditEvent.objects.get(verb="webhook.created").body
    for address in (AT, f"{AT}{webhook.pk}/", f"{AT}{webhook.pk}/edit/"):
        assert secret not in browser.get(address).content.decode()


def test_the_trail_holds_no_key_of_the_receivers(letters: Pilot, people: People, at: datetime) -> None:
    create_webhook(pilot=letters, url=URL, events=EVENTS, by=people.pm, at=at)
    event = AuditEvent.objects.get(verb="webhook.created")
    assert "opensesame" not in event.body
    assert event.target_text == "tickets.example.org"


@pytest.mark.parametrize("url", ["http://example.org/", "https://127.0.0.1/", "https://u:p@example.org/", "nonsense"])
def test_an_address_that_is_not_public_is_refused_and_stays_typed(
    letters: Pilot, people: People, sign_in: SignIn, url: str
) -> None:
    answer = sign_in(people.pm).post(f"{AT}new/", {"url": url, "events": EVENTS})
    assert answer.status_code == 422
    assert url in answer.content.decode()
    assert not Webhook.objects.exists()


def test_it_hears_of_something(letters: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="Choose what it hears of"):
        create_webhook(pilot=letters, url=URL, events=["pattern.invented"], by=people.pm, at=at)


def test_a_pilot_has_so_many_at_most(letters: Pilot, people: People, at: datetime) -> None:
    WebhookFactory.create_batch(MOST, pilot=letters)
    with pytest.raises(Refused, match="Disable one first"):
        create_webhook(pilot=letters, url=URL, events=EVENTS, by=people.pm, at=at)


def test_who_may_not_is_told_who_may(letters: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        create_webhook(pilot=letters, url=URL, events=EVENTS, by=people.triage, at=at)
    answer = sign_in(people.triage).get(AT)
    assert answer.status_code == 403
    assert people.integration.name in answer.content.decode()


def test_two_who_change_it_at_once_do_not_undo_each_other(letters: Pilot, people: People, at: datetime) -> None:
    webhook = create_webhook(pilot=letters, url=URL, events=EVENTS, by=people.pm, at=at).row
    edit_webhook(webhook=webhook, url=URL, events=["gate.passed"], version=1, by=people.pm, at=at)
    with pytest.raises(Conflict) as conflict:
        edit_webhook(webhook=webhook, url=URL, events=EVENTS, version=1, by=people.integration, at=at)
    assert conflict.value.current["Events"] == "A gate was passed"


def test_a_page_that_is_old_shows_what_stands_now(letters: Pilot, people: People, sign_in: SignIn) -> None:
    webhook = WebhookFactory.create(pilot=letters, version=3)
    answer = sign_in(people.pm).post(f"{AT}{webhook.pk}/edit/", {"url": URL, "events": EVENTS, "version": "2"})
    assert answer.status_code == 409
    assert "Somebody else changed this webhook" in answer.content.decode()


def test_a_new_secret_is_another_one(letters: Pilot, people: People, at: datetime) -> None:
    made = create_webhook(pilot=letters, url=URL, events=EVENTS, by=people.pm, at=at)
    again = rotate_secret(webhook=made.row, by=people.pm, at=at)
    assert again.secret != made.secret
    assert again.row.rotated_by == people.pm


def test_its_buttons(letters: Pilot, people: People, sign_in: SignIn) -> None:
    webhook = WebhookFactory.create(pilot=letters)
    failed = DeliveryFactory.create(webhook=webhook)
    browser, at = sign_in(people.pm), f"{AT}{webhook.pk}/"
    for button in ("rotate-secret", "test", f"deliveries/{failed.pk}/send-again", "disable", "enable"):
        assert browser.post(f"{at}{button}/", follow=True).status_code == 200
    assert verbs() == [f"webhook.{verb}" for verb in ("secret_rotated", "tested", "sent_again", "disabled", "enabled")]
    failed.refresh_from_db()
    assert (failed.attempts, failed.failed_at) == (0, None)
    assert Delivery.objects.filter(event="webhook.test").count() == 1


def test_the_pages_say_in_words_what_it_hears_of(letters: Pilot, people: People, sign_in: SignIn) -> None:
    webhook = WebhookFactory.create(pilot=letters, events=["gate.lapsed", "flag.closed"])
    DeliveryFactory.create(webhook=webhook, event="webhook.test")
    browser = sign_in(people.pm)
    listed = browser.get(AT).content.decode()
    assert "A passed gate lapsed; A flag was closed" in listed and "gate.lapsed" not in listed
    assert ">A test<" in browser.get(f"{AT}{webhook.pk}/").content.decode()


def test_the_list_costs_the_same_however_long_it_is(
    letters: Pilot, people: People, sign_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for webhook in WebhookFactory.create_batch(8, pilot=letters):
        DeliveryFactory.create_batch(3, webhook=webhook)
    browser = sign_in(people.pm)
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        page = browser.get(AT).content.decode()
    assert page.count("Failing") == 8


def test_the_api_does_the_same(letters: Pilot, people: People) -> None:
    pm = Caller(people.pm, READ_AND_WRITE)
    at = "pilots/letters/webhooks/"
    made = pm.post(at, {"url": URL, "events": EVENTS}).json()
    assert made["secret"] == secret_of(Webhook.objects.get())
    assert "secret" not in pm.get(at).json()["results"][0]
    one = f"{at}{made['id']}/"
    edited = pm.put(one, {"url": URL, "events": ["gate.lapsed"], "version": 1}).json()
    assert (edited["events"], edited["version"]) == (["gate.lapsed"], 2)
    assert pm.put(one, {"url": URL, "events": ["gate.lapsed"], "version": 1}).status_code == 409
    assert pm.post(f"{one}test/").status_code == 201
    assert [row["event"] for row in pm.get(f"{one}deliveries/").json()["results"]] == ["webhook.test"]
    assert pm.post(f"{one}disable/").json()["disabled_at"]
    assert pm.post(f"{one}test/").status_code == 422
    assert pm.post(f"{one}enable/").json()["disabled_at"] is None
    assert pm.post(f"{one}rotate-secret/").json()["secret"] != made["secret"]


def test_a_webhook_of_another_pilot_is_not_found(letters: Pilot, people: People, sign_in: SignIn) -> None:
    other = WebhookFactory.create()
    assert sign_in(people.pm).get(f"{AT}{other.pk}/").status_code == 404
    assert Caller(people.pm, READ_AND_WRITE).get(f"pilots/letters/webhooks/{other.pk}/").status_code == 404
