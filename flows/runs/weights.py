"""Loads the classifier's weights from a folder that presswash.toml names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cleaners.classifier import WEIGHTS_FILE
from cleaners.weights import WrongWeights, read_weights
from flows.errors import ConfigError

if TYPE_CHECKING:
    from cleaners.classifier.scoring import Classifier
    from flows.workers.supervisor import WorkerSpec

T = TypeVar("T")

_DIGEST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Weights:
    """A checked file of weights, and the name that is stored with the records they clean.

    The name consists of the folder's name and the first digits of the file's SHA-256.
    """

    name: str
    file: str


def load_weights(folder: str | None) -> Weights | None:
    """The weights in a folder, checked; None for the shipped ones, without a folder.

    Raises ConfigError if there are none, or if this version of presswash can't use them.
    """
    if folder is None:
        return None
    file = (Path(folder) / WEIGHTS_FILE).resolve()
    weights = Weights(f"{file.parent.name}-{_digest(_read(file))}", str(file))
    classifier_of(weights)
    return weights


@lru_cache(maxsize=2)
def classifier_of(weights: Weights) -> Classifier:
    """The classifier with these weights. Raises ConfigError if the file can't be used."""
    data = _read(Path(weights.file))
    if not weights.name.endswith(_digest(data)):
        raise ConfigError(f"the weights {weights.file} changed while they were used: start again.")
    try:
        return read_weights(data)
    except WrongWeights as error:
        raise ConfigError(f"the weights {weights.file} can't be used: {error}.") from error


def with_weights(spec: WorkerSpec[T], folder: str | None) -> WorkerSpec[T]:
    """How a worker cleans with the weights in a folder; raises what `load_weights` raises."""
    weights = load_weights(folder)
    if weights is None:
        return spec
    clean: Callable[..., T] = spec.clean
    prepare: Callable[..., None] = spec.prepare
    return replace(
        spec, clean=partial(clean, weights=weights), prepare=partial(prepare, weights=weights)
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"the weights {file} can't be read ({error.strerror}): `presswash train` writes such a"
            " file; without the setting weights, the shipped ones are used."
        ) from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGEST_DIGITS]
