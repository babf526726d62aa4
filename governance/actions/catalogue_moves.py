"""Moving a pilot in flight to a newer version of the catalogue, and what that would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from governance.actions.doubts import raise_doubt
from governance.actions.gates import reevaluate
from governance.actions.items import ItemKey, sync_items, wanted_items
from governance.catalogue.difference import Reworded, difference
from governance.models import CatalogueVersion, Item, PilotCatalogue, Question
from pilots.access import require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import record
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User, Workflow
from pilots.permissions import Permission

_COUNTING = (Item.State.ACCEPTED, Item.State.IN_DOUBT)


@dataclass(frozen=True)
class Added:
    question: Question
    workflow: Workflow | None
    # It was asked before and dropped since; its earlier answers come back with it.
    again: bool


@dataclass(frozen=True)
class Preview:
    current: CatalogueVersion
    to: CatalogueVersion
    added: tuple[Added, ...]
    dropped: tuple[Item, ...]
    reworded: tuple[Reworded, ...]
    # Answered and accepted, but for a wording that meant something else.
    doubtful: tuple[Item, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.reworded)


def newer_versions(pilot: Pilot) -> list[CatalogueVersion]:
    """Published versions that this pilot may move to, newest first."""
    current = PilotCatalogue.objects.filter(pilot=pilot).values("catalogue__number")
    return list(CatalogueVersion.objects.published().filter(number__gt=current).select_related("published_by"))


def preview_move(pilot: Pilot, to_version: CatalogueVersion) -> Preview:
    current = PilotCatalogue.objects.select_related("catalogue").get(pilot=pilot).catalogue
    wanted = wanted_items(pilot, to_version.pk)
    items = Item.objects.filter(pilot=pilot).select_related("question", "workflow", "answer__question", "owner")
    stored: dict[ItemKey, Item] = {(item.code, item.workflow_id): item for item in items}
    asked = {key: item for key, item in stored.items() if item.retired_at is None}
    return Preview(
        current=current,
        to=to_version,
        added=tuple(Added(*wanted[key], again=key in stored) for key in wanted if key not in asked),
        dropped=tuple(item for key, item in asked.items() if key not in wanted),
        reworded=_reworded(asked.values(), (question for question, _ in wanted.values())),
        doubtful=tuple(item for key, item in stored.items() if key in wanted and _outdated(item, wanted[key][0])),
    )


def _reworded(asked: Iterable[Item], questions: Iterable[Question]) -> tuple[Reworded, ...]:
    before = {item.code: item.question.entry for item in asked}
    after = {question.code: question.entry for question in questions}
    return difference(list(before.values()), list(after.values())).changed


def _outdated(item: Item, question: Question) -> bool:
    answer = item.answer
    if answer is None or item.state not in _COUNTING:
        return False
    return answer.question.meaning_digest != question.meaning_digest


def move_pilot(
    *, pilot: Pilot, to_version: CatalogueVersion, by: User, at: datetime, seen: int | None = None
) -> Preview:
    """Ask what `to_version` asks from now on; answers stay, and those to a reworded question fall in doubt.

    `seen` is the number of the version that the person saw the pilot on. Returns what changed.
    """
    require(by, Permission.MOVE_CATALOGUE, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        place = PilotCatalogue.objects.select_for_update(of=("self",)).select_related("catalogue").get(pilot=pilot)
        if seen is not None and place.catalogue.number != seen:
            raise Conflict(f"Somebody else moved this pilot to {place.catalogue} meanwhile.")
        if to_version.state != CatalogueVersion.State.PUBLISHED:
            raise Refused("A pilot works with published questions only.", field="to", code="not_published")
        if to_version.number <= place.catalogue.number:
            raise Refused(f"The pilot is on {place.catalogue} already.", field="to", code="not_newer")
        preview = preview_move(pilot, to_version)
        place.catalogue, place.moved_at, place.moved_by = to_version, at, by
        place.save(update_fields=["catalogue", "moved_at", "moved_by"])
        sync_items(pilot, at)
        reason = f"The answer was written for another wording than that of {to_version} of the catalogue."
        for item in preview.doubtful:
            raise_doubt(item=item, reason=reason, at=at, source=f"catalogue:{to_version.pk}")
        reevaluate(pilot, at)
        record("pilot.catalogue_moved", by=by, pilot=pilot, target=pilot, data=_facts(preview))
    return preview


def _facts(preview: Preview) -> dict[str, object]:
    return {
        "from": preview.current.number,
        "to": preview.to.number,
        "added": sorted({added.question.code for added in preview.added}),
        "dropped": sorted({item.code for item in preview.dropped}),
        "reworded": [reworded.code for reworded in preview.reworded],
        "in_doubt": [item.pk for item in preview.doubtful],
    }
