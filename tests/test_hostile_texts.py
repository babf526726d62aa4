"""Hostile texts through everything that all texts go through, and through every text field onto the pages."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.utils.text import slugify
from rest_framework import serializers

import feedback.forms
import governance.forms
import pilots.forms
from feedback.access import TEXTS
from feedback.models import ReviewItem
from feedback.redaction import clean, redact
from pilots.canonical import canonical
from pilots.cells import FORMULA_STARTS, cell
from pilots.clock import now
from pilots.forms.plain import Plain, PlainForm
from pilots.models import Pilot, UseCase, User
from pilots.plain_text import visible
from pilots.templatetags.ui import markdown
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import PatternFactory
from tests.factories.governance import item_of
from tests.hostile import FIVE, HOSTILE

SignIn = Callable[[User], Client]


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 150


def form_modules() -> list[ModuleType]:
    modules = []
    for package in (feedback.forms, pilots.forms, governance.forms):
        modules += [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
    return modules


def form_fields() -> Iterator[tuple[str, forms.Field]]:
    for module in form_modules():
        for name, thing in vars(module).items():
            if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == module.__name__:
                for field, made in getattr(thing, "base_fields", {}).items():
                    yield f"{module.__name__}.{name}.{field}", made


def test_every_form_takes_out_what_nobody_can_see() -> None:
    """A filter set's form offers choices only."""
    forms_of_pages = {name.rpartition(".")[0] for name, _ in form_fields()}
    found = {
        f"{thing.__module__}.{name}"
        for module in form_modules()
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, Plain)
    }
    assert forms_of_pages - found == set()


def test_a_password_is_taken_as_it_was_typed() -> None:
    class Secret(PlainForm):
        name = forms.CharField()
        password = forms.CharField(strip=False, widget=forms.PasswordInput)

    form = Secret(QueryDict("name=a%00%E2%80%AEb&password=x%E2%80%AEy"))
    assert form.is_valid()
    assert form.cleaned_data == {"name": "ab", "password": "x\u202ey"}


def test_every_field_of_every_form_takes_or_refuses_them(db: None, figure: Callable[[str], None]) -> None:
    fields = [(name, field) for name, field in form_fields() if not isinstance(field, forms.FileField)]
    assert len(fields) >= 60
    for name, field in fields:
        for text in HOSTILE:
            try:
                kept = field.clean([text] if isinstance(field, forms.MultipleChoiceField) else text)
            except ValidationError:
                continue
            assert "\x00" not in str(kept), name
    figure(f"{len(HOSTILE)} hostile texts through {len(fields)} fields of forms")


