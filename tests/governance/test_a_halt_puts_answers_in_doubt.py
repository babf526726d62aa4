"""A stage that its criteria halted puts the answers that its figures contradict in doubt."""

from datetime import datetime

from governance.actions.upkeep import absorb_changes
from governance.models import Doubt, Item
from pilots.actions.looking import look_at_stages
from pilots.models import Pilot
from tests.cast import People
from tests.factories.governance import accept, item_of, propose
from tests.factories.stages import opened
from tests.pilots.stage_weeks import read, weeks_ago


def accepted(pilot: Pilot, people: People, at: datetime, code: str) -> Item:
    return accept(propose(item_of(pilot, code), people.evaluator, at), people.change, at)


def test_a_halt_doubts_what_it_contradicts_once_and_nothing_else(governed: Pilot, people: People, at: datetime) -> None:
    """The first question of a phase is about what the tool makes up, the second about nothing that is flagged."""
    accepted(governed, people, at, "DEM-01")
    accepted(governed, people, at, "DEM-02")
    stage = opened(governed, weeks_ago(at, 4))
    read(stage, people.evaluator, at, people=40, tasks=20, done_well=8)
    look_at_stages(at)
    absorb_changes(governed, at)
    doubt = Doubt.objects.get()
    assert doubt.item == item_of(governed, "DEM-01") and doubt.raised_by is None
    assert "Stage 1 was halted: Tasks done well" in doubt.reason and doubt.source == f"stage:{stage.pk}"
    assert item_of(governed, "DEM-02").state == Item.State.ACCEPTED
