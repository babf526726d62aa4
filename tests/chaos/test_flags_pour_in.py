"""2,000 flags come in while the workers and the broker break: none is lost, each has one place, nobody hears twice."""

import itertools
import random
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.chaos.conftest import Fault
from tests.chaos.product import Product, frozen, kill, within
from tests.chaos.traffic import Caller, Ledger
from tests.chaos.world import World

pytestmark = pytest.mark.chaos

FLAGS, SENDERS = 2000, 6
SAYINGS = (
    "It cites a {thing} that does not exist.",
    "The sum below the {thing} does not add up.",
    "The deadline for the {thing} is wrong.",
    "It took minutes until the {thing} came.",
    "The {thing} is out of date, the price went up.",
    "Half of the {thing} stayed in another language.",
)
THINGS = ("ruling", "table", "invoice", "permit", "letter", "notice", "budget", "form")


def test_flags_pour_in_while_the_worker_dies_and_the_broker_is_emptied_and_hangs(
    product: Product, world: World, fault: Fault
) -> None:
    with fault(before=1, after=1) as ledger:
        with Pouring(product.port, world, ledger) as sent:
            within(60, lambda: sent() > FLAGS // 4, "a quarter of the flags")
            kill(product.worker())
            within(60, lambda: sent() > FLAGS // 2, "half of the flags")
            with product.redis() as client:
                client.flushall()
            with frozen(product.broker()):
                time.sleep(8)
            within(60, lambda: sent() >= FLAGS, "all flags")
        assert len(ledger.flags) >= FLAGS


class Pouring:
    """Senders that go on until so many flags are acknowledged; `sent()` says how many are."""

    def __init__(self, port: int, world: World, ledger: Ledger) -> None:
        self.ledger, self.world, self.stopped = ledger, world, threading.Event()
        self.caller = Caller(port, ledger, self.stopped)
        self.reporters = itertools.cycle(world.reporters)
        self.numbers = itertools.count()
        self.broken: list[BaseException] = []

    def __enter__(self) -> Callable[[], int]:
        self.threads = [threading.Thread(target=self.send, daemon=True) for _ in range(SENDERS)]
        for thread in self.threads:
            thread.start()
        return lambda: len(self.ledger.flags)

    def send(self) -> None:
        drawn = random.Random(next(self.numbers))
        try:
            while next(self.numbers) < FLAGS + 2 * SENDERS and not self.stopped.is_set():
                self.one(drawn)
        except BaseException as error:  # noqa: BLE001  shown at the end
            self.broken.append(error)

    def one(self, drawn: random.Random) -> None:
        key, words = uuid4().hex, drawn.choice(SAYINGS).format(thing=drawn.choice(THINGS))
        body = {"categories": ["WRONG"], "severity": 1, "what_happened": words, "output": f"Output {key}"}
        path = f"flag/{self.world.flagged}/"
        status, said = self.caller.until_answered(next(self.reporters), "POST", path, body, key)
        assert status == 201, (status, said)
        self.ledger.flags[key] = said["reference"]

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(25)
        if self.broken:
            raise self.broken[0]
