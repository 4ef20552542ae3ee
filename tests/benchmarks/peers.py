"""Extracts the text of the pages in a folder with another library: python -m … NAME FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path


def main(name: str, folder: Path) -> None:
    """Reads, decodes and extracts each page."""
    for file in sorted(folder.iterdir()):
        payload = file.read_bytes()
        if name == "trafilatura":
            from trafilatura import extract

            extract(payload)
        else:
            from resiliparse.extract.html2text import extract_plain_text

            from flows.training.converters import decode_corpus_page

            extract_plain_text(decode_corpus_page(payload), main_content=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
