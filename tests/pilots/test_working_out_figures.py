"""What the job makes of evidence, on pilots small enough to count on fingers."""

from datetime import datetime

import pytest

from pilots.models import Pilot
from tests.factories.evidence import cell
from tests.pilots.figuring import tasks, worked_out

WHOLE = ("", "", "")


def test_tasks_done_well_are_a_share_of_all_tasks(letters: Pilot, at: datetime) -> None:
    where = cell(letters, at)
    tasks(letters, at, where, range(15))
    tasks(letters, at, where, range(5), outcome=1)
    found = worked_out(letters)["success", *WHOLE]
    assert (found.value, found.n, found.people) == (pytest.approx(75), 20, 15)
