"""Every address of the application; each app adds its own below its name."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    *(path("", include(f"{app}.urls")) for app in ("governance", "feedback", "pilots") if find_spec(f"{app}.urls")),
]
