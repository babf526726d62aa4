"""What somebody saw to in registers and among use cases goes to who takes over, for actions that record it."""

from pilots.models import Pilot, User
from pilots.registers.owned import owned_by


def hand_over_evidence(pilot: Pilot, leaver: User, successor: User | None) -> list[str]:
    """Keys of what moved. The caller holds the pilot's row.

    Without a successor all stays with who left, as some of it may not be without an owner: a finding of the gates.
    """
    if successor is None:
        return []
    moved = owned_by(leaver, pilot)
    for one in moved:
        setattr(one.row, one.field, successor)
        fields = [one.field]
        if hasattr(one.row, "version"):
            # A page that is open on it has to be read again.
            one.row.version += 1
            fields.append("version")
        one.row.save(update_fields=fields)
    return [one.key for one in moved]
