"""Keeping a register, whichever: an entry is added, changed and removed, by who may, and leaves its row."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import TextField
from django.test import Client

from pilots.actions.registers import add_entry, edit_entry, remove_entry
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Change, Pilot, User
from pilots.registers import GROUPS, REGISTERS
from tests.cast import People
from tests.factories.pilots import PilotFactory, SegmentFactory
from tests.factories.registers import DAY, FIELDS, TEXTS, entry, period, sent, stressor

SignIn = Callable[[User], Client]
AT = "/pilots/letters/evidence/registers/"
every_register = pytest.mark.parametrize("slug", REGISTERS)


def test_every_register_has_a_question_a_group_and_fields_that_its_model_has() -> None:
    for one in REGISTERS.values():
        assert one.title.endswith("?") and one.group in GROUPS
        assert set(one.columns) | set(one.example) | set(one.help) | set(one.labels) <= set(one.names) | {"gap_owner"}
        assert set(one.decided) <= {field.name for field in one.model._meta.concrete_fields}
    assert len(REGISTERS) == len({one.model for one in REGISTERS.values()}) == 15


@every_register
def test_an_entry_is_added_on_its_page_and_stands_in_its_table(
    slug: str, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.evaluator)
    page = browser.post(f"{AT}{slug}/add/", sent(slug, letters, people.evaluator), follow=True)
    text = page.content.decode()
    assert page.status_code == 200 and f"The {REGISTERS[slug].one} is recorded." in text
    kept = REGISTERS[slug].entries(letters).get()
    assert kept.recorded_by == people.evaluator and REGISTERS[slug].words(kept, REGISTERS[slug].columns[1]) in text


@every_register
def test_an_entry_is_changed_and_its_table_says_so(slug: str, letters: Pilot, people: People, sign_in: SignIn) -> None:
    kept, browser = entry(slug, letters, people.evaluator), sign_in(people.integration)
    given = sent(slug, letters, people.evaluator, **{TEXTS[slug]: "Written anew"})
    page = browser.post(f"{AT}{slug}/{kept.pk}/edit/", {**given, "version": 1}, follow=True)
    assert "Written anew" in page.content.decode()
    kept.refresh_from_db()
    assert kept.version == 2 and getattr(kept, TEXTS[slug]) == "Written anew"


@every_register
def test_what_is_removed_is_no_longer_shown_and_stays_in_the_record(
    slug: str, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    kept, browser = entry(slug, letters, people.evaluator), sign_in(people.evaluator)
    assert "Remove it" in browser.get(f"{AT}{slug}/{kept.pk}/remove/").content.decode()
    page = browser.post(f"{AT}{slug}/{kept.pk}/remove/", follow=True).content.decode()
    assert f"The {REGISTERS[slug].one} is removed." in page and "Nothing is recorded yet" in page
    kept.refresh_from_db()
    assert kept.removed_by == people.evaluator


@every_register
def test_the_trail_names_the_register_and_holds_no_text_as_it_was_written(
    slug: str, letters: Pilot, people: People
) -> None:
    kept = entry(slug, letters, people.evaluator)
    event = AuditEvent.objects.filter(verb="register.added", target_id=str(kept.pk)).get()
    assert json.loads(event.body)["data"]["register"] == slug
    texts = [getattr(kept, field.name) for field in REGISTERS[slug].fields if isinstance(field, TextField)]
    assert not [text for text in texts if text and text in event.body]
    assert Change.objects.filter(pilot=letters, reason__startswith=REGISTERS[slug].name).exists()


def test_who_may_not_is_told_who_may(letters: Pilot, people: People, sign_in: SignIn) -> None:
    with pytest.raises(NotAllowed):
        entry("effort", letters, people.triage)
    text = sign_in(people.member).get(f"{AT}effort/").content.decode()
    assert "You may not add to this register" in text and "Eva Lund" in text and "<form" not in text.split("<main")[1]


def test_somebody_elses_change_is_shown_and_what_was_typed_stays(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    kept = entry("effort", letters, people.evaluator)
    edit_entry(entry=kept, by=people.pm, at=now(), fields={"hours": 40.0}, version=1)
    with pytest.raises(Conflict) as told:
        edit_entry(entry=kept, by=people.evaluator, at=now(), fields={"hours": 1.0}, version=1)
    assert told.value.current["Hours"] == "40"
    given = sent("effort", letters, people.evaluator, what="Mine", version=1)
    page = sign_in(people.evaluator).post(f"{AT}effort/{kept.pk}/edit/", given)
    assert page.status_code == 409 and "hours: 40" in page.content.decode() and "Mine" in page.content.decode()


def test_nothing_changed_leaves_no_row(letters: Pilot, people: People) -> None:
    kept = entry("effort", letters, people.evaluator)
    edit_entry(entry=kept, by=people.pm, at=now(), fields={"hours": 36.0}, version=1)
    assert not AuditEvent.objects.filter(verb="register.edited").exists()


def test_the_very_same_entry_is_refused(letters: Pilot, people: People) -> None:
    entry("effort", letters, people.evaluator)
    with pytest.raises(Refused, match="stands here already"):
        entry("effort", letters, people.pm)


def test_a_pilot_that_has_ended_does_not_change(letters: Pilot, people: People) -> None:
    kept = entry("effort", letters, people.evaluator)
    Pilot.objects.filter(pk=letters.pk).update(
        state="ended", ended_at=now(), ended_by=people.pm, outcome="no_capability", outcome_note="No."
    )
    with pytest.raises(Refused, match="has ended"):
        entry("effort", letters, people.evaluator, hours=1.0)
    with pytest.raises(Refused, match="has ended"):
        remove_entry(entry=kept, by=people.evaluator, at=now())


def test_only_what_is_of_this_pilot_and_still_there_can_be_chosen(letters: Pilot, people: People) -> None:
    foreign = SegmentFactory.create(pilot=PilotFactory.create())
    gone = SegmentFactory.create(pilot=letters, removed_at=now(), removed_by=people.pm)
    for segment in (foreign, gone):
        with pytest.raises(Refused, match="still there") as refused:
            entry("support-hours", letters, people.evaluator, segment=segment)
        assert refused.value.field == "segment"
    with pytest.raises(Refused, match="not in this pilot"):
        entry("stressors", letters, people.evaluator, owner=people.stranger)


def test_an_entry_keeps_pointing_at_what_was_removed_since(letters: Pilot, people: People, sign_in: SignIn) -> None:
    kept = entry("support-hours", letters, people.evaluator)
    kept.segment.removed_at, kept.segment.removed_by = now(), people.pm
    kept.segment.save()
    given = sent("support-hours", letters, people.evaluator, segment=kept.segment, hours=3, version=1)
    page = sign_in(people.evaluator).post(f"{AT}support-hours/{kept.pk}/edit/", given, follow=True)
    assert page.status_code == 200 and page.redirect_chain


@pytest.mark.parametrize(
    ("slug", "fields", "place"),
    [
        ("unsupported-periods", {"ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ("unsupported-periods", {"tasks_abandoned": 41}, "tasks_abandoned"),
        ("unsupported-periods", {"tasks_attempted": None}, "tasks_abandoned"),
        ("integration-points", {"followed": 3}, "followed"),
        ("breaches", {"day": DAY - timedelta(days=1)}, "day"),
        ("stressors", {"ran_on": DAY - timedelta(days=900), "observed": "Less"}, "ran_on"),
        ("stressors", {"observed": "Without a day"}, "observed"),
        ("failure-modes", {"attempts": None}, "attempts"),
        ("failure-modes", {"severity": 5}, "severity"),
        ("manual-steps", {"cases_with_it": 41}, "times"),
        ("headline-figures", {"recomputed_by_whom": "Somebody"}, "recomputed_on"),
        ("standards", {"tolerance_set_by": ""}, "tolerance_set_by"),
        ("integration-points", {"case": ""}, "case"),
        ("effort", {"hours": float("nan")}, "hours"),
        ("effort", {"hours": -1.0}, "hours"),
        ("effort", {"what": ""}, "what"),
    ],
)
def test_what_cannot_be_is_refused_in_words_at_its_field(
    slug: str, fields: dict[str, Any], place: str, letters: Pilot, people: People
) -> None:
    with pytest.raises(Refused) as refused:
        entry(slug, letters, people.evaluator, **fields)
    assert refused.value.field == place and "Constraint" not in refused.value.message


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    given = sent("unsupported-periods", letters, people.evaluator, ends_on=DAY - timedelta(days=1))
    page = sign_in(people.evaluator).post(f"{AT}unsupported-periods/add/", given)
    assert page.status_code == 422 and page.content.decode().count("It ends before it starts.") == 2
    assert "The hotline" in page.content.decode()


def test_what_others_rest_on_is_not_removed(letters: Pilot, people: People, sign_in: SignIn) -> None:
    entry("breaches", letters, people.evaluator)
    entry("failure-modes", letters, people.evaluator, stressor=stressor(letters, people.evaluator))
    entry("failure-shares", letters, people.evaluator)
    resting = {"unsupported-periods": "1 breach", "stressors": "1 failure mode", "failure-modes": "1 share"}
    for slug, words in resting.items():
        kept = REGISTERS[slug].entries(letters).get()
        with pytest.raises(Refused, match=words):
            remove_entry(entry=kept, by=people.evaluator, at=now())
        page = sign_in(people.evaluator).get(f"{AT}{slug}/{kept.pk}/remove/").content.decode()
        assert words in page and "Remove it" not in page


def test_what_was_expected_stays_as_it_was_written_once_it_ran(letters: Pilot, people: People) -> None:
    ran = entry("stressors", letters, people.evaluator, ran_on=now().date(), observed="A third")
    with pytest.raises(Refused, match="stays as it was written"):
        edit_entry(entry=ran, by=people.evaluator, at=now(), fields={"expectation": "A third"}, version=1)


def test_the_page_of_all_says_what_is_missing(letters: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.member)
    text = browser.get(AT).content.decode()
    assert "No unsupported period of at least 10 working days is recorded yet" in text
    assert "0 of 4 stressors ran" in text
    entry("stressors", letters, people.evaluator, ran_on=now().date(), observed="A third")
    entry("failure-modes", letters, people.evaluator)
    period(letters, people.evaluator)
    text = browser.get(AT).content.decode()
    assert "1 of 4 stressors ran; still to come: unfamiliar use cases" in text
    assert "1 stress finding has neither a build item, a decision nor an accepted risk" in text
    assert "No unsupported period" not in text


def test_a_list_asks_as_much_of_the_database_for_many_as_for_one(
    letters: Pilot, people: People, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(people.evaluator)
    for n in range(9):
        entry("stressors", letters, people.evaluator, plan=f"Plan {n}")
    for n in range(9):
        use = {"what": f"Way {n}", "stressor": stressor(letters, people.evaluator)}
        entry("failure-modes", letters, people.evaluator, **use)
    browser.get(f"{AT}failure-modes/")
    with django_assert_max_num_queries(22):
        browser.get(f"{AT}failure-modes/")
    with django_assert_max_num_queries(60):
        browser.get(AT)


def test_no_other_pilots_entry_is_reached(letters: Pilot, people: People, sign_in: SignIn) -> None:
    other = PilotFactory.create()
    register = REGISTERS["effort"]
    fields = FIELDS["effort"](other, people.pm)
    foreign = register.model.objects.create(  # type: ignore[attr-defined]
        pilot=other, recorded_at=now(), recorded_by=people.pm, **fields
    )
    browser = sign_in(people.evaluator)
    assert browser.get(f"{AT}effort/{foreign.pk}/edit/").status_code == 404
    assert browser.get(f"{AT}no-such-register/").status_code == 404
    with pytest.raises(NotAllowed):
        add_entry(register=register, pilot=other, by=people.evaluator, at=now(), fields=fields)
