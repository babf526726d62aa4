"""Who may use which address with which method: the whole of it, apart from the code that enforces it."""

from tests.access_matrix.api import API
from tests.access_matrix.pages import PAGES
from tests.access_matrix.rules import PUBLIC, SIGNED_IN, In, Over, Rule

__all__ = ["API", "PAGES", "PUBLIC", "SIGNED_IN", "In", "Over", "Rule"]
