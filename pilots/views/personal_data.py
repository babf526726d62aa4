"""What is held on oneself, to read and to take along; and for an administrator what is held on somebody who asked."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilots.access import require
from pilots.actions.personal_data import export_personal_data
from pilots.clock import now
from pilots.holdings import held_on
from pilots.models import User
from pilots.permissions import Permission
from pilots.views.acting import who


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    holdings = held_on(who(request))
    context = {"holdings": holdings, "months": settings.RETENTION_MONTHS, "rows": sum(len(h.rows) for h in holdings)}
    return render(request, "pilots/my_data.html", context)


@never_cache
@require_safe
def my_data_export(request: HttpRequest) -> HttpResponse:
    me, at = who(request), now()
    return _download(export_personal_data(user=me, by=me, at=at), at)


@never_cache
@require_POST
def person_data_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A download and no page: nobody needs to read it to hand it over."""
    require(request.user, Permission.ERASE)
    person, at = get_object_or_404(User, pk=pk), now()
    return _download(export_personal_data(user=person, by=who(request), at=at), at)


def _download(made: bytes, at: datetime) -> HttpResponse:
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="held-{at:%Y-%m-%d}.zip"'
    return response
