"""How long pages take, beside a page with nothing on it that goes through the same middleware."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Final

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.test import Client, override_settings
from django.urls import path

from rolloutgov.urls import urlpatterns as all_of_them

CALLS: Final = 60
ROUNDS: Final = 5
PLAIN_FILES: Final = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("").render({}, request))


def frame(request: HttpRequest) -> HttpResponse:
    """What every page has around it, and nothing inside."""
    return render(request, "base.html")


urlpatterns = [path("nothing/", nothing), path("frame/", frame), *all_of_them]


@contextmanager
def browsing(user: Any) -> Iterator[Callable[[str], float]]:
    """Milliseconds until a page is there, for somebody who is signed in."""
    from django.conf import settings

    storages = settings.STORAGES | PLAIN_FILES
    with override_settings(ROOT_URLCONF="benchmarks.pages", STORAGES=storages, ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(user)

        def get(address: str) -> float:
            begun = perf_counter()
            answer = client.get(address)
            took = 1000 * (perf_counter() - begun)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            return took

        yield get


def in_rounds(get: Callable[[str], float], addresses: list[str]) -> dict[str, list[list[float]]]:
    """By address and round the times of its calls; in each round each address has its turn."""
    found: dict[str, list[list[float]]] = {address: [] for address in addresses}
    for address in addresses:
        get(address)
    for _ in range(ROUNDS):
        for address in addresses:
            found[address].append([get(address) for _ in range(CALLS // ROUNDS)])
    return found


def percentile(times: list[list[float]], share: float) -> float:
    return float(np.percentile(np.concatenate(times), share))


def ratio(times: list[list[float]], share: float, beside: list[list[float]]) -> float:
    """Median over the rounds of this percentile beside the median of the other page in the same round."""
    rounds = zip(times, beside, strict=True)
    return float(np.median([np.percentile(one, share) / np.median(other) for one, other in rounds]))
