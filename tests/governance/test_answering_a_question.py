from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from governance.actions.answers import Link, propose_answer, return_answer
from governance.models import Answer, Evidence, Item
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import item_of, propose
from tests.factories.pilots import PilotFactory

SignIn = Callable[[User], Client]


def address(item: Item) -> str:
    return reverse("answer_propose", kwargs={"slug": item.pilot.slug, "item_id": item.pk})


def page(item: Item) -> str:
    return reverse("question", kwargs={"slug": item.pilot.slug, "code": item.code})


def links(*urls: str) -> dict[str, str]:
    """What the rows of links of the form send."""
    rows = {"links-TOTAL_FORMS": "8", "links-INITIAL_FORMS": "0"}
    for n, url in enumerate(urls):
        rows |= {f"links-{n}-title": f"Note {n}", f"links-{n}-url": url}
    return rows


def typed(item: Item, **values: Any) -> dict[str, Any]:
    return {"kind": "answered", "text": "Forty letters.", "version": item.version, **links(), **values}


@pytest.fixture
def item(governed: Pilot) -> Item:
    return item_of(governed, "DEM-01")


def test_an_answer_with_a_file_and_a_link_waits_for_a_second_person(
    item: Item, people: People, sign_in: SignIn
) -> None:
    note = SimpleUploadedFile("note.pdf", b"%PDF-1.4 note")
    sent = typed(item, files=[note]) | links("https://records.example.org/a", "records.example.org/b")
    response = sign_in(people.evaluator).post(address(item), sent, follow=True)
    assert response.redirect_chain == [(page(item), 302)]
    answer = Answer.objects.get(item=item)
    assert (answer.author, answer.number, answer.decision) == (people.evaluator, 1, "proposed")
    assert set(answer.evidence.values_list("title", "kind")) == {
        ("note.pdf", "file"), ("Note 0", "link"), ("Note 1", "link"),
    }  # fmt: skip
    assert item_of(item.pilot, "DEM-01").state == Item.State.PROPOSED
    assert AuditEvent.objects.filter(verb="answer.proposed").count() == 1


