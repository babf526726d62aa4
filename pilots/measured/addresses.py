"""Where a figure is traced to what it rests on."""

from urllib.parse import urlencode

from django.urls import reverse

from pilots.measured.questions import Remedy
from pilots.models import Figure, Pilot


def figure_url(pilot: Pilot, code: str, use_case: str = "", segment: str = "", part: str = "") -> str:
    """By the short names of its use case and segment."""
    given = {"use_case": use_case, "segment": segment, "part": part}
    narrowed = urlencode({name: value for name, value in given.items() if value})
    return reverse("figure", kwargs={"slug": pilot.slug, "code": code}) + (f"?{narrowed}" if narrowed else "")


def url_of(pilot: Pilot, figure: Figure) -> str:
    use_case = figure.use_case.slug if figure.use_case else ""
    segment = figure.segment.slug if figure.segment else ""
    return figure_url(pilot, figure.code, use_case, segment, figure.part)


def page_url(pilot: Pilot, page: str, register: str = "") -> str:
    """A page of the pilot by its URL name, with the register's short name where it is one of many."""
    return reverse(page, kwargs={"slug": pilot.slug} | ({"register": register} if register else {}))


def remedy_url(pilot: Pilot, remedy: Remedy) -> str:
    return page_url(pilot, remedy.page, remedy.register)
