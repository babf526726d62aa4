"""The stock admin shows and changes nothing."""

from collections.abc import Callable

import pytest
from django.test import Client

from pilots.models import User
from tests.cast import People

SignIn = Callable[[User], Client]
LISTS = ["user", "membership", "organisationmembership", "delegation", "invitation", "apitoken", "auditevent"]


@pytest.mark.parametrize("name", LISTS)
def test_staff_look_at_lists_and_add_nothing(people: People, sign_in: SignIn, name: str) -> None:
    people.admin.is_staff = True
    people.admin.save()
    browser = sign_in(people.admin)
    assert browser.get(f"/admin/pilots/{name}/").status_code == 200
    assert browser.get(f"/admin/pilots/{name}/add/").status_code == 403


def test_staff_see_a_person_and_no_password(people: People, sign_in: SignIn) -> None:
    people.admin.is_staff = True
    people.admin.save()
    address = f"/admin/pilots/user/{people.pm.pk}/change/"
    browser = sign_in(people.admin)
    page = browser.get(address).content.decode()
    assert "pm@example.org" in page
    assert "password" not in page.lower().replace("password_change", "").replace("change password", "")
    assert browser.post(address, {"name": "Other"}).status_code == 403


def test_an_administrator_without_staff_does_not_get_in(people: People, sign_in: SignIn) -> None:
    assert sign_in(people.admin).get("/admin/").status_code == 302
