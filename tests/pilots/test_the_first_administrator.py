"""`manage.py create_administrator`."""

import pytest
from django.core.management import CommandError, call_command

from pilots import access
from pilots.models import User
from pilots.permissions import Permission


def test_is_made_on_the_command_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "a long walk on the beach")
    call_command("create_administrator", "Root@Example.org", "Ruth Ott")
    person = User.objects.get(email="root@example.org")
    assert access.can(person, Permission.MANAGE_PEOPLE)
    assert person.check_password("a long walk on the beach")


@pytest.mark.parametrize(("email", "password"), [("not an address", "a long walk on the beach"), ("a@b.org", "short")])
def test_a_bad_address_or_password_is_said(
    db: None, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("create_administrator", email, "Ruth Ott")
    assert not User.objects.exists()
