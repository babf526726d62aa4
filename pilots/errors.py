"""What an action says when it will not do a thing. Each carries words for the person who asked."""

from collections.abc import Mapping, Sequence


class Refused(Exception):
    """A rule forbids it (shown beside the field it concerns; 422 in the API)."""

    def __init__(self, message: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.field = message, code, field


class Conflict(Exception):
    """Somebody else changed it meanwhile (409); `current` holds their values for the page to show."""

    def __init__(self, message: str, *, current: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message, self.current = message, dict(current or {})


class NotAllowed(Exception):
    """May see it, may not do it (403); `who` names those who may."""

    def __init__(self, message: str, *, who: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message, self.who = message, list(who)
