"""A machine plays a pilot: answers, accepts, doubts, waives, changes, signs, and lets time pass, in any order."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from governance.actions import answers, conditions, doubts, events, items, sign_offs, upkeep, waivers
from governance.models import CatalogueVersion, Gate, Item, SignOffRequest, Waiver
from pilots.actions.pilots import edit_pilot
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, AuditHead, Pilot, User
from tests.factories.governance import LINK, govern, small_catalogue
from tests.factories.pilots import MembershipFactory, PilotFactory, UserFactory, WorkflowFactory

pytestmark = pytest.mark.slow

CAST = ("program_manager", "accountable_owner", "evaluation_lead", "change_lead", "sponsor")
PEOPLE = st.integers(0, len(CAST) - 1)
CODES = st.sampled_from(["DEM-01", "DEM-02", "STR-01", "STR-02"])
KINDS = st.sampled_from(["answered", "not_measured", "not_applicable"])


class PilotMachine(RuleBasedStateMachine):
    """Every rule tries one thing; the action may refuse it. What must never happen is in the invariants."""

    @initialize()
    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at = now()
        catalogue = CatalogueVersion.objects.filter(state="published").first() or small_catalogue(self.at)
        self.people: list[User] = [UserFactory.create() for _ in CAST]
        self.pilot: Pilot = PilotFactory.create(created_by=self.people[0])
        for person, role in zip(self.people, CAST, strict=True):
            MembershipFactory.create(pilot=self.pilot, user=person, role=role)
        owner = self.people[1]
        WorkflowFactory.create(pilot=self.pilot, owner=owner, accepted_by=owner, accepted_at=self.at)
        govern(self.pilot, self.at, catalogue)
        everything = list(Item.objects.filter(pilot=self.pilot))
        items.assign_items(pilot=self.pilot, items=everything, by=self.people[0], at=self.at, owner=self.people[2])
        self.events = AuditEvent.objects.filter(pilot_id=self.pilot.pk).count()

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def attempt(self, action: Any, **given: Any) -> Any:
        try:
            with transaction.atomic():
                return action(**given)
        except (Refused, NotAllowed):
            return None

    def item(self, code: str) -> Item:
        return Item.objects.with_details().select_related("pilot").get(pilot=self.pilot, code=code)

    @rule(code=CODES, who=PEOPLE, kind=KINDS, evidence=st.booleans())
    def answer(self, code: str, who: int, kind: str, evidence: bool) -> None:
        links = [LINK] if evidence else []
        given = {"by": self.people[who], "at": self.at, "kind": kind, "text": "So.", "links": links}
        self.attempt(answers.propose_answer, item=self.item(code), **given)

    @rule(code=CODES, who=PEOPLE)
    def accept(self, code: str, who: int) -> None:
        self.attempt(answers.accept_answer, item=self.item(code), by=self.people[who], at=self.at)

    @rule(phase=st.sampled_from(["demonstration", "stress_test"]))
    def settle(self, phase: str) -> None:
        """The ordinary way, so that gates are reached often."""
        for n, code in enumerate(Item.objects.filter(pilot=self.pilot, phase=phase).values_list("code", flat=True)):
            if self.item(code).state != Item.State.ACCEPTED:
                self.answer(code=code, who=1 + n % 2, kind="answered", evidence=True)
                self.accept(code=code, who=3)

    @rule(code=CODES, who=PEOPLE)
    def send_back(self, code: str, who: int) -> None:
        given = {"by": self.people[who], "at": self.at, "comment": "No."}
        self.attempt(answers.return_answer, item=self.item(code), **given)

    @rule(code=CODES, who=PEOPLE, source=st.sampled_from(["pattern:1", "pattern:2"]))
    def doubt(self, code: str, who: int, source: str) -> None:
        given = {"by": self.people[who], "at": self.at, "reason": "Hm.", "source": source}
        self.attempt(doubts.raise_doubt, item=self.item(code), **given)

    @rule(code=CODES, who=PEOPLE)
    def confirm(self, code: str, who: int) -> None:
        given = {"by": self.people[who], "at": self.at, "comment": "Holds."}
        self.attempt(answers.confirm_answer, item=self.item(code), **given)

    @rule(code=CODES, who=PEOPLE, days=st.integers(1, 70))
    def ask_waiver(self, code: str, who: int, days: int) -> None:
        until = self.at + timedelta(days=days)
        given = {"by": self.people[who], "at": self.at, "reason": "Late.", "ends_at": until}
        self.attempt(waivers.ask_waiver, item=self.item(code), **given)

    @rule(who=PEOPLE, approve=st.booleans())
    def decide_waiver(self, who: int, approve: bool) -> None:
        waiver = Waiver.objects.filter(pilot=self.pilot, state="asked").first()
        if waiver:
            given = {"by": self.people[who], "at": self.at, "approve": approve, "comment": "So."}
            self.attempt(waivers.decide_waiver, waiver=waiver, **given)

    @rule(who=PEOPLE)
    def change_the_tool(self, who: int) -> None:
        pilot = Pilot.objects.get(pk=self.pilot.pk)
        fields = {"tool_version": f"{pilot.version + 1}.0"}
        self.attempt(edit_pilot, pilot=pilot, by=self.people[who], fields=fields, version=pilot.version)

    @rule(who=PEOPLE)
    def something_happened(self, who: int) -> None:
        given = {"by": self.people[who], "at": self.at, "event": "demonstration_quoted", "reason": "Seen."}
        self.attempt(events.fire_event, pilot=self.pilot, **given)

    @rule(who=PEOPLE, days=st.integers(1, 30))
    def add_condition(self, who: int, days: int) -> None:
        gate = Gate.objects.filter(pilot=self.pilot, state="open").order_by("phase").first()
        due = (self.at + timedelta(days=days)).date()
        given = {"by": self.people[who], "at": self.at, "text": "Do it.", "owner": self.people[2], "due_on": due}
        self.attempt(conditions.add_condition, gate=gate, **given)

    @rule(who=PEOPLE, phase=st.sampled_from(["demonstration", "stress_test"]))
    def ask_sign_off(self, who: int, phase: str) -> None:
        gate = Gate.objects.get(pilot=self.pilot, phase=phase)
        self.attempt(sign_offs.ask_sign_off, gate=gate, by=self.people[who], at=self.at)

    @rule(who=PEOPLE, decision=st.sampled_from(["approved", "approved", "approved", "refused"]))
    def sign(self, who: int, decision: str) -> None:
        asked = SignOffRequest.objects.filter(pilot=self.pilot, state="open").select_related("gate", "pilot").first()
        if asked:
            given = {"by": self.people[who], "at": self.at, "decision": decision, "comment": "So."}
            ids = {"digest": asked.digest, "decision_id": uuid.uuid4()}
            self.attempt(sign_offs.sign_off, request=asked, **given, **ids)

    @rule(days=st.integers(1, 100))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule()
    def jobs_run(self) -> None:
        upkeep.absorb_changes(self.pilot, self.at)
        upkeep.expire(self.at)
        upkeep.sweep(self.at)

    @invariant()
    def no_gate_is_passed_with_a_blocking_finding_open_when_it_was_decided(self) -> None:
        for gate in Gate.objects.filter(pilot=self.pilot, state="passed"):
            assert gate.open_blocking == 0
            approvals = gate.requests.get(state="passed").sign_offs.filter(decision="approved")
            assert approvals.values("user").distinct().count() >= 2
            assert approvals.filter(as_sponsor=True).exists()
            assert not approvals.filter(user=gate.requests.get(state="passed").asked_by).exists()
            for _, _, state, _ in gate.requests.get(state="passed").manifest["findings"]:
                assert state in ("met", "waived")

    @invariant()
    def counters_agree_with_a_recount(self) -> None:
        assert upkeep.drift() == []

    @invariant()
    def no_answer_counts_that_its_author_accepted(self) -> None:
        for item in Item.objects.filter(pilot=self.pilot, state="accepted").select_related("answer"):
            assert item.answer is not None
            assert item.answer.decided_by_id not in (None, item.answer.author_id)

    @invariant()
    def the_trail_only_grows_and_has_no_gap(self) -> None:
        events = AuditEvent.objects.filter(pilot_id=self.pilot.pk).count()
        assert events >= self.events
        assert AuditHead.objects.get(stream=f"pilot:{self.pilot.pk}").sequence == events
        self.events = events


@pytest.mark.django_db
def test_no_order_of_events_passes_a_gate_wrongly_or_loses_a_row_of_the_trail() -> None:
    run_state_machine_as_test(
        PilotMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