def test_the_form_starts_from_the_latest_answer_and_its_evidence(
    item: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    item = propose(item, people.evaluator, at, text="Twelve people.")
    html = sign_in(people.owner).get(address(item)).content.decode()
    assert "Twelve people." in html
    kept = Evidence.objects.get()
    assert f'value="{kept.pk}"' in html and "checked" in html.split(str(kept.pk))[1].split(">")[0]


def test_earlier_evidence_is_carried_on_where_it_stays_ticked(
    item: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    item = propose(item, people.evaluator, at)
    kept = Evidence.objects.get()
    sign_in(people.owner).post(address(item), typed(item, keep=[str(kept.pk)]))
    assert list(Answer.objects.get(number=2).evidence.all()) == [kept]
    item = item_of(item.pilot, "DEM-01")
    sign_in(people.owner).post(address(item), typed(item))
    assert not Answer.objects.get(number=3).evidence.exists()


def test_only_the_kinds_that_the_question_allows_are_offered(governed: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    assert 'value="not_measured"' not in browser.get(address(item_of(governed, "DEM-01"))).content.decode()
    assert 'value="not_measured"' in browser.get(address(item_of(governed, "DEM-02"))).content.decode()
    response = browser.post(
        address(item_of(governed, "DEM-01")), typed(item_of(governed, "DEM-01"), kind="not_measured")
    )
    assert response.status_code == 422


def test_a_refused_answer_keeps_what_was_typed_and_says_that_files_are_not_kept(
    item: Item, people: People, sign_in: SignIn
) -> None:
    sent = typed(item, files=[SimpleUploadedFile("empty.csv", b"")]) | links("https://records.example.org/kept")
    response = sign_in(people.evaluator).post(address(item), sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert "empty.csv is empty." in html and "There is a problem" in html
    assert "Forty letters." in html and "https://records.example.org/kept" in html
    assert "choose them again" in html
    assert not Answer.objects.exists() and not Evidence.objects.exists()


def test_a_file_over_the_limit_is_refused_at_its_field(
    item: Item, people: People, sign_in: SignIn, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 1024**2
    large = SimpleUploadedFile("large.csv", b"x" * (1024**2 + 1))
    response = sign_in(people.evaluator).post(address(item), typed(item, files=[large]))
    assert response.status_code == 422
    assert "files" in response.context["form"].errors


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/a", "http://", "https://exa mple.org"])
def test_a_link_that_is_none_is_refused_at_its_row(item: Item, people: People, sign_in: SignIn, url: str) -> None:
    response = sign_in(people.evaluator).post(address(item), typed(item) | links(url))
    assert response.status_code == 422
    assert "Mend the address of link 1." in response.content.decode()
    assert not Evidence.objects.exists()


def test_somebody_elses_answer_meanwhile_is_shown_and_nothing_typed_is_lost(
    item: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    mine = typed(item, text="What I typed.")
    propose(item, people.owner, at, text="What Owen wrote.")
    browser = sign_in(people.evaluator)
    response = browser.post(address(item), mine)
    html = response.content.decode()
    assert response.status_code == 409
    assert "What I typed." in html and "What Owen wrote." in html and "Owen Archer" in html
    assert Answer.objects.count() == 1
    # Sent again from that page it counts as having seen it.
    again = mine | {"version": response.context["form"]["version"].value()}
    assert browser.post(address(item), again).status_code == 302


def test_markup_in_an_answer_is_shown_as_text(item: Item, people: People, sign_in: SignIn, at: Any) -> None:
    text = "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) **strong**"
    item = propose(item, people.evaluator, at, text=text)
    html = sign_in(people.member).get(page(item)).content.decode()
    assert "<script>alert" not in html and "<img" not in html.split("<main")[1] and 'href="javascript' not in html
    assert "<strong>strong</strong>" in html


def test_every_earlier_answer_stays_readable_with_what_changed(
    item: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    propose(item, people.evaluator, at, text="Forty letters from one office.")
    return_answer(item=item_of(item.pilot, "DEM-01"), by=people.owner, at=at, comment="Which office?")
    propose(item_of(item.pilot, "DEM-01"), people.evaluator, at, text="Forty letters from Utrecht.")
    html = sign_in(people.member).get(page(item)).content.decode()
    assert "Which office?" in html and "Sent back" in html
    assert "<del>one office.</del><ins>Utrecht.</ins>" in html


def test_a_members_page_has_no_button_to_answer_and_the_address_says_who_may(
    item: Item, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.member)
    assert address(item) not in browser.get(page(item)).content.decode()
    response = browser.post(address(item), typed(item))
    assert response.status_code == 403
    assert "Eva Lund" in response.content.decode()


def test_a_question_of_another_pilot_is_not_found(item: Item, people: People, sign_in: SignIn) -> None:
    PilotFactory.create(slug="elsewhere")
    browser = sign_in(people.evaluator)
    foreign = reverse("answer_propose", kwargs={"slug": "elsewhere", "item_id": item.pk})
    assert browser.get(foreign).status_code == 404
    assert sign_in(people.stranger).get(page(item)).status_code == 404
    assert (
        sign_in(people.admin).get(reverse("question", kwargs={"slug": "elsewhere", "code": "DEM-01"})).status_code
        == 404
    )


def test_a_question_asked_for_each_workflow_has_a_page_for_each(
    workflow: Any, governed: Pilot, people: People, sign_in: SignIn
) -> None:
    where = {"slug": "letters", "code": "INF-01"}
    browser = sign_in(people.member)
    assert browser.get(reverse("question", kwargs={**where, "workflow": workflow.slug})).status_code == 200
    assert browser.get(reverse("question", kwargs={**where, "workflow": "no-such"})).status_code == 404
    assert browser.get(reverse("question", kwargs=where)).status_code == 404


def test_the_page_of_a_question_costs_the_same_whatever_was_written(
    item: Item, people: People, sign_in: SignIn, at: Any, django_assert_num_queries: Any
) -> None:
    browser = sign_in(people.member)
    propose(item, people.evaluator, at)
    with django_assert_num_queries(40, exact=False) as first:
        browser.get(page(item))
    for n in range(6):
        files = [SimpleUploadedFile(f"{n}.csv", b"a,b")]
        more = [Link(f"Note {n}", f"https://records.example.org/{n}")]
        propose_answer(
            item=item_of(item.pilot, "DEM-01"), by=people.evaluator, at=at, kind="answered", text=f"Version {n}.",
            files=files, links=more,
        )  # fmt: skip
    with django_assert_num_queries(len(first), exact=True):
        browser.get(page(item))
