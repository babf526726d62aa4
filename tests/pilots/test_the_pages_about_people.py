"""Who sees and who may use the pages about people, and what stands on them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.pilots import (
    DelegationFactory,
    MembershipFactory,
    NotificationFactory,
    SteppingAsideFactory,
    UserFactory,
)

SignIn = Callable[[User], Client]


def test_people_of_a_pilot_are_shown_with_what_each_role_does(letters: Pilot, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.member).get("/pilots/letters/people/").content.decode()
    assert "Stella Park" in page
    assert "Signs off or refuses each gate" in page


def test_addresses_are_for_those_who_manage_members(letters: Pilot, people: People, sign_in: SignIn) -> None:
    assert "sponsor@example.org" not in sign_in(people.member).get("/pilots/letters/people/").content.decode()
    assert "sponsor@example.org" in sign_in(people.pm).get("/pilots/letters/people/").content.decode()


def test_who_is_away_is_shown(letters: Pilot, people: People, sign_in: SignIn) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.sponsor, to_user=people.change, reason="On a journey")
    SteppingAsideFactory.create(pilot=letters, user=people.triage, reason="Built the tool")
    page = sign_in(people.member).get("/pilots/letters/people/").content.decode()
    assert "On a journey" in page
    assert "Built the tool" in page


@pytest.mark.parametrize("page", ["", "add/", "delegate/", "step-aside/"])
def test_a_stranger_does_not_learn_that_the_pilot_exists(
    letters: Pilot, people: People, sign_in: SignIn, page: str
) -> None:
    assert sign_in(people.stranger).get(f"/pilots/letters/people/{page}").status_code == 404


def test_a_member_who_wants_to_add_somebody_learns_who_may(letters: Pilot, people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.member).get("/pilots/letters/people/add/")
    assert answer.status_code == 403
    assert "Paula Marsh" in answer.content.decode()


@pytest.mark.parametrize("address", ["/people/", "/people/invite/"])
def test_only_administrators_look_after_all_people(people: People, sign_in: SignIn, address: str) -> None:
    assert sign_in(people.pm).get(address).status_code == 403
    assert sign_in(people.admin).get(address).status_code == 200


def test_people_are_found_by_name_role_and_state(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.admin)
    found = browser.get("/people/", {"q": "stella"}).content.decode()
    assert "Stella Park" in found
    assert "Owen Archer" not in found
    leaders = browser.get("/people/", {"role": "leadership"}).content.decode()
    assert "Leo Adler" in leaders
    assert "Stella Park" not in leaders
    assert "Clear the filter" in browser.get("/people/", {"state": "deactivated"}).content.decode()


def test_the_list_of_people_costs_the_same_for_many(
    people: People, letters: Pilot, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for person in UserFactory.create_batch(30):
        MembershipFactory.create(pilot=letters, user=person)
    browser = sign_in(people.admin)
    with django_assert_max_num_queries(12):
        browser.get("/people/")


def test_one_person_is_shown_with_roles_delegations_and_tokens(people: People, letters: Pilot, sign_in: SignIn) -> None:
    page = sign_in(people.admin).get(f"/people/{people.sponsor.pk}/").content.decode()
    assert "Letters" in page
    assert "Looks after people, roles, tokens and background jobs" in page


def test_settings_are_saved(people: People, sign_in: SignIn) -> None:
    sent = {"name": "Mira B.", "time_zone": "Europe/Lisbon", "flag_mail": "digest"}
    assert sign_in(people.member).post("/account/", sent).status_code == 302
    people.member.refresh_from_db()
    assert (people.member.name, people.member.time_zone, people.member.wants_digest) == (
        "Mira B.",
        "Europe/Lisbon",
        False,
    )


def test_a_time_zone_that_does_not_exist_is_refused(people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.member).post("/account/", {"name": "Mira", "time_zone": "Mars/Base"})
    assert answer.status_code == 422


def test_opening_a_notification_marks_it_read_and_leads_to_its_page(people: People, sign_in: SignIn) -> None:
    row = NotificationFactory.create(user=people.member, url="/pilots/letters/people/")
    answer = sign_in(people.member).get(f"/account/notifications/{row.pk}/open/")
    assert answer.headers["Location"] == "/pilots/letters/people/"
    row.refresh_from_db()
    assert row.read_at


def test_the_notifications_of_others_are_not_there(people: People, sign_in: SignIn) -> None:
    row = NotificationFactory.create(user=people.member)
    assert sign_in(people.pm).get(f"/account/notifications/{row.pk}/open/").status_code == 404


def test_all_notifications_are_marked_read_at_once(people: People, sign_in: SignIn) -> None:
    NotificationFactory.create_batch(2, user=people.member)
    other = NotificationFactory.create(user=people.pm)
    sign_in(people.member).post("/account/notifications/read/")
    assert not people.member.notifications.filter(read_at=None).exists()
    other.refresh_from_db()
    assert other.read_at is None
