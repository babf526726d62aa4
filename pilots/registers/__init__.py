"""The registers of a pilot: what is written down by hand beside what is measured. Declared here, one entry for each;
pages (`views/registers.py`), files (`actions/register_files.py`) and the API (`api/registers.py`) are made from it.
"""

from typing import Final

from pilots.registers.integration import INTEGRATION
from pilots.registers.measuring import MEASURING
from pilots.registers.register import Register
from pilots.registers.stress import STRESS
from pilots.registers.support import SUPPORTING

__all__ = ["GROUPS", "REGISTERS", "Register"]

GROUPS: Final = {
    "stress": "What was put under stress",
    "support": "What help stood behind it",
    "measuring": "How it was measured",
    "integration": "What it has to fit into",
}
REGISTERS: Final[dict[str, Register]] = {one.slug: one for one in (*STRESS, *SUPPORTING, *MEASURING, *INTEGRATION)}
