"""The open door holds a flood back, and nobody else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from feedback import limits
from feedback.forms.flags import new_ticket
from feedback.limits import Limit, client_address, network_of
from feedback.models import Flag
from pilots.models import Pilot
from tests.cast import People
from tests.feedback import SignIn, Typing

FORM = "/flag/letters/"
DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def two_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NETWORK", (Limit(2, 600),))
    monkeypatch.setattr(limits, "PERSON", (Limit(2, 600),))


def test_a_network_that_floods_waits_and_its_words_stay_in_the_form(
    visitor: Client, open_letters: Pilot, typed: Typing, two_each: None
) -> None:
    for _ in range(2):
        assert visitor.post(FORM, typed(), REMOTE_ADDR="203.0.113.7").status_code == 302
    answer = visitor.post(FORM, typed(output="Words to keep"), REMOTE_ADDR="203.0.113.200")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    assert "Words to keep" in answer.content.decode()
    assert Flag.objects.count() == 2


def test_another_network_is_not_held_back(visitor: Client, open_letters: Pilot, typed: Typing, two_each: None) -> None:
    for _ in range(3):
        visitor.post(FORM, typed(), REMOTE_ADDR="203.0.113.7")
    assert visitor.post(FORM, typed(), REMOTE_ADDR="198.51.100.7").status_code == 302


def test_a_person_who_is_signed_in_is_counted_alone(
    people: People, letters: Pilot, sign_in: SignIn, typed: Typing, two_each: None
) -> None:
    for person in (people.member, people.pm):
        for _ in range(2):
            assert sign_in(person).post(FORM, typed()).status_code == 302
    assert sign_in(people.pm).post(FORM, typed()).status_code == 429


@pytest.mark.parametrize("which", ["PILOT", "EVERYWHERE"])
def test_many_networks_together_are_held_back_too(
    visitor: Client, open_letters: Pilot, typed: Typing, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(limits, which, (Limit(2, 600),))
    statuses = [visitor.post(FORM, typed(), REMOTE_ADDR=f"203.0.{n}.7").status_code for n in range(3)]
    assert statuses == [302, 302, 429]


def test_while_the_cache_forgets_everything_flags_go_on(
    visitor: Client, open_letters: Pilot, typed: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "add", lambda *args, **options: False)
    assert visitor.post(FORM, typed()).status_code == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.9", True),
        ("nonsense", "", True),
    ],
)
def test_what_counts_as_one_network(one: str, other: str, same: bool) -> None:
    assert (network_of(one, DAY) == network_of(other, DAY)) is same


def test_a_network_cannot_be_followed_from_one_day_to_the_next() -> None:
    assert network_of("203.0.113.7", DAY) != network_of("203.0.113.7", DAY.replace(day=3))
    assert "203" not in network_of("203.0.113.7", DAY)


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "10.0.0.1"), (1, "198.51.100.2"), (2, "203.0.113.7"), (3, "10.0.0.1")]
)
def test_only_our_own_proxies_are_believed(settings: Any, proxies: int, address: str) -> None:
    settings.PROXY_COUNT = proxies
    forwarded = "203.0.113.7, 198.51.100.2"
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == address


def test_a_form_that_stood_open_overnight_is_taken(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    assert visitor.post(FORM, typed(ticket=new_ticket(DAY))).status_code == 302


def test_a_flag_is_counted_once_a_click_and_never_for_a_refused_form(
    visitor: Client, open_letters: Pilot, typed: Typing, two_each: None
) -> None:
    for _ in range(5):
        visitor.post(FORM, typed(output=""))
    assert visitor.post(FORM, typed()).status_code == 302
