import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction

from pilots import publish

Commits = Callable[[], AbstractContextManager[Any]]


class Broker:
    def __init__(self) -> None:
        self.taken: list[str] = []
        self.answers = threading.Event()
        self.answers.set()

    def send_task(self, task: str, **_: object) -> None:
        self.answers.wait(10)
        self.taken.append(task)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    made = Broker()
    publish.sent_at.clear()
    monkeypatch.setattr(publish, "current_app", made)
    yield made
    made.answers.set()
    for thread in threading.enumerate():
        if thread.name.startswith("wake"):
            thread.join()


@pytest.mark.django_db
def test_a_hint_goes_out_after_the_commit(broker: Broker, django_commits: Commits) -> None:
    with django_commits():
        with transaction.atomic():
            publish.wake("governance.reevaluate")
        assert broker.taken == []
    assert broker.taken == ["governance.reevaluate"]


@pytest.mark.django_db
def test_many_hints_in_a_moment_are_one(broker: Broker, django_commits: Commits) -> None:
    with django_commits():
        for task in ("governance.reevaluate", "pilots.deliver_messages", "governance.reevaluate"):
            publish.wake(task)
    assert broker.taken == ["governance.reevaluate", "pilots.deliver_messages"]
    publish.sent_at["governance.reevaluate"] -= publish.PAUSE
    with django_commits():
        publish.wake("governance.reevaluate")
    assert broker.taken[2:] == ["governance.reevaluate"]


@pytest.mark.django_db
def test_a_broker_that_hangs_costs_half_a_second_and_then_nothing(broker: Broker, django_commits: Commits) -> None:
    broker.answers.clear()
    costs = []
    for _ in range(6):
        publish.sent_at.clear()
        began = time.monotonic()
        with django_commits():
            publish.wake("governance.reevaluate")
        costs.append(time.monotonic() - began)
    assert max(costs) < 0.5
    assert max(costs[4:]) < 0.1


@pytest.mark.django_db
def test_a_broker_that_refuses_fails_no_request(
    broker: Broker, django_commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(broker, "send_task", refuse)
    with django_commits():
        publish.wake("governance.reevaluate")
