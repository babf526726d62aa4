"""A flag handed in through a form, wherever the form stands: what is refused comes back with all that was typed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse

from feedback.actions.flags import HandedIn
from feedback.forms.flags import FlagForm
from feedback.limits import TooMany
from pilots.errors import Refused
from pilots.publish import wake


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


def take(form: FlagForm, send: Callable[[], HandedIn], *, many: str) -> HandedIn | NotTaken:
    """`many`: what to say where more came than is taken."""
    answer = NotTaken()
    if form.is_valid():
        try:
            handed = send()
            wake("feedback.place_flags")
            return handed
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            if refused.code == "already_sent":
                form.renew_ticket()
        except TooMany as full:
            answer = NotTaken(429, full.retry_after)
            form.add_error(None, f"{many}. Send this one again in {-(-full.retry_after // 60)} min; it stays here")
    form.empty_trap()
    return answer
