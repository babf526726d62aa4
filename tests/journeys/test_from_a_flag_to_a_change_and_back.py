"""Three people flag the same in different words, from the form, another tool's button and the API; what they flagged
becomes a pattern, a decision, a change, and an answer to each; then it comes back and a gate shows it.

What a worker would do, its task does here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from playwright.sync_api import Browser, expect

from feedback import tasks as feedback_tasks
from feedback.models import Flag, Pattern
from governance import tasks as governance_tasks
from governance.models import Gate
from pilots.actions.tokens import create_api_token
from pilots.clock import now
from pilots.models import Pilot
from pilots.models.token import Scope
from tests.cast import People, gather
from tests.factories.governance import clear_gate, gate_of, govern
from tests.factories.pilots import UseCaseFactory, WorkflowFactory
from tests.feedback.channels import connect
from tests.feedback.host_page import Host, host_pages
from tests.harness.browser import LiveApp
from tests.journeys.conftest import Meet
from tests.journeys.somebody import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.slow]

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
    "script-src {ours}; connect-src {ours}"
)
BY_FORM = "The letter cites a court ruling that does not exist."
BY_BUTTON = "It invented a court case and quoted from it."
BY_API = "The ruling it refers to is made up, I could not find the case anywhere."
SOMETHING_ELSE = "The price of the parking permit is the one from last year."
CHANGE = "It names only rulings that it has opened, and links each."


@dataclass(frozen=True)
class Cast:
    people: People
    member: Somebody
    triage: Somebody
    stranger: Somebody
    sponsor: Somebody


@pytest.fixture
def cast(live_app: LiveApp, meet: Meet) -> Cast:
    """The pilot `letters` with a gate that is ready; two of these four flag."""
    at = now()
    with transaction.atomic():
        people = gather()
        letters = Pilot.objects.get(slug="letters")
        WorkflowFactory.create(
            pilot=letters, slug="daily-work", owner=people.owner, accepted_by=people.owner, accepted_at=at
        )
        UseCaseFactory.create(pilot=letters, name="First letter", slug="first-letter")
        govern(letters, at)
        clear_gate(letters, at, authors=(people.evaluator, people.owner), accepter=people.change, assigner=people.pm)
    met = {name: meet(getattr(people, name)) for name in ("member", "triage", "stranger", "sponsor")}
    return Cast(people, **met)


@pytest.fixture
def host() -> Iterator[Host]:
    with host_pages() as pages:
        yield pages


def test_a_flag_becomes_a_change_and_its_reporters_hear_it(
    cast: Cast, host: Host, browser: Browser, live_app: LiveApp
) -> None:
    by_form = flags_by_the_form(cast.member, BY_FORM, "It made something up")
    link = flags_by_the_button(cast, host, browser, live_app)
    by_api = flags_by_the_api(cast)
    alone = flags_by_the_form(cast.member, SOMETHING_ELSE, "It’s out of date")
    pattern = becomes_one_pattern_and_a_single(alone)
    triage_confirms(cast.triage, pattern)
    review_decides(cast.triage)
    an_hour_passes()
    change_goes_live(cast.triage, pattern)
    everybody_reads_what_changed(cast, by_form, by_api, link, browser)
    it_comes_back(cast.member, by_form, pattern)
    the_gate_shows_it(cast)


def flags_by_the_form(person: Somebody, words: str, kind: str) -> str:
    person.goes_to("/flag/letters/")
    person.ticks(kind, "I caught it before using it")
    person.types("The output, or where it can be found", words)
    person.chooses("What were you using it for?", "First letter")
    # Programs are faster than people.
    person.page.wait_for_timeout(2100)
    person.presses("Send the flag")
    person.is_headed(re.compile("We have your flag"))
    return reference_in(person.page.get_by_role("heading", level=1).inner_text())


def reference_in(words: str) -> str:
    found = re.search(r"FL-\w{6}", words)
    assert found
    return found[0]


def flags_by_the_button(cast: Cast, host: Host, browser: Browser, live_app: LiveApp) -> str:
    """By keyboard, in a page of another tool that lets nothing but our script and its calls through."""
    letters = Pilot.objects.get(slug="letters")
    token = connect(letters, cast.people.integration, origins=[host.url]).plain
    page = browser.new_context().new_page()
    page.goto(host.show(live_app.url, token, pilot="letters", policy=POLICY))
    page.get_by_role("button", name="Flag this output").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("It made something up").check()
    dialog.get_by_label("I caught it before using it").check()
    dialog.get_by_label("The output, or where it can be found").fill(BY_BUTTON)
    dialog.get_by_role("button", name="Send the flag").press("Enter")
    link = dialog.get_by_role("link", name=re.compile("Read what happens next"))
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    assert address
    assert host.reports == []
    page.context.close()
    return address


def flags_by_the_api(cast: Cast) -> str:
    at = now()
    token = create_api_token(
        by=cast.people.stranger, name="Script", scopes=[Scope.FLAG], expires_at=at + timedelta(days=1), at=at
    ).plain
    body = {"categories": ["MADEUP"], "severity": 1, "output": BY_API}
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client().post("/api/v1/flag/letters/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["reference"])


def becomes_one_pattern_and_a_single(alone: str) -> Pattern:
    feedback_tasks.place_flags()
    feedback_tasks.look_again()
    pattern = Pattern.objects.get()
    assert (pattern.size, pattern.reporters) == (3, 3)
    assert Flag.objects.get(reference=alone).pattern is None
    return pattern


def an_hour_passes() -> None:
    Flag.objects.update(reported_at=F("reported_at") - timedelta(hours=1))


def triage_confirms(triage: Somebody, pattern: Pattern) -> None:
    triage.goes_to("/pilots/letters/patterns/")
    triage.page.get_by_role("link", name=re.compile(re.escape(pattern.title[:30]))).first.click()
    triage.sees("3 flags", BY_FORM)
    triage.presses("Confirm")
    triage.sees("Confirmed")


def review_decides(triage: Somebody) -> None:
    triage.goes_to("/pilots/letters/reviews/")
    triage.ticks("Tomas Reyes", "Ines Duarte")
    triage.presses("Open the review")
    triage.ticks("Adjust the prompt")
    triage.chooses("Who does it?", "Ines Duarte")
    triage.types("By when?", (now() + timedelta(days=7)).date().isoformat())
    triage.presses("Decide")
    triage.sees("Adjust the prompt")
    triage.presses("Close the review")


def change_goes_live(triage: Somebody, pattern: Pattern) -> None:
    triage.goes_to(f"/pilots/letters/patterns/{pattern.number}/")
    triage.opens("It is fixed")
    triage.types("What changed", CHANGE)
    triage.presses("It is fixed")
    triage.sees("Fixed. Everybody who flagged it reads what changed.")


def everybody_reads_what_changed(cast: Cast, by_form: str, by_api: str, link: str, browser: Browser) -> None:
    cast.member.goes_to(f"/my-flags/{by_form}/")
    cast.member.sees("Fixed", CHANGE)
    cast.stranger.goes_to(f"/my-flags/{by_api}/")
    cast.stranger.sees("Fixed", CHANGE)
    nameless = Somebody(browser.new_context())
    nameless.goes_to(link)
    nameless.sees("Fixed", CHANGE)
    nameless.context.close()


def it_comes_back(member: Somebody, by_form: str, pattern: Pattern) -> None:
    member.goes_to(f"/my-flags/{by_form}/")
    member.presses("It came back")
    member.sees("came back")
    pattern.refresh_from_db()
    assert pattern.state == Pattern.State.REGRESSED


def the_gate_shows_it(cast: Cast) -> None:
    letters = Pilot.objects.get(slug="letters")
    assert gate_of(letters).open_blocking == 0
    governance_tasks.reevaluate()
    assert gate_of(letters).state == Gate.State.OPEN
    cast.sponsor.goes_to("/pilots/letters/gates/demonstration/")
    cast.sponsor.sees("Blocked", "Something contradicts the accepted answer")
    cast.sponsor.sees("From what people flagged to this gate", "3 flags", "DEM-01 in doubt")
