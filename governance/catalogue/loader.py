"""YAML text in, questions out; or every problem at once, each with line, question, field and how to mend it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import yaml

from governance.catalogue.entry import Entry, problems_of
from governance.frameworks import known_parts

# In the file the code is called `id`, which is the only name that differs.
_FIELDS: Final = {("id" if field.name == "code" else field.name): field for field in fields(Entry)}
_REQUIRED: Final = ("id", "phase", "theme", "question", "good_answer", "evidence", "owner_role")
_FLAGS: Final = frozenset({"core", "per_workflow", "after_first_stage", "may_be_not_measured"})
_LISTS: Final = frozenset({"renew_events", "doubted_by", "ideas"})


@dataclass(frozen=True)
class Fault:
    line: int
    code: str
    field: str
    what: str
    mend: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"line {self.line}", self.code, self.field) if part)
        return f"{where}: {self.what} {self.mend}"


class CatalogueError(ValueError):
    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def load(text: str) -> list[Entry]:
    """The questions of a catalogue file in their order. Raises CatalogueError."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        rows = [_plain(loader, node) for node in _rows(loader.get_single_node())]
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise CatalogueError([_not_yaml(line, broken.problem or "")]) from broken
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as broken:
        if isinstance(broken, CatalogueError):
            raise
        raise CatalogueError([_not_yaml(1, str(broken).splitlines()[0] if str(broken) else "")]) from broken
    finally:
        if loader is not None:
            loader.dispose()
    faults = [fault for row in rows for fault in row.faults()]
    faults += list(_repeated(rows))
    if faults:
        raise CatalogueError(sorted(faults, key=lambda fault: fault.line))
    return [row.entry() for row in rows]


def _not_yaml(line: int, said: str) -> Fault:
    return Fault(line, "", "", f"This is not readable as YAML ({said}).", "Check quotes, colons and indentation there.")


@dataclass(frozen=True)
class _Row:
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    @property
    def code(self) -> str:
        code = self.values.get("id", "")
        return code if isinstance(code, str) else ""

    def fault(self, field: str, what: str, mend: str) -> Fault:
        return Fault(self.lines.get(field, self.line), self.code, field, what, mend)

    def faults(self) -> Iterator[Fault]:
        shape = list(self._faults_of_shape())
        yield from shape
        if not shape:
            for problem in problems_of(self.entry(), known_parts()):
                field = "id" if problem.field == "code" else problem.field
                if field.startswith("supports_"):
                    field = "supports"
                yield self.fault(field, problem.what, problem.mend)

    def _faults_of_shape(self) -> Iterator[Fault]:
        for name in _REQUIRED:
            if name not in self.values:
                yield self.fault(name, f"“{name}” is missing.", f"Add a line “{name}: …” to this question.")
        for name, value in self.values.items():
            if name not in _FIELDS:
                yield self.fault(
                    str(name), f"“{name}” is not a field.", f"Remove it or use one of: {', '.join(_FIELDS)}."
                )
                continue
            wanted = _wanted(name, value)
            if wanted:
                yield self.fault(name, f"“{name}” has the wrong form.", f"Write {wanted}.")

    def entry(self) -> Entry:
        values: dict[str, Any] = {("code" if name == "id" else name): value for name, value in self.values.items()}
        for name in _LISTS & values.keys():
            values[name] = tuple(values[name])
        values["supports"] = {key: tuple(parts) for key, parts in values.get("supports", {}).items() if parts}
        return Entry(**values)


def _wanted(name: str, value: Any) -> str:
    """What should stand there instead; empty when `value` has the form that `name` needs."""
    if name in _FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if name == "valid_days":
        right = value is None or (isinstance(value, int) and not isinstance(value, bool))
        return "" if right else "a whole number of days, or null"
    if name in _LISTS:
        return "" if _is_texts(value) else 'a list of texts: ["…", "…"]'
    if name == "supports":
        right = isinstance(value, dict) and all(isinstance(k, str) and _is_texts(v) for k, v in value.items())
        return "" if right else 'each framework with a list of its parts: {nist_ai_rmf: ["MAP 1.1"]}'
    return "" if isinstance(value, str) else "a text, in quotes"


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _rows(root: yaml.Node | None) -> list[yaml.MappingNode]:
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise CatalogueError(
            [Fault(1, "", "", "There is no list of questions.", "Begin each question with “- id: …”.")]
        )
    odd = [node for node in root.value if not isinstance(node, yaml.MappingNode)]
    if odd:
        lines = [node.start_mark.line + 1 for node in odd]
        mend = "Begin it with “- id: …” and indent its fields."
        raise CatalogueError([Fault(line, "", "", "This is not a question.", mend) for line in lines])
    return list(root.value)


def _plain(loader: yaml.SafeLoader, node: yaml.MappingNode) -> _Row:
    lines: dict[str, int] = {}
    for key, value in node.value:
        if key.value in lines:
            fault = Fault(
                key.start_mark.line + 1, "", str(key.value), "It stands twice in one question.", "Remove one."
            )
            raise CatalogueError([fault])
        if isinstance(key.value, str):
            lines[key.value] = value.start_mark.line + 1
    return _Row(node.start_mark.line + 1, loader.construct_object(node, deep=True), lines)


def _repeated(rows: list[_Row]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row in rows:
        if row.code and row.code in first:
            what = f"The code already stands in line {first[row.code]}."
            yield row.fault("id", what, "Give this question a code of its own.")
        first.setdefault(row.code, row.line)
