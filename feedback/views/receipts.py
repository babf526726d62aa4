"""What a reporter sees of their flag: behind the private link, or among their own when they gave their name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import get_flag_by_link, get_own_flag, page_url
from feedback.actions.reopening import reopen_flag
from feedback.actions.taking_back import may_take_back, take_back_return
from feedback.actions.telling import on_triage_now
from feedback.clocks import is_overdue, read_by
from feedback.forms.flags import ReopenForm
from feedback.limits import count_hand_in
from feedback.models import Concern, Escalation, Flag, Reply
from feedback.models.reply import Step
from feedback.reports import (
    CHANGED,
    DECLINED,
    OPEN,
    counts_by_group,
    of_group,
    others_like,
    steps_told,
    with_addresses,
)
from feedback.taxonomy import MEANWHILE, MEANWHILE_OTHERWISE, SEVERE, SEVERITIES, Category, Severity
from feedback.views.handing_in import NotTaken, take
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import User
from pilots.publish import wake
from pilots.views.acting import attempt_button

PER_PAGE = 25
View = Callable[..., HttpResponseBase]
# Of each group, before one asks for all of it.
FIRST = 8


@dataclass(frozen=True)
class Group:
    key: str
    short: str
    title: str
    sentence: str


GROUPS = {
    CHANGED: Group("changed", "Changed", "You flagged, we changed", "If one of these comes back, one click says so."),
    OPEN: Group("open", "Open", "Open", "Somebody owes you an answer to each of these."),
    DECLINED: Group("declined", "Not changed", "Not changed, and why", "If you see it otherwise, open it again."),
}


def kept_private(view: View) -> View:
    """The address is the key: no cache keeps the page, no search engine lists it."""

    @wraps(view)
    def private(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(private)


@login_not_required
@kept_private
@require_safe
def flag_receipt(request: HttpRequest, token: str) -> HttpResponse:
    flag = get_flag_by_link(token)
    links = {
        "reopen_url": reverse("flag_reopen", args=[token]),
        "attach_url": reverse("flag_attach", args=[token]),
        "attachments": with_addresses(flag, "flag_receipt_file", token),
        "give_up_url": reverse("flag_give_up", args=[token]),
        "take_back_url": reverse("flag_return_take_back", args=[token]),
        "erase_url": reverse("flag_erase", args=[token]),
        "page_url": page_url(request.user, flag.pilot),
        "private_link": request.build_absolute_uri(request.path),
    }
    return render(request, "feedback/receipt.html", _receipt(flag, with_names=False) | links)


@require_safe
def my_flag(request: HttpRequest, reference: str) -> HttpResponse:
    assert isinstance(request.user, User)
    flag = get_own_flag(request.user, reference)
    links = {
        "reopen_url": reverse("my_flag_reopen", args=[reference]),
        "attach_url": reverse("my_flag_attach", args=[reference]),
        "attachments": with_addresses(flag, "my_flag_file", reference),
        "give_up_url": reverse("my_flag_give_up", args=[reference]),
        "take_back_url": reverse("my_flag_return_take_back", args=[reference]),
        "erase_url": reverse("my_flag_erase", args=[reference]),
        "page_url": page_url(request.user, flag.pilot),
        "private_link": "",
    }
    return render(request, "feedback/receipt.html", _receipt(flag, with_names=True) | links)


@require_safe
def my_flags(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    mine = Flag.objects.reported_by(request.user)
    counts, chosen, page = counts_by_group(mine), request.GET.get("show", ""), None
    mine = mine.select_related("pilot")
    shown = []
    for number, group in GROUPS.items():
        if not counts.get(number) or chosen not in ("", group.key):
            continue
        found = of_group(mine, number, request.user.flags_seen_at)
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page")) if chosen else None
        shown.append((number, group, counts[number], page.object_list if page else found[:FIRST]))
    context = {"groups": shown, "page": page, "tabs": _tabs(counts, chosen), "any": bool(counts), "first": FIRST}
    response = render(request, "feedback/my_flags.html", context)
    if not chosen and request.method == "GET":
        # Afterwards, so that what is new is marked once on this page.
        User.objects.filter(pk=request.user.pk).update(flags_seen_at=now())
    return response


def _tabs(counts: dict[int, int], chosen: str) -> list[dict[str, object]]:
    entries = [("", "All", sum(counts.values()))]
    entries += [(group.key, group.short, counts.get(number, 0)) for number, group in GROUPS.items()]
    address = reverse("my_flags")
    return [
        {"label": label, "url": f"{address}?show={key}" if key else address, "current": key == chosen, "count": count}
        for key, label, count in entries
    ]


@login_not_required
@kept_private
@require_http_methods(["GET", "HEAD", "POST"])
def flag_reopen(request: HttpRequest, token: str) -> HttpResponse:
    return _reopen(request, get_flag_by_link(token), reverse("flag_receipt", args=[token]))


@require_http_methods(["GET", "HEAD", "POST"])
def my_flag_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    assert isinstance(request.user, User)
    return _reopen(request, get_own_flag(request.user, reference), reverse("my_flag", args=[reference]))


@login_not_required
@kept_private
@require_POST
def flag_return_take_back(request: HttpRequest, token: str) -> HttpResponse:
    return _take_back(request, get_flag_by_link(token), reverse("flag_receipt", args=[token]))


@require_POST
def my_flag_return_take_back(request: HttpRequest, reference: str) -> HttpResponse:
    assert isinstance(request.user, User)
    return _take_back(request, get_own_flag(request.user, reference), reverse("my_flag", args=[reference]))


def _take_back(request: HttpRequest, flag: Flag, back: str) -> HttpResponse:
    with attempt_button(request):
        take_back_return(flag=flag, at=now())
        wake("governance.reevaluate")
        messages.success(request, "Taken back: the answer stands as before.")
    return redirect(back)


def _reopen(request: HttpRequest, flag: Flag, back: str) -> HttpResponse:
    at, sent = now(), request.method == "POST"
    form = ReopenForm(request.POST if sent else None)

    def send() -> None:
        count_hand_in(request, flag.pilot_id, at)
        try:
            reopen_flag(flag=flag, note=form.cleaned_data["note"], at=at)
        except Refused as refused:
            if refused.code != "not_closed":  # clicked twice, or somebody was faster
                raise

    if not sent and flag.state != Flag.State.CLOSED:
        return redirect(back)
    taken = take(form, send, many="Much came from where you are") if sent else NotTaken(200)
    if isinstance(taken, NotTaken):
        return taken.tell(render(request, "feedback/reopen.html", {"flag": flag, "form": form, "back": back}))
    messages.success(request, "Your flag is open again. Whoever looks after flags reads it anew.")
    return redirect(back)


def _receipt(flag: Flag, *, with_names: bool) -> dict[str, Any]:
    at, replies = now(), list(Reply.objects.filter(flag=flag).select_related("author"))
    last_return = next((reply for reply in reversed(replies) if reply.step == Step.RETURN), None)
    level, zone = flag.current_severity, timezone.get_current_timezone()
    asked = Escalation.objects.filter(flag=flag).select_related("answered_by").first()
    raised = Concern.objects.filter(flag=flag).select_related("decided_by", "changed_pattern", "changed_use_case")
    advice = [MEANWHILE[Category(code)] for code in flag.categories if Category(code) in MEANWHILE]
    urgent = flag.is_pending and (level >= SEVERE or flag.needs_answer_now)
    return {
        "flag": flag,
        "urgent": urgent,
        "ring": on_triage_now(flag.pilot, at) if urgent and with_names else [],
        "called": asked.called_now() if asked and asked.is_open and with_names else [],
        "escalation": asked,
        "escalation_look": asked.look(now()) if asked else "",
        "concern": raised.first(),
        "others": others_like(flag),
        "read_by": read_by(flag.waits_since, level, zone),
        "overdue": is_overdue(flag.waits_since, level, at, zone),
        "steps": steps_told(replies, with_names=with_names),
        "may_take_back": may_take_back(flag, last_return, at),
        "stop": flag.is_pending and level >= SEVERE,
        "serious": level == Severity.SERIOUS,
        "what_happened_next": SEVERITIES[Severity(flag.severity)].what_happened,
        "meanwhile": advice or ([] if level >= SEVERE else [MEANWHILE_OTHERWISE]),
    }
