"""What must hold when the same comes twice at the same moment, from a button or from two servers."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from feedback.models import Flag
from pilots.models import Pilot
from tests.factories.pilots import OrganisationMembershipFactory, PilotFactory, UserFactory
from tests.feedback.channels import connect

FLAG: dict[str, Any] = {"categories": ["WRONG"], "severity": 3, "output": "90 days"}


@pytest.fixture
def letters(committed_db: str) -> Pilot:
    pilot: Pilot = PilotFactory.create(slug="letters")
    return pilot


@pytest.fixture
def token(letters: Pilot) -> Callable[[str], str]:
    admin = OrganisationMembershipFactory.create(user=UserFactory.create(), role="administrator").user
    return lambda name: connect(letters, admin, name=name).plain


def at_once(*calls: tuple[str, str, Any]) -> list[Any]:
    start = Barrier(len(calls))

    def send(call: tuple[str, str, Any]) -> Any:
        plain, path, body = call
        headers = {"Authorization": f"Bearer {plain}"}
        start.wait(timeout=20)
        try:
            return Client().post(path, json.dumps(body), content_type="application/json", headers=headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(send, calls))


def test_a_button_pressed_by_six_at_once_is_one_flag(token: Callable[[str], str]) -> None:
    answers = at_once(*[(token("Assistant"), "/api/v1/flag/letters/", FLAG)] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert Flag.objects.get().repeats == 5


def test_two_servers_that_send_the_same_records_in_another_order_wait_for_nobody(
    token: Callable[[str], str],
) -> None:
    rows = [{**FLAG, "external_id": f"T-{number}"} for number in range(12)]
    one, other = token("One"), token("Other")
    path = "/api/v1/flag/letters/batch/"
    answers = at_once((one, path, {"flags": rows}), (other, path, {"flags": rows[::-1]}), (one, path, {"flags": rows}))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert sum(answer.json()["new"] for answer in answers) == 12
    assert Flag.objects.count() == 12
