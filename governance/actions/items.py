"""A pilot's questions: which there are, who owns each, until when, and what is said about them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction

from governance.actions.gates import reevaluate
from governance.models import Comment, Item, PilotCatalogue, Question
from pilots.access import can, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User, Workflow
from pilots.permissions import Permission

# A question of one code, for one workflow or for the pilot as a whole.
ItemKey = tuple[str, UUID | None]

P = ParamSpec("P")
R = TypeVar("R")


def wanted_items(pilot: Pilot, catalogue_id: UUID) -> dict[ItemKey, tuple[Question, Workflow | None]]:
    """What a version of the catalogue asks in this pilot, by its profile, its workflows and the phases it has."""
    questions = Question.objects.filter(catalogue_id=catalogue_id)
    if pilot.profile == Pilot.Profile.CORE:
        questions = questions.filter(core=True)
    workflows = list(Workflow.objects.filter(pilot=pilot, removed_at__isnull=True))
    skipped = set(pilot.phases.filter(state="skipped").values_list("kind", flat=True))
    return {
        (question.code, workflow.pk if workflow else None): (question, workflow)
        for question in questions
        if question.phase not in skipped
        for workflow in (workflows if question.per_workflow else [None])
    }


def sync_items(pilot: Pilot, at: datetime) -> int:
    """Make the items what catalogue, profile and workflows ask for; answers are kept, whatever happens to the question.

    Returns how many items were added, moved to another wording, retired or taken up again. The caller holds the pilot.
    """
    wanted = wanted_items(pilot, PilotCatalogue.objects.get(pilot=pilot).catalogue_id)
    stored = {(item.code, item.workflow_id): item for item in Item.objects.filter(pilot=pilot)}
    changed = [item for key, item in stored.items() if _adjust(item, wanted.get(key), at)]
    Item.objects.bulk_update(changed, ["question", "phase", "retired_at"], batch_size=200)
    added = [
        Item(pilot=pilot, question=question, code=question.code, phase=question.phase, workflow=workflow)
        for key, (question, workflow) in wanted.items()
        if key not in stored
    ]
    Item.objects.bulk_create(added)
    return len(changed) + len(added)


def _adjust(item: Item, wanted: tuple[Question, Workflow | None] | None, at: datetime) -> bool:
    if wanted is None:
        if item.retired_at is not None:
            return False
        item.retired_at = at
        return True
    question = wanted[0]
    if item.question_id == question.pk and item.phase == question.phase and item.retired_at is None:
        return False
    item.question, item.phase, item.retired_at = question, question.phase, None
    return True


class DoneAlready(Exception):
    """The same person did the same since `version` was read: `result` is what came of it then."""

    def __init__(self, result: Any) -> None:
        self.result = result


def done_once(action: Callable[P, R]) -> Callable[P, R]:
    """Sent twice (a double click where scripts are off, a call repeated), the second is answered like the first."""

    @wraps(action)
    def act(*args: P.args, **given: P.kwargs) -> R:
        try:
            return action(*args, **given)
        except DoneAlready as done:
            result: R = done.result
            return result

    return act


def hold_item(item: Item, version: int | None = None, done: Callable[[Item], object] | None = None) -> Item:
    """The item's row, held; Conflict when somebody else changed it since `version` was read.

    `done` gives what came of it when the one change since then is just what is asked now; the action is `@done_once`.
    """
    held = _hold_rows([item])
    if not held:
        raise Item.DoesNotExist
    result = done(held[0]) if done is not None and version is not None and held[0].version == version + 1 else None
    if result:
        raise DoneAlready(result)
    _check_held(held[0], version)
    return held[0]


def _hold_rows(items: Sequence[Item]) -> list[Item]:
    rows = Item.objects.select_for_update(no_key=True, of=("self",)).with_details()
    return list(rows.filter(pk__in=[item.pk for item in items]).order_by("pk"))


def hold_items(items: Sequence[Item], versions: Mapping[UUID, int]) -> list[Item]:
    """Several rows, held in one order whoever asks, so that two who ask for the same ones do not block each other."""
    held = _hold_rows(items)
    for item in held:
        _check_held(item, versions.get(item.pk))
    return held


def _check_held(held: Item, version: int | None) -> None:
    if held.retired_at is not None:
        raise Refused("This question is no longer asked in this pilot.", code="retired")
    if version is not None and held.version != version:
        current = {
            "state": held.get_state_display(),
            "owner": held.owner.name if held.owner else "nobody",
            "answer": held.answer.text if held.answer else "",
        }
        raise Conflict("Somebody else changed this question while you were working on it.", current=current)


def assign_items(
    *,
    pilot: Pilot,
    items: Sequence[Item],
    by: User,
    at: datetime,
    owner: User | None = None,
    due_on: date | None = None,
    versions: Mapping[UUID, int] | None = None,
) -> list[Item]:
    """Give questions an owner, a due date, or both; what is None stays as it is. `versions`: as read, by item."""
    require(by, Permission.ASSIGN_ITEMS, pilot)
    if owner is None and due_on is None:
        raise Refused("Choose an owner, a due date, or both.", code="nothing_to_do")
    if not items:
        raise Refused("Choose at least one question.", field="items", code="nothing_chosen")
    if owner is not None and not can(owner, Permission.ANSWER_ITEMS, pilot):
        raise Refused(
            f"{owner.name} has no role in this pilot that answers questions.", field="owner", code="cannot_answer"
        )
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        held = hold_items(items, versions or {})
        for item in held:
            if item.pilot_id != pilot.pk:
                raise Refused("One of these questions belongs to another pilot.", code="foreign")
            item.owner, item.due_on = owner or item.owner, due_on or item.due_on
            item.version += 1
        Item.objects.bulk_update(held, ["owner", "due_on", "version"])
        reevaluate(pilot, at)
        record(
            "items.assigned",
            by=by,
            pilot=pilot,
            target=pilot,
            data={
                "items": [item.pk for item in held],
                "owner": owner.pk if owner else None,
                "due_on": due_on,
            },
        )
    return held


def hand_over_items(*, pilot: Pilot, from_user_id: UUID, to_user: User | None) -> int:
    """What somebody who leaves owned goes to their successor, or to nobody, which is a finding."""
    owned = Item.objects.filter(pilot=pilot, owner_id=from_user_id, retired_at__isnull=True)
    return owned.update(owner=to_user)


def comment_on_item(*, item: Item, by: User, at: datetime, text: str) -> Comment:
    """The same words again within a minute are a second click, not a second comment."""
    require(by, Permission.COMMENT, item.pilot)
    if not text.strip():
        raise Refused("Write something.", field="text", code="missing")
    with transaction.atomic():
        item = hold_item(item)
        same = item.comments.filter(author=by, text=text.strip(), written_at__gt=at - timedelta(minutes=1))
        if said := same.first():
            return said
        comment = Comment.objects.create(pilot=item.pilot, item=item, text=text.strip(), written_at=at, author=by)
        record("item.commented", by=by, pilot=item.pilot, target=item, data={"text": digest_of(comment.text)})
    return comment
