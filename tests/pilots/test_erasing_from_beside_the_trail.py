"""A digest in the trail confirms a text only while its salt is kept, and the trail verifies without it."""

from hashlib import sha256

from pilots.audit import digest_of, is_digest_of, record
from pilots.models import AuditEvent, AuditSalt, Pilot
from pilots.verification import verify_trail
from tests.cast import People


def written(letters: Pilot, people: People, text: str = "Flu") -> AuditEvent:
    data = {"reason": digest_of(text), "number": 1}
    return record("pilot.paused", by=people.pm, pilot=letters, target=letters, data=data)


def test_a_digest_is_repeated_with_its_salt_only(letters: Pilot, people: People) -> None:
    event = written(letters, people)
    assert is_digest_of(event, "reason", "Flu")
    assert not is_digest_of(event, "reason", "Cold") and not is_digest_of(event, "nothing", "Flu")
    assert sha256(b"Flu").hexdigest() not in event.body


def test_the_same_text_twice_has_two_digests(letters: Pilot, people: People) -> None:
    one, other = written(letters, people), written(letters, people)
    assert one.body.split('"reason":')[1] != other.body.split('"reason":')[1]


def test_after_erasing_nobody_can_confirm_a_guess_and_the_trail_holds(letters: Pilot, people: People) -> None:
    event = written(letters, people)
    AuditSalt.objects.filter(pk=event.pk).delete()
    assert not is_digest_of(event, "reason", "Flu")
    assert not list(verify_trail().problems)


def test_an_event_without_texts_needs_no_salt(letters: Pilot, people: People) -> None:
    record("pilot.resumed", by=people.pm, pilot=letters, target=letters)
    assert not AuditSalt.objects.exists()
