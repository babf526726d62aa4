from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilots.models import Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.pilots import MembershipFactory, NotificationFactory, PilotFactory

Call = Callable[..., Caller]
LISTS = [
    ("leader", "pilots/"),
    ("leader", "readiness/"),
    ("leader", "readiness/dated/waived/"),
    ("leader", "readiness/dated/runs_out/"),
    ("leader", "readiness/acknowledgements/"),
    ("admin", "people/"),
    ("admin", "invitations/"),
    ("admin", "trail/"),
    ("pm", "pilots/letters/items/"),
    ("pm", "pilots/letters/gates/"),
    ("pm", "pilots/letters/flags/"),
    ("pm", "pilots/letters/history/"),
    ("pm", "pilots/letters/members/"),
    ("pm", "notifications/"),
    ("pm", "tokens/"),
    ("pm", "my-flags/"),
    ("pm", "catalogue/1/questions/"),
]


def more_of_everything(pilot: Pilot, people: People, count: int) -> None:
    for _ in range(count):
        other = PilotFactory.create(created_by=people.pm)
        MembershipFactory.create(pilot=other, user=people.pm)
        FlagFactory.create(pilot=pilot, reporter=people.pm)
        NotificationFactory.create(user=people.pm)
        MembershipFactory.create(pilot=pilot)


@pytest.mark.parametrize(("who", "path"), LISTS)
def test_a_list_costs_the_same_queries_however_long_it_is(
    call: Call, people: People, governed: Pilot, who: str, path: str
) -> None:
    caller = call(getattr(people, who))
    caller.get(path)
    counted = []
    for _ in range(2):
        more_of_everything(governed, people, 4)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = caller.get(path)
        assert answer.status_code == 200, answer.content
        assert set(answer.json()) == {"next", "previous", "results"}
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 14


def test_pages_lead_through_a_list_and_back(call: Call, people: People, letters: Pilot) -> None:
    more_of_everything(letters, people, 6)
    pm = call(people.pm)
    seen: list[str] = []
    page = pm.get("pilots/", page_size=3).json()
    while True:
        seen += [row["slug"] for row in page["results"]]
        if page["next"] is None:
            break
        page = pm.get(page["next"].removeprefix("http://testserver")).json()
    assert len(seen) == len(set(seen)) == 7
    before = pm.get(page["previous"].removeprefix("http://testserver")).json()
    assert [row["slug"] for row in before["results"]] == seen[3:6]


def test_a_cursor_is_of_its_list_only_and_nobody_makes_one_up(call: Call, people: People, letters: Pilot) -> None:
    more_of_everything(letters, people, 3)
    pm = call(people.pm)
    cursor = pm.get("pilots/", page_size=1).json()["next"].partition("cursor=")[2].partition("&")[0]
    assert pm.get("notifications/", cursor=cursor).status_code == 404
    for made_up in ("", "x", "cD0yMDI2", "%00", "\u202e", "a:b:c"):
        assert pm.get("pilots/", cursor=made_up).status_code == 404


@pytest.mark.parametrize("size", ["0", "-1", "9999999999999999999999", "x", ""])
def test_a_page_size_that_makes_no_sense_changes_little(call: Call, people: People, letters: Pilot, size: str) -> None:
    assert call(people.pm).get("pilots/", page_size=size).status_code == 200


def test_filters_narrow_and_a_wrong_one_is_said(call: Call, people: People, governed: Pilot) -> None:
    pm = call(people.pm)
    assert len(pm.get("pilots/", q="lett", state="running", phase="demonstration").json()["results"]) == 1
    assert pm.get("pilots/", q="other").json()["results"] == []
    assert len(pm.get("pilots/letters/items/", phase="demonstration").json()["results"]) == 2
    for path, query in [
        ("pilots/", {"state": "sleeping"}),
        ("pilots/", {"q": "\x00"}),
        ("pilots/letters/items/", {"owner": "me"}),
        ("pilots/letters/flags/", {"severity": "x"}),
        ("pilots/letters/items/", {"stat": "accepted"}),
        ("people/", {"inactive": "true"}),
    ]:
        refused = (call(people.admin) if path == "people/" else pm).get(path, **query)
        assert (refused.status_code, set(refused.json()["errors"])) == (400, set(query)), path


def test_rows_in_a_fixed_place_are_read_in_pages_too(call: Call, people: People, governed: Pilot) -> None:
    leader = call(people.leader)
    first = leader.get("readiness/dated/not_measured/", page_size=1)
    assert first.json() == {"next": None, "previous": None, "results": []}
    assert leader.get("readiness/dated/not_measured/", cursor="made-up").status_code == 404
    assert leader.get("readiness/dated/nonsense/").status_code == 404
