import logging
from pathlib import Path

import numpy as np
import pytest

from feedback.grouping import embedding
from feedback.grouping.average_link import average_link
from feedback.grouping.embedding import TOKENIZER, Embedder, MiniLM, ModelChanged, Words, embedder, model_path
from feedback.grouping.vectors import DIMENSIONS

SAYING_THE_SAME = [
    ["The refund deadline is wrong, it says 90 days", "It gives ninety days to get the money back, that is false"],
    ["The letter is addressed to the wrong person", "It mixed up the recipient, the name is that of somebody else"],
    ["The answer is in English although I wrote in German", "I asked in German and it replied in English"],
]
TEXTS = [text for pair in SAYING_THE_SAME for text in pair]


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


def test_paraphrases_are_grouped(model: MiniLM) -> None:
    vectors = model(TEXTS)
    assert average_link(vectors, np.ones(6, np.int64), 0.45).tolist() == [0, 0, 2, 2, 4, 4]


@pytest.mark.parametrize("words_alone", [False, True])
def test_every_text_gets_a_vector_of_length_one_in_its_place(model: MiniLM, words_alone: bool) -> None:
    embed: Embedder = Words() if words_alone else model
    texts = [*TEXTS, "long " * 4000, "ß 漢字 🙂", *(f"page {n}" for n in range(64))]
    vectors = embed(texts)
    assert (vectors.shape, vectors.dtype) == ((len(texts), DIMENSIONS), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    # Quantised to the whole batch, a vector depends a little on its neighbours.
    assert (embed(texts[:1]) @ vectors[0]).item() > 0.99
    assert embed([]).shape == (0, DIMENSIONS)


def test_without_words_there_is_nothing_to_compare() -> None:
    assert not Words()(["", "…"]).any()


def test_words_find_the_same_words() -> None:
    same, other, else_ = Words()(["The refund deadline is wrong", "wrong deadline of the refund!", "a name mixed up"])
    assert same @ other > 0.6 > 0.3 > abs(same @ else_)


def test_a_changed_tokenizer_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "tokenizer.json"
    changed.write_bytes(TOKENIZER.read_bytes() + b"\n")
    with pytest.raises(ModelChanged, match=r"tokenizer\.json is not the file"):
        MiniLM(tokenizer=changed)


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "model.onnx"
    content = bytearray(model_path().read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    with pytest.raises(ModelChanged, match=r"model\.onnx is not the file .* expected is 8199be6f699a"):
        MiniLM(changed)


def test_without_the_model_words_are_compared_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    embedder.cache_clear()
    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(embedding, "MODEL_PACKAGE", "no_such_model")
        assert [embedder().name, embedder().name] == ["words-1", "words-1"]
    embedder.cache_clear()
    assert ["no_such_model" in record.message for record in caplog.records] == [True]
    assert embedder().name == MiniLM.name
