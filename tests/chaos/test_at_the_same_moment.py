"""Two people, or twenty clicks, at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from governance.models import Answer, Gate, Item, SignOff
from pilots.models import Pilot
from tests.chaos.conftest import Fault
from tests.chaos.product import Product
from tests.chaos.traffic import Caller, Governing, Ledger, propose
from tests.chaos.world import World, pilot_to_take

pytestmark = pytest.mark.chaos
CLICKS = 20


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each gave, all of them started together."""
    together, found = threading.Barrier(len(calls)), list[Any]()

    def run(call: Callable[[], Any]) -> None:
        together.wait()
        found.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def governing(product: Product, world: World, pilot: Pilot, ledger: Ledger) -> Governing:
    return Governing(Caller(product.port, ledger, threading.Event()), world, pilot.slug)


def test_twenty_clicks_hand_one_flag_in(product: Product, world: World, fault: Fault) -> None:
    with fault() as ledger:
        caller = Caller(product.port, ledger, threading.Event())
        body = {"categories": ["WRONG"], "severity": 3, "output": f"Clicked often {uuid4()}"}
        key = uuid4().hex
        path = f"flag/{world.flagged}/"
        sent = at_once(*[lambda: caller.once(world.reporters[0], "POST", path, body, key)] * CLICKS)
        assert {status for status, _ in sent} == {201}
        assert len({said["reference"] for _, said in sent}) == 1
        ledger.flags[key] = sent[0][1]["reference"]


def test_twenty_clicks_write_one_answer(product: Product, world: World, fault: Fault) -> None:
    with fault() as ledger:
        pilot = pilot_to_take(world.people)
        team = governing(product, world, pilot, ledger)
        item = Item.objects.of(pilot)[0]
        body = {"kind": "answered", "text": f"Once, {uuid4()}", "version": item.version}
        key = uuid4().hex
        sent = at_once(*[lambda: team.post("owner", f"items/{item.pk}/answers/", body, key)] * CLICKS)
        assert {status for status, _ in sent} == {201}
        assert Answer.objects.filter(item=item).count() == 1


def test_twenty_clicks_sign_once_and_pass_one_gate(product: Product, world: World, fault: Fault) -> None:
    with fault() as ledger:
        pilot = pilot_to_take(world.people)
        team, asked = signed_by_one(product, world, pilot, ledger)
        path = f"gates/demonstration/sign-off-requests/{asked['id']}/sign-offs/"
        body = {"decision": "approved", "comment": "Read.", "digest": asked["digest"], "decision_id": str(uuid4())}
        sent = at_once(*[lambda: team.post("sponsor", path, body)] * CLICKS)
        assert {status for status, _ in sent} == {201}
        assert SignOff.objects.filter(request=asked["id"], user=world.people.sponsor).count() == 1
        assert Gate.objects.get(pilot=pilot, phase="demonstration").state == Gate.State.PASSED


def test_an_approval_and_a_new_answer_meet(
    product: Product, world: World, fault: Fault, figure: Callable[[str], None]
) -> None:
    """Whichever comes first: the gate was passed on accepted answers alone, or it was not passed."""
    with fault() as ledger:
        outcomes = Counter(meeting(product, world, ledger) for _ in range(4))
    figure(f"passed, or open: {outcomes}")
    assert outcomes.keys() <= {("passed", 0, 1), ("open", 1, 0)}


def meeting(product: Product, world: World, ledger: Ledger) -> tuple[str, int, int]:
    pilot = pilot_to_take(world.people)
    team, asked = signed_by_one(product, world, pilot, ledger)
    found = Item.objects.of(pilot).filter(phase="demonstration")[0]
    item = {"id": str(found.pk), "version": found.version}
    at_once(
        lambda: team.sign("sponsor", "demonstration", asked),
        lambda: propose(team.caller, world, pilot.slug, item, "owner"),
    )
    gate = Gate.objects.get(pilot=pilot, phase="demonstration")
    return gate.state, gate.open_blocking, gate.lapsed_open


def signed_by_one(product: Product, world: World, pilot: Pilot, ledger: Ledger) -> tuple[Governing, dict[str, Any]]:
    """A gate that one more approval passes, and what is asked."""
    team = governing(product, world, pilot, ledger)
    _, items = team.get("items/?phase=demonstration&page_size=100")
    for item in items["results"]:
        team.work_on(item)
    status, said = team.post("pm", "gates/demonstration/sign-off-requests/", {})
    assert status == 201, said
    team.sign("triage", "demonstration", said["requests"][0])
    return team, said["requests"][0]
