"""docs/operations.md lists the settings, all of them and no other."""

import re

from rolloutgov.environment import ROOT

DOCUMENT = (ROOT / "docs" / "operations.md").read_text()
READ = re.compile(r'\b(?:env\.)?(?:text|flag|number|words|fingerprints)\(\s*"([A-Z_]+)"')


def test_each_setting_that_is_read_is_listed_and_each_that_is_listed_is_read() -> None:
    table = DOCUMENT.split("## Settings")[1].split("\nAn identity provider")[0]
    listed = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    }
    sources = [*(ROOT / "rolloutgov").rglob("*.py"), ROOT / "manage.py"]
    read = {name for source in sources for name in READ.findall(source.read_text())}
    assert listed - {"DATABASE_ROLE"} == read - {"DATABASE_ROLE"}
