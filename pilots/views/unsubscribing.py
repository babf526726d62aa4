"""Behind the link of an e-mail: a button for a person, and the one click of a mail program."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pilots.actions.unsubscribing import KINDS, read_unsubscribe_token
from pilots.actions.unsubscribing import unsubscribe as stop


@csrf_exempt  # a mail program has no cookie; the signature of the address is what counts
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing, since mail programs open links by themselves."""
    found = read_unsubscribe_token(token)
    if found is None:
        raise Http404("No e-mail of ours has this link.")
    user, kind = found
    done = request.method == "POST"
    if done:
        stop(user=user, kind=kind)
    response = render(request, "pilots/unsubscribe.html", {"done": done, "kind": KINDS[kind][0]})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
