"""A message leaves at most once, whatever happens to the worker or the mail server."""

import smtplib
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from pilots.actions.messages import ATTEMPTS, queue_message, send_messages
from pilots.clock import now
from pilots.models import Message


def queue(at: datetime, event: str = "news:1", address: str = "eva@example.org") -> bool:
    return queue_message(address=address, event=event, subject="News", body="Something happened.", at=at)


@pytest.fixture
def waiting(at: datetime) -> Message:
    queue(at)
    return Message.objects.get()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`failing(error)`: from now on the mail server answers like that."""

    def fail(error: BaseException | None) -> None:
        def send(self: EmailBackend, messages: Any) -> int:
            if error is not None:
                raise error
            return 1

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    return fail


def test_a_message_is_sent_once(waiting: Message) -> None:
    assert (send_messages(), send_messages()) == (1, 0)
    assert [m.subject for m in mail.outbox] == ["News"]
    waiting.refresh_from_db()
    assert waiting.sent_at
    assert (waiting.failed_at, waiting.error) == (None, "")


def test_the_same_event_is_queued_once_for_each_address(at: datetime) -> None:
    assert queue(at)
    assert not queue(at, address="EVA@example.org")
    assert queue(at, address="owen@example.org")


def test_what_is_due_later_waits(waiting: Message) -> None:
    Message.objects.update(next_try_at=now() + timedelta(minutes=1))
    assert send_messages() == 0


def test_a_refusal_is_tried_again_later_and_later(waiting: Message, failing: Any) -> None:
    failing(smtplib.SMTPDataError(451, b"try later"))
    waits = []
    for _ in range(4):
        Message.objects.update(next_try_at=now())
        send_messages()
        waiting.refresh_from_db()
        waits.append(round((waiting.next_try_at - now()).total_seconds() / 60))
    assert waits == [1, 2, 4, 8]
    assert waiting.failed_at is None
    assert "451" in waiting.error


def test_after_the_last_attempt_it_is_given_up(waiting: Message, failing: Any) -> None:
    failing(smtplib.SMTPDataError(550, b"no such person"))
    Message.objects.update(attempts=ATTEMPTS - 1)
    send_messages()
    waiting.refresh_from_db()
    assert waiting.failed_at
    assert waiting.error.startswith("Given up: SMTPDataError")
    failing(None)
    assert send_messages() == 0


@pytest.mark.parametrize("error", [TimeoutError(), smtplib.SMTPServerDisconnected("gone"), ConnectionResetError()])
def test_a_message_that_may_have_left_is_not_sent_again(waiting: Message, failing: Any, error: Exception) -> None:
    failing(error)
    send_messages()
    failing(None)
    assert send_messages() == 0
    waiting.refresh_from_db()
    assert waiting.failed_at
    assert "not known whether it left" in waiting.error


def test_a_worker_that_dies_while_sending_sends_it_no_second_time(waiting: Message, failing: Any) -> None:
    failing(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        send_messages()
    failing(None)
    assert send_messages() == 0
    waiting.refresh_from_db()
    assert "not known whether it left" in waiting.error


def test_a_server_that_cannot_be_reached_costs_no_attempt(waiting: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(self: EmailBackend) -> bool:
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(EmailBackend, "open", closed)
    with pytest.raises(ConnectionRefusedError):
        send_messages()
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.failed_at) == (0, None)


def test_two_workers_send_each_message_once(committed_db: str) -> None:
    for number in range(20):
        queue(now(), event=f"news:{number}")

    def work() -> None:
        send_messages()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(mail.outbox) == 20
    assert Message.objects.filter(sent_at__isnull=False, attempts=1).count() == 20
