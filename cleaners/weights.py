"""Reads weights of the classifier other than the shipped ones."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaners.classifier.scoring import Classifier


class WrongWeights(ValueError):
    """The bytes aren't weights of this classifier; the message says why."""


def read_weights(data: bytes) -> Classifier:
    """The classifier with the weights in a file's bytes. Raises WrongWeights."""
    from cleaners.classifier.scoring import read_classifier

    try:
        return read_classifier(io.BytesIO(data))
    except KeyError as error:
        raise WrongWeights(f"it has no {error.args[0]}") from error
    except ValueError as error:
        raise WrongWeights(str(error)) from error
