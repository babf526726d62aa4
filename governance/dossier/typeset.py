"""The dossier as pages, by typst."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

from governance.dossier.prose import blocks
from governance.models import Answer, SignOff, SignOffRequest
from pilots.when import day_in_words

_TEMPLATE: Final = Path(__file__).with_name("dossier.typ")
# People's Markdown.
_PROSE: Final = frozenset({"text", "comment", "decision_comment", "reason", "met_note", "purpose", "does_not_show"})
_WORDS: Final = {
    "kind": dict(Answer.Kind.choices),
    "decision": {**dict(Answer.Decision.choices), **dict(SignOff.Decision.choices)},
}


def pages(facts: dict[str, Any], history: Sequence[tuple[int, datetime, str]]) -> bytes:
    """`facts` as JSON gives them back: only text, numbers, lists and objects."""
    lines = [{"number": number, "at": moment(at), "sentence": sentence} for number, at, sentence in history]
    data = {**_readable(facts), "history": lines}
    for request in data["requests"]:
        request["state"] = SignOffRequest.State(request["state"]).label
    made: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return made


def moment(at: datetime) -> str:
    return f"{day_in_words(at.date())}, {at:%H:%M} UTC"


def _readable(value: Any, name: str = "", prose: bool = True) -> Any:
    """Moments and days in words, choices by their labels, Markdown as blocks (of people; findings are our words)."""
    if isinstance(value, dict):
        return {} if name == "manifest" else {key: _readable(one, key, prose) for key, one in value.items()}
    if isinstance(value, list):
        return [_readable(one, "", prose and name != "findings") for one in value]
    if not isinstance(value, str):
        return value
    if prose and name in _PROSE:
        return blocks(value)
    if name.endswith("_at"):
        return moment(datetime.fromisoformat(value))
    if name == "since" or name.endswith(("_on", "_until")):
        return day_in_words(datetime.fromisoformat(value).date())
    return _WORDS.get(name, {}).get(value, value)
