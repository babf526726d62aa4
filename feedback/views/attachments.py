"""Files of a flag: out to whoever may read it, in later from its reporter."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from feedback.access import get_attachment, get_flag, get_flag_by_link, get_own_flag, may_read
from feedback.actions.attachments import attach_files
from feedback.forms.details import AttachForm
from feedback.limits import count_hand_in
from feedback.models import Attachment, Flag
from feedback.views.handing_in import NotTaken, take
from feedback.views.receipts import kept_private
from pilots.access import who_may
from pilots.clock import now
from pilots.errors import NotAllowed
from pilots.files import download
from pilots.models import User
from pilots.permissions import Permission

GONE = "This file is not in the store any more."


@require_safe
def flag_file(request: HttpRequest, slug: str, reference: str, file: UUID) -> FileResponse:
    flag = get_flag(request.user, slug, reference, Permission.VIEW_FLAGS)
    if not may_read(request.user, flag):
        who = who_may(Permission.TRIAGE_FLAGS, flag.pilot)
        raise NotAllowed("This flag may show what many should not see, so only triage reads it.", who=who)
    return _download(get_attachment(flag, file))


@require_safe
def my_flag_file(request: HttpRequest, reference: str, file: UUID) -> FileResponse:
    assert isinstance(request.user, User)
    return _download(get_attachment(get_own_flag(request.user, reference), file))


@login_not_required
@kept_private
@require_safe
def flag_receipt_file(request: HttpRequest, token: str, file: UUID) -> FileResponse:
    return _download(get_attachment(get_flag_by_link(token), file))


def _download(found: Attachment) -> FileResponse:
    return download(found.file, found.title, gone=GONE)


@login_not_required
@kept_private
@require_http_methods(["GET", "HEAD", "POST"])
def flag_attach(request: HttpRequest, token: str) -> HttpResponse:
    return _attach(request, get_flag_by_link(token), reverse("flag_receipt", args=[token]))


@require_http_methods(["GET", "HEAD", "POST"])
def my_flag_attach(request: HttpRequest, reference: str) -> HttpResponse:
    assert isinstance(request.user, User)
    return _attach(request, get_own_flag(request.user, reference), reverse("my_flag", args=[reference]))


def _attach(request: HttpRequest, flag: Flag, back: str) -> HttpResponse:
    if request.method != "POST":
        return _show(request, flag, AttachForm(), back)
    at, form = now(), AttachForm(request.POST, request.FILES)

    def send() -> list[Attachment]:
        count_hand_in(request, flag.pilot_id, at)
        return attach_files(flag=flag, files=form.cleaned_data["files"], at=at)

    taken = take(form, send, many="Much came from where you are")
    if isinstance(taken, NotTaken):
        return taken.tell(_show(request, flag, form, back))
    lost = [one.title for one in taken if one.gone]
    if lost:
        messages.error(request, f"There was no room left for {', '.join(lost)}. Try again in some days.")
    else:
        messages.success(request, "Added to your flag.")
    return redirect(back)


def _show(request: HttpRequest, flag: Flag, form: AttachForm, back: str) -> HttpResponse:
    return render(request, "feedback/attach.html", {"flag": flag, "form": form, "back": back})
