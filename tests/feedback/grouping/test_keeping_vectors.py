import numpy as np
import pytest

from feedback.grouping.vectors import DIMENSIONS, centred, common_part, pack, unpack
from tests.feedback.grouping import flags


def test_what_is_packed_is_unpacked() -> None:
    vectors = np.random.default_rng(0).normal(size=(5, DIMENSIONS)).astype(np.float32) / 20
    packed = [pack(vectors[0]), *(memoryview(pack(vector)) for vector in vectors[1:])]
    assert {len(row) for row in packed} == {768}
    found = unpack(packed)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, vectors, atol=2e-4)


def test_bytes_are_the_same_on_every_machine() -> None:
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[0] = 1
    assert pack(vector)[:4] == b"\x00\x3c\x00\x00"
    assert pack(vector.astype(">f4")) == pack(vector)


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="384 numbers"):
        pack(np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="reshape"):
        unpack([b"\x00" * 767 + b"\x00" * 3])


def test_nothing_packed_is_nothing_unpacked() -> None:
    assert unpack([]).shape == (0, DIMENSIONS)


def test_what_all_have_in_common_is_taken_out() -> None:
    everywhere = np.zeros(DIMENSIONS, np.float32)
    everywhere[300] = 3
    vectors = np.tile(flags(*[(number, 0) for number in range(10)], topic=0.6, shade=0.4), (100, 1)) + everywhere
    rest = centred(vectors, common_part(vectors))
    assert (vectors[0] @ vectors[1]) / (vectors[0] @ vectors[0]) > 0.8
    assert abs(rest[0] @ rest[1]) < 0.15
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), 1, atol=1e-5)


def test_three_flags_that_say_the_same_are_not_taken_out_as_what_they_have_in_common() -> None:
    vectors = flags((0, 0), (0, 0), (0, 0))
    rest = centred(vectors, common_part(vectors))
    assert rest[0] @ rest[1] > 0.7


def test_a_text_that_is_only_what_all_say_is_like_nothing() -> None:
    vector = flags((0, 0))
    assert not centred(vector, vector[0]).any()
