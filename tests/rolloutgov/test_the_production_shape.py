"""What the image and the compose file promise, as far as it can be seen without an engine."""

import re
from typing import Any

import pytest
import yaml

from rolloutgov.celery import QUEUES
from rolloutgov.environment import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
IMAGE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = sorted(SERVICES.keys() - {"set-up"})


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER rolloutgov$", IMAGE, re.MULTILINE)


def test_the_image_installs_by_hash_and_carries_no_tests() -> None:
    assert "--require-hashes" in IMAGE
    assert "tests" in (ROOT / ".dockerignore").read_text().split()
    assert ".env" in (ROOT / ".dockerignore").read_text().split()


@pytest.mark.parametrize("name", LASTING)
def test_each_service_says_whether_it_is_well(name: str) -> None:
    # The web server's check is the image's own.
    assert "healthcheck" in SERVICES[name] or name == "web"
    assert "HEALTHCHECK" in IMAGE


@pytest.mark.parametrize("name", LASTING)
def test_each_service_comes_back_and_gains_no_rights(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_only_the_proxy_is_open_to_the_world() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_application_never_gets_the_owners_password() -> None:
    knowing = {name for name, service in SERVICES.items() if "OWNER_PASSWORD" in str(service["environment"])}
    assert knowing == {"set-up", "database"}


def test_the_worker_takes_every_queue() -> None:
    assert ",".join(QUEUES) in SERVICES["worker"]["command"]


def test_what_must_last_lies_on_volumes() -> None:
    assert "data:/data" in SERVICES["web"]["volumes"]
    assert "database:/var/lib/postgresql" in SERVICES["database"]["volumes"]
    assert set(COMPOSE["volumes"]) >= {"data", "database"}


def test_no_password_is_written_into_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for line in text.splitlines():
        if "PASSWORD" in line:
            assert "${" in line or "$$" in line, line


def test_metrics_can_be_asked_for_from_inside() -> None:
    assert "web" in SERVICES["web"]["environment"]["ALLOWED_HOSTS"].split(",")
