"""Hints are lost, the broker is gone or hangs: people notice nothing, and the sweeps find the work."""

import threading
import time

import pytest
from django.db import connection

from pilots.clock import now
from pilots.models import Heartbeat
from tests.chaos.conftest import Fault
from tests.chaos.product import Product, frozen, kill, within
from tests.chaos.traffic import Caller, Ledger
from tests.chaos.world import World

pytestmark = pytest.mark.chaos


def test_the_broker_is_emptied(product: Product, fault: Fault) -> None:
    with fault(), product.redis() as client:
        for _ in range(4):
            client.flushall()
            time.sleep(1)


def test_the_broker_is_killed(product: Product, fault: Fault) -> None:
    with fault():
        before = product.broker()
        kill(before)
        within(20, lambda: product.broker() != before, "another broker")
        wait_for_pulse()


def test_the_broker_hangs_and_costs_a_request_a_moment(product: Product, fault: Fault) -> None:
    with fault() as ledger:
        ledger.slowest, before = 0.0, ledger.acknowledged
        with frozen(product.broker()):
            time.sleep(15)
            slowest, during = ledger.slowest, ledger.acknowledged - before
        wait_for_pulse()
        assert during > 20, "people could not work"
        assert slowest < 3, "a request waited for the broker"
        assert ledger.statuses.keys() <= set(range(200, 500)), "a request failed with the broker"


def wait_for_pulse() -> None:
    """Losing its connection must not silence a worker that is well, or its status is wrong half a minute later."""
    since = now()
    within(30, lambda: Heartbeat.objects.filter(name="worker", at__gt=since).exists(), "the worker gave a sign of life")


def test_the_broker_has_no_memory_left(product: Product, fault: Fault) -> None:
    with fault() as ledger, product.redis() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1mb")
        try:
            time.sleep(10)
        finally:
            client.config_set("maxmemory", "256mb")
            client.config_set("maxmemory-policy", "volatile-lru")
        assert ledger.statuses.keys() <= set(range(200, 500)), "a request failed with the broker"


def test_a_web_worker_is_killed_between_the_commit_and_its_hint(product: Product, world: World, fault: Fault) -> None:
    """The broker hangs, so that the hint does; the row is there, and nobody was told."""
    with fault():
        for _ in range(3):
            die_between_commit_and_hint(product, world)


def die_between_commit_and_hint(product: Product, world: World) -> None:
    """A hint that follows another within a moment is not sent, so it takes some tries to meet one that is."""
    assert any(died_unheard(product, world) for _ in range(40)), "no request was between its commit and its hint"
    within(30, lambda: product.wrong() == {}, "web workers that answer")


def died_unheard(product: Product, world: World) -> bool:
    unheard, name = Ledger(), f"Team {time.monotonic_ns()}"
    caller = Caller(product.port, unheard, threading.Event())
    with frozen(product.broker()):
        sent = threading.Thread(target=add_segment, args=(caller, world, name))
        sent.start()
        within(5, lambda: committed(name), "committed")
        if sent.is_alive():
            kill(*product.web_workers())
        sent.join(25)
    return list(unheard.statuses) == [0]


def add_segment(caller: Caller, world: World, name: str) -> None:
    caller.once(world.tokens["pm"], "POST", f"pilots/{world.flagged}/segments/", {"name": name})


def committed(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pilots_segment WHERE name = %s)", [name])
        return bool(cursor.fetchone()[0])
