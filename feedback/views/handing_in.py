"""What a reporter hands in through a form, wherever the form stands: a refusal comes back with all that was typed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.forms import BaseForm
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


def take(
    form: BaseForm, send: Callable[[], Taken], *, many: str, again: Callable[[], None] = lambda: None
) -> Taken | NotTaken:
    """`many`: what to say where more came than is taken. `again`: makes the form the start of another thing, where its
    number was used for other words."""
    answer = NotTaken()
    if form.is_valid():
        try:
            return send()
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            if refused.code == "already_sent":
                again()
        except TooMany as full:
            answer = NotTaken(429, full.retry_after)
            form.add_error(None, f"{many}. Send this one again in {-(-full.retry_after // 60)} min; it stays here")
    return answer
