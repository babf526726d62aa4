"""Reads settings from the environment; pure, so that the launcher can use it before Django is installed."""

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    return value in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    value = text(name)
    if value and not value.isdigit():
        raise SystemExit(f"{name} must be a whole number, not {value!r}.")
    return int(value) if value else default


def words(name: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def fingerprints(name: str) -> list[str]:
    found = [word.lower() for word in words(name)]
    for one in found:
        if len(one) != 64 or not set(one) <= set("0123456789abcdef"):
            raise SystemExit(f"{name} must be fingerprints of 64 hexadecimal digits, not {one!r}.")
    return found


def providers(name: str) -> list[dict[str, Any]]:
    """Identity providers as JSON; what each must have is looked at here, and not when somebody first signs in."""
    try:
        found = json.loads(text(name, "[]"))
        for one in found:
            missing = {"provider_id", "name", "client_id", "secret"} - one.keys()
            if missing or not urlsplit(one["settings"]["server_url"]).hostname:
                raise ValueError(f"missing {', '.join(sorted(missing)) or 'settings.server_url'}")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SystemExit(f"{name} must be a list of providers in JSON, as docs/operations.md shows: {error}.") from None
    return list(found)


def data_dir() -> Path:
    return Path(text("DATA_DIR", str(ROOT / ".data"))).expanduser().resolve()


def data_dir_mode() -> int:
    """Ours alone; where we are root, the account that PostgreSQL runs as passes through to its own directory."""
    return 0o711 if os.geteuid() == 0 else 0o700


def origin(url: str) -> str:
    """Scheme, host and port of an address: what a security policy names."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def running_services() -> dict[str, str]:
    """The addresses that the embedded services left in the data directory, so that `manage.py` finds them."""
    try:
        found: dict[str, str] = json.loads((data_dir() / "services.json").read_text())
    except (OSError, ValueError):
        return {}
    return found


def stored_secret(file: Path) -> str:
    """A secret made on first use and kept for the owner's eyes only. An existing file is never replaced."""
    if not file.exists():
        file.parent.mkdir(mode=data_dir_mode(), parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)  # whole or not at all; of two processes that start at once, the first one's counts
        draft.unlink()
    return file.read_text().strip()


def database(url: str) -> dict[str, Any]:
    """Django's entry for `postgresql://user:password@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("DATABASE_URL must begin with postgresql:// — RolloutGov runs on PostgreSQL only.")
    options: dict[str, Any] = {"connect_timeout": 5, **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def sends_mail(url: str) -> bool:
    """Whether mail reaches an address at all, rather than a file or the console."""
    return urlsplit(url).scheme in {"smtp", "smtps"}


def email(url: str, data: Path) -> dict[str, Any]:
    """Mail settings of `smtp://user:password@host:port`, `console:` or nothing: then each message becomes a file.

    `smtp` upgrades to TLS unless `?tls=0` is given; `smtps` begins with it.
    """
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not sends_mail(url):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data / "mail"),
        }
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and dict(parse_qsl(parts.query)).get("tls", "1") != "0",
        "EMAIL_TIMEOUT": 10,
    }
