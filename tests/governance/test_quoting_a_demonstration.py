from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from governance.quoting import Shown, figures_in, looks_ahead, quoted_as_forecast
from governance.reports.quoted import warnings_of
from pilots.models import HeadlineFigure, Pilot, User
from tests.cast import People
from tests.factories.evidence import batch, entry, figure, forecast
from tests.factories.governance import accept, item_of, propose
from tests.governance.gate_pages import words

SignIn = Callable[[User], Client]
DONE_WELL = Shown("tasks done well", 89.6, "%")
MINUTES = Shown("net time", 11.0, "min")
CASES = Shown("cases", 1260.0, "")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("We expect 90 % of letters to be done well.", [DONE_WELL]),
        ("Everyone will save 11 minutes a letter.", [MINUTES]),
        ("The rollout saves 11 min and reaches 89.6%.", [DONE_WELL, MINUTES]),
        ("It will save 11,0 minutes.", [MINUTES]),
        ("About 1,260 cases are expected.", [CASES]),
        ("In the demonstration 90 % were done well. We expect less.", []),
        ("We expect 60 % of letters to be done well.", []),
        ("We expect 90 people to take part.", []),
        ("We expect 11 % to object.", []),
        ("It took 11 minutes.", []),
        ("It will take until 11.11.2026.", []),
        ("", []),
    ],
)
def test_a_number_of_the_demonstration_beside_a_word_that_looks_ahead_is_found(text: str, quoted: list[Shown]) -> None:
    found = quoted_as_forecast(text, [DONE_WELL, MINUTES, CASES])
    assert {one.figure for one in found} == set(quoted)
    assert all(one.words in text for one in found)


def test_a_figure_is_read_from_the_words_in_which_it_is_quoted() -> None:
    found = [(one.value, one.unit) for one in figures_in("Time saved", "34 minutes a day, 22 per cent of it")]
    assert found == [(34, "min"), (22, "%")]


def test_a_text_without_numbers_asks_for_no_figures(
    letters: Pilot, django_assert_num_queries: Callable[..., object]
) -> None:
    assert not looks_ahead("We will see.")
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert warnings_of(letters, "We will see.") == []


def test_the_figures_are_those_of_this_pilots_demonstration(letters: Pilot, at: datetime) -> None:
    shown, stressed = batch(letters, at), batch(letters, at, phase="stress_test")
    figure(letters, at, None, "M01", 11.2, part="", batches=[shown.pk])
    figure(letters, at, None, "M02", 14, part="", batches=[shown.pk, stressed.pk])
    said = {"method": "recalled", "measured_by": "Supplier", "stake": "supplier"}
    entry(HeadlineFigure, letters, at, what="Time saved a day", value="34 minutes", **said)
    forecast(letters, at)
    text = "We will save 11 minutes a task.\nThat is 34 minutes a day.\nWe expect 14 minutes gross and 90 % done well."
    assert [one.figure.called for one in warnings_of(letters, text)] == [
        "net time a task in the demonstration",
        "tasks done well in the demonstration",
    ]
    assert [one.figure.called for one in warnings_of(letters, "We will save 34 minutes.")] == ["Time saved a day"]


def test_what_the_forecast_says_as_well_is_no_promise_too_much(letters: Pilot, at: datetime) -> None:
    forecast(letters, at, naive=0.6)
    assert warnings_of(letters, "We expect 60 % to be done well.") == []


def test_whoever_proposes_it_is_warned_and_not_refused_and_so_is_whoever_reads_it(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    forecast(governed, at)
    item = item_of(governed, "DEM-01")
    type(item).objects.filter(pk=item.pk).update(owner=people.evaluator)
    item = item_of(governed, "DEM-01")
    sent = {
        "kind": "answered",
        "text": "We expect 90 % to be done well.",
        "version": item.version,
        "links-TOTAL_FORMS": 1,
        "links-INITIAL_FORMS": 0,
        "links-0-title": "Note",
        "links-0-url": "https://records.example.org/note",
    }
    browser = sign_in(people.evaluator)
    done = browser.post(f"/pilots/letters/items/{item.pk}/answer/", sent, follow=True)
    page = words(done)
    assert "It quotes a figure of the demonstration as if it were a forecast" in page
    for reader in (people.change, people.member):
        page = words(sign_in(reader).get("/pilots/letters/questions/DEM-01/"))
        assert "A demonstration is treated as a forecast here." in page
        assert "tasks done well in the demonstration: 90 %" in page
    said = browser.get(f"/api/v1/pilots/letters/items/{item.pk}/").json()
    assert said["quoted_as_forecast"] == ["We expect 90 % to be done well."]


def test_an_answer_that_promises_nothing_is_not_warned_about(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    forecast(governed, at)
    item = item_of(governed, "DEM-01")
    type(item).objects.filter(pk=item.pk).update(owner=people.evaluator)
    accept(propose(item_of(governed, "DEM-01"), people.evaluator, at), people.change, at)
    page = words(sign_in(people.member).get("/pilots/letters/questions/DEM-01/"))
    assert "treated as a forecast" not in page
