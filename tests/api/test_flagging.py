from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from feedback import limits
from feedback.models import Flag
from pilots.models import IdempotencyKey, Pilot
from pilots.models.token import Scope
from tests.api.conftest import Caller
from tests.cast import People

Call = Callable[..., Caller]
FLAG: dict[str, Any] = {"categories": ["WRONG"], "severity": 1, "output": "The refund is due within 90 days."}


def test_anybody_signed_in_flags_and_reads_what_became_of_it(call: Call, people: People, letters: Pilot) -> None:
    made = call(people.stranger).post("flag/letters/", FLAG)
    assert made.status_code == 201
    reference = made.json()["reference"]
    triage = call(people.triage)
    assessed = triage.post(f"pilots/letters/flags/{reference}/assess/", {"severity": 3, "note": "Bad.", "version": 1})
    assert assessed.json()["assessed_severity"] == 3
    closing = {"resolution": "fixed", "answer": "The date is right now.", "version": assessed.json()["version"]}
    assert triage.post(f"pilots/letters/flags/{reference}/close/", closing).json()["state"] == "closed"
    own = call(people.stranger).get(f"my-flags/{reference}/").json()
    assert (own["pilot"], own["answer"]) == ("letters", "The date is right now.")
    again = call(people.stranger).post(f"my-flags/{reference}/reopen/", {"note": "It says 90 again."})
    assert again.json()["state"] == "new"


def test_without_a_name_nothing_ties_the_flag_to_who_sent_it(call: Call, people: People, letters: Pilot) -> None:
    first = call(people.member).post("flag/letters/", {**FLAG, "named": False}, key="flag-1")
    second = call(people.member).post("flag/letters/", {**FLAG, "named": False}, key="flag-1")
    assert (first.status_code, first.json()) == (201, second.json())
    flag = Flag.objects.get()
    assert flag.reporter is None
    assert not IdempotencyKey.objects.exists()


def test_the_same_key_with_other_words_is_refused(call: Call, people: People, letters: Pilot) -> None:
    call(people.member).post("flag/letters/", FLAG, key="flag-1")
    other = call(people.member).post("flag/letters/", {**FLAG, "output": "Another."}, key="flag-1")
    assert (other.status_code, other.json()["type"]) == (422, "urn:rolloutgov:problem:already_sent")


def test_a_token_for_flags_only_flags(call: Call, people: People, letters: Pilot) -> None:
    only_flags = call(people.pm, Scope.FLAG)
    assert only_flags.post("flag/letters/", FLAG).status_code == 201
    assert only_flags.get("pilots/").status_code == 403
    assert only_flags.get("my-flags/").status_code == 403
    assert only_flags.post("pilots/letters/pause/", {"reason": "No."}).status_code == 403


def test_a_flood_is_told_when_to_come_back(call: Call, people: People, letters: Pilot) -> None:
    with patch.object(limits, "PERSON", (limits.Limit(1, 600),)):
        call(people.member).post("flag/letters/", FLAG)
        full = call(people.member).post("flag/letters/", FLAG)
    assert (full.status_code, full["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(full["Retry-After"]) <= 600


def test_the_list_names_no_reporter(call: Call, people: People, letters: Pilot) -> None:
    call(people.member).post("flag/letters/", FLAG)
    listed = call(people.triage).get("pilots/letters/flags/", category="WRONG").json()["results"]
    assert len(listed) == 1
    assert "reporter" not in listed[0] and people.member.name not in str(listed)
    assert call(people.triage).get("pilots/letters/flags/", category="STALE").json()["results"] == []
