"""Every field may be filled to its limit; what is still too large is answered with how to mend it."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from governance.models import Answer
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.governance import item_of

SignIn = Callable[[User], Client]


def address(pilot: Pilot) -> str:
    return reverse("answer_propose", kwargs={"slug": pilot.slug, "item_id": item_of(pilot, "DEM-01").pk})


def test_the_longest_answer_in_the_widest_characters_is_taken(governed: Pilot, people: People, sign_in: SignIn) -> None:
    item = item_of(governed, "DEM-01")
    sent = {"version": str(item.version), "kind": "not_measured", "text": "𝄞" * 20_000}
    sent |= {f"links-{n}-url": "https://example.org/" + "x" * 900 for n in range(10)}
    body = "&".join(f"{name}={_quoted(value)}" for name, value in sent.items())
    answer = sign_in(people.evaluator).post(address(governed), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (302, 422), "it was read"
    assert len(body) > 200_000


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_what_is_too_large_says_so_and_how_to_mend_it(governed: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    form = "http://testserver" + address(governed)
    answer = browser.post(address(governed), {"text": "x" * (4 * 1024 * 1024 + 1)}, HTTP_REFERER=form)
    urlencoded = browser.post(
        address(governed), "text=" + "x" * (4 * 1024 * 1024), content_type="application/x-www-form-urlencoded"
    )
    for page in (answer, urlencoded):
        assert page.status_code == 413
        assert "still in the form" in page.content.decode()
    assert form in answer.content.decode()
    assert not Answer.objects.exists()
