"""Files as people and spreadsheets write them, and as nobody should."""

import csv
import io
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from pilots.imports import Checked, Column, Unreadable, check_table, read_table, template_csv, template_xlsx
from pilots.imports.reading import MOST_BYTES
from pilots.imports.table import LONGEST_CELL
from pilots.imports.values import choice, day, moment, number, several, text, whole, yes_or_no
from tests.hostile import HOSTILE

COLUMNS = [
    Column("day", day(), "", "2026-11-27", required=True, reads="day"),
    Column("outputs", whole(), "", "12", reads="number"),
    Column("minutes", number(0, 1000), "", "1.5", reads="number"),
    Column("words", text(50), "", also=("what happened",)),
]


def check(content: bytes | str, columns: list[Column] = COLUMNS) -> Checked:
    return check_table(read_table(content.encode() if isinstance(content, str) else content), columns)


def values(content: bytes | str) -> list[dict[str, Any]]:
    checked = check(content)
    assert checked.problems == []
    return [row.values for row in checked.rows]


def xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


GOOD = "day,outputs,words\n2026-11-27,12,Grüße\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_an_encoding_is_found_out(encoding: str) -> None:
    assert values(GOOD.encode(encoding)) == [{"day": date(2026, 11, 27), "outputs": 12, "words": "Grüße"}]


def test_an_old_encoding_is_read_with_a_note() -> None:
    assert check(GOOD).notes == []
    assert "Windows-1252" in check(GOOD.encode("cp1252")).notes[0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_separator_is_found_out(separator: str) -> None:
    content = f"day{separator}words\n2026-11-27{separator}so\n"
    assert values(content) == [{"day": date(2026, 11, 27), "words": "so"}]
    assert values(f"sep={separator}\n{content}") == values(content)


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1,5", "2"], [1.5, 2.0]),
        (["1.5", "2"], [1.5, 2.0]),
        (["1.234,5", "1.234"], [1234.5, 1234.0]),
        (["1,234.5", "1,234"], [1234.5, 1234.0]),
        (["0,25", "1.000"], [0.25, 1000.0]),
    ],
)
def test_how_decimals_are_written_is_decided_once_for_a_file(cells: list[str], read: list[float]) -> None:
    content = "day\tminutes\n" + "".join(f"2026-11-27\t{cell}\n" for cell in cells)
    rows = check_table(
        read_table(content.encode()), [*COLUMNS[:2], Column("minutes", number(0, 9999), "", reads="number")]
    )
    assert [row.values["minutes"] for row in rows.rows] == read


def test_semicolons_mean_decimal_commas_where_nothing_else_says_so() -> None:
    assert values("day;minutes\n2026-11-27;1,234\n")[0]["minutes"] == 1.234
    assert values("day;outputs\n2026-11-27;1.234\n")[0]["outputs"] == 1234
    assert values('day,outputs\n2026-11-27,"1,234"\n')[0]["outputs"] == 1234


def test_points_and_commas_that_contradict_each_other_are_a_problem_with_its_line() -> None:
    checked = check("day\tminutes\n2026-11-27\t1,5\n2026-11-28\t2.5\n")
    assert [(problem.line, problem.column, problem.value) for problem in checked.problems] == [(2, "minutes", "1,5")]
    assert checked.rows == []


@pytest.mark.parametrize("written", ["2026-11-27", "27.11.2026", "27/11/2026", "27-11-2026", "2026-11-27T09:30Z"])
def test_a_day_is_read_as_iso_or_with_the_day_first(written: str) -> None:
    assert values(f"day\n{written}\n") == [{"day": date(2026, 11, 27)}]


def test_a_date_that_may_be_either_is_read_day_first_with_a_note() -> None:
    checked = check("day\n3/4/2026\n")
    assert checked.rows[0].values["day"] == date(2026, 4, 3) and "3 April" in checked.notes[0]
    assert check("day\n3/4/2026\n27/4/2026\n").notes == []


def test_dates_with_the_month_first_are_refused_all_of_them() -> None:
    checked = check("day\n3/4/2026\n11/27/2026\n")
    assert [problem.line for problem in checked.problems] == [2, 3]
    assert "month first" in checked.problems[0].reason


def test_moments_keep_their_zone() -> None:
    columns = [Column("at", moment, "", reads="day")]
    found = check("at\n2026-11-27 09:30+02:00\n27.11.2026 09:30\n", columns).rows
    assert [row.values["at"] for row in found] == [
        datetime(2026, 11, 27, 7, 30, tzinfo=UTC),
        datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
    ]


def test_headers_are_the_same_in_capitals_with_blanks_or_hyphens() -> None:
    assert values("DAY,What_Happened\n2026-11-27,x\n") == values(" day ,what-happened\n2026-11-27,x\n")


def test_blank_lines_are_left_out_and_lines_count_as_in_the_file() -> None:
    content = '\n\nday,words\n,\n2026-11-27,"two\nlines"\n\nno day,x\n'
    checked = check(content)
    assert [(problem.line, problem.value) for problem in checked.problems] == [(8, "no day")]


def test_every_bad_cell_is_named_with_line_column_value_and_reason() -> None:
    checked = check("day,outputs,words\n31.2.2026,-3,ok\n,12.5,ok\n2026-11-27,1,ok,more\n")
    assert [(p.line, p.column, p.value) for p in checked.problems] == [
        (2, "day", "31.2.2026"), (2, "outputs", "-3"), (3, "day", ""), (3, "outputs", "12.5"), (4, "", "more"),
    ]  # fmt: skip
    assert all(problem.reason for problem in checked.problems) and checked.rows == []


