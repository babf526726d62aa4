"""A page that everybody may read, with a signed statement and a newer one in the making; and a flag that was erased."""

from datetime import datetime
from uuid import uuid4

from feedback.actions import patterns as decide
from feedback.actions.erasing import erase_flag
from feedback.actions.flags import hand_in_flag
from feedback.actions.publishing import publish_page
from feedback.actions.statements import publish_statement, sign_statement, write_statement
from feedback.models import Pattern
from pilots.models import Pilot
from tests.cast import People

FOR = "Summaries of contracts of up to **forty pages**, for the lawyer who reads the contract too.\n\n- rent\n- supply"
NOT_FOR = "It replaces no reading of a contract, and it is not for contracts with people who work here."


def publish(summaries: Pilot, letters: Pilot, people: People, at: datetime) -> str:
    """`summaries` is published; the reference of the erased flag, which is of `letters`."""
    first = write_statement(pilot=summaries, intended=FOR, not_intended=NOT_FOR, seen=0, by=people.change, at=at)
    for who in (people.sponsor, people.owner):
        sign_statement(statement=first, digest=first.digest, is_named=who is people.owner, by=who, at=at)
    publish_statement(statement=first, by=people.pm, at=at)
    newer = f"{NOT_FOR} Nor for contracts in languages other than English."
    write_statement(pilot=summaries, intended=FOR, not_intended=newer, seen=1, by=people.pm, at=at)
    for number, title in ((1, "It cites rulings that do not exist"), (2, "Answers take minutes")):
        pattern = Pattern.objects.get(pilot=summaries, number=number)
        decide.rename_pattern(pattern=pattern, title=title, version=pattern.version, by=people.triage, at=at)
    words = "It is often wrong about dates of notice. **Check each** against the contract."
    publish_page(pilot=summaries, falls_short=words, seen=0, by=people.change, at=at)
    Pilot.objects.filter(pk=summaries.pk).update(page_access=Pilot.PageAccess.ANYONE)
    made = hand_in_flag(
        pilot=letters, submission=uuid4(), categories=["WRONG"], severity=1, output="Names.", by=people.stranger, at=at
    )
    return erase_flag(flag=made.flag, at=at).reference
