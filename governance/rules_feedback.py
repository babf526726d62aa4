"""What a gate checks of feedback, beside `rules`: that the statement is signed and published, and the page as well.

Whether the page says anything good is nobody's condition: only that people can read it.
"""

from collections.abc import Iterator
from typing import Final

from governance.rules import Check, Facts, Finding, simple
from pilots.permissions import Permission, roles_with

# What is missing of the statement, by how far it is (`feedback.summaries.Published.statement`).
_STATEMENT: Final = {
    "missing": ("Nobody has written it yet", Permission.PUBLISH),
    "written": ("Written; it waits for signatures, and then to be published", Permission.SIGN_STATEMENT),
}
_PAGE: Final = {
    "missing": "Nobody has published it yet",
    "closed": "The pilot’s settings let nobody read it",
}


def statement_signed(facts: Facts) -> Iterator[Finding]:
    shortfall, who = _STATEMENT.get(facts.statement, ("", Permission.PUBLISH))
    text = "What the tool is and is not intended to replace is signed and published"
    yield simple("statement_signed", "pilot", not shortfall, text, shortfall, roles_with(who))


def page_published(facts: Facts) -> Iterator[Finding]:
    shortfall = _PAGE.get(facts.page, "")
    text = "The page on how the tool performs and where it falls short is published"
    yield simple("page_published", "pilot", not shortfall, text, shortfall, roles_with(Permission.PUBLISH))


_BUILD: Final = frozenset({"infrastructure_build"})
CHECKS: Final[tuple[Check, ...]] = (
    Check("statement_signed", statement_signed, _BUILD),
    Check("page_published", page_published, _BUILD),
)
