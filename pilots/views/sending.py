"""Running an action from a form that carries the version its reader saw: a refusal or another's change keeps it all."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm
from django.http import HttpRequest

from pilots.errors import Conflict, Refused
from pilots.plain_text import whole_number


@contextmanager
def sending(form: BaseForm) -> Iterator[None]:
    """What went wrong stands in the form, and nothing typed is lost; `status_of` says with which status."""
    try:
        yield
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    except Conflict as conflict:
        so = "; ".join(f"{term.lower()}: {value}" for term, value in conflict.current.items() if value)
        form.add_error(None, f"{conflict.message} {f'Now {so}. ' if so else ''}What you typed is still here")
        form.is_conflict = True  # type: ignore[attr-defined]


def status_of(form: BaseForm | None) -> int:
    if form is None or not form.is_bound or not form.errors:
        return 200
    return 409 if getattr(form, "is_conflict", False) else 422


def version_of(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version", ""))
