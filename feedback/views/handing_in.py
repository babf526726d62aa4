"""A flag or a concern handed in through a form, wherever the form stands: what is refused comes back with all that
was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.forms import Field
from django.http import HttpResponse

from feedback.limits import TooMany
from pilots.errors import Refused

Taken = TypeVar("Taken")


@dataclass(frozen=True)
class NotTaken:
    """`form` says why."""

    status: int = 422
    # Seconds, or 0 where waiting helps nobody.
    retry_after: int = 0

    def tell(self, response: HttpResponse) -> HttpResponse:
        response.status_code = self.status
        if self.retry_after:
            response["Retry-After"] = str(self.retry_after)
        return response


class HandInForm(Protocol):
    @property
    def fields(self) -> Mapping[str, Field]: ...

    def is_valid(self) -> bool: ...

    def add_error(self, field: str | None, error: str) -> None: ...

    def renew_ticket(self) -> None:
        """For one that is shown again as the start of another: its number was used for other words."""


def take(form: HandInForm, send: Callable[[], Taken], *, many: str) -> Taken | NotTaken:
    """`many`: what to say where more came than is taken."""
    answer = NotTaken()
    if form.is_valid():
        try:
            return send()
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            if refused.code == "already_sent":
                form.renew_ticket()
        except TooMany as full:
            answer = NotTaken(429, full.retry_after)
            form.add_error(None, f"{many}. Send this one again in {-(-full.retry_after // 60)} min; it stays here")
    return answer
