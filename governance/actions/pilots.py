"""A new pilot with its questions and gates; what `pilots.actions.pilots` starts, governance completes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from governance.actions.gates import create_gates, reevaluate
from governance.actions.items import sync_items
from governance.models import CatalogueVersion, PilotCatalogue
from pilots.actions.pilots import create_pilot
from pilots.errors import Refused
from pilots.models import Pilot, User


def start_pilot(*, by: User, at: datetime, fields: Mapping[str, Any], **more: Any) -> Pilot:
    """`create_pilot` (same arguments), on the newest published catalogue, with its gates worked out."""
    catalogue = CatalogueVersion.objects.filter(state=CatalogueVersion.State.PUBLISHED).first()
    if catalogue is None:
        raise Refused("No question catalogue is published yet: an editor has to publish one.", code="no_catalogue")
    with transaction.atomic():
        pilot = create_pilot(by=by, at=at, fields=fields, **more)
        PilotCatalogue.objects.create(pilot=pilot, catalogue=catalogue, moved_at=at, moved_by=by)
        sync_items(pilot, at)
        create_gates(pilot)
        reevaluate(pilot, at)
    return pilot
