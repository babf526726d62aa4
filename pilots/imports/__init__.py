"""Reading CSV and XLSX: rows in, rows and problems out. Pure: no database, no Django.

table = read_table(content)                       # Unreadable: not even a table
checked = check_table(table, COLUMNS)             # rows, problems with line, column, value and reason
template_csv(COLUMNS), template_xlsx(COLUMNS)     # what to fill in
"""

from pilots.imports.checking import Checked, Column, Problem, Row, check_table, key_of
from pilots.imports.reading import MOST_BYTES, read_table
from pilots.imports.table import Table, Unreadable
from pilots.imports.templates import template_csv, template_xlsx

__all__ = [
    "MOST_BYTES",
    "Checked",
    "Column",
    "Problem",
    "Row",
    "Table",
    "Unreadable",
    "check_table",
    "key_of",
    "read_table",
    "template_csv",
    "template_xlsx",
]
