"""PostgreSQL ends, refuses connections or finds no room: what was acknowledged is there afterwards."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest

from tests.chaos.conftest import Fault
from tests.chaos.product import Product, children_of, kill, no_file_larger_than, within

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["stopped", "killed"])
def test_the_database_is_started_again_under_load(product: Product, fault: Fault, how: signal.Signals) -> None:
    with fault():
        before = product.database()
        os.kill(before, how)
        within(60, lambda: product.database() != before, "another server")
        within(30, lambda: product.wrong() == {}, "well again")


def test_the_database_is_killed_and_leaves_a_long_query_behind(product: Product, fault: Fault) -> None:
    """The query notices nothing and runs on; until it ends no other server may write to the same files."""
    with fault():
        busy = threading.Thread(target=count_for_long, args=(product,))
        busy.start()
        time.sleep(1)
        before = product.database()
        kill(before)
        within(90, lambda: product.database() != before and product.wrong() == {}, "well again")
        busy.join(30)


def count_for_long(product: Product) -> None:
    with contextlib.suppress(psycopg2.Error), product.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT count(*) FROM generate_series(1, 300) AS one, generate_series(1, 200000) AS other")


def test_one_server_process_is_killed_and_the_database_recovers(product: Product, fault: Fault) -> None:
    with fault():
        with product.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'rolloutgov_app' LIMIT 1")
            victim = cursor.fetchone()[0]
        kill(victim)
        within(30, lambda: product.wrong() == {}, "well again")


def test_the_limit_of_connections_is_reached(product: Product, fault: Fault) -> None:
    with fault():
        # Whoever holds a connection keeps it; from now on each new one is refused.
        with all_connections(product) as taken:
            assert taken > 30
            kill(*product.pool())
            time.sleep(8)
        within(30, lambda: product.wrong() == {}, "well again")


@contextmanager
def all_connections(product: Product) -> Iterator[int]:
    url, held = product.services()["database"], []
    with contextlib.suppress(psycopg2.OperationalError):
        while len(held) < 200:
            held.append(psycopg2.connect(url, connect_timeout=5))
    try:
        yield len(held)
    finally:
        for connection in held:
            connection.close()


def test_a_process_number_left_behind_belongs_to_another_program(product: Product, fault: Fault) -> None:
    """Everything dies at once, as when the machine does, and the number is given out again."""
    with fault(), bystander() as innocent:
        assert product.launcher
        stale = product.data / "postgres" / "postmaster.pid"
        kill(product.database(), product.launcher.pid)
        product.launcher.wait()
        said = stale.read_text().splitlines()
        stale.write_text("\n".join([str(innocent.pid), *said[1:]]) + "\n")
        within(30, lambda: port_is_silent(product), "the old web server ended")
        product.start()
        assert innocent.poll() is None, "somebody else's process was ended"


@contextmanager
def bystander() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(["sleep", "300"])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def port_is_silent(product: Product) -> bool:
    return set(product.wrong().values()) == {"nobody answers"}


def test_the_database_finds_no_room(product: Product, fault: Fault) -> None:
    """A limit on the size of files stands in for a full disk, which only root can make. Its log of changes is written
    beyond the limit too, so that the server gives up and is started again, as it is on a disk without room for that."""
    with fault():
        server = product.database()
        with product.cursor() as cursor:
            cursor.execute("SELECT max(pg_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'i')")
            largest = cursor.fetchone()[0]
        with no_file_larger_than(largest, server, *children_of(server)):
            time.sleep(10)
        within(60, lambda: product.wrong() == {}, "well again")
