"""One search over pilots, questions, answers and flags, each within what the person may see."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.urls import reverse

from feedback.summaries.flags import find_flags
from governance.models import Item
from governance.places import item_url
from pilots.access import pilots_where
from pilots.models import Pilot, User
from pilots.permissions import Permission

MOST: Final = 20
SHORTEST: Final = 2
_MARKDOWN: Final = re.compile(r"\*\*|__|`|^#+ |^> ", re.MULTILINE)


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    excerpt: str
    pilot: str
    url: str


def search(user: User, words: str) -> dict[str, list[Hit]]:
    """Up to `MOST` hits of each kind, for two letters or more."""
    words = words.strip()
    if len(words) < SHORTEST:
        return {}
    return {
        "Pilots": list(_pilots(user, words)),
        "Questions": list(_questions(user, words)),
        "Answers": list(_answers(user, words)),
        "Flags": list(_flags(user, words)),
    }


def excerpt(text: str, words: str, width: int = 160) -> str:
    """The part of the text around the first hit, with … where it is cut, without the signs of Markdown."""
    text = _MARKDOWN.sub("", text)
    at = max(text.lower().find(words.lower()), 0)
    start = max(at - width // 3, 0)
    piece = " ".join(text[start : start + width].split())
    return f"{'…' if start else ''}{piece}{'…' if start + width < len(text) else ''}"


def _pilots(user: User, words: str) -> Iterable[Hit]:
    matches = Q(name__icontains=words) | Q(tool__icontains=words) | Q(supplier__icontains=words)
    matches |= Q(purpose__icontains=words) | Q(does_not_show__icontains=words)
    for pilot in Pilot.objects.visible_to(user).filter(matches)[:MOST]:
        yield Hit(
            "Pilot",
            pilot.name,
            excerpt(pilot.purpose or pilot.tool, words),
            pilot.name,
            reverse("pilot", kwargs={"slug": pilot.slug}),
        )


def _questions(user: User, words: str) -> Iterable[Hit]:
    visible = Pilot.objects.visible_to(user).values("pk")
    items = Item.objects.filter(pilot__in=visible, retired_at__isnull=True)
    items = items.filter(Q(question__question__icontains=words) | Q(code__iexact=words))
    for item in items.with_details().select_related("pilot")[:MOST]:
        text = item.question.question
        yield Hit("Question", str(item), excerpt(text, words), item.pilot.name, item_url(item.pilot, item))


def _answers(user: User, words: str) -> Iterable[Hit]:
    visible = Pilot.objects.visible_to(user).values("pk")
    items = Item.objects.filter(pilot__in=visible, retired_at__isnull=True, answer__text__icontains=words)
    for item in items.with_details().select_related("pilot")[:MOST]:
        text = item.answer.text if item.answer else ""
        yield Hit("Answer", f"Answer to {item}", excerpt(text, words), item.pilot.name, item_url(item.pilot, item))


def _flags(user: User, words: str) -> Iterable[Hit]:
    for found in find_flags(words, pilots=pilots_where(user, Permission.VIEW_FLAGS), most=MOST):
        url = reverse("flag", kwargs={"slug": found.pilot_slug, "reference": found.reference})
        yield Hit("Flag", found.reference, excerpt(found.text, words), found.pilot, url)
