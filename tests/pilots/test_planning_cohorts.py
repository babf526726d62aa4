"""Cohorts: who has to take part and how many are enough, fixed before; and what a shortfall leaves open."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from pilots.clock import now
from pilots.models import Pilot
from pilots.models.cell import Cell
from pilots.models.evidence import Batch, Observation
from pilots.models.participant import Participant
from pilots.registers import REGISTERS
from pilots.registers.measuring import people_of
from tests.cast import People
from tests.factories.pilots import SegmentFactory, UseCaseFactory
from tests.factories.registers import DAY, entry

COHORTS = REGISTERS["cohorts"]
TODAY = date(2026, 12, 1)


def observe(letters: Pilot, people: People, many: int, state: str = "imported") -> None:
    """So many people of the first segment, assigned, each seen at one task."""
    segment = letters.segments.get()
    batch = Batch.objects.create(
        pilot=letters, number=Batch.objects.count() + 1, title="October", phase="stress_test", method="observed",
        measured_by="Eva", stake="none", source="file", digest=str(Batch.objects.count()), state=state,
        uploaded_at=now(), uploaded_by=people.evaluator, imported_at=now() if state == "imported" else None,
    )  # fmt: skip
    cell = Cell.objects.create(
        pilot=letters, use_case=UseCaseFactory.create(pilot=letters), segment=segment,
        counted_at=now(), counted_by=people.evaluator,
    )  # fmt: skip
    for n in range(many):
        name = f"{batch.number}-{n}"
        who = Participant.objects.create(pilot=letters, pseudonym=name, route="assigned", segment=segment)
        Observation.objects.create(
            pilot=letters, batch=batch, cell=cell, participant=who, line=n, day=DAY, supported=False, outcome=0
        )


def test_volunteers_alone_are_no_cohort(letters: Pilot, people: People) -> None:
    entry("cohorts", letters, people.evaluator, route="volunteered")
    assert "No cohort of people who did not volunteer is planned" in COHORTS.missing(letters, TODAY)


def test_a_segment_without_a_cohort_is_missing(letters: Pilot, people: People) -> None:
    entry("cohorts", letters, people.evaluator)
    SegmentFactory.create(pilot=letters)
    assert "1 segment has no cohort" in COHORTS.missing(letters, TODAY)


def test_fewer_people_than_fixed_has_to_be_said(letters: Pilot, people: People) -> None:
    entry("cohorts", letters, people.evaluator, minimum=3)
    observe(letters, people, 2)
    short = "1 cohort has fewer people than its minimum and does not say what that leaves open"
    assert COHORTS.missing(letters, TODAY) == [short]
    observe(letters, people, 1)
    assert COHORTS.missing(letters, TODAY) == []


def test_people_of_a_batch_that_does_not_count_are_not_counted(letters: Pilot, people: People) -> None:
    entry("cohorts", letters, people.evaluator)
    observe(letters, people, 2, state="failed")
    assert not people_of(letters)


def test_people_are_of_the_segment_whose_work_they_did(letters: Pilot, people: People) -> None:
    entry("cohorts", letters, people.evaluator, minimum=2)
    observe(letters, people, 2)
    Participant.objects.update(segment=None)
    assert people_of(letters) == {(letters.segments.get().pk, "assigned"): 2}
    assert COHORTS.missing(letters, TODAY) == []


def test_they_are_counted_once_after_each_import_and_withdrawal(
    letters: Pilot, people: People, django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    entry("cohorts", letters, people.evaluator)
    observe(letters, people, 2)
    first = people_of(letters)
    with django_assert_num_queries(1):
        assert people_of(letters) == first
    observe(letters, people, 3)
    assert people_of(letters).total() == 5
    Batch.objects.filter(number=2).update(
        state="withdrawn", withdrawn_at=now(), withdrawn_by=people.evaluator, withdrawn_because="Twice"
    )
    assert people_of(letters) == first


def test_a_stated_shortfall_is_enough(letters: Pilot, people: People) -> None:
    entry("cohorts", letters, people.evaluator, shortfall="Nothing about nights can be said")
    assert COHORTS.missing(letters, TODAY) == []
