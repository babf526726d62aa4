"""Each way of tampering shows, and what shows it."""
# ruff: noqa: S608  the statements are this file's own

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pilots.actions.checkpoints import sign_checkpoint
from pilots.models import Pilot
from pilots.verification import verify_trail
from pilots.verify_trail import key_fingerprint
from tests.trail import REHASH, Tamper, words, write

OF_LETTERS = "stream = (SELECT 'pilot:' || id FROM pilots_pilot WHERE slug = 'letters')"


def test_an_untouched_trail_is_whole(trail: Pilot) -> None:
    sign_checkpoint("test")
    write(trail, None)
    sign_checkpoint("test", by=trail.created_by)
    report = verify_trail()
    assert report.problems == []
    assert (report.events, len(report.heads), report.checkpoints) == (16, 3, 2)


def test_a_trail_without_anything_is_whole(committed_db: str) -> None:
    assert words() == []


@pytest.mark.parametrize("microsecond", [0, 330000, 123456])
def test_any_moment_and_any_name_agree_with_the_text(
    trail: Pilot, monkeypatch: pytest.MonkeyPatch, microsecond: int
) -> None:
    """PostgreSQL spells the columns as Python's JSON would."""
    monkeypatch.setattr("pilots.audit.now", lambda: datetime(2026, 3, 1, 9, 30, 5, microsecond, UTC))
    trail.name = "".join(map(chr, range(1, 0xA1))) + '\u2028\\"😀'
    write(trail, None)
    assert words() == []


def test_a_changed_text_shows(trail: Pilot, tamper: Tamper) -> None:
    tamper(f"UPDATE pilots_auditevent SET body = replace(body, '2', '3') WHERE {OF_LETTERS} AND sequence = 3")
    assert "event 3 was changed after it was written: its hash does not match" in words()


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("verb", "pilot.paused", "verb"),
        ("target_text", "another", "its text"),
        ("at", "2020-01-01", "moment"),
        ("actor_id", None, "actor"),
        ("target_id", "x", "target"),
    ],
)
def test_a_column_that_says_something_else_than_the_text_shows(
    trail: Pilot, tamper: Tamper, column: str, value: str | None, name: str
) -> None:
    tamper(f"UPDATE pilots_auditevent SET {column} = %s WHERE {OF_LETTERS} AND sequence = 2", value)
    assert words() == [f"event 2: the columns say something else than its text ({name})"]


def test_a_text_that_is_no_longer_json_shows(trail: Pilot, tamper: Tamper) -> None:
    tamper(f"UPDATE pilots_auditevent SET body = '{{' WHERE {OF_LETTERS} AND sequence = 2")
    assert "event 2 cannot be read: its text was changed" in words()


def test_an_event_taken_from_the_middle_shows(trail: Pilot, tamper: Tamper) -> None:
    tamper(f"DELETE FROM pilots_auditevent WHERE {OF_LETTERS} AND sequence IN (2, 3)")
    assert words() == ["events 2 to 3 are missing", "event 4 does not follow the event before it"]


def test_an_end_cut_off_with_its_head_left_behind_shows(trail: Pilot, tamper: Tamper) -> None:
    tamper(f"DELETE FROM pilots_auditevent WHERE {OF_LETTERS} AND sequence > 3")
    assert words() == ["its head says 5 events, its last event is 3"]


def cut_cleanly(tamper: Tamper) -> None:
    tamper(
        f"DELETE FROM pilots_auditevent WHERE {OF_LETTERS} AND sequence > 3; UPDATE pilots_audithead SET sequence = 3, "
        f"hash = (SELECT hash FROM pilots_auditevent WHERE {OF_LETTERS} AND sequence = 3) WHERE {OF_LETTERS}"
    )


def test_an_end_cut_off_with_its_head_shows_only_by_a_checkpoint(trail: Pilot, tamper: Tamper) -> None:
    cut_cleanly(tamper)
    assert words() == []


def test_and_with_a_checkpoint_it_does(trail: Pilot, tamper: Tamper) -> None:
    sign_checkpoint("test")
    cut_cleanly(tamper)
    assert words() == ["checkpoint 1 saw 5 events, 3 are left: the end was cut off"]


def test_a_checkpoint_signed_over_the_damage_does_not_hide_it(trail: Pilot, tamper: Tamper) -> None:
    sign_checkpoint("test")
    cut_cleanly(tamper)
    sign_checkpoint("after the damage")
    assert words() == ["checkpoint 1 saw 5 events, 3 are left: the end was cut off"]


