"""`make chaos`: one running copy of the product for all faults but those that need a copy of their own."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.chaos.invariants import left_to_do, looking, problems, settle
from tests.chaos.product import Product, within
from tests.chaos.traffic import Ledger, people_at_work
from tests.chaos.world import World, build, looking_into, pilot_to_take
from tests.harness.servers import Servers

LONGEST = 120.0
Fault = Callable[..., AbstractContextManager[Ledger]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """They take minutes and both processors, so that only who asks for them (`-m chaos`) gets them."""
    if "chaos" in config.option.markexpr:
        return
    unwanted = [item for item in items if item.get_closest_marker("chaos")]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in unwanted]


@pytest.fixture(scope="session")
def product(servers: Servers, request: pytest.FixtureRequest) -> Iterator[Product]:
    if not sys.platform.startswith("linux"):
        pytest.skip("processes are found and limited through Linux")
    made = Product(Path(servers.data) / "chaos")
    shutil.rmtree(made.data, ignore_errors=True)
    made.start()
    yield made
    made.stop()
    if not request.session.testsfailed:  # else its logs are worth reading
        shutil.rmtree(made.data, ignore_errors=True)


@pytest.fixture(scope="session")
def world(product: Product, django_db_blocker: DjangoDbBlocker) -> World:
    with django_db_blocker.unblock(), looking_into(product):
        return build()


@pytest.fixture
def fault(
    product: Product,
    world: World,
    django_db_blocker: DjangoDbBlocker,
    figure: Callable[[str], None],
) -> Fault:
    """`with fault() as ledger: kill(…)`: people work before, during and after; then everything is checked."""

    @contextmanager
    def around(*, before: float = 3, after: float = 4) -> Iterator[Ledger]:
        began, ledger = time.monotonic(), Ledger()
        with django_db_blocker.unblock(), looking_into(product):
            within(60, lambda: not left_to_do(product), "well before the fault")
            pilots = [pilot_to_take(world.people).slug for _ in range(2)]
            with looking(product) as looker:
                with people_at_work(product.port, world, pilots, ledger):
                    time.sleep(before)
                    yield ledger
                    time.sleep(after)
                # What was started anew is on another port perhaps.
                with looking_into(product):
                    settled = settle(product)
                    found = [*looker.wrong[:5], *problems(product, ledger)]
        took = time.monotonic() - began
        figure(f"{took:.0f} s, settled after {settled:.1f} s; {looker.looks} looks; {ledger}")
        assert found == []
        assert took < LONGEST

    return around
