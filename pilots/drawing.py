"""Pictures in pages: drawn once, kept in the cache by what they are drawn from."""

import hashlib
import json
from typing import Final

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from pilots.charts import Picture, Spec, draw

KEPT_SECONDS: Final = 7 * 86_400
# Another way of drawing is another picture.
EDITION: Final = 1


def both_variants(picture: Picture, name: str) -> SafeString:
    """Wide and narrow: the style sheet shows the one that there is room for. `name` is once on a page."""
    wide = _drawn(picture, picture.wide, f"{name}-wide", "chart-wide")
    return mark_safe(wide + _drawn(picture, picture.narrow, f"{name}-narrow", "chart-narrow"))  # noqa: S308  escaped where drawn


def _drawn(picture: Picture, spec: Spec, name: str, css: str) -> str:
    said = json.dumps([EDITION, spec, picture.title, picture.described, name, css], sort_keys=True)
    key = f"picture:{hashlib.sha256(said.encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = draw(spec, title=picture.title, described=picture.described, name=name, css=css)
        cache.set(key, kept, KEPT_SECONDS)
    return str(kept)
