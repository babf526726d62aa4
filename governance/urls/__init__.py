"""Addresses of the pages that belong to governance, one module for each part."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern

_PARTS = ("overview", "pilots", "questions", "gates", "catalogue", "trail")

urlpatterns: list[URLPattern] = [
    pattern
    for part in _PARTS
    if find_spec(f"governance.urls.{part}")
    for pattern in import_module(f"governance.urls.{part}").urlpatterns
]
