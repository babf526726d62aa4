"""What people say about a question beside its answer."""

from datetime import datetime, timedelta

from governance.actions.items import comment_on_item
from governance.models import Comment
from pilots.models import AuditEvent, Pilot
from tests.cast import People
from tests.factories.governance import item_of


def test_the_same_words_again_at_once_are_a_second_click(governed: Pilot, people: People, at: datetime) -> None:
    item = item_of(governed, "DEM-01")
    first, again = (comment_on_item(item=item, by=people.pm, at=at, text=text) for text in ("Soon?", " Soon? "))
    assert first == again
    assert AuditEvent.objects.filter(verb="item.commented").count() == 1


def test_the_same_words_of_another_person_or_later_are_a_comment(governed: Pilot, people: People, at: datetime) -> None:
    item = item_of(governed, "DEM-01")
    comment_on_item(item=item, by=people.pm, at=at, text="Yes.")
    comment_on_item(item=item, by=people.member, at=at, text="Yes.")
    comment_on_item(item=item, by=people.member, at=at + timedelta(minutes=2), text="Yes.")
    assert Comment.objects.count() == 3
