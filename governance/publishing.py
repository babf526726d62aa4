"""Checks on what people are told of a tool: that they can read it, never that it says anything good. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from governance.findings import Finding, simple
from pilots.permissions import Permission, roles_with


@dataclass(frozen=True)
class PublishedFacts:
    """How far the statement is (missing, written, published), and whether the page can be read (missing, closed,
    published)."""

    statement: str = "missing"
    page: str = "missing"


class HasPublished(Protocol):
    @property
    def published(self) -> PublishedFacts: ...


_STATEMENT: Final = {
    "missing": ("Nobody has written it yet", Permission.PUBLISH),
    "written": ("Written; it waits for signatures, and then to be published", Permission.SIGN_STATEMENT),
}
_PAGE: Final = {
    "missing": "Nobody has published it yet",
    "closed": "The pilot’s settings let nobody read it",
}


def statement_signed(facts: HasPublished) -> Iterator[Finding]:
    shortfall, who = _STATEMENT.get(facts.published.statement, ("", Permission.PUBLISH))
    text = "What the tool is and is not intended to replace is signed and published"
    yield simple("statement_signed", "pilot", not shortfall, text, shortfall, roles_with(who))


def page_published(facts: HasPublished) -> Iterator[Finding]:
    shortfall = _PAGE.get(facts.published.page, "")
    text = "The page on how the tool performs and where it falls short is published"
    yield simple("page_published", "pilot", not shortfall, text, shortfall, roles_with(Permission.PUBLISH))