def test_a_stream_hashed_anew_shows_only_by_a_checkpoint(trail: Pilot, tamper: Tamper) -> None:
    sign_checkpoint("test")
    changed = "UPDATE pilots_auditevent SET body = replace(body, '\"number\":1', '\"number\":9') WHERE sequence = 2"
    tamper(f"{changed} AND {OF_LETTERS};" + REHASH)
    assert words() == ["checkpoint 1 saw another event 5: the stream was hashed anew"]


def test_a_stream_that_is_gone_shows_by_a_checkpoint(trail: Pilot, tamper: Tamper) -> None:
    sign_checkpoint("test")
    tamper(f"DELETE FROM pilots_auditevent WHERE {OF_LETTERS}; DELETE FROM pilots_audithead WHERE {OF_LETTERS}")
    assert words() == ["checkpoint 1 saw 5 events; the whole stream is gone"]
    sign_checkpoint("after the damage")
    assert words() == ["checkpoint 1 saw 5 events; the whole stream is gone"]


def test_a_head_without_events_shows(trail: Pilot, tamper: Tamper) -> None:
    tamper(f"DELETE FROM pilots_auditevent WHERE {OF_LETTERS}")
    assert words() == ["its head says 5 events, none is left"]


def test_the_newest_checkpoint_taken_away_shows(trail: Pilot, tamper: Tamper) -> None:
    sign_checkpoint("test")
    sign_checkpoint("test")
    tamper("DELETE FROM pilots_checkpoint WHERE number = 2")
    assert words() == ["event 5 tells of checkpoint 2, which is missing or another"]


def test_a_checkpoint_taken_from_the_middle_shows(trail: Pilot, tamper: Tamper) -> None:
    for _ in range(3):
        sign_checkpoint("test")
    tamper("DELETE FROM pilots_checkpoint WHERE number = 2")
    assert "checkpoint 2 should stand here, it is missing" in words()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ('body = replace(body, \'"reason":"test"\', \'"reason":"none"\')', "its signature does not match"),
        ("body = '{}'", "cannot be read: its text was changed"),
        ("reason = 'another'", "its columns say something else than what was signed"),
        ("signature = repeat('00', 64)", "its signature does not match"),
        ("signature = 'not hexadecimal'", "its signature does not match"),
        ("body = regexp_replace(body, '\\[5,', '[4,')", "the heads it lists are not those that were signed"),
    ],
)
def test_a_changed_checkpoint_shows(trail: Pilot, tamper: Tamper, change: str, found: str) -> None:
    sign_checkpoint("test")
    tamper(f"UPDATE pilots_checkpoint SET {change}")
    assert found in words()


def test_a_checkpoint_signed_with_another_key_shows(trail: Pilot, settings: object, tmp_path: object) -> None:
    settings.SIGNING_KEY_FILE = f"{tmp_path}/another.pem"  # type: ignore[attr-defined]
    sign_checkpoint("test")
    other = verify_trail().keys[0]
    settings.SIGNING_KEY_FILE = f"{tmp_path}/mine.pem"  # type: ignore[attr-defined]
    assert any("with a key that is not trusted here" in line for line in words())
    assert words(trusted=[key_fingerprint(other)]) == []
    settings.TRUSTED_KEYS = [key_fingerprint(other)]  # type: ignore[attr-defined]
    assert words() == []


def test_a_checkpoint_printed_on_a_report_must_still_be_there(trail: Pilot) -> None:
    checkpoint = sign_checkpoint("test")
    assert words(printed=[checkpoint.fingerprint]) == []
    assert words(printed=["0123456789ab"]) == ["is printed on a report and missing here"]


def test_checkpoints_in_between_list_only_what_moved(trail: Pilot) -> None:
    full = sign_checkpoint("test")
    write(trail, None)
    delta = sign_checkpoint("test")
    assert full.body.count('"pilot:') == 2
    assert delta.body.count('"pilot:') == 1


def test_one_pilot_is_verified_by_itself(trail: Pilot, tamper: Tamper) -> None:
    sign_checkpoint("test")
    tamper("UPDATE pilots_auditevent SET body = '{}' WHERE stream = 'organisation'")
    assert words(stream=f"pilot:{trail.pk}") == []
    assert words() != []


def test_the_command_says_what_is_broken_where_and_exits_with_1(trail: Pilot, tamper: Tamper) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "The trail is whole." in out.getvalue()
    tamper(f"UPDATE pilots_auditevent SET verb = 'x' WHERE {OF_LETTERS} AND sequence = 2")
    with pytest.raises(CommandError) as raised:
        call_command("verify_audit", pilot="letters", stdout=out)
    assert raised.value.returncode == 1
    assert "BROKEN  pilot letters: event 2: the columns say something else than its text (verb)" in out.getvalue()
