"""The workload as a file: what is handed out reads in unchanged, all or nothing, new names are added by who may."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from pilots.actions.workload import count_tasks
from pilots.clock import now
from pilots.models import AuditEvent, Cell, Change, Pilot, Segment, UseCase, User
from pilots.workload import workload_of
from tests.cast import People
from tests.factories.pilots import SegmentFactory, UseCaseFactory

SignIn = Callable[[User], Client]
AT = "/pilots/letters/evidence/workload/"
HEAD = "use_case,segment,tasks_a_month\n"
endings = pytest.mark.parametrize("ending", ["csv", "xlsx"])


@pytest.fixture
def counted(letters: Pilot, people: People) -> Pilot:
    """With everything that can be said of a use case and a segment, and one cell that nobody counted."""
    case = UseCaseFactory.create(
        pilot=letters, name="Refunds", kind="edge", designed_for=False, left_out_because="Hard, “very”.\nAnd rare;=1+1"
    )
    UseCaseFactory.create(pilot=letters, name="=HYPERLINK(1)")
    clerks = SegmentFactory.create(
        pilot=letters, name="Clerks", headcount=40, role="-1+2", attitude="sceptic", workload="usual", comfort="some",
        is_beneficiary=True, is_identity_sensitive=False, trained_percent=0,
    )  # fmt: skip
    SegmentFactory.create(pilot=letters, name="Seniors, night", headcount=3, attitude="enthusiast", comfort="high")
    count_tasks(pilot=letters, by=people.pm, at=now(), counts={(case.pk, clerks.pk): 0})
    return letters


def upload(browser: Client, content: bytes | str, name: str = "workload.csv") -> Any:
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post(f"{AT}import/", {"file": file}, follow=True)


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@endings
def test_what_is_downloaded_changes_nothing_when_it_is_sent_back(
    counted: Pilot, people: People, sign_in: SignIn, ending: str
) -> None:
    browser = sign_in(people.pm)
    before = [(one.name, vars(one)) for one in (*UseCase.objects.all(), *Segment.objects.all())]
    sent = upload(browser, content(browser.get(f"{AT}download.{ending}")), f"workload.{ending}")
    assert "The file changed nothing" in sent.content.decode(), sent.content.decode()
    after = [(one.name, vars(one)) for one in (*UseCase.objects.all(), *Segment.objects.all())]
    assert [name for name, _ in before] == [name for name, _ in after]
    assert Segment.objects.get(name="Seniors, night").attitude == "enthusiast"
    assert UseCase.objects.get(name="Refunds").left_out_because.endswith("And rare;=1+1")
    assert not AuditEvent.objects.filter(verb="workload.imported").exists()


@endings
def test_a_template_reads_in_as_it_is(letters: Pilot, people: People, sign_in: SignIn, ending: str) -> None:
    browser = sign_in(people.pm)
    page = upload(browser, browser.get(f"{AT}template.{ending}").content, f"workload.{ending}").content.decode()
    assert "use cases added: Refund letters; segments added: Counter staff" in page
    (square,) = workload_of(letters).squares
    assert square.tasks == 1200 and square.segment.attitude == "neutral" and square.use_case.kind == "typical"
    again = upload(browser, browser.get(f"{AT}template.{ending}").content, f"workload.{ending}")
    assert "The file changed nothing" in again.content.decode()


def test_no_text_of_it_runs_as_a_formula_and_no_few_are_told_of(
    counted: Pilot, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.member)
    text = content(browser.get(f"{AT}download.csv")).decode()
    assert "\n'=HYPERLINK(1)," in text and ",'-1+2," in text and "rare;'=1+1" in text
    assert "Enthusiastic" not in text and "not enough data" in text
    sheet: Any = load_workbook(io.BytesIO(content(browser.get(f"{AT}download.xlsx")))).active
    assert {one.data_type for line in sheet for one in line if one.value == "=HYPERLINK(1)"} == {"s"}


def test_a_new_segment_makes_stale_what_rests_on_who_they_are(letters: Pilot, people: People, sign_in: SignIn) -> None:
    upload(sign_in(people.pm), f"{HEAD}Refunds,Clerks,10\nRefunds,Seniors,\n")
    assert Change.objects.filter(pilot=letters, event="segment_added").count() == 2
    assert AuditEvent.objects.get(verb__startswith="workload").verb == "workload.imported"
    assert [one.tasks_a_month for one in Cell.objects.of(letters)] == [10, None]


def test_who_may_not_add_to_the_scope_is_told_each_name(counted: Pilot, people: People, sign_in: SignIn) -> None:
    page = upload(sign_in(people.evaluator), f"{HEAD}Refunds,clerks,10\nRefnds,clerks,4\n")
    text = page.content.decode()
    assert page.status_code == 422 and "is no use case of this pilot, and your roles do not let you add one" in text
    assert '<td class="number">3</td>' in text and "Refnds" in text
    assert not Cell.objects.filter(tasks_a_month=10).exists()


def test_a_bad_file_is_told_line_by_line_and_nothing_of_it_is_kept(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    rows = (
        "use_case,segment,tasks_a_month,use_case_kind,segment_trained_percent\n"
        "Refunds,Clerks,12,typical,80\nRefunds,Seniors,few,Hard,101\n,Clerks,1,,\n"
    )
    page = upload(sign_in(people.pm), rows)
    text = page.content.decode()
    assert page.status_code == 422 and "4 things to put right" in text
    assert "is not a number" in text and "is none of: Curated" in text and "is not between 0 and 100" in text
    assert not UseCase.objects.exists() and not Segment.objects.exists()


def test_lines_that_disagree_about_one_thing_are_named(letters: Pilot, people: People, sign_in: SignIn) -> None:
    rows = "use_case,segment,tasks,use_case_kind\nRefunds,Clerks,1,edge\nRefunds,Seniors,2,typical\nrefunds,clerks,3,\n"
    text = upload(sign_in(people.pm), rows).content.decode()
    assert "stands in line 2 already, with Refunds" in text
    text = upload(sign_in(people.pm), rows.replace("refunds,clerks,3,\n", "")).content.decode()
    assert "line 2 says otherwise of the same" in text and not UseCase.objects.exists()


def test_what_few_people_think_is_refused_in_a_file_too(letters: Pilot, people: People, sign_in: SignIn) -> None:
    rows = "use_case,segment,segment_headcount,segment_attitude\nRefunds,Clerks,9,Sceptical\n"
    page = upload(sign_in(people.pm), rows)
    assert page.status_code == 422 and "Only of a segment that has 10 people or more" in page.content.decode()
    assert not Segment.objects.exists()


def test_an_empty_cell_leaves_what_stands_there(counted: Pilot, people: People, sign_in: SignIn) -> None:
    upload(sign_in(people.pm), "use_case,segment,tasks_a_month,use_case_kind,segment_headcount\nRefunds,Clerks,,,41\n")
    assert UseCase.objects.get(name="Refunds").kind == "edge"
    assert Segment.objects.get(name="Clerks").headcount == 41
    assert Cell.objects.get(use_case__name="Refunds", segment__name="Clerks").tasks_a_month == 0


def test_a_thousand_lines_are_read_at_once(letters: Pilot, people: People, sign_in: SignIn) -> None:
    rows = "".join(f"Case {n},Segment {m},{n * m}\n" for n in range(100) for m in range(10))
    page = upload(sign_in(people.pm), HEAD + rows)
    assert page.status_code == 200 and "1,000 counts changed" in page.content.decode()
    assert workload_of(letters).whole.tasks == sum(n * m for n in range(100) for m in range(10))


def test_who_only_reads_downloads_and_sends_nothing(counted: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.member)
    assert browser.get(f"{AT}template.csv").status_code == 403
    assert upload(browser, HEAD).status_code == 403
    assert browser.get(f"{AT}download.pdf").status_code == 404
