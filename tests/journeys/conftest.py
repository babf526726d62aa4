from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from pilots.models import User
from tests.factories.pilots import UserFactory
from tests.harness.browser import LiveApp
from tests.journeys.somebody import PASSWORD, Somebody

Meet = Callable[..., Somebody]


@pytest.fixture
def meet(browser: Browser, live_app: LiveApp) -> Iterator[Meet]:
    """`meet("Paula Marsh")`: who signed in by the form, in a browser apart from everybody else's.

    `meet(people.pm)` for somebody who is there already; `account=False` for who has none yet. More goes to the browser.
    """
    contexts = []

    def someone(who: str | User, *, account: bool = True, **options: Any) -> Somebody:
        known = {"base_url": live_app.url, "locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce"}
        context = browser.new_context(**{**known, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        name = who if isinstance(who, str) else who.name
        person = Somebody(context, name, f"{name.split()[0].lower()}@example.org")
        if isinstance(who, User):
            person.email = who.email
            who.set_password(PASSWORD)
            who.save()
        elif account:
            UserFactory.create(name=name, email=person.email, password=PASSWORD)
        if account:
            person.signs_in()
        return person

    yield someone
    for context in contexts:
        context.close()
