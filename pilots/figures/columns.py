"""Columns of numbers straight from PostgreSQL: its binary COPY, in rows of one width, read by NumPy some thousand at a
time. A million rows never stand in memory as Python values."""

from collections.abc import Sequence
from typing import IO, Any, Final, cast

import numpy as np
from django.db import connection
from numpy.typing import NDArray

# Signature, flags and the length of an extension of the header that is never there; at the end a count of -1.
_HEADER: Final = 19
_TOGETHER: Final = 1 << 20
# Of a type in SQL: how its value arrives, in the order of bytes of the network.
_ARRIVES: Final = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8"}


def read_columns(
    query: str, columns: Sequence[tuple[str, str, str, str]], values: Sequence[Any]
) -> dict[str, NDArray[Any]]:
    """Each column: its name, its expression, its type in SQL and that of the array. No expression may be NULL.
    `query` is what comes after the expressions, with a place for each of `values`."""
    chosen = ", ".join(f"({expression})::{type_}" for _, expression, type_, _ in columns)
    sink = _Sink([(name, _ARRIVES[type_], kept) for name, _, type_, kept in columns])
    with connection.cursor() as cursor:
        wanted = cursor.mogrify(f"SELECT {chosen} {query}", values).decode()
        cursor.copy_expert(f"COPY ({wanted}) TO STDOUT (FORMAT binary)", cast(IO[bytes], sink))
    return sink.finished()


class _Sink:
    """The file that the driver writes to."""

    def __init__(self, columns: Sequence[tuple[str, str, str]]) -> None:
        self._kept = {name: np.dtype(kept) for name, _, kept in columns}
        wide = [field for name, there, _ in columns for field in ((f"length of {name}", ">i4"), (name, there))]
        self._row = np.dtype([("fields", ">i2"), *wide])
        self._chunks: dict[str, list[NDArray[Any]]] = {name: [] for name in self._kept}
        self._held, self._skipped = bytearray(), False

    def write(self, data: bytes) -> int:
        self._held += data
        if len(self._held) > _TOGETHER:
            self._take()
        return len(data)

    def finished(self) -> dict[str, NDArray[Any]]:
        self._take()
        found = {}
        for name, kept in self._kept.items():
            chunks = self._chunks.pop(name)
            found[name] = np.concatenate(chunks) if chunks else np.zeros(0, kept)
        return found

    def _take(self) -> None:
        if not self._skipped and len(self._held) >= _HEADER:
            del self._held[:_HEADER]
            self._skipped = True
        many = len(self._held) // self._row.itemsize
        if not many:
            return
        rows = np.frombuffer(bytes(self._held[: many * self._row.itemsize]), self._row)
        for name, kept in self._kept.items():
            self._chunks[name].append(rows[name].astype(kept))
        del self._held[: many * self._row.itemsize]
