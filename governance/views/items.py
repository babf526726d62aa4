"""Doing one thing to one question: giving it an owner, commenting, putting its answer in doubt."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from governance.actions.doubts import raise_doubt
from governance.actions.items import assign_items, comment_on_item
from governance.forms.items import CommentForm, DoubtForm
from governance.forms.questions import AssignOneForm
from governance.views.acting_on_items import act_on_item, item_of
from pilots.permissions import Permission


def item_assign(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.ASSIGN_ITEMS)
    return act_on_item(
        request,
        item,
        AssignOneForm(request.POST or None, item=item),
        partial(assign_items, pilot=item.pilot, items=[item]),
        done="The question has an owner.",
        heading="Assign this question",
        button="Assign",
        lede="The owner finds it under My work, and is reminded before it is due and before its answer lapses.",
    )


def item_comment(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.COMMENT)
    return act_on_item(
        request,
        item,
        CommentForm(request.POST or None),
        partial(comment_on_item, item=item),
        done="Your comment is below.",
        heading="Comment on this question",
        button="Comment",
    )


def doubt_raise(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    item = item_of(request, slug, item_id, Permission.RAISE_DOUBT)
    return act_on_item(
        request,
        item,
        DoubtForm(request.POST or None, initial={"version": item.version}),
        partial(raise_doubt, item=item),
        done="The answer is in doubt until somebody confirms or renews it.",
        heading="Put the answer in doubt",
        button="Put in doubt",
        shows_answer=True,
        lede="It stops counting at once, and a sign-off that was asked on it is void. Somebody other than its author "
        "then confirms it with a reason, or its owner renews it.",
    )