def test_so_many_problems_are_listed_and_the_rest_is_counted() -> None:
    checked = check("day\n" + "never\n" * 500)
    assert (len(checked.problems), checked.wrong, checked.more) == (200, 500, 300)


def test_columns_that_are_missing_unknown_or_there_twice_are_named() -> None:
    assert [p.reason for p in check("words\nx\n").problems] == ["This column is missing"]
    assert "No such column" in check("day,wrods\n2026-11-27,x\n").problems[0].reason
    assert "more than once" in check("day,words,what happened\n2026-11-27,x,y\n").problems[0].reason


def test_a_header_alone_is_no_table() -> None:
    assert "no row" in check("day,words\n").problems[0].reason


def test_a_cell_that_looks_like_a_formula_is_text_and_no_number() -> None:
    assert values("day,words\n2026-11-27,=1+1\n")[0]["words"] == "=1+1"
    assert "formula" in check("day,outputs\n2026-11-27,=1+1\n").problems[0].reason
    checked = check(xlsx(["day", "words", "outputs"], [date(2026, 11, 27), "=HYPERLINK(1)", "=1+1"]))
    assert [problem.column for problem in checked.problems] == ["outputs"]


def test_numbers_and_dates_of_a_spreadsheet_are_taken_as_they_are() -> None:
    content = xlsx(["Day", "Outputs", "Minutes", "Words"], [], [date(2026, 11, 27), 12.0, 1.5, 4711])
    assert values(content) == [{"day": date(2026, 11, 27), "outputs": 12, "minutes": 1.5, "words": "4711"}]


def test_a_line_of_a_spreadsheet_counts_as_its_row() -> None:
    assert check(xlsx(["day"], [], [], ["never"])).problems[0].line == 4


def test_choices_are_found_by_code_and_by_words() -> None:
    named = {"WRONG": "WRONG", "It’s wrong": "WRONG", "MADEUP": "MADEUP"}
    columns = [
        Column("kinds", several(named, 2), ""),
        Column("named", yes_or_no, ""),
        Column("one", choice({"1": 1}), ""),
    ]
    found = check("kinds,named,one\nit's WRONG; madeup,ja,1\n", columns)
    assert found.rows[0].values == {"kinds": ["WRONG", "MADEUP"], "named": True, "one": 1}
    bad = check("kinds,named\nWRONG|MADEUP|wrong|x,perhaps\n", columns).problems
    assert [problem.column for problem in bad] == ["kinds", "named"]


def test_what_is_too_long_is_refused_where_it_stands() -> None:
    assert "at most 50" in check(f"day,words\n2026-11-27,{'x' * 51}\n").problems[0].reason
    with pytest.raises(Unreadable, match="too long") as found:
        check(f"day,words\n2026-11-27,{'x' * 200_000}\n")
    assert found.value.line == 2
    assert "32,767" in check(f"day,words\n2026-11-27,{'x' * (LONGEST_CELL + 1)}\n").problems[0].reason


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"day\n" + b"x" * MOST_BYTES, "10 MB"),
        (b"\xd0\xcf\x11\xe0 old", "2007"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"day,words\n\x81\x8d\x8f", "no text"),
        (b'day,words\n2026-11-27,"never closed\n', "nothing closes it"),
        (b'day,words\n2026-11-27,"a" b\n', "quotation mark"),
        (b",".join([b"c"] * 61) + b"\n", "60 columns"),
        (b"day\n" + b"2026-11-27\n" * 50_001, "50,000 rows"),
    ],
)
def test_what_is_no_table_is_said_in_words(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        check(content)


def test_both_templates_are_read_by_what_they_are_templates_of() -> None:
    assert values(template_csv(COLUMNS)) == values(template_xlsx(COLUMNS))


def test_no_template_holds_a_formula_whatever_its_examples_are_called() -> None:
    columns = [Column("use_case", text(50), "", '=HYPERLINK("https://evil.example")')]
    assert template_csv(columns).decode().splitlines()[1].startswith("\"'=")
    cell = load_workbook(io.BytesIO(template_xlsx(columns)))["Rows"]["A2"]
    assert (cell.data_type, cell.value) == ("s", columns[0].example)


def test_hostile_texts_come_through_as_text_or_are_refused_with_their_line() -> None:
    columns = [Column("words", text(4000), "")]
    for hostile in HOSTILE:
        written = io.StringIO()
        csv.writer(written).writerows([["words"], [hostile], ["after"]])
        try:
            checked = check_table(read_table(written.getvalue().encode("utf-8", "surrogatepass")), columns)
        except Unreadable:
            continue
        assert all(not {"\x00", "\u202e"} & set(row.values.get("words", "")) for row in checked.rows)


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(st.lists(st.tuples(st.integers(0, 10**9), cells), min_size=1, max_size=8), st.sampled_from([",", ";", "\t"]))
def test_whatever_was_written_as_csv_is_read_as_it_was(rows: list[tuple[int, str]], separator: str) -> None:
    columns = [Column("n", whole(), "", required=True, reads="number"), Column("words", text(), "")]
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([["n", "words"], *rows])
    checked = check_table(read_table(written.getvalue().encode()), columns)
    assert checked.problems == [] and len(checked.rows) == len(rows)
    assert [row.values["n"] for row in checked.rows] == [n for n, _ in rows]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_the_answer_is_a_table_or_words(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe", b"day,words\n"):
        with suppress(Unreadable):
            check(start + content)
