"""What every page needs: the theme of its reader and the way to the other pages."""

from typing import Any

from django.http import HttpRequest

THEMES = frozenset({"light", "dark"})


def page(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else "auto"}
