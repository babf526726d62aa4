"""Amount of use by day: from a file, through the API, said again and corrected."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilots.actions.uploads import MOST_OF_A_PERSON, forget_uploads, keep_upload
from pilots.actions.use import DayOfUse, Recorded, record_use
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Pilot, Upload, Use, User
from pilots.reports import UseOfDay, use_of, use_of_parts
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.pilots import PilotFactory, SegmentFactory, UseCaseFactory

SignIn = Callable[[User], Client]
DAY = date(2026, 11, 2)


def record(pilot: Pilot, people: People, *days: DayOfUse) -> Recorded:
    return record_use(pilot=pilot, days=days, source="api", by=people.evaluator, at=now())


def upload(browser: Client, content: str | bytes, name: str = "use.csv") -> Any:
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post("/pilots/letters/use/", {"file": file}, follow=True)


def test_the_same_days_again_change_nothing_and_leave_no_second_row(letters: Pilot, people: People) -> None:
    days = [DayOfUse(DAY, outputs=400, active_users=50), DayOfUse(DAY + timedelta(1), outputs=0)]
    assert record(letters, people, *days) == Recorded(2, 0, 0)
    assert record(letters, people, *days) == Recorded(0, 0, 2)
    assert AuditEvent.objects.filter(verb="use.recorded").count() == 1


def test_a_later_value_replaces_the_earlier_which_stays_in_the_trail(letters: Pilot, people: People) -> None:
    record(letters, people, DayOfUse(DAY, outputs=400, active_users=50))
    assert record(letters, people, DayOfUse(DAY, outputs=380)) == Recorded(0, 1, 0)
    use = Use.objects.get()
    assert (use.outputs, use.active_users) == (380, 50)
    body = json.loads(AuditEvent.objects.filter(verb="use.recorded").latest("sequence").body)
    assert body["data"]["values"] == [[None, "2026-11-02", [400, 50], [380, 50]]]


def test_a_day_of_a_use_case_stands_beside_that_of_the_pilot(letters: Pilot, people: People) -> None:
    drafts = UseCaseFactory.create(pilot=letters)
    summaries = UseCaseFactory.create(pilot=letters)
    record(letters, people, DayOfUse(DAY, drafts, outputs=100), DayOfUse(DAY, summaries, outputs=30, active_users=9))
    assert use_of(letters)[None] == {DAY: UseOfDay(130, 9)}
    record(letters, people, DayOfUse(DAY, outputs=150))
    assert use_of(letters)[None] == {DAY: UseOfDay(150, 9)}
    assert use_of(letters)[drafts.pk] == {DAY: UseOfDay(100, None)}


def test_days_of_a_segment_and_of_a_version_stand_beside_the_total_and_add_nothing_to_it(
    letters: Pilot, people: People
) -> None:
    day, night = now().date() - timedelta(2), SegmentFactory.create(pilot=letters, name="Night shift")
    record(letters, people, DayOfUse(day, outputs=400))
    done = record(
        letters, people, DayOfUse(day, outputs=90, segment=night), DayOfUse(day, outputs=310, tool_version="4")
    )
    assert done.added == 2 and use_of(letters) == {None: {day: UseOfDay(400)}}
    assert use_of_parts(letters) == ({"Night shift": {day: UseOfDay(90)}}, {"4": {day: UseOfDay(310)}})
    with pytest.raises(Refused, match="not two of them"):
        record(letters, people, DayOfUse(day, outputs=3, segment=night, tool_version="4"))


def test_a_file_says_of_which_segment_or_version_a_day_is(letters: Pilot, people: People, sign_in: SignIn) -> None:
    SegmentFactory.create(pilot=letters, name="Night shift")
    day, browser = now().date() - timedelta(2), sign_in(people.evaluator)
    content = f"day,outputs,segment,version\n{day},90,night shift,\n{day},310,,4\n{day},400,,\n".encode()
    answer = browser.post("/pilots/letters/use/", {"file": SimpleUploadedFile("use.csv", content)}, follow=True)
    assert "3 new" in answer.content.decode() and "Version 4" in answer.content.decode()
    two = f"day,outputs,segment,version\n{day},90,night shift,4\n".encode()
    answer = browser.post("/pilots/letters/use/", {"file": SimpleUploadedFile("use.csv", two)})
    assert "gives two of use case, segment and version" in answer.content.decode()


@pytest.mark.parametrize(
    "days",
    [
        [DayOfUse(DAY)],
        [DayOfUse(DAY, outputs=-1)],
        [DayOfUse(DAY, outputs=1), DayOfUse(DAY, outputs=2)],
        [DayOfUse(date(2999, 1, 1), outputs=1)],
    ],
)
def test_what_cannot_be_is_refused_whole(letters: Pilot, people: People, days: list[DayOfUse]) -> None:
    with pytest.raises(Refused):
        record(letters, people, DayOfUse(DAY - timedelta(9), outputs=1), *days)
    assert not Use.objects.exists()


def test_a_use_case_of_another_pilot_is_refused(letters: Pilot, people: People) -> None:
    foreign = UseCaseFactory.create(pilot=PilotFactory.create())
    with pytest.raises(Refused):
        record(letters, people, DayOfUse(DAY, foreign, outputs=1))


def test_who_may_not_is_told_who_may(letters: Pilot, people: People) -> None:
    with pytest.raises(NotAllowed) as refused:
        record_use(pilot=letters, days=[DayOfUse(DAY, outputs=1)], source="api", by=people.change, at=now())
    assert any("Eva Lund" in name for name in refused.value.who)


def test_a_file_is_recorded_and_shown_with_chart_and_table(letters: Pilot, people: People, sign_in: SignIn) -> None:
    UseCaseFactory.create(pilot=letters, name="First draft", slug="first-draft")
    rows = "".join(f"{now().date() - timedelta(n)};;{400 + n};50\n" for n in range(30))
    page = upload(
        sign_in(people.evaluator), f"Day;Use case;Outputs;Active users\n{rows}{now().date()};first draft;12;\n"
    )
    text = page.content.decode()
    assert "31 new, 0 replaced" in text and "About 41" in text and "<svg" in text and "style=" not in text
    assert Use.objects.filter(use_case__slug="first-draft").get().outputs == 12


def test_a_bad_file_is_told_line_by_line_and_nothing_of_it_is_kept(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    page = upload(sign_in(people.evaluator), "day,outputs\n2026-11-02,400\n2026-11-02,x\n2026-11-03,\n2026-11-02,1\n")
    text = page.content.decode()
    assert page.status_code == 422 and not Use.objects.exists()
    assert "is not a number" in text
    page = upload(sign_in(people.evaluator), "day,outputs\n2026-11-02,400\n2026-11-03,\n2026-11-02,1\n")
    text = page.content.decode()
    assert "stands in line 2 already" in text and "has neither outputs nor active users" in text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_comes_back_filled_in_as_it_is(letters: Pilot, people: People, sign_in: SignIn, ending: str) -> None:
    browser = sign_in(people.triage)
    template = browser.get(f"/pilots/letters/use/template.{ending}")
    page = upload(browser, template.content, f"use.{ending}")
    assert page.status_code == 200 and Use.objects.get().outputs == 412


def test_who_only_reads_sees_no_form(letters: Pilot, people: People, sign_in: SignIn) -> None:
    text = sign_in(people.member).get("/pilots/letters/use/").content.decode()
    assert "You may not record use here" in text and 'type="file"' not in text
    assert "Use is not measured yet" in text


def test_the_api_takes_a_batch_of_days_and_lists_them(letters: Pilot, people: People) -> None:
    UseCaseFactory.create(pilot=letters, slug="first-draft")
    caller = Caller(people.evaluator, READ_AND_WRITE)
    days = [{"day": "2026-11-02", "outputs": 5}, {"day": "2026-11-02", "use_case": "first-draft", "active_users": 2}]
    assert caller.put("pilots/letters/use/", {"days": days}).json() == {"added": 2, "replaced": 0, "unchanged": 0}
    assert len(caller.get("pilots/letters/use/?first=2026-11-01").json()["results"]) == 2
    days[1]["use_case"] = "no-such"
    assert caller.put("pilots/letters/use/", {"days": days}).status_code == 400


def test_the_api_takes_days_of_a_version_and_refuses_a_segment_that_there_is_not(
    letters: Pilot, people: People
) -> None:
    api, day = Caller(people.evaluator, READ_AND_WRITE), (now().date() - timedelta(2)).isoformat()
    sent = {"days": [{"day": day, "outputs": 310, "tool_version": "4"}]}
    assert api.put("pilots/letters/use/", sent).json()["added"] == 1
    assert api.get("pilots/letters/use/").json()["results"][0]["tool_version"] == "4"
    wrong = api.put("pilots/letters/use/", {"days": [{"day": day, "outputs": 3, "segment": "nobody"}]})
    assert wrong.status_code == 400 and "no such segment: nobody" in wrong.content.decode()


def test_the_api_takes_a_file_and_says_what_is_wrong_with_it(letters: Pilot, people: People) -> None:
    caller = Caller(people.evaluator, READ_AND_WRITE)

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("use.csv", content)
        return Client().post("/api/v1/pilots/letters/use/import/", {"file": file}, headers=caller.headers)

    assert send(b"day,outputs\n2026-11-02,3\n").json() == {"added": 1, "replaced": 0, "unchanged": 0}
    answer = send(b"day,outputs\n2026-11-02,3\nnever,3\n")
    assert answer.status_code == 422
    assert answer.json()["problems"][0] | {"reason": ""} == {
        "line": 3, "column": "day", "value": "never", "reason": "",
    }  # fmt: skip


def test_a_chart_is_drawn_once(
    letters: Pilot, people: People, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(letters, people, DayOfUse(now().date() - timedelta(2), outputs=400))
    browser = sign_in(people.member)
    assert "<svg" in browser.get("/pilots/letters/use/").content.decode()
    monkeypatch.setattr("pilots.drawing.draw", lambda *_, **__: pytest.fail("drawn again"))
    assert "<svg" in browser.get("/pilots/letters/use/").content.decode()


def test_of_one_person_only_the_newest_files_wait(letters: Pilot, people: People) -> None:
    def kept(by: User, minutes: int) -> Any:
        at = now() - timedelta(minutes=minutes)
        return keep_upload(pilot=letters, kind="use", name="x", content=b"x", by=by, at=at)

    others, first = kept(people.triage, 60), kept(people.pm, 50)
    for minutes in range(MOST_OF_A_PERSON, 0, -1):
        kept(people.pm, minutes)
    assert Upload.objects.filter(uploaded_by=people.pm).count() == MOST_OF_A_PERSON
    assert Upload.objects.filter(pk=others.pk).exists() and not Upload.objects.filter(pk=first.pk).exists()


def test_uploads_that_nobody_confirms_are_forgotten(letters: Pilot, people: People) -> None:
    keep_upload(pilot=letters, kind="flags", name="x", content=b"x", by=people.triage, at=now() - timedelta(days=2))
    assert forget_uploads(now()) == 1
