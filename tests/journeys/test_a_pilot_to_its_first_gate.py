"""A new pilot from the form that starts it to a passed first gate, with six people in six browsers.

Time moves by moving dates in the database; what a worker would do then, its task does here.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db.models import F

from governance import tasks
from governance.models import Answer, Waiver
from pilots.clock import now
from pilots.models import OrganisationMembership, Pilot, User
from pilots.verification import verify_trail
from tests.factories.evidence import with_evidence
from tests.factories.governance import small_catalogue
from tests.journeys.conftest import Meet
from tests.journeys.somebody import PASSWORD, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PILOT = "/pilots/claims-letters/"
GATE = f"{PILOT}gates/demonstration/"
FIRST, SECOND = f"{PILOT}questions/DEM-01/", f"{PILOT}questions/DEM-02/"
ASKED_FIRST = "What about demonstration, question 1?"


@dataclass(frozen=True)
class Cast:
    manager: Somebody
    sponsor: Somebody
    owner: Somebody
    evaluator: Somebody
    change: Somebody
    triage: Somebody


@pytest.fixture
def cast(meet: Meet) -> Cast:
    """Five have an account; the sixth is invited on the way. The first may start pilots."""
    small_catalogue(now())
    names = ("Paula Marsh", "Stella Park", "Owen Archer", "Eva Lund", "Chidi Okoro")
    known = [meet(name) for name in names]
    starter = User.objects.get(email="paula@example.org")
    OrganisationMembership.objects.create(user=starter, role="administrator", added_at=now())
    return Cast(*known, triage=meet("Tomas Reyes", account=False))


def test_a_pilot_goes_from_its_start_to_its_first_gate(cast: Cast) -> None:
    start(cast.manager)
    gather(cast)
    with_evidence(Pilot.objects.get(slug="claims-letters"), now())
    name_the_workflow(cast)
    assign_the_questions(cast)
    answer_and_accept(cast)
    waive_until_the_sponsor_ends_it(cast)
    waive_until_its_time_runs_out(cast)
    answer_the_second_question(cast)
    let_the_first_answer_expire(cast)
    ask_for_sign_off(cast)
    void_it_by_a_change(cast)
    pass_the_gate(cast)
    find_it_in_portfolio_and_history(cast)


def start(manager: Somebody) -> None:
    manager.goes_to("/pilots/")
    manager.follows("Start a pilot")
    manager.types("AI tool", "Scribe")
    manager.presses("Start the pilot")
    manager.sees("There is a problem")
    manager.types("Name of the pilot", "Claims letters")
    manager.presses("Start the pilot")
    manager.is_headed("Claims letters")
    manager.sees("Blocked", "Nobody owns this question")
    manager.follows("Edit")
    manager.types("Does not show", "Long letters, busy days, people who did not volunteer.")
    manager.presses("Save changes")


def gather(cast: Cast) -> None:
    roles = {
        cast.sponsor: "Sponsor",
        cast.owner: "Accountable owner",
        cast.evaluator: "Evaluation lead",
        cast.change: "Change lead",
    }
    for person, role in roles.items():
        add(cast.manager, person, role)
        cast.manager.sees(f"{person.name} is in Claims letters now.")
    add(cast.manager, cast.triage, "Triage lead")
    cast.manager.is_headed("Hand the invitation over")
    (link,) = cast.manager.reads("code.copy-out")
    cast.triage.goes_to(link)
    cast.triage.sees("Paula Marsh invites you to the pilot Claims letters")
    cast.triage.types("Password", PASSWORD)
    cast.triage.presses("Accept and sign in")
    cast.triage.sees("Welcome to Claims letters.")
    # The manager saw the link, so until an administrator (here the only one) vouches the two would count as one person.
    cast.manager.goes_to("/people/")
    cast.manager.follows("Tomas Reyes")
    cast.manager.presses("Vouch for Tomas Reyes")
    cast.manager.sees("You vouched that this account is Tomas Reyes’s own.")


def add(manager: Somebody, person: Somebody, role: str) -> None:
    manager.goes_to(f"{PILOT}people/")
    manager.follows("Add somebody")
    manager.types("E-mail address", person.email)
    manager.types("Name", person.name)
    manager.ticks(role)
    manager.presses("Add or invite")


def name_the_workflow(cast: Cast) -> None:
    cast.manager.goes_to(f"{PILOT}scope/")
    cast.manager.opens("Add a workflow")
    cast.manager.types("Name", "Answering claims")
    cast.manager.chooses("owner", "Owen Archer")
    cast.manager.presses("Add the workflow")
    cast.manager.sees("Waits for the owner to accept")
    cast.manager.is_not_offered("Accept: I answer for it")
    tasks.reevaluate()
    cast.owner.goes_to("/my-work/")
    cast.owner.sees("Answering claims")
    cast.owner.goes_to(f"{PILOT}scope/")
    cast.owner.presses("Accept: I answer for it")
    cast.owner.sees("You answer for Answering claims from now on.", "Owner accepted")


def assign_the_questions(cast: Cast) -> None:
    cast.manager.goes_to(f"{PILOT}questions/?phase=demonstration")
    cast.manager.ticks("Choose DEM-01", "Choose DEM-02")
    cast.manager.chooses("Owner", "Eva Lund", among="Assign the ticked questions")
    cast.manager.types("Due", (now() + timedelta(days=20)).date().isoformat())
    cast.manager.presses("Assign ticked questions")
    cast.manager.sees("2 questions are assigned.")
    cast.evaluator.goes_to("/my-work/")
    cast.evaluator.sees(ASKED_FIRST)


def answer(person: Somebody, question: str, button: str, text: str) -> None:
    person.goes_to(question)
    person.follows(button)
    person.types("The answer, or the reason", text)
    person.brings("note.txt", f"{text} Measured in May.")
    person.types("What it is", "Measurement note")
    person.types("Address", "https://records.example.org/note")
    person.presses("Propose the answer")
    person.sees("Your answer waits for a second person to accept it.")


def accept(person: Somebody, question: str) -> None:
    person.goes_to(question)
    person.types("Comment", "Checked against the note.")
    person.presses("Accept the answer")
    person.sees("The answer is accepted.")


def answer_and_accept(cast: Cast) -> None:
    answer(cast.evaluator, FIRST, "Answer the question", "Forty letters, twelve people.")
    cast.evaluator.sees("You wrote this answer", "note.txt", "Measurement note", "Chidi Okoro")
    cast.evaluator.is_not_offered("Accept the answer")
    # By its address as well, as somebody might who kept the page.
    (item,) = Answer.objects.values_list("item_id", flat=True)
    cast.evaluator.goes_to(f"{PILOT}items/{item}/accept/")
    cast.evaluator.presses("Accept the answer")
    cast.evaluator.sees("There is a problem", "You wrote this answer, so somebody else decides on it.")
    accept(cast.change, FIRST)
    with cast.change.page.expect_download() as download:
        cast.change.page.get_by_role("link", name="note.txt").first.click()
    assert download.value.path().read_text().startswith("Forty letters")


def waive(cast: Cast, days: int) -> None:
    cast.manager.goes_to(SECOND)
    cast.manager.follows("Ask for a waiver")
    cast.manager.types("Why it can wait", "The second round of letters comes in June.")
    cast.manager.types("Ends after", (now() + timedelta(days=days)).date().isoformat())
    cast.manager.presses("Ask for the waiver")
    cast.manager.sees("The sponsor decides on the waiver.", "You asked for this waiver")
    cast.manager.is_not_offered("Approve the waiver")
    cast.sponsor.goes_to(SECOND)
    cast.sponsor.types("Why", "One letter more or less.")
    cast.sponsor.presses("Approve the waiver")
    cast.sponsor.sees("The waiver is decided.", "A waiver is in force")
    cast.manager.goes_to(GATE)
    cast.manager.sees("Ready to sign off", "1 waived", "by Stella Park")


def waive_until_the_sponsor_ends_it(cast: Cast) -> None:
    waive(cast, days=30)
    cast.sponsor.goes_to(SECOND)
    cast.sponsor.follows("End the waiver now")
    cast.sponsor.types("Why it ends now", "The letters came early.")
    cast.sponsor.presses("End the waiver")
    cast.sponsor.sees("The waiver has ended; the question is open again.")
    cast.manager.goes_to(GATE)
    cast.manager.sees("Blocked", "Not answered yet")


def waive_until_its_time_runs_out(cast: Cast) -> None:
    waive(cast, days=40)
    # A date may come nearer and nothing else: it ended a moment after it was asked.
    Waiver.objects.filter(state="approved").update(ends_at=F("requested_at") + timedelta(milliseconds=1))
    assert tasks.expire() == 1
    cast.manager.goes_to(GATE)
    cast.manager.sees("Blocked", "Not answered yet")
    cast.manager.goes_to(SECOND)
    cast.manager.opens("2 earlier waivers")
    cast.manager.sees("Its time ran out.", "The letters came early.")


def answer_the_second_question(cast: Cast) -> None:
    answer(cast.owner, SECOND, "Answer the question", "Everything that takes more than a page.")
    accept(cast.change, SECOND)
    cast.manager.goes_to(GATE)
    cast.manager.sees("Ready to sign off", "You can ask for sign-off.")


def let_the_first_answer_expire(cast: Cast) -> None:
    Answer.objects.filter(item__code="DEM-01").update(valid_until=now() - timedelta(minutes=1))
    assert tasks.expire() == 1
    cast.evaluator.goes_to(FIRST)
    cast.evaluator.sees("Lapsed", "its time ran out")
    cast.manager.goes_to(GATE)
    cast.manager.sees("Blocked", "1 of", ASKED_FIRST)
    cast.manager.is_not_offered("Ask for sign-off")
    answer(cast.evaluator, FIRST, "Renew the answer", "Fifty letters, fourteen people.")
    accept(cast.change, FIRST)


def ask_for_sign_off(cast: Cast) -> None:
    cast.manager.goes_to(GATE)
    cast.manager.types("What should the people who sign know?", "All is answered.")
    cast.manager.presses("Ask for sign-off")
    cast.manager.sees(
        "You asked for sign-off.", "You may not decide: you asked for this sign-off.", "Stella Park (sponsor)"
    )
    cast.manager.is_not_offered("Approve", "Refuse")


def approve(person: Somebody, button: str) -> None:
    person.goes_to(GATE)
    person.types("Why do you approve or refuse?", "I read every answer and its evidence.")
    person.presses(button)


def void_it_by_a_change(cast: Cast) -> None:
    approve(cast.sponsor, "Approve")
    cast.sponsor.sees("You approved.", "1 of 2 signatures, the sponsor’s among them")
    # Open before the change; what it shows is then no longer what is asked.
    cast.triage.goes_to(GATE)
    cast.triage.types("Why do you approve or refuse?", "I read every answer.")
    answer(cast.evaluator, FIRST, "Renew the answer", "Sixty letters, fourteen people.")
    cast.triage.presses("Approve and pass the gate")
    cast.triage.sees("A change voided this request. The answer to DEM-01 changed.")
    cast.manager.goes_to(GATE)
    cast.manager.sees("Waiting for a person", "1 of 9 checks open", "Ended by a change", "What changed:")
    accept(cast.triage, FIRST)


def pass_the_gate(cast: Cast) -> None:
    ask_for_sign_off(cast)
    approve(cast.sponsor, "Approve")
    cast.sponsor.sees("You approved.", "You may not decide: you have decided already.")
    approve(cast.triage, "Approve and pass the gate")
    cast.triage.sees("is passed", "Signed off by Stella Park (sponsor) and Tomas Reyes")
    tasks.reevaluate()


def find_it_in_portfolio_and_history(cast: Cast) -> None:
    cast.change.goes_to("/pilots/")
    cast.change.sees("Claims letters", "2 of 4 · Stress test", "Paula Marsh")
    cast.change.goes_to(f"{PILOT}history/")
    cast.change.sees(
        "Tomas Reyes signed off “Leave demonstration” last: the gate is passed",
        "A change voided",
        "Answer 1 to DEM-01 lapsed: its time ran out",
        "The waiver of DEM-02 ended: before its day",
        "The waiver of DEM-02 ended: Its time ran out.",
        "Owen Archer accepted to answer for the workflow Answering claims",
        "Paula Marsh started the pilot Claims letters",
    )
    found = verify_trail()
    assert found.problems == []
