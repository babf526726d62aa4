"""What every page needs: the ways to other pages that its reader may go, unread news, the theme."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from pilots.access import can, standing
from pilots.models import User
from pilots.permissions import Permission
from rolloutgov.reader import theme_of

ForWhom = Callable[[User], bool]


@dataclass(frozen=True)
class Entry:
    label: str
    url_name: str
    for_whom: ForWhom


@dataclass(frozen=True)
class Link:
    """An entry as one reader sees it. `current` is "page" on the page itself, "true" below it, else empty."""

    label: str
    url: str
    current: str


def _anyone(_user: User) -> bool:
    return True


def _in_a_pilot(user: User) -> bool:
    here = standing(user)
    return bool(here.own or here.lent) or can(user, Permission.VIEW_ALL_PILOTS)


def _in_no_pilot(user: User) -> bool:
    """Who comes only to flag has few entries, so that one's own flags stand among them."""
    return not _in_a_pilot(user)


def _works_in_a_pilot(user: User) -> bool:
    here = standing(user)
    return bool(here.own or here.lent)


def _may(permission: Permission) -> ForWhom:
    return partial(_can, permission)


def _can(permission: Permission, user: User) -> bool:
    return can(user, permission)


MAIN = (
    Entry("Portfolio", "portfolio", _in_a_pilot),
    Entry("My work", "my_work", _works_in_a_pilot),
    Entry("Readiness", "readiness", _may(Permission.VIEW_READINESS)),
    Entry("Flag an output", "flag_choose", _anyone),
    Entry("My flags", "my_flags", _in_no_pilot),
    Entry("Questions", "catalogue", _may(Permission.EDIT_CATALOGUE)),
    Entry("Frameworks", "frameworks", _may(Permission.VIEW_FRAMEWORKS)),
    Entry("People", "people", _may(Permission.MANAGE_PEOPLE)),
    Entry("Administration", "administration", _may(Permission.OPERATE)),
)
ACCOUNT = (
    Entry("My flags", "my_flags", _in_a_pilot),
    Entry("Published pages", "published_list", _anyone),
    Entry("Your settings", "account", _anyone),
    Entry("Password and sign-in", "mfa_index", _anyone),
    Entry("API tokens", "tokens", _anyone),
)


@dataclass(frozen=True)
class Navigation:
    main: list[Link]
    account: list[Link]
    search: str
    notifications: str
    sign_in: str
    sign_out: str
    theme: str


def navigation_for(user: User | AnonymousUser, path: str) -> Navigation:
    person = user if isinstance(user, User) else None
    return Navigation(
        main=_links(MAIN, person, path) if person else [],
        account=_links(ACCOUNT, person, path) if person else [],
        search=reverse("search") if person and _in_a_pilot(person) else "",
        notifications=reverse("notifications"),
        sign_in=reverse("account_login"),
        sign_out=reverse("account_logout"),
        theme=reverse("theme_set"),
    )


def _links(entries: tuple[Entry, ...], user: User, path: str) -> list[Link]:
    found = [(entry.label, reverse(entry.url_name)) for entry in entries if entry.for_whom(user)]
    return [Link(label, url, _current(url, path)) for label, url in found]


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""


def _unread(user: User | AnonymousUser) -> int:
    return user.notifications.filter(read_at__isnull=True).count() if isinstance(user, User) else 0


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Lazy: a fragment without a header costs no query."""
    user = getattr(request, "user", AnonymousUser())  # an error page may come before anyone is known
    return {
        "theme": theme_of(request),
        "navigation": SimpleLazyObject(lambda: navigation_for(user, request.path)),
        "unread": SimpleLazyObject(lambda: _unread(user)),
        "zone": timezone.get_current_timezone_name(),
    }
