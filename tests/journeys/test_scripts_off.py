"""What people do most, in a browser that runs no script."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from playwright.sync_api import expect

from feedback.forms.flags import LEAST_SECONDS
from feedback.models import Flag
from governance.models import Answer, Gate
from pilots.clock import now
from pilots.models import Pilot, Workflow
from tests.cast import People, gather
from tests.factories.governance import clear_gate, gate_of, govern
from tests.harness.browser import LiveApp
from tests.journeys.conftest import Meet
from tests.journeys.somebody import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Place:
    pilot: Pilot
    people: People
    meet: Meet

    def enters(self, key: str) -> Somebody:
        person = self.meet(getattr(self.people, key), java_script_enabled=False)
        assert person.page.evaluate("1 + 1") == 2  # the test may look; the page's own scripts do not run
        return person


@pytest.fixture
@transaction.atomic
def place(live_app: LiveApp, meet: Meet) -> Place:
    people, at = gather(), now()
    pilot = Pilot.objects.get(slug="letters")
    Workflow.objects.create(
        pilot=pilot, name="Post", slug="post", owner=people.owner, accepted_by=people.owner, accepted_at=at
    )
    return Place(govern(pilot, at), people, meet)


def test_flagging_an_output(place: Place) -> None:
    member = place.enters("member")
    member.goes_to("/flag/letters/")
    member.presses("Send the flag")
    member.sees("There is a problem")
    member.page.locator("[name=categories][value=WRONG]").check()
    member.page.locator("[name=severity][value='1']").check()
    member.types("The output", "The refund is due within 90 days.")
    member.chooses("What were you using it for?", "Reminders")
    member.page.wait_for_timeout(LEAST_SECONDS * 1000)  # no person is faster, and the form knows it
    member.presses("Send the flag")
    member.sees("FL-")
    member.sees(Flag.objects.get().reference)


def test_answering_and_accepting(place: Place) -> None:
    evaluator, change = place.enters("evaluator"), place.enters("change")
    evaluator.goes_to("/pilots/letters/questions/DEM-02/")
    evaluator.follows("Answer the question")
    evaluator.ticks("Not measured")
    evaluator.presses("Propose the answer")
    evaluator.sees("There is a problem")
    evaluator.types("The answer, or the reason", "Nobody counted yet.")
    evaluator.presses("Propose the answer")
    evaluator.sees("Your answer waits for a second person to accept it.")
    change.goes_to("/pilots/letters/questions/DEM-02/")
    change.presses("Accept the answer")
    change.sees("The answer is accepted.")
    assert Answer.objects.get().decision == "accepted"


def test_filtering_and_assigning(place: Place) -> None:
    manager = place.enters("pm")
    manager.goes_to("/pilots/letters/questions/")
    manager.chooses("Phase", "Stress test")
    manager.presses("Apply filters")
    manager.sees("STR-01")
    manager.sees_not("DEM-01")
    manager.ticks("Choose STR-01")
    manager.chooses("Owner", "Eva Lund", among="Assign the ticked questions")
    manager.presses("Assign ticked questions")
    manager.sees("1 question is assigned.", "STR-01")
    manager.sees_not("DEM-01")


def test_signing_off(place: Place) -> None:
    with transaction.atomic():
        authors = (place.people.evaluator, place.people.owner)
        clear_gate(place.pilot, now(), authors=authors, accepter=place.people.change, assigner=place.people.pm)
    manager = place.enters("pm")
    manager.goes_to("/pilots/letters/gates/demonstration/")
    manager.presses("Ask for sign-off")
    manager.sees("You asked for sign-off.")
    for key, button in (("sponsor", "Approve"), ("triage", "Approve and pass the gate")):
        signer = place.enters(key)
        signer.goes_to("/pilots/letters/gates/demonstration/")
        signer.presses(button)
        signer.sees("There is a problem")
        signer.types("Why do you approve or refuse?", "I read it all.")
        signer.presses(button)
        signer.sees("You approved")
    assert gate_of(place.pilot).state == Gate.State.PASSED


def test_the_theme(place: Place) -> None:
    member = place.enters("member")
    member.goes_to("/my-work/")
    member.page.locator("summary", has_text="Mira Benson").click()
    member.page.get_by_role("button", name="Dark").click()
    expect(member.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_deciding_a_cell_of_the_design(place: Place) -> None:
    owner = place.enters("owner")
    owner.goes_to("/pilots/letters/design/")
    owner.ticks("Reminders × Counter staff")
    owner.chooses("What becomes of the ticked cells", "Out")
    owner.types("Why", "Nobody waits for a reminder.")
    owner.presses("Decide")
    owner.sees("Say which condition for value is missing.")
    owner.types("Out: which condition for value is missing", "People would have to miss dates.")
    owner.presses("Decide")
    owner.sees("1 cell: out.", "The only cell is decided")
