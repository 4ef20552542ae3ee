"""Rebuilds the language model from that of py3langid: `make languages`.

py3langid compresses its model with LZMA, which takes 0.4 s to read. Here, zstd compresses it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from zstandard import ZstdCompressor

import cleaners
from cleaners.text.language_identifier import (
    BYTES,
    LANGUAGES_FILE,
    LOG_ODDS_UNIT,
    LONGEST_NGRAM,
)

_ZSTD_LEVEL = 19


def write_languages() -> int:
    """Writes the model into the package's data folder; returns the exit status."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE
    from py3langid.modelio import load_model

    odds, prior, languages, moves, rows, ngrams = load_model(MODEL_DIR / MODEL_FILE)
    units = np.asarray(odds, dtype=np.float64) / LOG_ODDS_UNIT
    least = units.min(axis=0)
    above = units - least
    packed = {
        "odds": above.astype("<i2"),
        "moves": np.asarray(moves, dtype="<i4"),
        "rows": np.asarray(rows, dtype="<u2"),
        "ngrams": np.asarray(ngrams, dtype="<i4"),
    }
    if (packed["odds"] != above).any() or not _starts_anywhere(packed["moves"], packed["rows"]):
        sys.stderr.write("py3langid's model is no longer one that presswash can read fast\n")
        return 1
    compress = ZstdCompressor(_ZSTD_LEVEL).compress
    frames = {
        name: np.frombuffer(compress(array.tobytes()), dtype=np.uint8)
        for name, array in packed.items()
    }
    file = Path(cleaners.__file__).parent / "data" / LANGUAGES_FILE
    np.savez(
        file,
        allow_pickle=False,
        languages=np.array(languages),
        prior=np.asarray(prior, dtype=np.float32),
        least=least.astype(np.float32),
        **frames,
    )
    sys.stdout.write(f"{file.name}: {file.stat().st_size:,} bytes\n")
    return 0


def _starts_anywhere(moves: npt.NDArray[np.int32], rows: npt.NDArray[np.uint16]) -> bool:
    """Whether the last `LONGEST_NGRAM` bytes decide the state, and a NUL doesn't leave the first.

    They do if each state can be reached in as many steps: it stands for the n-gram's bytes so far.
    """
    table = moves.reshape(-1, BYTES)
    reached = np.zeros(1, dtype=np.int32)
    for _ in range(LONGEST_NGRAM):
        reached = np.union1d(reached, table[rows[reached]])
    return len(reached) == len(rows) and table[rows[0], 0] == 0


if __name__ == "__main__":
    sys.exit(write_languages())
