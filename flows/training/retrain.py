"""Trains the block classifier on a folder of annotated pages, and writes its weights to a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.training.train import TrainingProgress


@dataclass(frozen=True, slots=True)
class Trained:
    """The file written (`size` in bytes), the amount of data, and the pages `skipped`."""

    file: Path
    size: int
    pages: int
    sites: int
    blocks: int
    skipped: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The attributes as a JSON object."""
        return {**asdict(self), "file": str(self.file)}


def retrain(
    corpus: Path, file: Path | None = None, progress: TrainingProgress | None = None
) -> Trained:
    """Trains, and writes the weights atomically to `file`, by default the package's weights file.

    Raises CorpusError, MissingExtra and TrainingError, and OSError if the file can't be written.
    """
    import cleaners
    from cleaners.classifier import WEIGHTS_FILE
    from flows.training.corpus import read_corpus
    from flows.training.train import (
        examples_of,
        ignore_progress,
        require_libraries,
        train,
        weights_of,
    )

    tell = progress or ignore_progress
    file = file or Path(cleaners.__file__).parent / "data" / WEIGHTS_FILE
    half = file.with_name(f".{file.name}.half")
    half.touch()  # fails before minutes of training, not after
    try:
        pages = read_corpus(corpus)
        require_libraries()
        examples = examples_of(pages, tell)
        weights = weights_of(train(examples, tell))
        half.write_bytes(weights)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    sites = len({page.site for page in pages})
    return Trained(file, len(weights), len(pages), sites, examples.labelled, examples.skipped)
