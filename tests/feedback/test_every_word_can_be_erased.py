"""Each text that a person can write is erased by something, or stands here with the reason why it stays.

Who adds a model or a field with words adds a line: this file fails until it is said what becomes of them.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from feedback.actions import erasables, erasing, forgetting
from feedback.actions.attachments import attach_files
from feedback.actions.concerns import decide_concern, raise_concern
from feedback.actions.flags import HandedIn
from feedback.actions.reopening import reopen_flag
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Attachment, Concern, Escalation, Flag, FlagVector, Placement, Reply
from pilots.models import Pilot
from tests.cast import People
from tests.feedback.flagging import INVENTED, flags_saying, group

HandIn = Callable[..., HandedIn]
WORDS = "zanzibar"

# Plugs and functions, by name, with the fields that they empty.
ERASED: dict[str, str] = {
    "forget_texts": """
        flag.output flag.prompt flag.what_happened flag.expected flag.recurrence flag.external_id
        flag.assessment flag.carry_reason flag.answer flag.tell_whom
        pattern.title pattern.terms patterndecision.text
    """,
    "_forget_vectors": "flagvector.numbers",
    "_forget_neighbours": "placement.nearest",
    "_forget_files": "attachment.title attachment.file",
    "_forget_what_they_said_again": "reply.words",
    "_forget_answers": "reply.words",
    "_forget_judgements": "escalation.answer escalation.corrected_output",
    "_forget_concerns_of": "concern.text concern.reason",
    "_erase_old_concerns": "concern.text concern.reason",
}
# No words of a reporter nor about one: what the pilot decided, wrote for many or set, which its record needs.
OF_THE_PILOT = """
    barrier.action barrier.measure barrier.outcome barrier.what
    channel.name channel.origins
    concern.changed_what
    correction.plan_reason correction.went_out correction.what_was_done correctionnotice.how correctionnotice.told
    drill.account drill.scenario drillgap.note drillgap.what
    escalationcall.whom
    flag.tool_version
    monthsummary.text
    pattern.carry_reason pattern.reason
    publication.falls_short
    reply.text
    review.note reviewitem.carry_reason reviewitem.outcome
    sensitiverole.name sensitiverole.why
    statement.intended statement.not_intended
    triageclocks.procedure
"""
# Made by the application: keys, digests, codes, counts.
NO_WORDS = """
    asking.in_sum
    attachment.digest
    channeltoken.prefix channeltoken.token_hash
    concern.link_hash concern.redactions
    flag.link_hash flag.redactions flag.reference
    flagvector.model
    pattern.similar pattern.surge patterndecision.before patterndecision.data patterndecision.verb
    reply.before reply.key reply.role
    statement.digest statementsignature.digest
