"""Which accounts count as one person. Pure: actions, gates and pages ask the same.

A link that was shown to who sent it proves no address, so that person could have made the account themselves. Until the
address is proven by mail or an administrator vouches, such an account decides nothing beside who saw its link.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

ONE_PERSON: Final = (
    "count as one person until an administrator vouches: an account was made through a link that its inviter saw, "
    "and its address is not proven"
)


@dataclass(frozen=True)
class Vouching:
    """Of every account with an unproven address, who saw its link."""

    seen_by: Mapping[UUID, UUID] = field(default_factory=dict)

    def behind(self, account: UUID) -> UUID:
        """Who answers for it: the account itself, or the first proven one up the chain of inviters."""
        passed = set()
        while account in self.seen_by and account not in passed:
            passed.add(account)
            account = self.seen_by[account]
        return account

    def all_behind(self, accounts: Iterable[UUID | None]) -> frozenset[UUID]:
        return frozenset(self.behind(account) for account in accounts if account is not None)

    def are_one(self, one: Iterable[UUID | None], other: Iterable[UUID | None]) -> bool:
        return bool(self.all_behind(one) & self.all_behind(other))


ALL_PROVEN: Final = Vouching()
