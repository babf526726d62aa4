"""Evidence from files: looked through whole, taken in whole or refused line by line, and withdrawn with a reason."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import Workbook

from pilots.actions.batches import match_columns, withdraw_batch
from pilots.actions.importing import import_batches
from pilots.actions.pilots import end_pilot
from pilots.errors import NotAllowed, Refused
from pilots.models import (
    AuditEvent,
    BarrierAnswer,
    Batch,
    BatchPart,
    Cell,
    Change,
    LoadRun,
    Observation,
    Participant,
    Pilot,
    Score,
    User,
)
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.batches import PROVENANCE, csv_of, imported, observation, receive
from tests.factories.pilots import SegmentFactory, UseCaseFactory, WorkflowFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def scoped(letters: Pilot) -> Pilot:
    UseCaseFactory.create(pilot=letters, name="Drafting", slug="drafting")
    UseCaseFactory.create(pilot=letters, name="Summing up, in short", slug="summing-up")
    SegmentFactory.create(pilot=letters, name="Clerks", slug="clerks")
    return letters


def problems(batch: Batch) -> list[tuple[int, str, str]]:
    assert (batch.state, Observation.objects.count(), Participant.objects.count()) == ("refused", 0, 0)
    return [(one["line"], one["column"], one["reason"]) for one in batch.problems]


def test_every_column_comes_in_as_it_was_written(scoped: Pilot, people: People, at: datetime) -> None:
    full = observation(
        use_case="summing-up", trained="yes", outcome="below the bar", use_made="overridden",
        baseline_minutes="12.5", tool_minutes="8", learning_minutes="1", correcting_minutes="0.5", quality="-2",
        reviewer_attitude="Sceptical",
    )  # fmt: skip
    batch = imported(scoped, people.evaluator, csv_of([full]), at)
    assert (batch.state, batch.rows, batch.people, batch.first_day) == ("imported", 1, 1, date(2026, 11, 2))
    row = Observation.objects.select_related("cell__use_case", "participant").get()
    assert (row.cell.use_case.slug, row.participant.route, row.line) == ("summing-up", "assigned", 2)
    assert (row.supported, row.trained, row.outcome, row.use_made, row.reviewer_attitude) == (False, True, 3, 2, 2)
    minutes = (row.baseline_minutes, row.tool_minutes, row.learning_minutes, row.correcting_minutes, row.quality)
    assert minutes == (12.5, 8, 1, 0.5, -2)
    assert not BatchPart.objects.exists()
    assert Change.objects.filter(pilot=scoped, reason="B-1 was imported").exists()


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        ({"use_case": "Cooking"}, "use_case", "is none of: Drafting"),
        ({"date": "2031-01-01"}, "date", "is not between"),
        ({"date": "30.02.2026"}, "date", "no day of the calendar"),
        ({"supported": "perhaps"}, "supported", "neither yes nor no"),
        ({"outcome": ""}, "outcome", "is empty"),
        ({"tool_minutes": "=1+1"}, "tool_minutes", "is a formula"),
        ({"tool_minutes": "-4"}, "tool_minutes", "is not between"),
        ({"quality": "nan"}, "quality", "is not a number"),
        ({"participant": "x" * 81}, "participant", "has 81 characters"),
    ],
)
def test_one_bad_cell_keeps_all_out_and_is_named(
    scoped: Pilot, people: People, at: datetime, wrong: dict[str, str], column: str, reason: str
) -> None:
    batch = imported(scoped, people.evaluator, csv_of([observation(), observation(**wrong)]), at)
    ((line, where, why),) = problems(batch)
    assert (line, where) == (3, column) and reason in why


def test_somebody_comes_by_one_route(scoped: Pilot, people: People, at: datetime) -> None:
    rows = [observation(), observation(participant="p-2"), observation(route="Volunteered")]
    ((line, column, why),) = problems(imported(scoped, people.evaluator, csv_of(rows), at))
    assert (line, column) == (4, "route") and "p-1 assigned in line 2" in why


def test_a_line_with_more_cells_than_names_is_refused(scoped: Pilot, people: People, at: datetime) -> None:
    content = csv_of([observation()]).rstrip("\n") + ",x\n"
    assert problems(imported(scoped, people.evaluator, content, at))[0][2].endswith("more cells than the header")


def test_blank_lines_a_bom_semicolons_and_decimal_commas_are_read(scoped: Pilot, people: People, at: datetime) -> None:
    rows = [observation(tool_minutes="8,25", date="2.11.2026"), observation(tool_minutes="1.000,5")]
    content = "\ufeff" + csv_of(rows, ";").replace("\n", "\r\n\r\n")
    assert imported(scoped, people.evaluator, content, at).state == "imported"
    assert list(Observation.objects.values_list("line", "tool_minutes")) == [(3, 8.25), (5, 1000.5)]


def test_lines_are_counted_as_people_count_them(scoped: Pilot, people: People, at: datetime) -> None:
    content = csv_of([observation(participant='"p\n1"'), observation(date="never")])
    assert [line for line, *_ in problems(imported(scoped, people.evaluator, content, at))] == [4]


def test_windows_1252_is_read_with_a_note(scoped: Pilot, people: People, at: datetime) -> None:
    content = csv_of([observation(participant="Jörg")]).encode("cp1252")
    batch = imported(scoped, people.evaluator, content, at)
    assert Participant.objects.get().pseudonym == "Jörg" and "Windows-1252" in batch.notes[0]


def test_a_workbook_comes_in_like_a_csv(scoped: Pilot, people: People, at: datetime) -> None:
    book, written = Workbook(), io.BytesIO()
    book.active.append([*observation(), "tool_minutes"])
    book.active.append([*(observation() | {"date": date(2026, 11, 3)}).values(), 4.5])
    book.save(written)
    assert imported(scoped, people.evaluator, written.getvalue(), at).state == "imported"
    assert Observation.objects.values_list("day", "tool_minutes").get() == (date(2026, 11, 3), 4.5)


def test_a_bomb_and_an_endless_line_are_refused_in_words(scoped: Pilot, people: People, at: datetime) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    with pytest.raises(Refused, match="unpacks to far more"):
        receive(scoped, people.evaluator, packed.getvalue(), at)
    endless = csv_of([observation()]) + '"' + "x" * 50_000_000
    batch = imported(scoped, people.evaluator, endless, at)
    assert "One line has more than 4 MB" in problems(batch)[0][2]


def test_the_same_file_twice_changes_nothing(scoped: Pilot, people: People, at: datetime) -> None:
    imported(scoped, people.evaluator, csv_of([observation()]), at)
    with pytest.raises(Refused, match="imported as B-1"):
        receive(scoped, people.evaluator, csv_of([observation()]), at)
    assert Batch.objects.count() == Observation.objects.count() == 1


def test_a_withdrawn_batch_counts_no_more_leaves_its_trace_and_may_come_again(
    scoped: Pilot, people: People, at: datetime
) -> None:
    batch = imported(scoped, people.evaluator, csv_of([observation()]), at)
    with pytest.raises(Refused, match="Say why"):
        withdraw_batch(batch=batch, by=people.pm, at=at, reason=" ")
    withdraw_batch(batch=batch, by=people.pm, at=at, reason="Test accounts")
    assert not Batch.objects.counting().exists() and Observation.objects.count() == 1
    assert AuditEvent.objects.filter(verb="batch.withdrawn").count() == 1
    assert imported(scoped, people.evaluator, csv_of([observation()]), at).reference == "B-2"


def test_columns_called_otherwise_are_matched_once_and_remembered(scoped: Pilot, people: People, at: datetime) -> None:
    def content(day: str) -> str:
        return csv_of([observation(date=day)]).replace("participant", "Kennung").replace("outcome", "Ergebnis")

    batch = receive(scoped, people.evaluator, content("2026-11-02"), at)
    assert batch.state == "mapping"
    with pytest.raises(Refused, match="Nothing in the file is matched to: outcome"):
        match_columns(batch=batch, mapping={"Kennung": "participant", "Ergebnis": ""}, by=people.evaluator, at=at)
    match_columns(batch=batch, mapping={"Kennung": "participant", "Ergebnis": "outcome"}, by=people.evaluator, at=at)
    assert import_batches() == 1 and Observation.objects.count() == 1
    assert imported(scoped, people.evaluator, content("2026-11-03"), at).state == "imported"


def test_a_worker_that_died_is_made_up_for(scoped: Pilot, people: People, at: datetime) -> None:
    batch = receive(scoped, people.evaluator, csv_of([observation()]), at)
    Batch.objects.filter(pk=batch.pk).update(state="importing")
    assert import_batches() == 1 and import_batches() == 0
    assert Observation.objects.count() == 1


def test_only_who_brings_evidence_sends_it(scoped: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        receive(scoped, people.sponsor, csv_of([observation()]), at)


def test_a_new_cell_has_work_that_nobody_counted(scoped: Pilot, people: People, at: datetime) -> None:
    imported(scoped, people.evaluator, csv_of([observation()]), at)
    assert Cell.objects.get().tasks_a_month is None


def test_attitudes_are_asked_before_first_use(scoped: Pilot, people: People, at: datetime) -> None:
    imported(scoped, people.evaluator, csv_of([observation()]), at)
    late = csv_of([{"participant": "p-1", "date": "2026-11-03", "expects_help": "-1"}])
    batch = imported(scoped, people.evaluator, late, at, "intake")
    assert "asked on 2026-11-03: attitudes are asked before first use" in batch.problems[0]["reason"]
    early = csv_of(
        [{"participant": "p-1", "date": "2026-11-01", "expects_help": "-1", "barrier": "Worried about their role"}]
    )
    intake = imported(scoped, people.evaluator, early, at, "intake")
    assert (Participant.objects.get().attitude, BarrierAnswer.objects.get().kind) == ("sceptic", "role")
    withdraw_batch(batch=intake, by=people.evaluator, at=at, reason="Wrong file")
    assert Participant.objects.get().attitude == ""


def test_samples_come_in_by_their_kind(scoped: Pilot, people: People, at: datetime) -> None:
    WorkflowFactory.create(pilot=scoped, name="Replies", slug="replies")
    row = {"workflow": "Replies", "date": "2026-11-02", "item": "1", "reviewer": "r-1", "passes": "yes"}
    scores = [row, row | {"reviewer": "r-2", "passes": "no"}]
    assert imported(scoped, people.evaluator, csv_of(scores), at, "scores").state == "imported"
    assert list(Score.objects.values_list("reviewer", "passes")) == [("r-1", True), ("r-2", False)]
    twice = imported(scoped, people.evaluator, csv_of([row, row]), at, "scores")
    assert "scored the same item twice" in twice.problems[0]["reason"]
    load = {"date": "2026-11-02", "requests": "600", "errors": "3", "latency_seconds": "2.5"}
    assert imported(scoped, people.evaluator, csv_of([load]), at, "load").state == "imported"
    assert LoadRun.objects.get().latency_seconds == 2.5


def test_a_row_that_got_lost_is_found_before_anything_counts(
    scoped: Pilot, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilots.actions.observing._written", lambda *_: iter(()))
    batch = receive(scoped, people.evaluator, csv_of([observation()]), at)
    with pytest.raises(RuntimeError, match="0 rows of 1 were copied"):
        import_batches()
    assert not Observation.objects.exists()
    assert Batch.objects.get(pk=batch.pk).state == "failed"


def test_a_column_too_varied_to_be_held_is_read_twice(
    scoped: Pilot, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilots.imports.columnar.MOST_DIFFERENT", 3)
    rows = [observation(tool_minutes=f"{minutes}.5") for minutes in range(6)]
    broken = imported(scoped, people.evaluator, csv_of([*rows, observation(tool_minutes="soon")]), at)
    assert problems(broken) == [(8, "tool_minutes", "is not a number")]
    assert imported(scoped, people.evaluator, csv_of(rows), at).state == "imported"
    assert list(Observation.objects.values_list("line", "tool_minutes")) == [(n + 2, n + 0.5) for n in range(6)]


# In the browser -------------------------------------------------------------------------------------------------------


def send(browser: Client, content: str, name: str = "log.csv", **said: str) -> Any:
    file = SimpleUploadedFile(name, content.encode())
    fields = {"kind": "observations", "file": file, **PROVENANCE, **said}
    return browser.post("/pilots/letters/evidence/batches/add/", fields, follow=True)


def test_nobody_is_without_a_stake_before_somebody_says_so(scoped: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    page = browser.get("/pilots/letters/evidence/batches/add/?again=none").content.decode()
    assert page.count('<option value="" selected>Choose</option>') == 2
    page = send(browser, csv_of([observation()]), stake="", method="")
    assert page.context["form"].errors.keys() == {"stake", "method"} and not Batch.objects.exists()


def test_a_broken_file_is_mended_from_its_report(scoped: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    page = send(browser, csv_of([observation(), observation(outcome="fine")]))
    assert page.status_code == 200 and b"Waiting to be checked" in page.content
    import_batches()
    page = browser.get("/pilots/letters/evidence/batches/1/").content.decode()
    assert "1 thing to put right" in page and "is none of: success, wrong, no output, below the bar," in page
    bad = browser.get("/pilots/letters/evidence/batches/1/to-mend.csv").content.decode("utf-8-sig")
    assert bad.splitlines() == [csv_of([observation()]).splitlines()[0], ",".join(observation(outcome="fine").values())]
    send(browser, csv_of([observation(), observation(outcome="wrong")]))
    import_batches()
    assert b"2 rows count since" in browser.get("/pilots/letters/evidence/batches/2/").content


def test_nothing_typed_is_lost_when_the_file_is_no_table(scoped: Pilot, people: People, sign_in: SignIn) -> None:
    page = send(sign_in(people.evaluator), "\x00\x01", title="Two weeks in June")
    assert page.status_code == 422
    assert "Two weeks in June" in page.content.decode() and "NUL" in page.content.decode()


def test_rows_are_for_who_plans_the_measuring_and_never_show_an_attitude(
    scoped: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    imported(scoped, people.evaluator, csv_of([observation(reviewer_attitude="sceptic")]), at)
    rows = sign_in(people.evaluator).get("/pilots/letters/evidence/batches/1/rows.csv")
    said = b"".join(rows.streaming_content).decode()
    assert "p-1" in said and "sceptic" not in said and "attitude" not in said
    for who in (people.leader, people.pm, people.sponsor):
        assert sign_in(who).get("/pilots/letters/evidence/batches/1/rows/").status_code == 403


def test_what_participants_said_is_handed_out_to_nobody(
    scoped: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    said = csv_of([{"participant": "p-1", "date": "2026-11-01", "expects_help": "-1"}])
    imported(scoped, people.evaluator, said, at, "intake")
    assert sign_in(people.evaluator).get("/pilots/letters/evidence/batches/1/rows/").status_code == 404


def test_of_fewer_than_ten_people_a_batch_shows_nothing(
    scoped: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    few = [observation(participant=f"p-{number}", use_case="summing-up") for number in range(9)]
    many = [observation(participant=f"p-{number}") for number in range(10)]
    imported(scoped, people.evaluator, csv_of([*few, *many]), at)
    page = sign_in(people.leader).get("/pilots/letters/evidence/batches/1/").content.decode()
    # Of both: the rows of the few would be those of the batch less those of the ten.
    assert page.count("not enough data") == 2


def test_only_who_sent_a_file_reads_its_bad_values(
    scoped: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    imported(scoped, people.evaluator, csv_of([observation(outcome="secret words")]), at)
    assert b"secret words" in sign_in(people.evaluator).get("/pilots/letters/evidence/batches/1/").content
    assert b"secret words" not in sign_in(people.pm).get("/pilots/letters/evidence/batches/1/").content
    assert sign_in(people.pm).get("/pilots/letters/evidence/batches/1/to-mend.csv").status_code == 404


# Through the API ------------------------------------------------------------------------------------------------------


def test_a_program_sends_a_batch_and_asks_what_became_of_it(scoped: Pilot, people: People) -> None:
    there = Caller(people.evaluator, READ_AND_WRITE)
    file = SimpleUploadedFile("log.csv", csv_of([observation(outcome="fine")]).encode())
    sent = there.client.post("/api/v1/pilots/letters/batches/", {"file": file, **PROVENANCE}, headers=there.headers)
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    import_batches()
    said = there.get("pilots/letters/batches/1/").json()
    assert (said["state"], said["wrong"], said["problems"][0]["line"]) == ("refused", 1, 2)
    file = SimpleUploadedFile("log.csv", csv_of([observation()]).encode())
    there.client.post("/api/v1/pilots/letters/batches/", {"file": file, **PROVENANCE}, headers=there.headers)
    import_batches()
    assert there.get("pilots/letters/batches/2/").json()["people"] is None
    done = there.post("pilots/letters/batches/2/withdraw/", {"reason": "Test accounts"}).json()
    assert done["state"] == "withdrawn"


def test_the_list_of_batches_costs_the_same_however_many_there_are(
    scoped: Pilot, people: People, sign_in: SignIn, at: datetime, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(people.pm)
    for number in range(12):
        imported(scoped, people.evaluator, csv_of([observation(participant=f"q-{number}")]), at)
    connection.ensure_connection()
    with django_assert_max_num_queries(9):
        assert browser.get("/pilots/letters/evidence/batches/").status_code == 200


def test_a_file_sent_twice_before_its_columns_were_matched_counts_once(
    scoped: Pilot, people: People, at: datetime
) -> None:
    content = csv_of([observation()]).replace("participant", "who")
    first, second = (receive(scoped, people.evaluator, content, at) for _ in range(2))
    assert (first.state, second.state) == ("mapping", "mapping")
    match_columns(batch=first, mapping={"who": "participant"}, by=people.evaluator, at=at)
    with pytest.raises(Refused, match="is being imported as B-1"):
        match_columns(batch=second, mapping={"who": "participant"}, by=people.evaluator, at=at)
    import_batches()
    with pytest.raises(Refused, match="was imported as B-1"):
        match_columns(batch=second, mapping={"who": "participant"}, by=people.evaluator, at=at)
    assert Observation.objects.count() == 1


def test_a_file_that_is_no_longer_kept_cannot_be_matched(scoped: Pilot, people: People, at: datetime) -> None:
    batch = receive(scoped, people.evaluator, csv_of([observation()]).replace("participant", "who"), at)
    BatchPart.objects.all().delete()
    with pytest.raises(Refused):
        match_columns(batch=batch, mapping={"who": "participant"}, by=people.evaluator, at=at)


def test_nothing_is_matched_in_a_pilot_that_ended(scoped: Pilot, people: People, at: datetime) -> None:
    batch = receive(scoped, people.evaluator, csv_of([observation()]).replace("participant", "who"), at)
    end_pilot(pilot=scoped, by=people.pm, at=at, outcome="no_capability", note="Rules did as well.")
    with pytest.raises(Refused, match="ended"):
        match_columns(batch=batch, mapping={"who": "participant"}, by=people.evaluator, at=at)


def test_a_file_of_nothing_but_a_byte_order_mark_is_empty(scoped: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="The file is empty"):
        receive(scoped, people.evaluator, b"\xef\xbb\xbf", at)
