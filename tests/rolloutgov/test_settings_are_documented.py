"""docs/operations.md lists the settings, all of them and no other; compose takes what it does not decide."""

import re

import yaml

from rolloutgov.environment import ROOT

DOCUMENT = (ROOT / "docs" / "operations.md").read_text()
READ = re.compile(r'\b(?:env\.)?(?:text|flag|number|words|fingerprints|providers)\(\s*"([A-Z_]+)"')
# What compose decides by itself: where things lie, who talks to whom, and what is for one machine or a developer only.
DECIDED = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ROLE", "REDIS_URL", "HOST", "PORT", "PROXY_COUNT", "PROCESS"}
DECIDED |= {"DATA_DIR", "STATIC_ROOT", "MEDIA_ROOT", "SIGNING_KEY_FILE", "SSL_REDIRECT"}
DECIDED |= {"DEMO", "DEMO_PASSWORD", "DEBUG", "WEBHOOKS_TO_LOOPBACK"}


def listed() -> set[str]:
    table = DOCUMENT.split("## Settings")[1].split("\nAn identity provider")[0]
    rows = [row for row in table.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}


def test_each_setting_that_is_read_is_listed_and_each_that_is_listed_is_read() -> None:
    sources = [*(ROOT / "rolloutgov").rglob("*.py"), ROOT / "manage.py"]
    read = {name for source in sources for name in READ.findall(source.read_text())}
    assert listed() - {"DATABASE_ROLE"} == read - {"DATABASE_ROLE"}


def test_compose_takes_every_setting_that_it_does_not_decide() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    given = {name for name, value in compose["x-application"]["environment"].items() if f"${{{name}:" in value}
    assert given == listed() - DECIDED
