from collections.abc import Callable
from datetime import datetime
from typing import Any

from governance.models import Gate, Item
from pilots.models import Membership, Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.governance import small_catalogue

Call = Callable[..., Caller]
BODY = {"name": "Summaries", "tool": "Scribe", "purpose": "Shorter reading."}


def test_a_pilot_starts_with_its_questions_and_gates(call: Call, people: People, at: datetime) -> None:
    small_catalogue(at)
    made = call(people.pm).post("pilots/", {**BODY, "sponsor": str(people.sponsor.pk)})
    assert made.status_code == 201
    assert made.json()["slug"] == "summaries"
    assert [phase["state"] for phase in made.json()["phases"]] == ["current", *["not_started"] * 3]
    pilot = Pilot.objects.get(slug="summaries")
    assert Item.objects.filter(pilot=pilot).exists() and Gate.objects.filter(pilot=pilot).exists()
    assert Membership.objects.get(pilot=pilot, role="sponsor").user == people.sponsor


def test_who_may_start_none_is_told_who_may(call: Call, people: People, at: datetime) -> None:
    small_catalogue(at)
    refused = call(people.member).post("pilots/", BODY)
    assert refused.status_code == 403
    assert refused.json()["who_may"] == ["Adam Novak (administrator)"]
    assert not Pilot.objects.filter(name="Summaries").exists()


def test_a_later_phase_wants_a_reason_for_those_skipped(call: Call, people: People, at: datetime) -> None:
    small_catalogue(at)
    refused = call(people.pm).post("pilots/", {**BODY, "entered_phase": "staged_rollout"})
    assert refused.status_code == 422
    assert set(refused.json()["errors"]) == {"skip_reason"}


def test_without_a_catalogue_no_pilot_starts(call: Call, people: People) -> None:
    refused = call(people.pm).post("pilots/", BODY)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:rolloutgov:problem:no_catalogue")


def test_a_pilot_is_edited_paused_resumed_and_ended(call: Call, people: People, governed: Pilot) -> None:
    pm = call(people.pm)
    edited = pm.patch("pilots/letters/", {"tool_version": "2.4", "version": 1})
    assert (edited.status_code, edited.json()["tool_version"]) == (200, "2.4")
    assert pm.post("pilots/letters/pause/", {"reason": "The supplier changed hands."}).json()["state"] == "paused"
    assert pm.post("pilots/letters/resume/").json()["state"] == "running"
    ended = pm.post("pilots/letters/end/", {"outcome": "no_capability", "note": "It cannot read handwriting."})
    assert ended.json()["state"] == "ended"


def test_scope_is_added_and_removed(call: Call, people: People, governed: Pilot) -> None:
    pm = call(people.pm)
    made: dict[str, Any] = pm.post("pilots/letters/use-cases/", {"name": "Refund letters"}).json()
    assert made["slug"] == "refund-letters"
    assert pm.delete("pilots/letters/use-cases/refund-letters/").status_code == 204
    workflow = pm.post("pilots/letters/workflows/", {"name": "Phone notes", "owner": str(people.owner.pk)}).json()
    assert workflow["accepted_at"] is None
    assert pm.post("pilots/letters/workflows/phone-notes/accept/").status_code == 422
    accepted = call(people.owner).post("pilots/letters/workflows/phone-notes/accept/").json()
    assert accepted["accepted_at"]
