"""Questions out as YAML that the loader reads back unchanged. Pure."""

from collections.abc import Iterable
from typing import Any

import yaml

from governance.catalogue.entry import Entry, content

_LEFT_OUT_WHEN_EMPTY = ("per_workflow", "blocking_note")


def dump(entries: Iterable[Entry], heading: str = "") -> str:
    """`heading` becomes the comment at the top."""
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    body = yaml.safe_dump([_row(entry) for entry in entries], allow_unicode=True, sort_keys=False, width=120)
    return comment + body


def _row(entry: Entry) -> dict[str, Any]:
    values = content(entry)
    kept = {name: value for name, value in values.items() if value or name not in _LEFT_OUT_WHEN_EMPTY}
    return {"id": kept.pop("code"), **kept}
