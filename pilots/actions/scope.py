"""Workflows with their accountable owners, use cases and segments."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from pilots.access import holders, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce, evidence_changed
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, Segment, UseCase, User, Workflow
from pilots.permissions import Permission, Role

type_of = {"workflow": Workflow, "use_case": UseCase, "segment": Segment}


def add_workflow(*, pilot: Pilot, by: User, name: str, description: str = "", owner: User | None = None) -> Workflow:
    require(by, Permission.EDIT_PILOT, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        _require_owner_role(pilot, owner)
        workflow = Workflow.objects.create(
            pilot=pilot, name=_name(name), slug=_slug(Workflow, pilot, name), description=description, owner=owner
        )
        announce(pilot, reason=f"workflow {workflow.name} was added")
        data = {"owner": owner.pk if owner else None}
        record("workflow.added", by=by, pilot=pilot, target=workflow, data=data)
    return workflow


def edit_workflow(
    *, workflow: Workflow, by: User, name: str, description: str, owner: User | None, version: int
) -> Workflow:
    """Another owner has to accept anew."""
    pilot = workflow.pilot
    require(by, Permission.EDIT_PILOT, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        workflow = _hold(workflow, version)
        _require_owner_role(pilot, owner)
        if workflow.owner_id != (owner.pk if owner else None):
            if workflow.accepted_at is not None:
                _announce_owner(workflow, f"{workflow.name} has another accountable owner")
            workflow.owner = owner
            workflow.accepted_at = workflow.accepted_by = workflow.declined_at = workflow.declined_by = None
            workflow.decline_reason = ""
        workflow.name, workflow.description = _name(name), description
        workflow.version += 1
        workflow.save()
        announce(pilot, reason=f"workflow {workflow.name} was edited")
        record(
            "workflow.edited",
            by=by,
            pilot=pilot,
            target=workflow,
            data={"owner": workflow.owner_id},
        )
    return workflow


def accept_workflow(*, workflow: Workflow, by: User, at: datetime) -> Workflow:
    """The named owner takes it on. Nobody can do that for them."""
    with transaction.atomic():
        workflow = _hold(workflow, None)
        if workflow.owner_id != by.pk:
            raise Refused("Only the person who is named can accept this.", code="not_the_owner")
        workflow.accepted_at, workflow.accepted_by = at, by
        workflow.declined_at = workflow.declined_by = None
        workflow.decline_reason = ""
        workflow.save()
        announce(workflow.pilot, reason=f"{by.name} accepted {workflow.name}")
        record("workflow.accepted", by=by, pilot=workflow.pilot, target=workflow)
    return workflow


def decline_workflow(*, workflow: Workflow, by: User, at: datetime, reason: str) -> Workflow:
    if not reason.strip():
        raise Refused("Say why, so that somebody can be found who will.", field="reason", code="reason_missing")
    with transaction.atomic():
        workflow = _hold(workflow, None)
        if workflow.owner_id != by.pk:
            raise Refused("Only the person who is named can decline this.", code="not_the_owner")
        workflow.accepted_at = workflow.accepted_by = None
        workflow.declined_at, workflow.declined_by, workflow.decline_reason = at, by, reason.strip()
        workflow.save()
        _announce_owner(workflow, f"{by.name} declined {workflow.name}")
        data = {"reason": digest_of(reason.strip())}
        record("workflow.declined", by=by, pilot=workflow.pilot, target=workflow, data=data)
    return workflow


def add_use_case(*, pilot: Pilot, by: User, name: str, description: str = "") -> UseCase:
    require(by, Permission.EDIT_PILOT, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        use_case = new_use_case(pilot, name, description)
        record("use_case.added", by=by, pilot=pilot, target=use_case)
    return use_case


def new_use_case(pilot: Pilot, name: str, description: str = "") -> UseCase:
    """Inside the caller's transaction, which records it."""
    slug = _slug(UseCase, pilot, name)
    use_case = UseCase.objects.create(pilot=pilot, name=_name(name), slug=slug, description=description)
    evidence_changed(pilot, reason=f"use case {use_case.name} was added")
    return use_case


def add_segment(*, pilot: Pilot, by: User, name: str, description: str = "") -> Segment:
    require(by, Permission.EDIT_PILOT, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        segment = new_segment(pilot, name, description)
        record("segment.added", by=by, pilot=pilot, target=segment)
    return segment


def new_segment(pilot: Pilot, name: str, description: str = "") -> Segment:
    """Inside the caller's transaction, which records it."""
    slug = _slug(Segment, pilot, name)
    segment = Segment.objects.create(pilot=pilot, name=_name(name), slug=slug, description=description)
    announce(pilot, event="segment_added")
    evidence_changed(pilot, reason=f"segment {segment.name} was added")
    return segment


def remove_from_scope(*, thing: Workflow | UseCase | Segment, by: User, at: datetime) -> None:
    """Workflow, use case or segment: kept for the record, no longer asked about."""
    require(by, Permission.EDIT_PILOT, thing.pilot)
    with transaction.atomic():
        pilot = lock_pilot(thing.pilot)
        require_not_ended(pilot)
        thing.removed_at, thing.removed_by = at, by
        thing.save(update_fields=["removed_at", "removed_by"])
        evidence_changed(pilot, reason=f"{thing.name} was removed")
        kind = next(name for name, model in type_of.items() if isinstance(thing, model))
        record(f"{kind}.removed", by=by, pilot=pilot, target=thing)


def _hold(workflow: Workflow, version: int | None) -> Workflow:
    held = Workflow.objects.select_for_update(no_key=True, of=("self",)).select_related("pilot").get(pk=workflow.pk)
    if held.removed_at is not None:
        raise Refused("This workflow was removed.", code="removed")
    if version is not None and held.version != version:
        current: Mapping[str, str] = {"name": held.name, "description": held.description}
        raise Conflict("Somebody else changed this workflow while you were editing it.", current=current)
    return held


def _announce_owner(workflow: Workflow, reason: str) -> None:
    announce(workflow.pilot, event="owner_left", reason=reason, data={"workflow_ids": [str(workflow.pk)]})


def _require_owner_role(pilot: Pilot, owner: User | None) -> None:
    if owner is None:
        return
    if owner.pk not in {m.user_id for m in holders(pilot, [Role.ACCOUNTABLE_OWNER])}:
        raise Refused(
            f"{owner.name} is not an accountable owner in this pilot: give them that role first.",
            field="owner",
            code="not_an_owner",
        )


def _name(name: str) -> str:
    if not name.strip():
        raise Refused("Give it a name.", field="name", code="missing")
    return name.strip()


def _slug(model: type[Workflow] | type[UseCase] | type[Segment], pilot: Pilot, name: str) -> str:
    base = slugify(name)[:70] or "unnamed"
    if model._default_manager.filter(pilot=pilot, name__iexact=name.strip(), removed_at__isnull=True).exists():
        raise Refused(f"There is already one called {name.strip()}.", field="name", code="taken")
    taken = set(model._default_manager.filter(pilot=pilot, slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else next(s for n in range(2, 10_000) if (s := f"{base}-{n}") not in taken)
