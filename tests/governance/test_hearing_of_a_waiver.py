from datetime import datetime, timedelta

import pytest

from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Item
from pilots.access import forget
from pilots.models import Notification, Pilot, User
from tests.cast import People
from tests.factories.governance import item_of
from tests.factories.pilots import DelegationFactory


@pytest.fixture
def item(governed: Pilot, people: People) -> Item:
    Item.objects.filter(pilot=governed, code="DEM-01").update(owner=people.evaluator)
    return item_of(governed, "DEM-01")


def told(user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user, event__startswith="waiver").values_list("text", "url"))


def test_the_sponsor_hears_that_a_waiver_is_asked_and_who_asked_hears_the_decision(
    item: Item, people: People, at: datetime
) -> None:
    waiver = ask_waiver(item=item, by=people.pm, at=at, reason="In May.", ends_at=at + timedelta(days=9))
    page = "/pilots/letters/questions/DEM-01/"
    assert told(people.sponsor) == [("Paula Marsh asks you to waive DEM-01 in Letters.", page)]
    decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Until then.")
    assert told(people.pm) == [("Stella Park approved the waiver of DEM-01 in Letters.", page)]
    assert told(people.evaluator) == told(people.pm)


def test_one_that_the_sponsor_asks_for_is_told_to_their_delegate(item: Item, people: People, at: datetime) -> None:
    DelegationFactory.create(pilot=item.pilot, from_user=people.sponsor, to_user=people.change, role="sponsor")
    forget(people.change)
    ask_waiver(item=item, by=people.sponsor, at=at, reason="In May.", ends_at=at + timedelta(days=9))
    assert [text for text, _ in told(people.change)] == ["Stella Park asks you to waive DEM-01 in Letters."]
    assert told(people.sponsor) == []
