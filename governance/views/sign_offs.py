from django.http import Http404, HttpRequest, HttpResponse


def gate_sign_off_ask(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def gate_sign_off_withdraw(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def gate_sign_off(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
