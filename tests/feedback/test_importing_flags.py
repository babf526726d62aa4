"""Flags collected elsewhere: looked through first, then taken in, once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from feedback.actions.flag_files import MOST_FLAGS, columns_of, flag_columns, read_flag_file
from feedback.actions.importing import import_flags
from feedback.models import Flag
from feedback.taxonomy import CATEGORY_LABELS, Category
from pilots.actions.uploads import keep_upload
from pilots.clock import now
from pilots.csv_export import lines
from pilots.errors import NotAllowed
from pilots.imports import check_table, read_table, template_csv, template_xlsx
from pilots.models import AuditEvent, Notification, Pilot, Upload, User
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.pilots import MembershipFactory, SegmentFactory, UseCaseFactory
from tests.feedback.flagging import INVENTED, group

SignIn = Callable[[User], Client]
ADDRESS = "/pilots/letters/flags/import/"
HEADER = "categories,severity,output,what_happened,source,external_id\n"


def send(browser: Client, content: str | bytes, name: str = "flags.csv") -> Any:
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post(ADDRESS, {"file": file}, follow=True)


def take_in(pilot: Pilot, people: People, content: str) -> tuple[int, int]:
    file = read_flag_file(pilot=pilot, content=content.encode(), at=now())
    assert file.checked.problems == []
    done = import_flags(pilot=pilot, flags=file.flags, by=people.triage, at=now())
    return done.added, done.there


def test_a_file_is_shown_before_anything_becomes_of_it_and_then_imported_with_one_click(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.triage)
    page = send(browser, HEADER + "WRONG,3,90 days,Write to a.b@example.org,complaint,C-1\nMADEUP,1,A case,,,\n")
    text = page.content.decode()
    assert "Import 2 flags?" in text and "e-mail (1)" in text and not Flag.objects.exists()
    after = browser.post(page.request["PATH_INFO"], follow=True)
    assert "2 flags are imported; 0 were here already" in after.content.decode()
    complaint = Flag.objects.get(external_id="C-1")
    assert (complaint.source, complaint.severity, complaint.what_happened) == ("complaint", 3, "Write to [e-mail]")
    assert complaint.reporter is None and complaint.state == "new" and not Upload.objects.exists()
    assert AuditEvent.objects.filter(verb="flags.imported").count() == 1


def test_the_same_file_twice_changes_nothing(letters: Pilot, people: People) -> None:
    content = HEADER + "WRONG,1,90 days,,complaint,C-1\nMADEUP,1,A case,,,\nMADEUP,1,A case,,,\n"
    assert take_in(letters, people, content) == (3, 0)
    assert take_in(letters, people, content) == (0, 3)
    assert Flag.objects.count() == 3 and AuditEvent.objects.filter(verb="flags.imported").count() == 1


def test_a_number_from_elsewhere_with_other_words_is_a_problem(letters: Pilot, people: People) -> None:
    take_in(letters, people, HEADER + "WRONG,1,90 days,,complaint,C-1\n")
    file = read_flag_file(pilot=letters, content=(HEADER + "WRONG,1,60 days,,,C-1\n").encode(), at=now())
    assert [p.column for p in file.checked.problems] == ["external_id"] and file.flags == []


def test_categories_are_understood_as_codes_and_as_words(letters: Pilot, people: People) -> None:
    UseCaseFactory.create(pilot=letters, name="Refund letters", slug="refunds")
    SegmentFactory.create(pilot=letters, name="First year", slug="first-year")
    content = "Category;Severity;Output;Used for;Segment;Reported at\n"
    content += '"It’s wrong; STALE";Caught;x;refund letters;first-year;02.11.2026 14:30\n'
    take_in(letters, people, content)
    flag = Flag.objects.get()
    assert flag.categories == ["WRONG", "STALE"] and flag.severity == 1
    assert (str(flag.use_case), str(flag.segment), flag.reported_at.date().isoformat()) == (
        "Refund letters", "First year", "2026-11-02",
    )  # fmt: skip


def test_every_bad_row_is_named_and_nothing_is_imported(letters: Pilot, people: People, sign_in: SignIn) -> None:
    later = (now() + timedelta(days=3)).date()
    content = f"categories,severity,output,reported_at,use_case\nWRNG,1,x,,\nWRONG,7,x,,\nWRONG,1,,{later},none\n"
    page = send(sign_in(people.triage), content)
    text = page.content.decode()
    assert page.status_code == 422 and not Upload.objects.exists() and not Flag.objects.exists()
    for said in ("WRNG", "is none of: 0", "is not known: there is none"):
        assert said in text
    page = send(sign_in(people.triage), f"categories,severity,output,reported_at\nWRONG,1,,{later}\n")
    assert "is still to come" in page.content.decode() and "or where it can be found" in page.content.decode()


def test_too_many_at_once_are_refused_before_any_is_read(letters: Pilot) -> None:
    content = "categories,severity,output\n" + "WRONG,1,x\n" * (MOST_FLAGS + 1)
    file = read_flag_file(pilot=letters, content=content.encode(), at=now())
    assert file.checked.wrong == 1 and "5,000" in file.checked.problems[0].reason


def test_who_sent_the_file_alone_sees_it(letters: Pilot, people: People, sign_in: SignIn) -> None:
    kept = keep_upload(pilot=letters, kind="flags", name="x.csv", content=b"x", by=people.pm, at=now())
    assert sign_in(people.triage).get(f"{ADDRESS}{kept.pk}/").status_code == 404


def test_who_may_not_triage_imports_nothing(letters: Pilot, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.change).get(ADDRESS).status_code == 403
    with pytest.raises(NotAllowed):
        import_flags(pilot=letters, flags=[], by=people.change, at=now())


@pytest.mark.parametrize("template", [template_csv, template_xlsx])
def test_a_template_is_imported_as_it_is(letters: Pilot, template: Callable[..., bytes]) -> None:
    file = read_flag_file(pilot=letters, content=template(columns_of(letters)), at=now())
    assert file.checked.problems == [] and file.new == 1


def test_imported_flags_count_as_reporters_of_their_own(letters: Pilot, people: People) -> None:
    rows = "".join(f"MADEUP,1,x,{text},complaint,C-{n}\n" for n, text in enumerate(INVENTED))
    take_in(letters, people, HEADER + rows.replace(", ", " ").replace("case anywhere", "case"))
    (pattern,) = group(letters)
    assert (pattern.size, pattern.reporters) == (4, 4)


def test_triage_hears_once_of_an_import_and_of_what_is_severe_in_it(letters: Pilot, people: People) -> None:
    file = read_flag_file(pilot=letters, content=(HEADER + "WRONG,4,x,,,\nWRONG,1,x,,,\n").encode(), at=now())
    MembershipFactory.create(pilot=letters, user=people.change, role="triage_lead")
    import_flags(pilot=letters, flags=file.flags, by=people.triage, at=now())
    severe = Flag.objects.get(severity=4).reference
    assert [note.user for note in Notification.objects.filter(text__contains=severe)] == [people.change]


def test_the_api_imports_as_the_page_does(letters: Pilot, people: People) -> None:
    caller = Caller(people.triage, READ_AND_WRITE)

    def post(content: str, **more: Any) -> Any:
        file = SimpleUploadedFile("flags.csv", content.encode())
        return Client().post("/api/v1/pilots/letters/flags/import/", {"file": file, **more}, headers=caller.headers)

    content = HEADER + "WRONG,1,x,,,\n"
    assert post(content, dry_run="true").json() == {"added": 1, "there": 0, "dry_run": True, "notes": []}
    assert not Flag.objects.exists()
    assert post(content).json()["added"] == 1 and post(content).json()["there"] == 1
    assert post(HEADER + "NOPE,1,x,,,\n").json()["problems"][0]["column"] == "categories"
    assert post("\x00\x01").status_code == 422


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
flags = st.lists(
    st.tuples(st.sampled_from(list(Category)), st.integers(0, 4), texts.filter(lambda text: text.strip())),
    min_size=1, max_size=6,
)  # fmt: skip


@given(flags)
def test_what_goes_out_as_csv_comes_in_again(rows: list[tuple[Category, int, str]]) -> None:
    """Quoted against formulas on the way out; no row is lost, and the kinds are those that were there."""
    written = "".join(lines(["categories", "severity", "output"], [(CATEGORY_LABELS[k], n, t) for k, n, t in rows]))
    read = _checked(written)
    assert [row.values["severity"] for row in read.rows] == [level for _, level, _ in rows]
    assert [row.values["categories"] for row in read.rows] == [[kind.value] for kind, _, _ in rows]


def _checked(written: str) -> Any:
    return check_table(read_table(written.encode()), flag_columns([], []))
