"""The shape that all pages share on which somebody does one thing to one question."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from governance.models import Item
from governance.places import item_url
from pilots.access import get_pilot
from pilots.clock import now
from pilots.errors import Conflict
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


def item_of(request: HttpRequest, slug: str, item_id: UUID, permission: Permission) -> Item:
    pilot = get_pilot(request.user, slug, permission)
    item = get_object_or_404(Item.objects.with_details(), pilot=pilot, pk=item_id)
    item.pilot = pilot
    return item


def act_on_item(
    request: HttpRequest,
    item: Item,
    form: Form,
    action: Callable[..., Any],
    *,
    done: str,
    template: str = "governance/item_action.html",
    **page: Any,
) -> HttpResponse:
    """Shows the form; does it with the form's values when it is sent; shows it again, as typed, when it is refused.

    The fields of the form are named as the arguments of the action.
    """
    context = {"pilot": item.pilot, "item": item, "item_url": item_url(item.pilot, item), "form": form, **page}
    if request.method == "POST" and form.is_valid():
        try:
            with attempt(form):
                action(by=who(request), at=now(), **form.cleaned_data)
                wake("governance.reevaluate")
                messages.success(request, done)
                return redirect(context["item_url"])
        except Conflict as conflict:
            return _changed_meanwhile(request, form, conflict, context, template)
    return page_of(request, template, context)


def _changed_meanwhile(
    request: HttpRequest, form: Form, conflict: Conflict, context: dict[str, Any], template: str
) -> HttpResponse:
    """What the other person did stands above what was typed; sending again then counts as having seen it."""
    changed = Item.objects.with_details().get(pk=context["item"].pk)
    changed.pilot = context["pilot"]
    form.add_error(None, conflict.message)
    form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict, since the form was sent
    form.data["version"] = str(changed.version)  # type: ignore[index]
    response = page_of(request, template, {**context, "item": changed, "changed": True})
    response.status_code = 409
    return response
