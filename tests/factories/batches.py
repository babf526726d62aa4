"""Batches of evidence, as small as they may be, and files that hold some."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from pilots import clock
from pilots.actions.batches import receive_batch
from pilots.actions.importing import import_batch
from pilots.models import Batch, Pilot, User
from tests.factories.pilots import PilotFactory, UserFactory

PROVENANCE = {
    "title": "Log of two weeks",
    "phase": "stress_test",
    "method": "log",
    "measured_by": "Internal audit",
    "stake": "none",
}


class BatchFactory(DjangoModelFactory[Batch]):
    """Imported, with no rows."""

    class Meta:
        model = Batch

    pilot = factory.SubFactory(PilotFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = "Log of two weeks"
    phase = "stress_test"
    method = "log"
    measured_by = "Internal audit"
    stake = "none"
    source = "file"
    digest = factory.Sequence(lambda n: f"{n:064x}")
    state = "imported"
    uploaded_at = factory.LazyFunction(clock.now)
    imported_at = factory.LazyFunction(clock.now)
    uploaded_by = factory.SubFactory(UserFactory)


def observation(**changed: Any) -> dict[str, str]:
    """One line of a file, good as it is."""
    usual = {
        "participant": "p-1",
        "route": "assigned",
        "use_case": "Drafting",
        "segment": "Clerks",
        "date": "2026-11-02",
        "supported": "no",
        "outcome": "success",
    }
    return usual | {name: str(value) for name, value in changed.items()}


def csv_of(rows: Sequence[Mapping[str, str]], separator: str = ",") -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "\n".join(separator.join(line) for line in lines) + "\n"


def receive(
    pilot: Pilot, by: User, content: str | bytes, at: datetime, kind: str = "observations", **said: Any
) -> Batch:
    sent = content if isinstance(content, bytes) else content.encode()
    fields = PROVENANCE | said
    return receive_batch(
        pilot=pilot, kind=kind, fields=fields, content=[sent], file_name="log.csv", source="file", by=by, at=at
    )


def imported(
    pilot: Pilot, by: User, content: str | bytes, at: datetime, kind: str = "observations", **said: Any
) -> Batch:
    """Received and looked through, whatever came of it."""
    batch = receive(pilot, by, content, at, kind, **said)
    import_batch(batch)
    return Batch.objects.select_related("pilot", "uploaded_by").get(pk=batch.pk)
