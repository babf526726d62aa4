"""Other systems hear when a gate becomes ready, is passed, and lapses after that."""

import json
import uuid
from datetime import datetime

from governance.actions.doubts import raise_doubt
from governance.actions.gates import reevaluate
from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.models import Gate
from pilots.models import Delivery, Pilot, WebhookEvent
from tests.cast import People
from tests.factories.governance import clear_gate, item_of
from tests.factories.pilots import WebhookFactory


def heard() -> list[tuple[str, dict[str, object]]]:
    rows = Delivery.objects.order_by("created_at").values_list("event", "body")
    return [(event, json.loads(body)["data"]) for event, body in rows]


def sign(gate: Gate, people: People, at: datetime) -> None:
    request = ask_sign_off(gate=gate, by=people.pm, at=at)
    for person in (people.triage, people.sponsor):
        sign_off(
            request=request, by=person, at=at, decision="approved", comment="Yes", digest=request.digest,
            decision_id=uuid.uuid4(),
        )  # fmt: skip


def test_ready_passed_and_lapsed(governed: Pilot, people: People, at: datetime) -> None:
    WebhookFactory.create(pilot=governed, events=WebhookEvent.values)
    reevaluate(governed, at)
    assert heard() == []
    gate = clear_gate(
        governed, at, authors=(people.evaluator, people.owner), accepter=people.change, assigner=people.pm
    )
    assert heard() == [("gate.ready", {"gate": "demonstration", "open_checks": 0})]
    Delivery.objects.all().delete()
    sign(gate, people, at)
    assert heard() == [("gate.passed", {"gate": "demonstration"})]
    Delivery.objects.all().delete()
    raise_doubt(item=item_of(governed, "DEM-01"), reason="Hm", by=people.triage, at=at)
    assert heard() == [("gate.lapsed", {"gate": "demonstration", "open_checks": 1})]
    reevaluate(governed, at)
    assert len(heard()) == 1
