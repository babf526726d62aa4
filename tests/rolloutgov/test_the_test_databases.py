"""What every other test stands on."""

import threading

import pytest
from django.db import ProgrammingError, connection
from playwright.sync_api import Page

from pilots.models import AuditEvent, Pilot
from tests.factories.pilots import PilotFactory
from tests.harness.browser import LiveApp


@pytest.mark.django_db
def test_tests_connect_as_the_application_which_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT tableowner FROM pg_tables WHERE tablename = 'pilots_auditevent')")
        user, owner = cursor.fetchone()
    assert user.endswith("_app")
    assert user != owner


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE", "UPDATE"])
def test_the_application_may_not_touch_the_trail(statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"{statement} pilots_auditevent" + (" SET verb = ''" if statement == "UPDATE" else ""))


def test_a_committed_change_is_seen_by_another_thread(committed_db: str) -> None:
    PilotFactory(slug="committed")
    found: list[bool] = []

    def look() -> None:
        found.append(Pilot.objects.filter(slug="committed").exists())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [True]


@pytest.mark.django_db
def test_and_is_gone_afterwards() -> None:
    assert not Pilot.objects.filter(slug="committed").exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.browser
def test_a_browser_reaches_the_application(live_app: LiveApp, page: Page) -> None:
    response = page.goto("/health/live")
    assert response and response.status == 200