"""
PLUGS = [*erasables.OF_FLAGS, *erasables.OF_ANSWERS, *erasables.OF_A_PERSON, *erasables.WHEN_OLD]


def texts() -> Iterator[str]:
    kinds = (models.TextField, models.CharField, models.JSONField, models.BinaryField, models.FileField)
    for model in apps.get_app_config("feedback").get_models():
        for field in model._meta.concrete_fields:
            of = field.base_field if isinstance(field, ArrayField) else field
            if isinstance(of, kinds) and not of.choices:
                yield f"{model._meta.model_name}.{field.name}"


def test_of_every_text_it_is_known_what_erases_it() -> None:
    known = " ".join([*ERASED.values(), OF_THE_PILOT, NO_WORDS]).split()
    assert set(texts()) == set(known)


def test_every_plug_erases_something_and_every_text_names_a_plug_that_is_in() -> None:
    assert {plug.__name__ for plug in PLUGS} | {forgetting.forget_texts.__name__} == set(ERASED)


@pytest.fixture
def flag(letters: Pilot, hand_in: HandIn, people: People, at: datetime) -> Flag:
    """Said, shown in a file, grouped, answered, judged, and said again."""
    flags_saying(letters, INVENTED, [people.member, people.change], at=at - timedelta(days=99))
    row = hand_in(by=people.stranger, categories=["JUDGE", "FIT"], output=WORDS, what_happened=INVENTED[0]).flag
    attach_files(flag=row, files=[SimpleUploadedFile(f"{WORDS}.txt", b"90 days")], at=at)
    group(letters, at)
    row = assess_flag(flag=row, severity=1, version=row.version, by=people.triage, at=at, note=WORDS)
    row.refresh_from_db()
    row = close_flag(flag=row, resolution="fixed", answer=WORDS, version=row.version, by=people.triage, at=at)
    reopen_flag(flag=row, note=WORDS, at=at)
    Escalation.objects.filter(flag=row).update(
        state="answered", decision="reject", answer=WORDS, answered_by=people.owner, answered_at=at
    )
    FlagVector.objects.get_or_create(flag=row, defaults={"pilot": letters, "model": "m", "numbers": b"1234"})
    Placement.objects.create(pilot=letters, flag=row, how="hand", nearest=["FL-ABC234"], placed_at=at)
    row.refresh_from_db()
    return row


LEFT: dict[str, Callable[[Flag], Any]] = {
    "_forget_vectors": lambda flag: FlagVector.objects.filter(flag=flag),
    "_forget_neighbours": lambda flag: Placement.objects.filter(flag=flag).exclude(nearest=[]),
    "_forget_files": lambda flag: Attachment.objects.filter(flag=flag, title__contains=WORDS),
    "_forget_what_they_said_again": lambda flag: Reply.objects.filter(flag=flag, step="return", words=WORDS),
    "_forget_answers": lambda flag: Reply.objects.filter(flag=flag, words=WORDS).exclude(step="return"),
    "_forget_judgements": lambda flag: Escalation.objects.filter(flag=flag, answer=WORDS),
}


@pytest.mark.parametrize("plug", LEFT)
def test_each_plug_is_what_takes_these_words_away(
    plug: str, flag: Flag, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it they would stay: so that none is there for nothing, and none may be forgotten."""
    assert LEFT[plug](flag).exists()
    for name in ("OF_FLAGS", "OF_ANSWERS"):
        others = tuple(one for one in getattr(erasables, name) if one.__name__ == plug)
        monkeypatch.setattr(forgetting, name, others)
    forgetting.forget_texts([flag], Flag.Erased.RETENTION, at)
    assert not LEFT[plug](flag).exists()
    assert any(LEFT[other](flag).exists() for other in set(LEFT) - {plug})


def test_what_was_written_to_a_reporter_stays_when_they_erase_their_own_words(flag: Flag, at: datetime) -> None:
    erasing.erase_flag(flag=flag, at=at)
    stays = {"_forget_answers", "_forget_judgements"}
    assert {plug for plug, left in LEFT.items() if left(flag).exists()} == stays


def test_a_concern_goes_with_its_raiser_and_when_it_is_old(letters: Pilot, people: People, at: datetime) -> None:
    def answered(submission: str) -> Concern:
        row = raise_concern(pilot=letters, submission=submission, text=WORDS, by=people.stranger, at=at).concern
        return decide_concern(concern=row, accept=False, reason=WORDS, change=None, version=1, by=people.change, at=at)

    person, old = answered("6f1b1c1e-0000-4000-8000-000000000001"), answered("6f1b1c1e-0000-4000-8000-000000000002")
    erasables._erase_old_concerns(letters, at, at)
    old.refresh_from_db()
    assert old.text == WORDS
    Concern.objects.filter(pk=old.pk).update(decided_at=at - timedelta(days=9))
    erasables._erase_old_concerns(letters, at, at)
    erasables._forget_concerns_of(people.stranger, at)
    for row in (person, old):
        row.refresh_from_db()
        assert (row.text, row.reason, row.raiser) == ("", "", None)
