"""A register as a file: a template comes back, all or nothing, the same twice adds nothing, no formula runs."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from pilots.models import AuditEvent, Pilot, User
from pilots.registers import REGISTERS
from tests.cast import People
from tests.factories.pilots import SegmentFactory
from tests.factories.registers import entry, failure, period, segment, use_case, workflow

SignIn = Callable[[User], Client]
AT = "/pilots/letters/evidence/registers/"


def upload(browser: Client, slug: str, content: bytes | str, name: str = "entries.csv") -> Any:
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post(f"{AT}{slug}/import/", {"file": file}, follow=True)


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", REGISTERS)
def test_a_template_comes_back_filled_in_as_it_is(
    slug: str, ending: str, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    segment(letters), use_case(letters), workflow(letters)
    period(letters, people.evaluator), failure(letters, people.evaluator)
    before, browser = REGISTERS[slug].entries(letters).count(), sign_in(people.evaluator)
    template = browser.get(f"{AT}{slug}/template.{ending}")
    page = upload(browser, slug, template.content, f"entries.{ending}")
    assert page.status_code == 200, page.content.decode()
    assert REGISTERS[slug].entries(letters).count() == before + 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", REGISTERS)
def test_what_is_downloaded_adds_nothing_when_it_is_sent_back(
    slug: str, ending: str, letters: Pilot, people: People, sign_in: SignIn
) -> None:
    entry(slug, letters, people.evaluator)
    browser = sign_in(people.evaluator)
    page = upload(browser, slug, content(browser.get(f"{AT}{slug}/download.{ending}")), f"entries.{ending}")
    assert "0 added, 1 stood there already." in page.content.decode()
    assert not AuditEvent.objects.filter(verb="register.imported").exists()


def test_a_bad_file_is_told_line_by_line_and_nothing_of_it_is_kept(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    rows = "Phase,Up to which day,hours,what\nStress test,2026-11-20,36,Timing\nno such,never,x,\n"
    page = upload(sign_in(people.evaluator), "effort", rows)
    text = page.content.decode()
    assert page.status_code == 422 and "4 things to put right" in text
    assert "is none of: Demonstration" in text and "is not a number" in text and "is empty" in text
    assert not REGISTERS["effort"].entries(letters).exists()


def test_a_rule_of_the_register_names_the_line_that_breaks_it(letters: Pilot, people: People, sign_in: SignIn) -> None:
    night = SegmentFactory.create(pilot=letters, name="Night shift")
    rows = "segment,route,minimum,because\nNight shift,assigned,12,So\nnight shift,Assigned,14,Else\n"
    page = upload(sign_in(people.evaluator), "cohorts", rows)
    text = page.content.decode()
    assert page.status_code == 422 and "There is one already with the same segment and how they came" in text
    assert '<td class="number">3</td>' in text
    assert not REGISTERS["cohorts"].entries(letters).filter(segment=night).exists()


def test_the_same_file_twice_adds_nothing_and_leaves_one_row(letters: Pilot, people: People, sign_in: SignIn) -> None:
    browser, rows = sign_in(people.evaluator), "phase;day;hours;what\nstress_test;20.11.2026;36,5;Timing\n" * 1
    assert "1 added, 0 stood there already." in upload(browser, "effort", rows).content.decode()
    assert "0 added, 1 stood there already." in upload(browser, "effort", rows).content.decode()
    assert REGISTERS["effort"].entries(letters).get().hours == 36.5
    assert AuditEvent.objects.filter(verb="register.imported").count() == 1


def test_a_name_that_two_have_is_told_apart_by_its_short_name(letters: Pilot, people: People, sign_in: SignIn) -> None:
    for slug in ("night-1", "night-2"):
        SegmentFactory.create(pilot=letters, name="Night", slug=slug)
    head = "segment,route,minimum,because\n"
    page = upload(sign_in(people.evaluator), "cohorts", f"{head}Night,assigned,12,So\n")
    assert page.status_code == 422
    upload(sign_in(people.evaluator), "cohorts", f"{head}night-2,assigned,12,So\n")
    assert REGISTERS["cohorts"].entries(letters).get().segment.slug == "night-2"


def test_no_text_of_an_entry_runs_as_a_formula(letters: Pilot, people: People, sign_in: SignIn) -> None:
    entry("effort", letters, people.evaluator, what="=1+1")
    browser = sign_in(people.member)
    assert b"'=1+1" in content(browser.get(f"{AT}effort/download.csv"))
    sheet = load_workbook(io.BytesIO(content(browser.get(f"{AT}effort/download.xlsx")))).active
    assert sheet is not None
    found = next(one for one in sheet[2] if one.value == "=1+1")
    assert found.data_type == "s"


def test_who_only_reads_downloads_and_sends_nothing(letters: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.member)
    assert browser.get(f"{AT}effort/template.csv").status_code == 403
    assert upload(browser, "effort", "phase\n").status_code == 403
    assert browser.get(f"{AT}effort/download.pdf").status_code == 404
