"""`python -m tests.docs_images` takes the pictures of the documentation; it needs Chromium."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.documentation import ROOT
from tests.flows.browse.conftest import serving
from tests.flows.browse.test_in_a_browser import NAMES
from tests.flows.browse.test_pages import id_of
from tests.reliability.cli_process import Program
from tests.test_seeds import SEEDS

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SEEDS, folder / "seeds")
        ran = Program(folder).run("ingest", "--no-flow", "seeds", "--db", "demo.db")
        assert ran.code == 0, ran.err
        with serving(folder, "--db", "demo.db") as address, sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, NAMES)), None)
            browser = playwright.chromium.launch(executable_path=found)
            take_pictures(browser.new_page(), f"{address}-/presswash", folder)
            browser.close()


def take_pictures(page: Page, address: str, folder: Path) -> None:
    """The front page, a record with the mouse on a removed block, and a saved page."""

    def record(seed: str) -> str:
        condition = f"locator = 'seeds/{seed}'"
        return f"{address}/record/{id_of(folder, condition, 'demo.db')}"

    page.set_viewport_size({"width": 1100, "height": 760})
    page.goto(address)
    page.screenshot(path=IMAGES / "browsing-front.png")
    page.goto(record("live-ticker.txt"))
    page.locator(".blocks li", has_text="Barley 212.50").hover()
    page.screenshot(path=IMAGES / "browsing-record.png")
    page.goto(record("wire-harbour.html"))
    page.get_by_text("The saved page").click()
    page.locator("iframe").scroll_into_view_if_needed()
    page.frame_locator("iframe").locator("h1").wait_for()
    page.locator("details.saved").screenshot(path=IMAGES / "browsing-saved.png")


if __name__ == "__main__":
    main()
