"""Tests run as the application's role on a clone of the migrated template; each ends by rolling back.

What must really commit (threads, tasks, a browser) asks for `committed_db`: a clone of its own. Flushing, as Django
does it, is refused by the audit trail.
"""

import fcntl
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from rolloutgov.environment import database
from rolloutgov.processes import Unavailable
from tests.harness.servers import Run, Servers, passed_on

SERVERS = pytest.StashKey[Servers]()
RUN = pytest.StashKey[Run]()
_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    servers = passed_on()
    if servers is None:
        run = Run()
        config.stash[RUN] = run
        try:
            servers = run.start()
        except Unavailable as error:
            run.stop()
            raise pytest.UsageError(str(error)) from None
        except BaseException:
            run.stop()
            raise
    config.stash[SERVERS] = servers
    point_settings(servers)


def pytest_unconfigure(config: pytest.Config) -> None:
    if run := config.stash.get(RUN, None):
        run.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and (marker.kwargs.get("transaction") or marker.args):
            raise pytest.UsageError(
                f"{item.nodeid}: the trail cannot be flushed; use the fixture committed_db instead."
            )


def point_settings(servers: Servers) -> None:
    """In place, before anything connects: the settings were read before the servers had addresses."""
    data = Path(servers.data) / f"worker-{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    settings.DATABASES["default"].update(database(servers.application))
    settings.DATABASE_URL = servers.application
    settings.REDIS_URL = settings.CELERY_BROKER_URL = servers.redis
    settings.DATA_DIR = data
    settings.MEDIA_ROOT = str(data / "media")
    # One for all workers: what one of them filled and signed (see `filled_once`), another reads.
    settings.SIGNING_KEY_FILE = str(Path(servers.data) / "signing_key.pem")
    settings.SECRET_KEY = "tests only"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    # Nothing is collected: files are found where they are written.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES["default"].clear()
    settings.CACHES["default"]["BACKEND"] = "django.core.cache.backends.locmem.LocMemCache"
    data.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    return pytestconfig.stash[SERVERS]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, servers: Servers
) -> Iterator[None]:
    """pytest-django's own would create and migrate; ours clones."""
    name = f"test_{os.getpid()}"
    servers.clone(name)
    with django_db_blocker.unblock():
        use_database(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    servers.drop(name)


def use_database(name: str) -> None:
    """For every thread: they share the settings of a connection, though not the connection."""
    connections.close_all()
    connections.settings["default"]["NAME"] = name


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker, servers: Servers) -> Iterator[str]:
    """A database of this test alone, where everything commits; its name."""
    with own_database(django_db_blocker, servers) as name:
        yield name


@contextmanager
def own_database(blocker: DjangoDbBlocker, servers: Servers) -> Iterator[str]:
    before: str = connection.settings_dict["NAME"]
    name = f"test_{os.getpid()}_{next(_numbers)}"
    servers.clone(name)
    with blocker.unblock():
        use_database(name)
        try:
            yield name
        finally:
            use_database(before)
            servers.drop(name)


def filled_once(blocker: DjangoDbBlocker, servers: Servers, name: str, fill: Callable[[], str]) -> tuple[Servers, str]:
    """What clones a database that `fill` made, and what `fill` said: the first worker to come makes it for all."""
    kept = f"kept_{servers.run}_{name}"
    said = Path(servers.data) / f"{kept}.txt"
    with (Path(servers.data) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            with own_database(blocker, servers) as database:
                words = fill()
                connections.close_all()
                servers.rename(database, kept)
            said.write_text(words)
    return replace(servers, template=kept), said.read_text()


@pytest.fixture
def transactional_db() -> None:
    pytest.fail("The trail cannot be flushed; use the fixture committed_db instead.", pytrace=False)


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """Counts of attempts and kept pictures of one test are not another's."""
    yield
    cache.clear()


@pytest.fixture
def django_commits(django_capture_on_commit_callbacks: Any) -> Any:
    """Runs what waits for the commit, in tests that roll back: `with django_commits(): …`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