FIELDS = [
    serializers.CharField(max_length=200),
    serializers.CharField(allow_blank=True),
    serializers.EmailField(),
    serializers.URLField(),
    serializers.SlugField(),
    serializers.UUIDField(),
    serializers.DateField(),
    serializers.DateTimeField(),
    serializers.IntegerField(),
    serializers.BooleanField(),
    serializers.ChoiceField(choices=["a"]),
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
def test_every_kind_of_field_of_the_api_takes_or_refuses_them(field: Any) -> None:
    for text in HOSTILE:
        try:
            kept = field.run_validation(visible(text))
        except serializers.ValidationError:
            continue
        assert kept == field.run_validation(kept) or not isinstance(kept, str)


def test_what_is_kept_is_visible_once_and_for_all() -> None:
    for text in HOSTILE:
        kept = visible(text)
        assert kept == visible(kept) and clean(kept) == clean(text)
        assert not {"\x00", "\x1b", "\u202e", "\u2066", "\r"} & set(kept)
        kept.encode()
        assert redact(redact(text).text).text == redact(text).text


def test_no_cell_of_an_export_is_a_formula() -> None:
    assert [text for text in HOSTILE if cell(text).lstrip(" ").startswith(FORMULA_STARTS)] == []


def test_digests_addresses_and_markdown_bear_them() -> None:
    for text in map(visible, HOSTILE):
        assert json.loads(canonical({"text": text})) == {"text": text}
        assert slugify(text).isascii()
        assert faults(str(markdown(text))) == []


class Tags(HTMLParser):
    """What a browser would make of a page that must hold nothing of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "xx-hostile" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.faults.append(tag)
        self.faults += [f"{tag} {name}" for name in given if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            value = "".join((given.get(name) or "").split()).lower()
            if value.startswith(("javascript:", "vbscript:", "data:text")) or given.get("src") == "x":
                self.faults.append(f"{tag} {name}={value[:60]}")


def faults(page: str) -> list[str]:
    return read(page).faults


def read(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def fill(text: str, people: People, item: Any, at: datetime) -> list[tuple[int, str]]:
    """`text` in every field that keeps one; the status of each call."""
    pm, sponsor, triage = (Caller(who, READ_AND_WRITE) for who in (people.pm, people.sponsor, people.triage))
    change, editor, admin = (Caller(who, READ_AND_WRITE) for who in (people.change, people.editor, people.admin))
    pilot, question = "pilots/letters/", f"pilots/letters/items/{item.pk}/"
    later, name = at + timedelta(days=9), text[:70]
    answered: list[tuple[int, str]] = []

    def send(caller: Caller, path: str, body: dict[str, Any], method: str = "post") -> dict[str, Any]:
        if path.startswith(question):
            item.refresh_from_db()
            body = {"version": item.version, **body}
        answer = getattr(caller, method)(path, body)
        answered.append((answer.status_code, f"{path}: {answer.content[:200]!r}"))
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    fields = dict.fromkeys(("name", "tool", "supplier", "tool_version", "purpose", "does_not_show"), text)
    fields |= {"name": name, "tool": name, "supplier": name, "tool_version": name, "profile_reason": text}
    send(pm, pilot, {**fields, "version": 1}, "patch")
    send(pm, f"{pilot}workflows/", {"name": name, "description": text})
    for kind in ("use-cases", "segments"):
        send(pm, f"{pilot}{kind}/", {"name": name, "description": text})
    send(pm, f"{question}comments/", {"text": text})
    waiver = send(pm, f"{question}waivers/", {"reason": text, "ends_at": later.isoformat()})
    send(sponsor, f"{pilot}waivers/{waiver['id']}/decide/", {"approve": True, "comment": text})
    send(triage, f"{question}answers/", {"kind": "answered", "text": text, "links": [{"title": text, "url": LINK}]})
    send(change, f"{question}accept/", {"comment": text})
    send(triage, f"{question}doubts/", {"reason": text})
    body = {"text": text, "owner": str(people.change.pk), "due_on": str(later.date())}
    send(pm, f"{pilot}gates/demonstration/conditions/", body)
    body = {"role": "sponsor", "to_user": str(people.stranger.pk), "reason": text, "ends_at": later.isoformat()}
    send(sponsor, f"{pilot}delegations/", body)
    send(change, f"{pilot}stepping-aside/", {"reason": text})
    flag(send, pm, triage, text, at)
    publish(people, text, send)
    send(pm, f"{pilot}channels/", {"name": name, "origins": [], "daily_quota": 9, "expires_at": later.isoformat()})
    acted_on(send, pm, triage, people, text)
    fill_people(text, people, send, pm, change, at)
    draft = send(editor, "catalogue/draft/", {})
    words = {**dict.fromkeys(("question", "good_answer", "evidence", "renew_note", "blocking_note"), text)}
    kinds = {"phase": "demonstration", "theme": "governance", "owner_role": "member"}
    send(editor, "catalogue/draft/questions/", {"code": "OWN-01", **kinds, **words})
    seen = editor.get("catalogue/draft/").json()["digest"]
    send(editor, "catalogue/draft/publish/", {"note": text, "seen": seen})
    assert draft["number"]
    send(admin, "invitations/", {"email": "new@example.org", "name": text[:120], "organisation_roles": ["leadership"]})
    send(pm, f"{pilot}webhooks/", {"url": LINK, "events": ["flag.closed"]})
    send(pm, f"{pilot}pause/", {"reason": text})
    return answered


def flag(send: Callable[..., Any], pm: Caller, triage: Caller, text: str, at: datetime) -> None:
    """Handed in, heard elsewhere, assessed and carried."""
    said, pilot = {"categories": ["WRONG"], "severity": 1, **dict.fromkeys(TEXTS, text)}, "pilots/letters/"
    heard = {"source": "press", "known_at": at.isoformat(), "external_id": text[:70], "tell_whom": text[:140]}
    send(triage, f"{pilot}flags/enter/", {**said, **heard})
    reference = send(pm, "flag/letters/", {**said, "tool_version": text[:70]})["reference"]
    assessed = send(triage, f"{pilot}flags/{reference}/assess/", {"severity": 3, "note": text, "version": 1})
    send(triage, f"{pilot}flags/{reference}/carry/", {"reason": text, "version": assessed["version"]})


def publish(people: People, text: str, send: Callable[..., dict[str, Any]]) -> None:
    """The statement, signed by two, and the page."""
    pm, at = Caller(people.pm, READ_AND_WRITE), "pilots/letters/statement/"
    digest = send(pm, at, {"intended": text, "not_intended": text, "seen": 0})["digest"]
    for who in (people.sponsor, people.owner):
        send(Caller(who, READ_AND_WRITE), f"{at}sign/", {"digest": digest})
    send(pm, f"{at}publish/", {})
    send(pm, "pilots/letters/publications/", {"falls_short": text, "seen": 0})


def acted_on(send: Callable[..., Any], pm: Caller, triage: Caller, people: People, text: str) -> None:
    """What acting on patterns keeps: reasons, what went out, who was told, how it is corrected, notes of a review."""
    at, pilot = now(), Pilot.objects.get(slug="letters")
    pattern = PatternFactory.create(pilot=pilot, number=1, state="confirmed", worst=3, title=visible(text)[:70])
    send(triage, "pilots/letters/patterns/1/carry/", {"reason": text, "version": 1})
    use_case = UseCase.objects.filter(pilot=pilot)[0]
    act = {
        "action": "human_only",
        "owner": str(people.owner.pk),
        "due_on": str(at.date()),
        "reason": text,
        "version": 2,
    }
    send(triage, "pilots/letters/patterns/1/act/", {**act, "use_cases": [use_case.slug]})
    lift = {"kind": "human_only", "reason": text}
    send(triage, f"pilots/letters/use-cases/{use_case.slug}/lift/", lift)
    send(triage, f"pilots/letters/use-cases/{use_case.slug}/limit/", lift)
    PatternFactory.create(pilot=pilot, number=2, state="confirmed")
    send(pm, "pilots/letters/reviews/", {"attendees": [str(people.pm.pk)]})
    for item in ReviewItem.objects.all():
        send(pm, f"pilots/letters/reviews/1/{item.position}/carry/", {"reason": text})
    send(pm, "pilots/letters/reviews/1/close/", {"note": text, "version": 1})
    new = {"pattern": pattern.number, "went_out": text, "audience": "public", "owner": str(people.change.pk)}
    send(pm, "pilots/letters/corrections/", new)
    send(pm, "pilots/letters/corrections/1/tell/", {"told": text[:200], "how": text[:200]})
    plan = {"owner": str(people.owner.pk), "due_at": (at + timedelta(days=1)).isoformat(), "reason": text, "version": 1}
    send(pm, "pilots/letters/corrections/1/plan/", plan)
    send(pm, "pilots/letters/corrections/1/finish/", {"what_was_done": text, "version": 2})
    clocks = {"read_hours": [1] * 5, "correct_hours": [1] * 5, "procedure": text, "version": 0}
    send(pm, "pilots/letters/triage-clocks/", clocks, "put")


def fill_people(
    text: str, people: People, send: Callable[..., dict[str, Any]], pm: Caller, change: Caller, at: datetime
) -> None:
    """Escalations, concerns, barriers, roles asked apart, drills."""
    pilot, day, owner = "pilots/letters/", str((at + timedelta(days=9)).date()), str(people.owner.pk)
    judged = {"categories": ["JUDGE"], "severity": 1, "output": text}
    send(pm, "flag/letters/", judged)
    opened = change.get(f"{pilot}escalations/").json()["results"][0]["id"]
    answer = {"decision": "corrected", "answer": text, "corrected_output": text, "version": 1}
    send(change, f"{pilot}escalations/{opened}/answer/", answer)
    concern = send(pm, "concern/letters/", {"text": text})["id"]
    decided = {"accept": True, "reason": text, "changed": "decision", "changed_what": text[:300], "changed_on": day}
    send(change, f"{pilot}concerns/{concern}/decide/", {**decided, "version": 1})
    group = change.get(f"{pilot}segments/").json()["results"][0]["slug"]
    words = {**dict.fromkeys(("what", "action", "measure"), text), "actions": ["time"], "owner": owner}
    barrier = {**words, "segment": group, "kind": "role", "review_on": day}
    made = send(change, f"{pilot}barriers/", barrier)["id"]
    send(change, f"{pilot}barriers/{made}/close/", {"state": "stands", "outcome": text, "version": 1})
    (role,) = send(change, f"{pilot}sensitive-roles/", {"name": text[:70], "why": text})
    said = {"whom": "apart", "how": "survey", "people_asked": 30, "people_answered": 20, "in_sum": text}
    send(change, f"{pilot}sensitive-roles/{role['id']}/ask/", {**said, "asked_on": str(at.date())})  # type: ignore[index]
    drill = send(pm, f"{pilot}drills/", {"kind": "stop", "scenario": text, "planned_for": day})["id"]
    send(pm, f"{pilot}drills/{drill}/start/", {"version": 1})
    found = send(pm, f"{pilot}drills/{drill}/gaps/", {"what": text, "owner": owner, "due_on": day})["gaps"]
    send(pm, f"{pilot}drills/gaps/{found[0]['id']}/close/", {"note": text, "version": 1})
    send(pm, f"{pilot}drills/{drill}/end/", {"account": text, "took_part": [owner], "version": 2})


LINK = "https://records.example.org/<xx-hostile>?\"onhostile='1'"
PAGES = {
    "pm": (
        *("/pilots/", "/pilots/letters/", "/my-work/", "/search/?q=hostile", "/my-flags/", "/catalogue/"),
        *("/catalogue/2/", "/catalogue/2/OWN-01/", "/account/notifications/", "/flag/", "/flag/letters/"),
        *(f"/pilots/letters/{end}/" for end in ("edit", "scope", "people", "questions", "gates", "flags", "history")),
        *("/pilots/letters/channels/", "/pilots/letters/webhooks/"),
        *("/pilots/letters/statement/", "/pilots/letters/publish/", "/published/letters/", "/account/data/"),
        *(f"/pilots/letters/{end}/" for end in ("reviews", "reviews/1", "corrections", "corrections/1", "triage-rota")),
        *(f"/pilots/letters/{end}/" for end in ("patterns/1", "questions/DEM-01", "gates/demonstration", "catalogue")),
        *(f"/pilots/letters/{end}/" for end in ("escalations", "change", "drills")),
        *("/my-concerns/", "/pilots/letters/escalations/path/", "/pilots/letters/change/barriers/add/"),
        "/pilots/letters/history/export.csv",
        "/pilots/export.csv",
    ),
    "leader": ("/readiness/", "/readiness/export.csv", "/frameworks/", "/frameworks/nist_ai_rmf/"),
    "admin": ("/people/", "/administration/", "/administration/trail/"),
}


@pytest.mark.parametrize("text", FIVE, ids=["a tag", "a quote", "a template", "a formula", "an end"])
def test_a_hostile_text_in_every_field_is_shown_as_text(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime, text: str
) -> None:
    answered = fill(text, people, item_of(governed, "DEM-01"), at)
    assert [said for status, said in answered if status not in {200, 201, 204}] == []
    told = 0
    for who, paths in PAGES.items():
        browser = sign_in(getattr(people, who))
        for path in paths:
            page = browser.get(path)
            assert page.status_code == 200, path
            if page.streaming:
                rows = csv.reader(io.StringIO(b"".join(page.streaming_content).decode("utf-8-sig")))
                assert not any(value.startswith(FORMULA_STARTS) for row in rows for value in row), path
            else:
                found = read(page.content.decode())
                assert found.faults == [], path
                told += visible(text)[:30] in found.text
    assert told >= 8  # as text, that is
