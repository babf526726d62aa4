"""Every page in a real browser, wide and light, narrow and dark: axe, policy, console, sideways scroll, title, h1, ids.

`ALL_VIEWS=1 make test T=tests/journeys/test_every_page_is_clean.py` looks at each in both themes at both widths.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from tests.access_matrix import PAGES
from tests.harness.browser import LiveApp, serve
from tests.harness.database import own_database
from tests.harness.inspection import Inspector, Theme
from tests.harness.servers import Servers
from tests.journeys.addresses import NO_PAGE, Opened, addresses
from tests.journeys.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORDINARY: Final[tuple[tuple[int, Theme], ...]] = ((1280, "light"), (320, "dark"))
ALL: Final[tuple[tuple[int, Theme], ...]] = (*ORDINARY, (1280, "dark"), (320, "light"))
VIEWS = ALL if os.environ.get("ALL_VIEWS") else ORDINARY
# So that two workers share the walk.
PARTS: Final = 2
Walk = Callable[[str], Inspector]


@dataclass(frozen=True)
class Site:
    app: LiveApp
    world: World


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, servers: Servers) -> Iterator[Site]:
    """Made once: no test here changes anything."""
    with own_database(django_db_blocker, servers), serve() as app:
        yield Site(app, build())


@pytest.fixture
def world(site: Site) -> World:
    return site.world


@pytest.fixture
def walk(browser: Browser, site: Site) -> Iterator[Walk]:
    """`walk("pm")`: a tab in which this person is signed in."""
    tabs: dict[str, Inspector] = {}

    def of(key: str) -> Inspector:
        if key not in tabs:
            context = browser.new_context(base_url=site.app.url, reduced_motion="reduce", timezone_id="UTC")
            if key != "visitor":
                context.add_cookies(
                    [{"name": settings.SESSION_COOKIE_NAME, "value": session(key), "url": site.app.url}]
                )
            tabs[key] = Inspector(context.new_page())
        return tabs[key]

    def session(key: str) -> str:
        client = Client()
        client.force_login(getattr(site.world.people, key))
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    yield of
    for tab in tabs.values():
        tab.page.context.close()


def name_of(address: str) -> str | None:
    path = address.partition("?")[0].removeprefix("http://")
    try:
        return resolve(path[path.index("/") :]).url_name
    except Resolver404:
        return None


def test_every_address_is_walked(world: World) -> None:
    walked = {name_of(address) for _, address in addresses(world)}
    pages = {name for name, methods in PAGES.items() if "GET" in methods} - NO_PAGE
    assert pages - walked == set()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_clean(walk: Walk, world: World, part: int) -> None:
    found = [
        fault for key, address in addresses(world)[part::PARTS] for fault in walk(key).faults(address, views=VIEWS)
    ]
    assert not found, "\n".join(found)


REFUSED: Final[tuple[Opened, ...]] = (
    ("visitor", "/accounts/login/"),
    ("visitor", "/flag/letters/"),
    ("pm", "/pilots/new/"),
    ("pm", "/pilots/letters/people/add/"),
    ("pm", "/pilots/letters/end/"),
    ("pm", "/account/tokens/new/"),
)


def test_a_refused_form_is_as_clean(walk: Walk) -> None:
    found = []
    for key, address in REFUSED:
        tab = walk(key)
        tab.page.goto(address)
        tab.page.locator("main form .button-primary, main form .button-danger").last.click()
        tab.page.wait_for_selector(".form-bad")
        found += [f"{address}, refused: {fault}" for fault in tab.look(VIEWS)]
    assert not found, "\n".join(found)


def test_a_page_that_refuses_is_as_clean(walk: Walk) -> None:
    found = [*walk("pm").faults("/pilots/no-such-pilot/", views=VIEWS, status=404)]
    found += walk("member").faults("/pilots/letters/edit/", views=VIEWS, status=403)
    assert not found, "\n".join(found)


def test_the_documents_of_the_api_are_as_clean_as_swagger_lets_them_be(walk: Walk) -> None:
    """Axe objects to what Swagger UI draws by itself (buttons in buttons, pale text); all else is held to the bars."""
    tab = walk("pm")
    tab.page.goto("/api/docs/")
    tab.page.wait_for_selector(".opblock-tag")
    found = [fault for fault in tab.look(VIEWS) if "axe:" not in fault] + tab.console
    assert not found, "\n".join(found)
