"""What happened in a pilot, in sentences that people read."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from governance.models import Gate
from governance.sentences import KINDS, SENTENCES, told
from pilots.actions import trail
from pilots.actions.checkpoints import sign_checkpoint
from pilots.audit import record
from pilots.models import AuditEvent, Pilot, User
from pilots.verify_trail import Problem, Report
from tests.cast import People

ROOT = Path(__file__).resolve().parents[2]
SignIn = Callable[[User], Client]
VERB = re.compile(r"[a-z_]+\.[a-z_]+")
# Constants of the same shape that are no verbs.
OTHER = {"complaints.yaml", "questions.yaml", "pilots.webhook"}
# What other systems hear of under a name of its own.
OTHER |= {"pattern.acting", "pattern.regressed"}


def modules_that_record() -> Iterator[tuple[Path, ast.Module]]:
    for app in ("pilots", "feedback", "governance", "rolloutgov"):
        for file in (ROOT / app).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if re.search(r"import [^\n]*\b(record|decide)\b|^    decide,$", text, re.M):
                yield file, ast.parse(text)


def verbs_in_the_code() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file, tree in modules_that_record():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and VERB.fullmatch(node.value):
                found[node.value] = file
            if verb := _decided(node):
                found[f"pattern.{verb}"] = file
    return {verb: file for verb, file in found.items() if verb not in OTHER}


def _decided(node: ast.AST) -> str:
    """The verb of a decision about a pattern, which `feedback.actions.deciding.decide` puts `pattern.` before."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "decide"):
        return ""
    verb = node.args[1]
    return verb.value if isinstance(verb, ast.Constant) and isinstance(verb.value, str) else ""


def test_every_verb_in_the_code_has_a_sentence() -> None:
    verbs = verbs_in_the_code()
    assert len(verbs) > 40
    assert {verb: str(file) for verb, file in verbs.items() if verb not in SENTENCES} == {}


def test_no_sentence_is_left_of_a_verb_that_is_gone() -> None:
    # The scope's are put together from the kind of thing.
    composed = {"workflow.removed", "use_case.removed", "segment.removed", "use_case.described", "segment.described"}
    assert SENTENCES.keys() - verbs_in_the_code().keys() - composed == set()


def test_every_sentence_belongs_to_a_kind() -> None:
    assert {sentence.kind for sentence in SENTENCES.values()} == set(KINDS)


def test_a_verb_without_a_sentence_is_still_shown() -> None:
    assert told("thing.new_verb", {"who": "Eva", "target": "it"}) == "thing: new verb – it (Eva)"


@pytest.fixture
def busy(ready_gate: Gate) -> Pilot:
    return ready_gate.pilot


def test_the_history_tells_who_did_what(busy: Pilot, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.member).get("/pilots/letters/history/").content.decode()
    assert "Chidi Okoro accepted answer 1 to DEM-01" in page
    assert "Paula Marsh assigned 2 questions to Eva Lund" in page


def test_names_are_those_of_today(busy: Pilot, people: People, sign_in: SignIn) -> None:
    User.objects.filter(pk=people.change.pk).update(name="Chidi Okoro-Lind")
    assert "Chidi Okoro-Lind accepted" in sign_in(people.member).get("/pilots/letters/history/").content.decode()


def test_it_is_narrowed_by_kind_and_by_person(busy: Pilot, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.member)
    page = client.get("/pilots/letters/history/", {"kind": "questions", "person": str(people.pm.pk)}).content.decode()
    assert "assigned 2 questions" in page
    assert "accepted answer" not in page
    nothing = client.get("/pilots/letters/history/", {"kind": "waivers"}).content.decode()
    assert "No events match" in nothing


def test_nonsense_in_the_filter_narrows_nothing(busy: Pilot, people: People, sign_in: SignIn) -> None:
    response = sign_in(people.member).get("/pilots/letters/history/", {"kind": "x", "person": "y", "page": "z"})
    assert response.status_code == 200
    assert "accepted answer" in response.content.decode()


def test_it_takes_the_same_number_of_queries_for_any_length(
    busy: Pilot, people: People, sign_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sign_in(people.member)
    for number in range(60):
        record("pilot.edited", by=people.all()[list(people.all())[number % 8]], pilot=busy, target=busy)
    with django_assert_max_num_queries(14):
        client.get("/pilots/letters/history/")


def test_a_stranger_sees_no_history(busy: Pilot, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.stranger).get("/pilots/letters/history/").status_code == 404
    assert sign_in(people.stranger).get("/pilots/letters/history/export.csv").status_code == 404


def test_the_export_quotes_formulas(letters: Pilot, people: People, sign_in: SignIn) -> None:
    Pilot.objects.filter(pk=letters.pk).update(name='=HYPERLINK("x")')
    letters.refresh_from_db()
    record("pilot.edited", by=people.pm, pilot=letters, target=letters, data={"changed": ["name"]})
    response = sign_in(people.member).get("/pilots/letters/history/export.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert response["Content-Disposition"] == 'attachment; filename="letters-history.csv"'
    assert "\"'=HYPERLINK" in text
    assert AuditEvent.objects.get(pilot_id=letters.pk).hash in text


def test_administrators_verify_the_trail_from_a_page(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.admin)
    assert "has not been verified here yet" in client.get("/administration/trail/").content.decode()
    checkpoint = sign_checkpoint("test", by=people.admin)
    page = client.post("/administration/trail/verify/", follow=True).content.decode()
    assert "was whole when last verified" in page
    assert checkpoint.fingerprint in page
    assert "Adam Novak verified the trail: 1 events, 0 problems" in page


def test_a_broken_trail_is_said_loudly_and_told_to_administrators(
    people: People, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Report(problems=[Problem("pilot:1", "event 3 is missing")], events=5)
    monkeypatch.setattr(trail, "verify_trail", lambda: broken)
    page = sign_in(people.admin).post("/administration/trail/verify/", follow=True).content.decode()
    assert "The audit trail is broken: 1 problem" in page
    assert "pilot:1: event 3 is missing" in page
    assert people.admin.notifications.filter(event__startswith="trail-broken").count() == 1


def test_only_administrators_see_the_organisations_stream(people: People, sign_in: SignIn) -> None:
    for address in ("/administration/trail/", "/administration/trail/export.csv"):
        assert sign_in(people.pm).get(address).status_code == 403
        assert sign_in(people.admin).get(address).status_code == 200
    assert sign_in(people.pm).post("/administration/trail/verify/").status_code == 403
