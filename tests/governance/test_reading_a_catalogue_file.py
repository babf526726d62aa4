from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.actions.catalogue import SHIPPED
from governance.catalogue import entry as vocabulary
from governance.catalogue.entry import Entry
from governance.catalogue.loader import CatalogueError, Fault, load
from governance.catalogue.writer import dump
from governance.frameworks import frameworks, known_parts
from governance.models import Question
from governance.renewal import EVENTS
from pilots.models import PHASES

TEXT = SHIPPED.read_text(encoding="utf-8")
SHIPPED_ENTRIES = load(TEXT)
A_FEW = dump(SHIPPED_ENTRIES[:3])

line = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(str.strip)
entries = st.builds(
    Entry,
    code=st.from_regex(r"[A-Z]{3}-[0-9]{2}", fullmatch=True),
    phase=st.sampled_from(vocabulary.PHASES[:3]),
    theme=st.sampled_from(vocabulary.THEMES),
    question=line,
    good_answer=line,
    evidence=line,
    owner_role=st.sampled_from(vocabulary.ROLES),
    core=st.booleans(),
    per_workflow=st.booleans(),
    blocking=st.sampled_from(["gate", "never"]),
    blocking_note=st.just("") | line,
    valid_days=st.none() | st.integers(1, 3650),
    renew_events=st.lists(st.sampled_from(sorted(EVENTS)), unique=True).map(tuple),
    renew_note=st.just("") | line,
    doubted_by=st.lists(st.sampled_from(vocabulary.DOUBTS), unique=True).map(tuple),
    supports=st.dictionaries(st.just("nist_ai_rmf"), st.just(("MAP 1.1", "MEASURE 2.1: in part"))),
)


def faults(text: str) -> list[Fault]:
    with pytest.raises(CatalogueError) as refused:
        load(text)
    return refused.value.faults


def faults_if_any(text: str) -> list[Fault]:
    try:
        load(text)
    except CatalogueError as refused:
        return refused.faults
    return []


def row(**changed: Any) -> str:
    values = yaml.safe_load(dump([SHIPPED_ENTRIES[0]]))[0] | changed
    return yaml.safe_dump([{name: value for name, value in values.items() if value is not ...}], sort_keys=False)


def test_the_shipped_file_holds_61_questions_for_four_phases() -> None:
    assert len(SHIPPED_ENTRIES) == 61
    assert {entry.phase for entry in SHIPPED_ENTRIES} == {phase.value for phase in PHASES}


def test_accountability_standard_correction_and_escalation_are_asked_for_each_workflow() -> None:
    assert [e.code for e in SHIPPED_ENTRIES if e.per_workflow] == ["INF-01", "INF-02", "INF-04", "INF-05"]


def test_the_words_of_the_file_are_those_of_the_database() -> None:
    assert list(vocabulary.PHASES) == [phase.value for phase in PHASES]
    assert list(vocabulary.THEMES) == Question.Theme.values
    assert list(vocabulary.BLOCKING) == Question.Blocking.values


def test_a_question_comes_back_from_the_database_as_it_went_in() -> None:
    for shipped in SHIPPED_ENTRIES:
        assert Question.of(shipped, catalogue=None, position=1).entry == shipped  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.lists(entries, min_size=1, max_size=4, unique_by=lambda entry: entry.code))
def test_what_is_exported_reads_back_the_same(written: list[Entry]) -> None:
    assert load(dump(written, heading="A heading\nof two lines")) == [
        replace(e, supports={k: v for k, v in e.supports.items() if v}) for e in written
    ]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_loader(text: str) -> None:
    assert all(fault.line >= 1 and fault.what and fault.mend for fault in faults_if_any(text))


@settings(deadline=None)
@given(st.data())
def test_no_value_in_any_field_breaks_the_loader(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["id", *list(yaml.safe_load(row())[0])[1:]]))
    odd = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=2)
    value = data.draw(odd | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2))
    assert {fault.field for fault in faults_if_any(row(**{name: value}))} <= {name, "blocking", "after_first_stage"}


@settings(deadline=None)
@given(st.integers(0, len(A_FEW)), st.integers(0, 30))
def test_a_damaged_file_is_refused_in_words_or_read(start: int, length: int) -> None:
    damaged = A_FEW[:start] + A_FEW[start + length :]
    assert all(str(fault).startswith("line ") for fault in faults_if_any(damaged))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"phase": "demonstratoin"}, "phase", "Did you mean “demonstration”?"),
        ({"question": ...}, "question", "Add a line “question: …”"),
        ({"question": "  "}, "question", "Say it in a sentence."),
        ({"colour": "red"}, "colour", "is not a field"),
        ({"valid_days": 0}, "valid_days", "1 to 3650 days"),
        ({"valid_days": "soon"}, "valid_days", "a whole number of days, or null"),
        ({"core": "yes"}, "core", "true or false"),
        ({"renew_events": ["moon_changed"]}, "renew_events", "not known"),
        ({"renew_events": "gate_reached"}, "renew_events", "a list of texts"),
        ({"doubted_by": ["WRONGG"]}, "doubted_by", "Did you mean “WRONG”?"),
        ({"supports": {"nist_ai_rmf": ["MAP 9.9"]}}, "supports", "MAP 9.9"),
        ({"supports": {"nist_rmf": ["MAP 1.1"]}}, "supports", "Did you mean “nist_ai_rmf”?"),
        ({"blocking": "stage"}, "blocking", "Only a question of the staged rollout"),
        ({"id": "dem1"}, "id", "DEM-12"),
    ],
)
def test_each_fault_says_where_it_is_and_how_to_mend_it(changed: dict[str, Any], field: str, words: str) -> None:
    (fault,) = faults("# a comment\n" + row(**changed))
    assert fault.field == field
    assert words in str(fault)
    assert str(fault).startswith(f"line {fault.line}")
    assert fault.line >= 2


def test_a_code_that_stands_twice_names_both_lines() -> None:
    (fault,) = faults(row() + row())
    assert fault.code == SHIPPED_ENTRIES[0].code
    assert "already stands in line 1" in fault.what


def test_a_field_that_stands_twice_is_refused() -> None:
    (fault,) = faults(row() + "  core: false\n")
    assert (fault.field, fault.mend) == ("core", "Remove one.")


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    found = faults(row(phase="x", theme="y") + row(id="ABC-01", core=3))
    assert [fault.field for fault in found] == ["phase", "theme", "core"]


def test_the_frameworks_hold_all_their_parts() -> None:
    assert {key: len(parts) for key, parts in known_parts().items()} == {
        "nist_ai_rmf": 72,
        "iso_42001": 68,
        "eu_ai_act": 51,
    }
    assert sum(part.id.startswith("A.") for part in frameworks()["iso_42001"].parts()) == 38
    for framework in frameworks().values():
        assert len({part.anchor for part in framework.parts()}) == len(list(framework.parts()))
