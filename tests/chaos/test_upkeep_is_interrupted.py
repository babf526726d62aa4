"""Backups, migrations, uploads and clocks, in the middle of work."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest

from governance.models import Evidence, Item
from rolloutgov.environment import ROOT
from tests.chaos.conftest import Fault
from tests.chaos.product import Product, no_file_larger_than, within
from tests.chaos.traffic import uploaded
from tests.chaos.world import World, pilot_to_take
from tests.harness.servers import Servers, other_database

pytestmark = pytest.mark.chaos

# A clock that is wrong for one kind of process and no other, as on a machine of its own.
WRONG_CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
static long off(void) {
    const char *process = getenv("PROCESS"), *whose = getenv("CLOCK_OF"), *by = getenv("CLOCK_OFF");
    return process && whose && by && strcmp(process, whose) == 0 ? atol(by) : 0;
}
int clock_gettime(clockid_t id, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int said = real(id, at);
    if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) at->tv_sec += off();
    return said;
}
int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""


@pytest.fixture
def wrong_clock(product: Product) -> Path:
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler on Linux: a clock of one process alone can only be wrong through its C library")
    source, library = product.data / "wrong_clock.c", product.data / "wrong_clock.so"
    source.write_text(WRONG_CLOCK)
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.mark.parametrize("hours", [1, -1], ids=["ahead", "behind"])
def test_the_clock_of_the_worker_is_an_hour_off(product: Product, wrong_clock: Path, fault: Fault, hours: int) -> None:
    off = {"LD_PRELOAD": str(wrong_clock), "CLOCK_OF": "worker", "CLOCK_OFF": str(hours * 3600)}
    assert round((clock_of("worker", off) - time.time()) / 3600) == hours
    assert round((clock_of("web", off) - time.time()) / 3600) == 0
    try:
        with fault():
            product.stop()
            product.start(**off)
            assert str(wrong_clock) in Path(f"/proc/{product.worker()}/maps").read_text()
            time.sleep(20)
    finally:
        product.stop()
        product.start()


def clock_of(process: str, off: dict[str, str]) -> float:
    command = [sys.executable, "-c", "import time; print(time.time())"]
    return float(subprocess.run(command, env=off | {"PROCESS": process}, capture_output=True, text=True).stdout)


def test_a_backup_taken_under_load_comes_back(product: Product, servers: Servers, fault: Fault) -> None:
    name, target = f"chaos_{os.getpid()}", product.data / f"backup-{uuid4()}"
    with fault() as ledger:
        before = set(ledger.flags.values())
        made = product.manage("backup", str(target))
        assert made.returncode == 0, made.stderr
    servers.create_empty(name)
    place = {
        "DATABASE_URL": other_database(servers.application, name),
        "DATABASE_OWNER_URL": other_database(servers.owner, name),
        "MEDIA_ROOT": str(product.data / "media-that-came-back"),
    }
    try:
        restored = product.manage("restore", str(target), **place)
        assert restored.returncode == 0, restored.stderr
        assert "The trail is whole" in restored.stdout
        assert before <= set(flags_in(other_database(servers.owner, name)))
    finally:
        servers.drop(name)


def flags_in(url: str) -> list[str]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM feedback_flag")
        found = [row[0] for row in cursor.fetchall()]
    connection.close()
    return found


def test_a_migration_is_interrupted_and_goes_on(product: Product, servers: Servers, fault: Fault) -> None:
    """Killed in the middle, twice, at another place each time."""
    name = f"chaos_{os.getpid()}_migrated"
    servers.create_empty(name)
    urls = {
        "DATABASE_URL": other_database(servers.application, name),
        "DATABASE_OWNER_URL": other_database(servers.owner, name),
    }
    try:
        with fault():
            for applied in (4, 30):
                interrupt_migration(product, urls, applied)
            done = product.manage("set_up", "structure", **urls)
            assert done.returncode == 0, done.stderr
            well = product.manage("check_health", "database", "migrations", "triggers", **urls)
            assert well.returncode == 0, well.stderr
    finally:
        servers.drop(name)


def interrupt_migration(product: Product, urls: dict[str, str], applied: int) -> None:
    command = [sys.executable, "manage.py", "set_up", "structure"]
    migrating = subprocess.Popen(command, cwd=ROOT, env=product.environment | urls)
    within(
        60, lambda: migrations_in(urls["DATABASE_OWNER_URL"]) >= applied or migrating.poll() is not None, "migrating"
    )
    assert migrating.poll() is None, "it ended before it could be interrupted"
    migrating.send_signal(signal.SIGKILL)
    migrating.wait()


def migrations_in(url: str) -> int:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
            return int(cursor.fetchone()[0])
    except psycopg2.errors.UndefinedTable:
        return 0
    finally:
        connection.close()


def test_a_disk_without_room_for_files_refuses_evidence_and_nothing_else(
    product: Product, world: World, fault: Fault
) -> None:
    """A limit on the size of files stands in for a full disk, which only root can make."""
    with fault() as ledger:
        pilot = pilot_to_take(world.people)
        item = Item.objects.of(pilot)[0]
        token = world.tokens["owner"]
        before = files_of(product)
        with no_file_larger_than(4096, *product.web_workers()):
            status, said = uploaded(product.port, token, pilot.slug, item, b"x" * 100_000)
            time.sleep(5)
        assert (status, said.get("type")) == (422, "urn:rolloutgov:problem:disk_full")
        assert ledger.statuses.keys() <= set(range(200, 500)), "something else failed with the upload"
        assert not Evidence.objects.filter(pilot=pilot).exists()
        assert files_of(product) == before
        assert uploaded(product.port, token, pilot.slug, item, b"x" * 100_000)[0] == 201


def files_of(product: Product) -> set[Path]:
    return {path for path in (product.data / "media").rglob("*") if path.is_file()}
