"""Services of a benchmark's own, as durable as in production, and Django on an empty database of them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.harness.servers import Run, Servers, other_database


@contextmanager
def surroundings(name: str) -> Iterator[Servers]:
    """`name` is the database. The application's settings come from the environment, as in production."""
    run = Run(folder="benchmarks", durable=True)
    try:
        servers = run.start()
        here = {
            "DATABASE_URL": servers.clone(name),
            "DATABASE_OWNER_URL": other_database(servers.owner, name),
            "REDIS_URL": servers.redis,
            "DATA_DIR": servers.data,
            "DJANGO_SETTINGS_MODULE": "rolloutgov.settings",
            "LOG_LEVEL": "ERROR",
        }
        os.environ.update(here)
        django.setup()
        try:
            yield servers
        finally:
            django.db.connections.close_all()
            servers.drop(name)
    finally:
        run.stop()
