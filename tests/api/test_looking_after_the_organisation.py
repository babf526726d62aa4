from collections.abc import Callable
from datetime import datetime
from typing import Any

from governance.actions.gates import reevaluate
from governance.models import Finding
from pilots.actions.pilots import lock_pilot
from pilots.models import Membership, OrganisationMembership, Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.governance import item_of, propose
from tests.factories.pilots import NotificationFactory

Call = Callable[..., Caller]


def test_people_are_listed_for_who_looks_after_them(call: Call, people: People) -> None:
    found = call(people.admin).get("people/", q="stella").json()["results"]
    assert [(row["email"], row["roles"]) for row in found] == [
        ("sponsor@example.org", [{"pilot": "letters", "role": "sponsor"}])
    ]
    assert len(call(people.admin).get("people/", role="leadership", active="true").json()["results"]) == 1
    assert call(people.leader).get("people/").status_code == 403


def test_who_leaves_hands_over_and_may_come_back(call: Call, people: People, letters: Pilot) -> None:
    admin = call(people.admin)
    alone = admin.post(f"people/{people.pm.pk}/deactivate/", {})
    assert (alone.status_code, set(alone.json()["errors"])) == (422, {"handover_to"})
    left = admin.post(f"people/{people.pm.pk}/deactivate/", {"handover_to": str(people.change.pk)})
    assert left.json()["is_active"] is False
    assert Membership.objects.filter(pilot=letters, user=people.change, role="program_manager").exists()
    assert admin.post(f"people/{people.pm.pk}/reactivate/").json()["is_active"] is True


def test_roles_over_the_organisation_are_named_and_withdrawn(call: Call, people: People) -> None:
    admin, roles = call(people.admin), f"people/{people.member.pk}/roles/"
    assert admin.post(roles, {"role": "leadership"}).json()["organisation_roles"] == ["leadership"]
    assert admin.delete(f"{roles}leadership/").json()["organisation_roles"] == []
    own = admin.post(f"people/{people.admin.pk}/roles/", {"role": "leadership"})
    assert (own.status_code, own.json()["type"]) == (422, "urn:rolloutgov:problem:own_role")
    assert admin.delete(f"{roles}emperor/").status_code == 404


def test_somebody_is_invited_and_the_invitation_withdrawn(call: Call, people: People) -> None:
    admin = call(people.admin)
    body = {"email": "New@Example.org", "organisation_roles": ["leadership"]}
    assert "/invitation/" in admin.post("invitations/", body).json()["link"]
    listed = admin.get("invitations/").json()["results"]
    assert [row["email"] for row in listed] == ["new@example.org"] and "link" not in listed[0]
    assert call(people.pm).post(f"invitations/{listed[0]['id']}/revoke/").status_code == 404
    assert admin.post(f"invitations/{listed[0]['id']}/revoke/").status_code == 200
    assert admin.get("invitations/").json()["results"] == []


def test_the_trail_of_the_organisation_is_read_and_verified(call: Call, people: People) -> None:
    admin = call(people.admin)
    admin.post(f"people/{people.member.pk}/roles/", {"role": "leadership"})
    assert admin.get("trail/").json()["results"][0]["verb"] == "organisation_role.named"
    verified = admin.post("trail/verify/")
    assert (verified.status_code, verified.json()["verb"]) == (201, "trail.verified")
    assert call(people.leader).get("trail/").status_code == 403


def test_the_history_of_a_pilot_is_read_by_who_is_in_it(call: Call, people: People, governed: Pilot) -> None:
    call(people.pm).post("pilots/letters/pause/", {"reason": "The supplier changed."})
    assert call(people.member).get("pilots/letters/history/").json()["results"][0]["verb"] == "pilot.paused"


def test_leadership_sees_what_blocks_and_says_that_it_has_seen_it(
    call: Call, people: People, governed: Pilot, at: datetime
) -> None:
    reevaluate(lock_pilot(governed), at)
    leader = call(people.leader)
    gate: dict[str, Any] = leader.get("readiness/", standing="blocked").json()["results"][0]
    assert (gate["pilot"], gate["gate"]) == ("letters", "demonstration")
    finding = gate["findings"][0]
    address = f"readiness/findings/{finding['id']}/acknowledge/"
    assert leader.post(address, {"version": "older"}).status_code == 422
    seen = leader.post(address, {"version": finding["version"], "comment": "I will ask."})
    assert (seen.status_code, seen.json()["acknowledged_by"]["name"]) == (201, "Leo Adler")
    assert leader.get("readiness/").json()["results"][0]["findings"][0]["seen"][0]["comment"] == "I will ask."
    assert leader.get("readiness/acknowledgements/").json()["results"][0]["comment"] == "I will ask."
    counts = leader.get("readiness/counts/").json()
    assert (counts["gates"], counts["standings"]["blocked"]) == (1, 1)
    assert call(people.pm).get("readiness/").status_code == 403
    assert Finding.objects.get(pk=finding["id"]).state == "open"


def test_frameworks_say_what_is_supported_and_what_by_nothing(call: Call, people: People, governed: Pilot) -> None:
    keys = {row["key"]: row["counts"] for row in call(people.leader).get("frameworks/").json()}
    whole = call(people.leader).get("frameworks/nist_ai_rmf/", pilot="letters").json()
    assert len(whole["parts"]) == sum(keys["nist_ai_rmf"].values())
    assert {part["state"] for part in whole["parts"]} == {"nothing"}
    assert call(people.leader).get("frameworks/", pilot="no-such-pilot").status_code == 404
    assert call(people.member).get("frameworks/").status_code == 403


def test_search_finds_only_what_one_may_see(call: Call, people: People, governed: Pilot, at: datetime) -> None:
    propose(item_of(governed, "DEM-01"), people.evaluator, at, text="Forty pelicans.")
    assert [hit["kind"] for hit in call(people.member).get("search/", q="pelican").json()] == ["Answer"]
    assert call(people.stranger).get("search/", q="pelican").json() == []
    assert call(people.member).get("search/", q="\u202ep").status_code == 400


def test_notifications_are_marked_read(call: Call, people: People) -> None:
    one, _ = NotificationFactory.create(user=people.pm), NotificationFactory.create(user=people.pm)
    assert call(people.member).post(f"notifications/{one.pk}/read/").status_code == 404
    assert call(people.pm).post(f"notifications/{one.pk}/read/").json() == {"read": 1}
    assert call(people.pm).post("notifications/read/").json() == {"read": 1}


def test_a_dossier_is_a_zip_for_who_may_export_it(call: Call, people: People, governed: Pilot) -> None:
    answer = call(people.leader).get("pilots/letters/gates/demonstration/dossier/")
    assert answer["Content-Type"] == "application/zip"
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert call(people.member).get("pilots/letters/gates/demonstration/dossier/").status_code == 403


def test_a_member_of_a_pilot_is_added_changed_and_removed(call: Call, people: People, letters: Pilot) -> None:
    pm, them = call(people.pm), f"pilots/letters/members/{people.stranger.pk}/"
    assert pm.post("pilots/letters/members/", {"user": str(people.stranger.pk), "roles": ["member"]}).status_code == 204
    assert pm.put(them, {"roles": ["change_lead"]}).status_code == 204
    assert Membership.objects.get(user=people.stranger).role == "change_lead"
    assert pm.delete(them).status_code == 204
    assert not OrganisationMembership.objects.filter(user=people.stranger).exists()
