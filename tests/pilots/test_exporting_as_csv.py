"""What leaves as CSV runs in nobody's spreadsheet, whichever sign it parts cells by, and is read back as it was."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.cells import FORMULA_STARTS, cell
from pilots.csv_export import BYTE_ORDER_MARK, lines
from tests.hostile import HOSTILE

SIGNS = "=+-@\t\r\n＝＋－＠"
ATTACKS = st.text(st.sampled_from(f"{SIGNS};,\"' ab1"), max_size=12)


def cells(rows: list[list[object]], delimiter: str) -> list[str]:
    text = "".join(lines(["words", "more"], rows)).removeprefix(BYTE_ORDER_MARK)
    # Strict about nothing, as spreadsheets are: a quote in the middle of a cell is one of its letters.
    return [value for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for value in row]


def formulas(found: list[str]) -> list[str]:
    return [value for value in found if value.lstrip(' "').startswith(tuple("=+-@＝＋－＠"))]


@given(st.lists(st.tuples(ATTACKS, ATTACKS), min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
def test_no_cell_begins_like_a_formula_wherever_cells_are_parted(rows: list[tuple[str, str]], sign: str) -> None:
    assert formulas(cells([list(row) for row in rows], sign)) == []


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_no_hostile_text_does_so(sign: str) -> None:
    assert formulas(cells([[text, text] for text in HOSTILE if len(text) < 10_000], sign)) == []


@given(st.lists(st.tuples(st.text("abc;,\"'\n =", max_size=20), st.text("abc", max_size=9)), min_size=1))
def test_what_is_exported_is_read_back_but_for_the_apostrophes(rows: list[tuple[str, str]]) -> None:
    found = cells([list(row) for row in rows], ",")[2:]
    assert [value.replace("'", "") for value in found] == [text.replace("'", "") for row in rows for text in row]


@given(st.integers() | st.floats(allow_nan=False))
def test_numbers_stay_numbers(number: float) -> None:
    assert type(number)(cell(number)) == number


def test_nothing_moments_and_yes() -> None:
    assert [cell(None), cell(True), cell(datetime(2026, 11, 27, 9, tzinfo=UTC))] == [
        "",
        "yes",
        "2026-11-27T09:00:00+00:00",
    ]


def test_ordinary_words_are_not_touched() -> None:
    for text in ("Due within 90 days; see - perhaps - § 3", "a;b;c", "two\nlines", "5 - 3 = 2"):
        assert cell(text) == text
    assert all(cell(f"{sign}1").startswith("'") for sign in FORMULA_STARTS)
