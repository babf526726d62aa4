"""XLSX files that somebody made to keep a server busy: refused in words, at once, and honest ones are not."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pilots.imports import Column, Unreadable, check_table, read_table
from pilots.imports.values import day

SHEET, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"
SWELLS = "unpacks to far more"
TYPED = b'<!DOCTYPE lolz [<!ENTITY lol "lol">]>'


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows or (["day"], [date(2026, 11, 27)]):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An honest workbook, but for one part."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            said = old.read(part)
            new.writestr(part, change(said) if part == name else said)
    return written.getvalue()


def with_rows(rows: bytes) -> bytes:
    return changed(SHEET, lambda said: said.replace(b"</sheetData>", rows + b"</sheetData>"))


def archive(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()


def days(content: bytes) -> list[object]:
    return [row.values["day"] for row in check_table(read_table(content), [Column("day", day(), "", reads="day")]).rows]


def refused(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_table(content)


PADDING = {"none": "", "5 KB": f"<!--{'x' * 5_000}-->", "400 KB": f"<!--{'x' * 400_000}-->", "many": "<!---->" * 90_000}


@pytest.mark.parametrize("padding", PADDING)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [BOOK, "_rels/.rels", "xl/media/image1.png"])
def test_a_declared_type_is_found_however_it_is_hidden(part: str, encoding: str, padding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding[:6]}"?>{PADDING[padding]}{TYPED.decode()}<a>&lol;</a>'
    refused(archive(**{part: text.encode(encoding)}), "document type")


def test_the_words_of_a_declaration_are_harmless_in_a_cell() -> None:
    table = read_table(xlsx(["words"], [TYPED.decode()]))
    assert table.rows == [(2, [TYPED.decode()])]


def test_an_archive_that_swells_is_not_unpacked() -> None:
    refused(archive(**{f"xl/worksheets/sheet{n}.xml": b"0" * 30_000_000 for n in range(3)}), SWELLS)
    refused(archive(**{f"part{n}.xml": b"" for n in range(501)}), SWELLS)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (STYLES, lambda said: said.replace(b"</cellXfs>", b"<xf/>" * 100_000 + b"</cellXfs>")),
        (BOOK, lambda said: said.replace(b"</workbook>", b"<a/>" * 100_000 + b"</workbook>")),
        (SHEET, lambda said: said.replace(b"<sheetData>", b"<a/>" * 100_000 + b"<sheetData>")),
        (SHEET, lambda said: said.replace(b"</sheetData>", b"<row>" + b"<c/>" * 70_000 + b"</row></sheetData>")),
        (SHEET, lambda said: said.replace(b"<sheetData>", b"<!--" + b"x" * 1_200_000 + b"--><sheetData>")),
        (SHEET, lambda said: said.replace(b"<sheetData>", b'<sheetData a="' + b"x" * 1_200_000 + b'">')),
        (SHEET, lambda said: said.replace(b"</sheetData>", b"<row/>" * 5_000_001 + b"</sheetData>")),
    ],
    ids=["styles", "elements", "elements of a sheet", "cells of a row", "a comment", "an attribute", "rows"],
)
def test_a_few_kilobytes_that_would_take_minutes_are_refused(part: str, change: Callable[[bytes], bytes]) -> None:
    refused(changed(part, change), SWELLS)


def test_a_row_with_a_number_that_no_sheet_has_ends_the_reading() -> None:
    refused(with_rows(b'<row r="99999999999"><c t="inlineStr"><is><t>a</t></is></c></row>'), "at most 1,048,576 rows")


def test_rows_after_a_gap_keep_their_numbers() -> None:
    table = read_table(with_rows(b'<row r="900"><c t="inlineStr"><is><t>a</t></is></c></row>'))
    assert [number for number, _ in table.rows] == [2, 900]


def test_other_sheets_are_not_read_however_often_the_workbook_names_them() -> None:
    content = changed(
        BOOK, lambda said: said.replace(b"</sheets>", b'<sheet name="x" sheetId="9" r:id="no"/></sheets>')
    )
    assert days(content) == [date(2026, 11, 27)]


def test_a_damaged_part_is_said_in_words() -> None:
    content = bytearray(xlsx())
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        part = opened.getinfo(SHEET)
    at = part.header_offset + 30 + len(SHEET)
    content[at : at + 20] = bytes(byte ^ 0xFF for byte in content[at : at + 20])
    refused(bytes(content), "damaged")


@given(st.integers(0, 100_000), st.integers(0, 255))
def test_whichever_byte_is_flipped_the_answer_is_a_table_or_words(at: int, to: int) -> None:
    content = bytearray(xlsx())
    content[at % len(content)] = to
    with suppress(Unreadable):
        read_table(bytes(content))


def test_a_sheet_that_claims_to_be_endless_is_read_as_far_as_it_goes() -> None:
    content = changed(SHEET, lambda said: said.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert days(content) == [date(2026, 11, 27)]


def test_a_full_table_is_read() -> None:
    assert len(days(xlsx(["day"], *[[date(2026, 11, 27)]] * 3000))) == 3000


def test_another_archive_is_no_workbook() -> None:
    refused(archive(**{"readme.txt": b"hello"}), "cannot be read")
