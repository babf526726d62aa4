"""A real browser on the real application: `live_app` serves a database of the test's own, `page` shows it."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "There is no Chromium here: run `make browser`, or set CHROMIUM to the path of one."


@dataclass(frozen=True)
class LiveApp:
    url: str

    def __str__(self) -> str:
        return self.url


@pytest.fixture
def live_app(committed_db: str) -> Iterator[LiveApp]:
    with serve() as app:
        yield app


@contextmanager
def serve() -> Iterator[LiveApp]:
    """The application on a free port, in threads of this process: a test may look into the database as well."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    address = f"http://localhost:{server.server_port}"
    # In links that people are sent.
    with override_settings(BASE_URL=address):
        yield LiveApp(address)
    server.shutdown()
    server.server_close()
    thread.join()


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.fail(MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for the whole run; each test gets a context of its own."""
    program = chromium()
    # Playwright keeps an event loop in this thread, where Django would refuse every query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=flags)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, live_app: LiveApp) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=live_app.url, locale="en-GB", timezone_id="UTC", reduced_motion="reduce")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
