"""One's own name, time zone and e-mail through the API, as on the page."""

from collections.abc import Callable

from pilots.models import AuditEvent
from pilots.models.token import Scope
from tests.api.conftest import Caller
from tests.cast import People

Call = Callable[..., Caller]


def test_what_is_sent_changes_and_the_rest_stays(people: People, call: Call) -> None:
    answer = call(people.member).patch("me/", {"time_zone": "Europe/Lisbon", "wants_digest": False})
    assert answer.status_code == 200
    said = call(people.member).get("me/").json()
    assert (said["name"], said["time_zone"], said["wants_digest"]) == ("Mira Benson", "Europe/Lisbon", False)
    assert AuditEvent.objects.filter(verb="account.edited").count() == 1


def test_nothing_but_ones_own_settings_changes(people: People, call: Call) -> None:
    call(people.member).patch("me/", {"email": "x@example.org", "is_staff": True})
    people.member.refresh_from_db()
    assert (people.member.email, people.member.is_staff) == ("member@example.org", False)
    assert not AuditEvent.objects.filter(verb="account.edited").exists()


def test_a_zone_that_does_not_exist_and_a_token_that_only_reads_are_refused(people: People, call: Call) -> None:
    answer = call(people.member).patch("me/", {"time_zone": "Mars/Base"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["time_zone"])
    assert call(people.member).patch("me/", {"name": " "}).status_code in (400, 422)
    assert call(people.member, Scope.READ).patch("me/", {"name": "Mira"}).status_code == 403
