"""What holds people's words beside the flags themselves. Whatever else keeps some adds its function to a line below.

Each works inside the transaction of the erasure and writes no row of the trail.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from feedback.models import FlagVector, Placement
from pilots.models import Pilot, User


def _forget_vectors(flags: Sequence[UUID], at: datetime) -> None:
    """A vector is the text again, for whoever has the model and patience."""
    FlagVector.objects.filter(flag__in=flags).delete()


def _forget_neighbours(flags: Sequence[UUID], at: datetime) -> None:
    Placement.objects.filter(flag__in=flags).exclude(nearest=[]).update(nearest=[])


# (ids of the flags, the moment): what hangs on them.
OF_FLAGS: Final[tuple[Callable[[Sequence[UUID], datetime], None], ...]] = (_forget_vectors, _forget_neighbours)
# (the person, the moment): what they wrote beside flags. How many texts.
OF_A_PERSON: Final[tuple[Callable[[User, datetime], int], ...]] = ()
# (the pilot, closed before, the moment): what was closed as long ago as a flag whose texts go; each writes its own
# row of the trail for each thing. How many.
WHEN_OLD: Final[tuple[Callable[[Pilot, datetime, datetime], int], ...]] = ()
