"""A process of ours is killed, stopped or doubled while people work."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rolloutgov.environment import ROOT
from tests.chaos.conftest import Fault
from tests.chaos.product import Product, frozen, kill, within

pytestmark = pytest.mark.chaos


def test_a_child_in_which_tasks_run_is_killed(product: Product, fault: Fault) -> None:
    with fault():
        for _ in range(4):
            kill(product.pool()[0])
            time.sleep(1.5)


def test_the_worker_is_killed(product: Product, fault: Fault) -> None:
    with fault():
        before = product.worker()
        kill(before)
        within(20, lambda: product.worker() != before, "another worker")


def test_the_scheduler_is_killed(product: Product, fault: Fault) -> None:
    with fault():
        before = product.beat()
        kill(before)
        within(20, lambda: product.beat() != before, "another scheduler")


def test_two_schedulers_run_at_once(product: Product, fault: Fault) -> None:
    with fault(), second_scheduler(product):
        time.sleep(15)


@contextmanager
def second_scheduler(product: Product) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "rolloutgov", "--quiet", "beat", "--pidfile="]
    command += ["-s", str(product.data / "second-beat")]
    second = subprocess.Popen(command, cwd=ROOT, env=product.environment | {"PROCESS": "beat"})
    try:
        yield
        assert second.poll() is None, "the second scheduler ended by itself"
    finally:
        second.kill()
        second.wait()


def test_all_web_workers_are_killed_under_load(product: Product, fault: Fault) -> None:
    with fault():
        kill(*product.web_workers())
        within(20, lambda: product.wrong() == {}, "web workers that answer")


def test_a_frozen_worker_is_named_by_the_status(product: Product, fault: Fault) -> None:
    with fault(after=2), frozen(product.worker(), *product.pool()):
        within(45, lambda: "no worker has given a sign of life for" in product.wrong().get("worker", ""), "named")


def test_frozen_children_of_a_worker_are_named_by_the_status(product: Product, fault: Fault) -> None:
    with fault(after=2), frozen(*product.pool()):
        within(45, lambda: "no task has run for" in product.wrong().get("worker", ""), "named")
