"""Who is offered which pages, the reader's theme and time zone, and unread news."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from pilots.clock import now
from pilots.models import Notification, User
from rolloutgov.navigation import navigation_for
from rolloutgov.reader import TimeZoneMiddleware
from tests.cast import People

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

FLAG = "Flag an output"


def offered(user: User) -> list[str]:
    return [link.label for link in navigation_for(user, "/").main]


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("stranger", [FLAG, "My flags"]),
        ("member", ["Portfolio", "My work", FLAG]),
        ("sponsor", ["Portfolio", "My work", FLAG, "Frameworks"]),
        ("leader", ["Portfolio", "Readiness", FLAG, "Frameworks"]),
        ("editor", [FLAG, "My flags", "Questions", "Frameworks"]),
        ("admin", ["Portfolio", FLAG, "Frameworks", "People", "Administration"]),
    ],
)
def test_each_role_is_offered_its_own_pages(people: People, who: str, pages: list[str]) -> None:
    assert offered(getattr(people, who)) == pages


@pytest.mark.parametrize("who", ["pm", "leader", "editor", "admin", "stranger"])
def test_nobody_is_offered_a_page_that_refuses_them(people: People, sign_in: SignIn, who: str) -> None:
    user = getattr(people, who)
    client = sign_in(user)
    for link in [*navigation_for(user, "/").main, *navigation_for(user, "/").account]:
        assert client.get(link.url).status_code == 200, link.label


def test_the_present_page_and_those_below_it_are_marked(people: People) -> None:
    def marks(path: str) -> dict[str, str]:
        return {link.label: link.current for link in navigation_for(people.pm, path).main if link.current}

    assert marks("/pilots/") == {"Portfolio": "page"}
    assert marks("/pilots/letters/") == {"Portfolio": "true"}


def test_unread_news_are_counted_in_the_head(people: People, sign_in: SignIn) -> None:
    Notification.objects.create(user=people.member, event="one", text="Something", created_at=now())
    Notification.objects.create(user=people.pm, event="two", text="Not yours", created_at=now())
    page = sign_in(people.member).get("/accounts/2fa/").content.decode()
    assert "Notifications, 1 unread" in page


def test_the_theme_is_in_the_page_before_it_is_drawn(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    assert '<html lang="en" data-theme="dark">' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_choosing_a_theme_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_a_theme_that_there_is_not_is_not_kept(client: Client) -> None:
    client.post("/theme/", {"theme": '"><script>', "next": "/"})
    assert "theme" not in client.cookies


@pytest.mark.parametrize(("zone", "shown"), [("Asia/Tokyo", "Asia/Tokyo"), ("Moon/Far_Side", "UTC"), ("../etc", "UTC")])
def test_times_are_in_the_readers_zone(rf: RequestFactory, zone: str, shown: str) -> None:
    seen = []
    request = rf.get("/")
    request.user = User(name="Traveller", time_zone=zone)
    TimeZoneMiddleware(lambda _request: seen.append(timezone.get_current_timezone_name()))(request)  # type: ignore[arg-type,return-value,func-returns-value]
    assert seen == [shown]


def test_a_page_that_is_not_there_says_why_it_may_not_be(people: People, sign_in: SignIn) -> None:
    answer = sign_in(people.stranger).get("/pilots/letters/")
    assert answer.status_code == 404
    assert "belongs to a pilot that you are not in" in answer.content.decode()
