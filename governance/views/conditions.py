from django.http import Http404, HttpRequest, HttpResponse


def condition_add(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def condition_withdraw(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def condition_meet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
