"""Texts as numbers: kept as half floats, and compared after what all of them have in common is taken out."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

DIMENSIONS: Final = 384
# Texts at the origin that are imagined beside the real ones. A pilot whose three flags say the same thing keeps what
# they say; among thousands nobody notices.
IMAGINED: Final = 50

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]


def pack(vector: NDArray[Any]) -> bytes:
    """As 768 bytes: little-endian half floats, whatever machine reads them."""
    if vector.shape != (DIMENSIONS,):
        raise ValueError(f"A vector has {DIMENSIONS} numbers, this one {vector.shape}.")
    return vector.astype("<f2").tobytes()


def unpack(rows: Sequence[bytes | memoryview]) -> Matrix:
    return np.frombuffer(b"".join(rows), "<f2").reshape(len(rows), DIMENSIONS).astype(np.float32)


def common_part(vectors: Matrix) -> Vector:
    return (vectors.sum(axis=0, dtype=np.float64) / (len(vectors) + IMAGINED)).astype(np.float32)


def centred(vectors: Matrix, common: Vector) -> Matrix:
    """Rows of length 1; one that is nothing but the common part stays at zero."""
    rest = vectors - common
    lengths = np.sqrt(np.einsum("ij,ij->i", rest, rest))[:, None]
    np.divide(rest, lengths, out=rest, where=lengths > 0)
    return rest
