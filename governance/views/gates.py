from django.http import Http404, HttpRequest, HttpResponse


def gates(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def gate(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
