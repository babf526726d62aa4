"""A pilot of the demo is marked wherever it is listed or shown, and on paper."""

from collections.abc import Callable

import pytest
from django.test import Client

from pilots.models import Pilot, User
from tests.cast import People

SignIn = Callable[[User], Client]
PAGES = ("/pilots/", "/pilots/letters/", "/pilots/letters/gates/demonstration/", "/pilots/letters/questions/DEM-01/")
EXPORTS = ("/pilots/export.csv", "/readiness/export.csv")


@pytest.fixture
def example(governed: Pilot) -> Pilot:
    Pilot.objects.filter(pk=governed.pk).update(is_demo=True)
    return governed


@pytest.mark.parametrize("path", [*PAGES, "/readiness/"])
def test_on_every_page(example: Pilot, people: People, sign_in: SignIn, path: str) -> None:
    browser = sign_in(people.leader)
    assert '<span class="badge">Example' in browser.get(path).content.decode()
    Pilot.objects.update(is_demo=False)
    assert '<span class="badge">Example' not in browser.get(path).content.decode()


@pytest.mark.parametrize("path", EXPORTS)
def test_in_every_export(example: Pilot, people: People, sign_in: SignIn, path: str) -> None:
    header, first, *_ = sign_in(people.leader).get(path).getvalue().decode().splitlines()
    assert header.strip('"').endswith("Example")
    assert first.strip('"').endswith("yes")
