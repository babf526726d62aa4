"""What a register is. Pages, files and the API are made from this: a new register needs no code of its own."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Field, ForeignKey, QuerySet
from django.utils.text import capfirst

from pilots.models import Entry, Pilot
from pilots.when import day_in_words

# What is missing in a register on a day, in words: a sentence each.
Missing = Callable[[Pilot, dt.date], list[str]]
# How one entry stands on a day: a key of the interface's states, and words; None for nothing to say.
State = Callable[[Any, dt.date], tuple[str, str] | None]
# Whether nothing is left to do for who owns an entry.
Done = Callable[[Any], bool]
# What an entry takes back of itself when these of its fields change: an approval does not outlive what was approved.
Upon = Callable[[Any, Sequence[str]], None]


@dataclass(frozen=True)
class Register:
    """`fields` are what people fill in; labels, choices and limits of them come from the model."""

    slug: str
    group: str
    model: type[Entry]
    # Many of them, and one in the middle of a sentence.
    name: str
    one: str
    # A question that the page answers.
    title: str
    lede: str
    button: str
    empty: str
    # What stands in the table; the first names the row.
    columns: tuple[str, ...]
    # A body as the API takes it; files show it as their example.
    example: Mapping[str, Any]
    help: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    # Shown, and set only by actions of their own.
    decided: tuple[str, ...] = ()
    missing: Missing = lambda pilot, day: []
    state: State = lambda entry, day: None
    done: Done = lambda entry: False
    upon_change: Upon = lambda entry, changed: None

    @property
    def fields(self) -> tuple["Field[Any, Any]", ...]:
        return tuple(f for f in self.model._meta.concrete_fields if f.editable and f.name not in self.decided)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)

    @property
    def links(self) -> "tuple[ForeignKey[Any, Any], ...]":
        return tuple(one for one in self.fields if isinstance(one, ForeignKey))

    @property
    def key(self) -> str:
        """Its slug as a name in code and in the API's operations."""
        return self.slug.replace("-", "_")

    def field(self, name: str) -> "Field[Any, Any]":
        found = self.model._meta.get_field(name)
        assert isinstance(found, Field)
        return found

    def label(self, name: str) -> str:
        return self.labels.get(name) or capfirst(str(self.field(name).verbose_name))

    def entries(self, pilot: Pilot) -> QuerySet[Any]:
        """With all that is shown of them."""
        linked = [one.name for one in self.model._meta.concrete_fields if isinstance(one, ForeignKey)]
        linked = [name for name in linked if name not in ("pilot", "removed_by")]
        return self.model._default_manager.filter(pilot=pilot, removed_at__isnull=True).select_related(*linked)

    def words(self, entry: Entry, name: str) -> str:
        """A value as people read it; empty for none."""
        value, of = getattr(entry, name), self.field(name)
        if value is None or value == "":
            return ""
        if of.choices:
            return str(getattr(entry, f"get_{name}_display")())
        if isinstance(of, BooleanField):
            return "Yes" if value else "No"
        if isinstance(value, dt.date):
            return day_in_words(value)
        return f"{value:g}" if isinstance(value, float) else str(value)


def few(number: int, one: str, many: str) -> list[str]:
    """“1 gap has no owner”, “3 gaps have no owner”; nothing for none."""
    if not number:
        return []
    return [f"{number} {one if number == 1 else many}"]
