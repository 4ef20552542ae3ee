"""Trains the classifier on a folder of annotated pages: `python -m cleaners.training.train CORPUS`.

CORPUS has `articles.jsonl` and `segments.jsonl`, and the pages that they name. Needs the extra
`presswash[train]`. Deterministic: the same folder gives the same `cleaners/data/weights.npz`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from cleaners.blocks.html import html_blocks
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import Lexicon, lexicon
from cleaners.classifier.scoring import WEIGHTS, Facts, facts_of, second_columns
from cleaners.classifier.trees import Forest, probability
from cleaners.training.gold import Labels, from_body, from_segments

INNER_FOLDS = 3
SEED = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How the trees of one pass are grown."""

    trees: int
    depth: int = 6
    rate: float = 0.12


SETTINGS: dict[str, tuple[Settings, Settings]] = {
    "html": (Settings(200, rate=0.1), Settings(250, rate=0.1)),
    "text": (Settings(150, rate=0.13), Settings(200, rate=0.13)),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One form of one annotated page: its facts and labels."""

    site: str
    facts: Facts
    labels: Labels


def site_of(row: dict[str, Any]) -> str:
    """The publisher of a page, so that no publisher is on both sides of a split.

    The registrable part of the host; the publisher's name in ids of the Fundus collection.
    """
    name = str(row["id"])
    if row["set"] == "fundus":
        return re.sub(r"[^a-z0-9]", "", re.sub(r"_\d{4}.*", "", name).split("-", 2)[2].lower())
    host = urlsplit(row.get("url") or "").netloc.lower()
    host = host or re.sub(r"^hard::", "", row.get("url") or name).split("-")[0].lower()
    parts = [
        p for p in host.split(".") if p not in ("com", "co", "uk", "org", "net", "gov", "edu", "ac")
    ]
    label = parts[-2] if len(parts) >= 2 and len(parts[-1]) <= 4 else (parts[-1] if parts else host)
    return re.sub(r"[^a-z0-9]", "", label)


def converters() -> dict[str, Callable[[str], str]]:
    """The ways to flatten a page that the text model learns from."""
    import html_text
    from inscriptis import get_text
    from resiliparse.extract.html2text import extract_plain_text

    return {
        "html_text": html_text.extract_text,
        "inscriptis": get_text,
        "resiliparse": lambda page: str(extract_plain_text(page, main_content=False)),
        "lines": lambda page: "\n".join(b.text for b in html_blocks(page).blocks),
    }


def read_corpus(corpus: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Each annotated page with its HTML."""
    for name in ("articles", "segments"):
        path = corpus / f"{name}.jsonl"
        if not path.exists():
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield row, _decoded(gzip.decompress((corpus / row["html"]).read_bytes()))


def _decoded(raw: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(detect_encoding(raw) or "utf-8", "replace")


def example(row: dict[str, Any], page: str, how: str, words: Lexicon) -> Example | None:
    """The training example in one form of a page (`html`, or text as a converter gave it)."""
    raw = html_blocks(page) if how == "html" else text_blocks(page)
    if not raw.blocks:
        return None
    texts = [b.text for b in raw.blocks]
    if row["set"] == "segments":
        labels = from_segments(texts, row["with"], row["without"])
    else:
        labels = from_body(texts, row["body"])
    return Example(site_of(row), facts_of(raw, words), labels)


def grow(
    examples: Sequence[Example], columns: Sequence[NDArray[np.float32]], settings: Settings
) -> Forest:
    """Boosted oblivious trees on the labelled blocks of all examples."""
    from catboost import CatBoostClassifier, Pool

    xs, ys, ws = [], [], []
    for one, facts in zip(examples, columns, strict=True):
        labelled = one.labels.weight > 0
        xs.append(facts.T[labelled])
        ys.append(one.labels.content[labelled])
        ws.append(one.labels.weight[labelled])
    model = CatBoostClassifier(
        iterations=settings.trees,
        depth=settings.depth,
        learning_rate=settings.rate,
        l2_leaf_reg=5,
        rsm=0.3,
        subsample=0.7,
        bootstrap_type="Bernoulli",
        boosting_type="Plain",
        border_count=64,
        random_seed=SEED,
        thread_count=2,
        verbose=False,
        allow_writing_files=False,
    )
    model.fit(Pool(np.concatenate(xs), np.concatenate(ys), weight=np.concatenate(ws)))
    return _exported(model, settings.depth)


def _exported(model: Any, depth: int) -> Forest:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        told = json.loads(path.read_text())
    trees = told["oblivious_trees"]
    features = np.zeros((len(trees), depth), dtype=np.uint16)
    borders = np.full((len(trees), depth), np.inf, dtype=np.float32)
    leaves = np.zeros((len(trees), 1 << depth), dtype=np.float32)
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            features[number, level] = split["float_feature_index"]
            borders[number, level] = split["border"]
        leaves[number, : len(tree["leaf_values"])] = tree["leaf_values"]
    scale, bias = told["scale_and_bias"]
    return Forest(
        features,
        borders,
        leaves * np.float32(scale),
        float(bias[0] if isinstance(bias, list) else bias),
    )


def train(examples: Sequence[Example], passes: tuple[Settings, Settings]) -> tuple[Forest, Forest]:
    """Both passes; the second learns from first-pass scores by forests that had not seen the site."""
    fold = {site: n % INNER_FOLDS for n, site in enumerate(sorted({e.site for e in examples}))}
    first_scores: dict[int, NDArray[np.float32]] = {}
    for held in range(INNER_FOLDS):
        seen = [e for e in examples if fold[e.site] != held]
        inner = grow(seen, [e.facts.columns for e in seen], passes[0])
        for number, one in enumerate(examples):
            if fold[one.site] == held:
                first_scores[number] = probability(inner.score(one.facts.columns))
    first = grow(examples, [e.facts.columns for e in examples], passes[0])
    seconds = [second_columns(e.facts, first_scores[n]) for n, e in enumerate(examples)]
    return first, grow(examples, seconds, passes[1])


def main(corpus: Path, weights: Path) -> None:
    """Trains both kinds of page and writes the weights."""
    words = lexicon()
    forms: dict[str, list[Example]] = {"html": [], "text": []}
    flatten = converters()
    for number, (row, page) in enumerate(read_corpus(corpus)):
        candidates = [("html", example(row, page, "html", words))]
        for how, convert in flatten.items():
            try:
                text = convert(page)
            except Exception as error:  # a converter's failure costs one example
                print(f"{row['id']}: {how}: {error}", file=sys.stderr)
                continue
            candidates.append(("text", example(row, text, how, words)))
        for kind, one in candidates:
            if one is not None:
                forms[kind].append(one)
        if sys.stderr.isatty():
            print(f"\r{number + 1} pages", end="", file=sys.stderr)
    arrays: dict[str, NDArray[np.generic]] = {}
    for kind, examples in forms.items():
        for number, grown in enumerate(train(examples, SETTINGS[kind]), start=1):
            arrays |= grown.arrays(f"{kind}_{number}")
    np.savez_compressed(weights, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parents[1] / "data" / WEIGHTS)
