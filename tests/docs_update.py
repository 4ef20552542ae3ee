"""`python -m tests.docs_update` rewrites the outputs and option tables of the documentation."""

from __future__ import annotations

import sys

from tests.documentation import PAGES, ROOT, playground, rerun


def main() -> None:
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        with playground():
            after = rerun(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)} rewritten\n")


if __name__ == "__main__":
    main()
