import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from governance.actions.answers import propose_answer
from governance.models import Answer, Evidence
from pilots.errors import Refused
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.governance import LINK, item_of
from tests.factories.pilots import MembershipFactory, PilotFactory

SignIn = Callable[[User], Client]
PAGE = b"<html><script>alert(document.cookie)</script></html>"


def add(pilot: Pilot, by: User, at: Any, name: str = "raw counts.html") -> Evidence:
    file = SimpleUploadedFile(name, PAGE, content_type="text/html")
    item = item_of(pilot, "DEM-01")
    propose_answer(item=item, by=by, at=at, kind="answered", text="See the file.", files=[file], links=[LINK])
    return Evidence.objects.get(kind="file")


def address(row: Evidence, slug: str = "letters") -> str:
    return reverse("evidence", kwargs={"slug": slug, "evidence_id": row.pk})


@pytest.fixture
def stored(governed: Pilot, people: People, at: Any) -> Evidence:
    return add(governed, people.evaluator, at)


def test_a_file_is_a_download_that_runs_nowhere(stored: Evidence, people: People, sign_in: SignIn) -> None:
    response = sign_in(people.member).get(address(stored))
    assert b"".join(response) == PAGE  # type: ignore[arg-type]
    assert response["Content-Disposition"] == 'attachment; filename="raw counts.html"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in response["Cache-Control"]


def test_who_may_not_see_the_pilot_gets_404(stored: Evidence, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.stranger).get(address(stored)).status_code == 404
    assert Client().get(address(stored)).status_code == 302


def test_evidence_of_another_pilot_is_not_found(stored: Evidence, people: People, sign_in: SignIn) -> None:
    MembershipFactory.create(pilot=PilotFactory.create(slug="elsewhere"), user=people.member)
    assert sign_in(people.member).get(address(stored, "elsewhere")).status_code == 404


def test_a_link_is_nothing_to_download(stored: Evidence, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.member).get(address(Evidence.objects.get(kind="link"))).status_code == 404


def test_a_file_that_the_store_lost_is_not_found_and_no_crash(
    stored: Evidence, people: People, sign_in: SignIn
) -> None:
    Path(stored.file.path).unlink()
    assert sign_in(people.member).get(address(stored)).status_code == 404


def test_files_lie_outside_the_web_root_under_names_that_say_nothing(
    stored: Evidence, people: People, sign_in: SignIn
) -> None:
    assert Path(stored.file.path).is_relative_to(settings.MEDIA_ROOT)
    assert "raw counts" not in stored.file.name
    assert sign_in(people.member).get(f"/static/{stored.file.name}").status_code == 404


def test_a_name_that_disguises_its_ending_is_shown_plainly(
    governed: Pilot, people: People, sign_in: SignIn, at: Any
) -> None:
    row = add(governed, people.evaluator, at, name="report\u202efdp.exe")
    assert sign_in(people.member).get(address(row))["Content-Disposition"] == 'attachment; filename="reportfdp.exe"'


def test_the_page_shows_size_hash_who_and_when(stored: Evidence, people: People, sign_in: SignIn) -> None:
    html = sign_in(people.member).get("/pilots/letters/questions/DEM-01/").content.decode()
    assert stored.digest in html and "52\xa0bytes" in html and "Eva Lund" in html and LINK.url in html


@contextmanager
def full_disk() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(PAGE) // 2, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_the_file_and_leaves_no_half_of_it(governed: Pilot, people: People, at: Any) -> None:
    media = Path(settings.MEDIA_ROOT)
    before = set(media.rglob("*"))
    with full_disk(), pytest.raises(Refused, match=r"raw counts\.html was not kept: there is no room left") as refused:
        add(governed, people.evaluator, at)
    assert refused.value.code == "disk_full"
    assert {path for path in set(media.rglob("*")) - before if path.is_file()} == set()
    assert not Answer.objects.exists()
