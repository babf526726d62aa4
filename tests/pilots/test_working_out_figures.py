"""What the job makes of evidence, on pilots small enough to count on fingers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pilots.actions import figures
from pilots.actions.batches import withdraw_batch
from pilots.actions.figures import work_out_figures
from pilots.models import (
    Batch,
    Breach,
    DownstreamItem,
    Figure,
    HeadlineFigure,
    LoadRun,
    ManualStep,
    Pilot,
    Recalculation,
    Score,
    Standard,
    SupportHours,
    UnsupportedPeriod,
    Workflow,
)
from tests.cast import People
from tests.factories.batches import csv_of, imported, observation
from tests.factories.evidence import batch, cell, entry
from tests.pilots.figuring import tasks, worked_out

WHOLE = ("", "", "")
MINUTES = {"baseline_minutes": 30, "tool_minutes": 10, "learning_minutes": 3, "correcting_minutes": 2}


def test_tasks_done_well_are_a_share_of_all_tasks(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(15))
    tasks(letters, at, where, range(5), outcome=1)
    found = worked_out(letters)["success", *WHOLE]
    assert (found.value, found.n, found.people) == (pytest.approx(75), 20, 15)
    assert found.low is not None and found.high is not None and found.low < 75 < found.high


def test_a_figure_says_how_when_and_by_whom_it_was_measured(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(12), batch=batch(letters, at, method="diary", measured_by="Audit", stake="none"))
    second = batch(letters, at, method="recalled", measured_by="Supplier", stake="supplier", is_synthetic=True)
    tasks(letters, at, where, range(12), batch=second, day=date(2026, 11, 20))
    found = worked_out(letters)["success", *WHOLE]
    assert (found.methods, found.measured_by) == (["diary", "recalled"], ["Audit", "Supplier"])
    assert (found.stakes, found.is_synthetic, found.is_recalled) == (["none", "supplier"], True, True)
    assert (found.first_day, found.last_day) == (date(2026, 11, 2), date(2026, 11, 20))
    assert found.batches == sorted(Batch.objects.values_list("pk", flat=True))


def test_each_cell_use_case_and_segment_has_its_own(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at, "Letters", "Clerks"), range(12), outcome=1)
    tasks(letters, at, cell(letters, at, "Letters", "Seniors"), range(20, 32))
    tasks(letters, at, cell(letters, at, "Calls", "Clerks"), range(12))
    found = worked_out(letters)
    shares = {key[2:]: row.value for key, row in found.items() if key[:2] == ("success", "")}
    assert shares["Letters", "Clerks"] == 0 and shares["Letters", "Seniors"] == 100
    assert shares["Letters", ""] == 50 and shares["", "Clerks"] == 50 and shares["", "Seniors"] == 100


def test_net_time_is_what_is_left_of_the_baseline(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at), range(12), **MINUTES)
    found = worked_out(letters)
    assert (found["M01", *WHOLE].value, found["M02", *WHOLE].value) == (15, 20)
    assert found["M03", *WHOLE].value == pytest.approx(0.05)
    assert found["M04", *WHOLE].value == pytest.approx(100 * 2 / 12)


def test_what_nobody_measured_is_said_and_is_not_zero(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at), range(12))
    found = worked_out(letters)
    row = found["M03", *WHOLE]
    assert (row.value, row.n, row.note) == (None, 0, "Nobody recorded learning minutes.")
    assert ("M03", "", "Reminders", "Counter staff") not in found
    assert found["M05.unused", *WHOLE].note == "Nobody counted tasks done without the tool."


def test_a_pilot_without_evidence_says_so_of_every_figure(letters: Pilot, at: datetime) -> None:
    Recalculation.objects.create(pilot=letters, changes=1)
    found = worked_out(letters)
    assert {row.value for row in found.values()} == {None}
    assert found["success", *WHOLE].note == "No task was observed."


def test_pairs_are_set_against_one_another(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(12), supported=True, trained=True, route="volunteered")
    tasks(letters, at, where, range(20, 40), outcome=1, trained=False)
    found = worked_out(letters)
    for one, other in (("supported", "unsupported"), ("selected", "assigned"), ("trained", "untrained")):
        assert (found["success", one, "", ""].value, found["success", other, "", ""].value) == (100, 0)
    assert found["success", "unsupported", "Reminders", "Counter staff"].value == 0


def test_later_use_is_after_four_weeks_of_ones_own(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    began = date(2026, 9, 1)
    for people, start in ((range(10), began), (range(20, 30), began + timedelta(days=60))):
        tasks(letters, at, where, people, day=start, outcome=1)
        tasks(letters, at, where, people, day=start + timedelta(days=28))
    found = worked_out(letters)
    assert (found["success", "first", "", ""].value, found["success", "later", "", ""].value) == (0, 100)


def test_a_file_that_is_imported_becomes_figures(letters: Pilot, at: datetime, people: People) -> None:
    cell(letters, at, "Drafting", "Clerks")
    lines = [
        observation(participant=f"p-{number}", outcome="wrong" if number < 3 else "success") for number in range(12)
    ]
    assert imported(letters, people.evaluator, csv_of(lines), at).state == Batch.State.IMPORTED
    found = worked_out(letters)["success", "", "Drafting", "Clerks"]
    assert (found.value, found.people, found.methods) == (75, 12, ["log"])


def test_doing_it_again_changes_nothing(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at), range(12), **MINUTES)
    tasks(letters, at, cell(letters, at, "Calls"), range(5, 30), quality=3, use_made=2)

    def said() -> list[Any]:
        Recalculation.objects.update(figures=0)
        worked_out(letters)
        fields = [one.attname for one in Figure._meta.concrete_fields if one.name not in {"id", "worked_out_at"}]
        return list(Figure.objects.order_by("code", "part", "use_case", "segment").values_list(*fields))

    first = said()
    assert said() == first and said() == first


def test_it_is_done_once_for_each_change(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at), range(12))
    assert work_out_figures() == 1 and work_out_figures() == 0


def test_a_pilot_that_fails_stays_due(letters: Pilot, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks(letters, at, cell(letters, at), range(12))

    def broken(*args: object) -> None:
        raise ArithmeticError("no")

    with monkeypatch.context() as patched:
        patched.setattr(figures, "figures_of", broken)
        with pytest.raises(ArithmeticError):
            work_out_figures()
    assert work_out_figures() == 1


def test_a_batch_that_was_withdrawn_counts_no_more(letters: Pilot, at: datetime, people: People) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(12))
    wrong = tasks(letters, at, where, range(12), outcome=1)
    assert worked_out(letters)["success", *WHOLE].value == 50
    withdraw_batch(batch=wrong, by=people.evaluator, at=at, reason="The clock was wrong.")
    assert worked_out(letters)["success", *WHOLE].value == 100


def test_the_last_batch_takes_its_figures_along(letters: Pilot, at: datetime, people: People) -> None:
    only = tasks(letters, at, cell(letters, at), range(12))
    worked_out(letters)
    withdraw_batch(batch=only, by=people.evaluator, at=at, reason="The clock was wrong.")
    row = worked_out(letters)["success", *WHOLE]
    assert (row.value, row.note) == (None, "No task was observed.")


def test_what_is_out_of_scope_by_now_is_not_counted(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at), range(12))
    gone = cell(letters, at, "Calls")
    tasks(letters, at, gone, range(12), outcome=1)
    gone.use_case.removed_at, gone.use_case.removed_by = at, letters.created_by
    gone.use_case.save()
    assert worked_out(letters)["success", *WHOLE].value == 100


def test_the_share_of_work_tested_goes_by_volume(letters: Pilot, at: datetime) -> None:
    tested = cell(letters, at, "Letters", tasks=300)
    cell(letters, at, "Calls", tasks=700)
    for _ in range(3):
        tasks(letters, at, tested, range(10), **MINUTES)
    found = worked_out(letters)
    assert found["M12", *WHOLE].value == 30
    assert (found["M14.cells", *WHOLE].value, found["M14.cells", *WHOLE].note) == (1, "1 of them with nobody.")


def test_work_on_which_time_is_lost_falls_short(letters: Pilot, at: datetime) -> None:
    tasks(letters, at, cell(letters, at, "Letters", "Clerks", tasks=300), range(10), **MINUTES | {"tool_minutes": 40})
    tasks(letters, at, cell(letters, at, "Calls", "Seniors", tasks=100), range(20, 30), **MINUTES)
    found = worked_out(letters)["M13", *WHOLE]
    assert (found.value, found.low, found.high) == (75, 75, 100) and found.more == {"worst": "Clerks"}


def test_registers_have_figures_of_their_own(letters: Pilot, at: datetime, workflow: Workflow) -> None:
    period = entry(
        UnsupportedPeriod, letters, at, name="Three weeks", withdrawn="All", starts_on=at.date(), ends_on=at.date(),
        tasks_attempted=200, tasks_abandoned=20, blockers=4,
    )  # fmt: skip
    entry(Breach, letters, at, period=period, day=at.date(), helped_by="A champion", what="A hint")
    entry(ManualStep, letters, at, workflow=workflow, what="Copies", done_by="Clerks", cases_observed=20,
          cases_with_it=10, times=20, minutes=40)  # fmt: skip
    for number in range(2):
        said = {"recomputed_by_whom": "Audit", "recomputed_value": "3", "recomputed_on": at.date()} if number else {}
        entry(HeadlineFigure, letters, at, what="Saved", value="4", method="log", measured_by="S", stake="none", **said)
    entry(SupportHours, letters, at, given_by="colleague", starts_on=at.date(), ends_on=at.date(), hours=6)
    tasks(letters, at, cell(letters, at), range(12))
    found = {code: row.value for (code, *rest), row in worked_out(letters).items() if rest == ["", "", ""]}
    assert (found["M16"], found["M16.dropped"], found["M16.broken"]) == (2, 10, 1)
    assert (found["M28"], found["M28.minutes"], found["M28.cases"], found["M33"]) == (1, 2, 50, 50)
    assert (found["M15"], found["M15.peer"]) == (0.5, 0.5)


def test_samples_have_figures_of_their_own(letters: Pilot, at: datetime, workflow: Workflow) -> None:
    entry(
        Standard, letters, at, workflow=workflow, what="Right", passes="A", fails="B", tolerance=1, tolerance_set_by="R"
    )
    common = {"pilot": letters, "day": at.date(), "batch": batch(letters, at, kind="escapes")}
    for line in range(50):
        severity = 3 if line < 10 else None
        DownstreamItem.objects.create(line=line, workflow=workflow, is_wrong=line < 10, severity=severity, **common)
    for line in range(40):
        said = {"passes": line % 4 < 2, "prefers": "user", "was_overridden": True}
        Score.objects.create(
            line=line, workflow=workflow, item=str(line // 2), reviewer=str(line % 2), **said, **common
        )
    LoadRun.objects.create(line=1, requests=200, errors=4, rejected=2, latency_seconds=2.5, **common)
    Recalculation.objects.create(pilot=letters, changes=1)
    found = {code: row for (code, *rest), row in worked_out(letters).items() if rest == ["", "", ""]}
    assert (found["M07"].value, found["M07.s3"].value) == (20, 20)
    assert found["M07"].note == "More than the recipient bears, 1.0 in 100."
    assert [one["workflow"] for one in found["M07"].more["workflows"]] == ["Answering letters"]
    assert (found["M06"].value, found["M10.raw"].value) == (100, 100)
    assert [found[f"M35.{name}"].value for name in ("latency", "errors", "refused")] == [2.5, 2, 1]
