"""The pages in a real browser: by mouse and by keys, wide and narrow, light and dark."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.flows.browse.conftest import serving
from tests.flows.browse.test_pages import id_of
from tests.reliability.cli_process import Program
from tests.test_seeds import SEEDS

# How distributions call it; without one of them, the browser that Playwright installed is used.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
expect.set_options(timeout=30_000)
REMOVED = "Send by email"
BEFORE, AFTER = "until further notice", "until the end of May"
PAGES = [
    *("", "/records", "/records?q=ferry&lang=en", "/label", "/runs", "/run/1", "/templates"),
    *("/record/{old}", "/record/{new}", "/pair/{old}/{new}", "/record/999"),
    *("/record/{old}/rule?block=9", "/rules"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the warehouse demo.db: the seeds, and a later version of one of them."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(SEEDS, folder / "seeds")
    later = (SEEDS / "wire-harbour.html").read_text(encoding="utf-8")
    (folder / "later.html").write_text(later.replace(BEFORE, AFTER), encoding="utf-8")
    for source in ("seeds", "later.html"):
        ran = Program(folder).run("ingest", "--no-flow", source, "--db", "demo.db")
        assert ran.code == 0, ran.err
    return folder


@pytest.fixture(scope="module")
def address(demo: Path) -> Iterator[str]:
    """Where the pages of that warehouse are served."""
    with serving(demo, "--db", "demo.db") as served:
        yield f"{served}-/presswash"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, NAMES)), None)
        if found is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: install the package chromium, or run `playwright install`")
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@contextmanager
def window(chromium: Browser, *, width: int = 1280, **options: object) -> Iterator[Page]:
    """A new window; nothing in it may fail, be loaded from elsewhere, or open a dialog."""
    faults: list[str] = []
    with chromium.new_context(viewport={"width": width, "height": 800}, **options) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("requestfailed", lambda one: one.failure == "csp" or faults.append(one.url))
        yield page
    assert faults == []


def focused(page: Page) -> str:
    """The text of what has the focus."""
    return str(page.evaluate("document.activeElement.innerText"))


def explained(demo: Path, record: object) -> str:
    ran = Program(demo).run("show", str(record), "--explain", "--db", "demo.db")
    assert ran.code == 0, ran.err
    return ran.out


def test_a_block_is_put_back_by_a_click_seen_by_show_and_undone(
    chromium: Browser, address: str, demo: Path
) -> None:
    record = id_of(demo, "locator = 'seeds/wire-harbour.html'", "demo.db")
    with window(chromium) as page:
        page.goto(address)
        page.get_by_role("navigation").get_by_role("link", name="Records").click()
        page.get_by_text("Filters").click()
        page.get_by_label("Site").fill("harbour-gazette.example.org")
        page.get_by_label("Removed as").select_option("share")
        page.get_by_label("each of a cluster").check()
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".hits li")).to_have_count(2)
        page.locator(f".hits a[href$='/record/{record}']").click()

        block = page.locator(".blocks li", has_text=REMOVED)
        expect(block).to_have_class(re.compile("removed share"))
        block.hover()
        expect(block.get_by_role("tooltip")).to_be_visible()
        expect(page.locator(".clean")).not_to_contain_text(REMOVED)
        block.get_by_role("button", name="Keep").click()
        expect(page.locator(".clean")).to_contain_text(REMOVED)
        expect(page.locator(".blocks li", has_text=REMOVED)).to_be_focused()
        assert "kept by " in explained(demo, record)

        page.get_by_role("button", name="Undo").first.click()
        expect(page.locator(".clean")).not_to_contain_text(REMOVED)
        assert "kept by " not in explained(demo, record)


def test_two_versions_are_compared(chromium: Browser, address: str, demo: Path) -> None:
    with window(chromium) as page:
        page.goto(f"{address}/record/{id_of(demo, 'locator = ' + repr('later.html'), 'demo.db')}")
        page.get_by_role("link", name=re.compile("compare with")).click()
        expect(page.locator("del").last).to_contain_text("notice.")
        expect(page.locator("ins").last).to_contain_text("May.")
        expect(page.locator("main")).to_contain_text("Versions of one article")


def test_keys_lead_from_record_to_record_and_correct_a_block(
    chromium: Browser, address: str
) -> None:
    with window(chromium) as page:
        page.goto(address)
        page.keyboard.press("/")
        page.keyboard.type("ferry")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("q=ferry"))
        titles = page.locator(".hits h2 a").all_inner_texts()
        assert len(titles) > 1
        for key, title in (("j", titles[0]), ("j", titles[1]), ("k", titles[0])):
            page.keyboard.press(key)
            assert focused(page) == title
        for key, title in (("Enter", titles[0]), ("j", titles[1]), ("k", titles[0])):
            page.keyboard.press(key)
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            page.wait_for_load_state()
        blocks = page.locator(".blocks .removed")
        removed = blocks.count()
        block = page.locator(f"#{blocks.first.get_attribute('id')}")
        block.focus()
        expect(block.get_by_role("tooltip")).to_be_visible()
        for number in (removed - 1, removed):
            page.keyboard.press("x")
            expect(blocks).to_have_count(number)
            expect(block).to_be_focused()
        page.keyboard.press("u")
        expect(page).to_have_url(re.compile("q=ferry"))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_page_fits_its_window_is_light_and_has_no_serious_fault_of_access(
    chromium: Browser, address: str, demo: Path, width: int, scheme: str
) -> None:
    old = id_of(demo, "locator = 'seeds/wire-harbour.html'", "demo.db")
    new = id_of(demo, "locator = 'later.html'", "demo.db")
    with window(chromium, width=width, color_scheme=scheme) as page:
        sizes: list[int] = []
        page.on("response", lambda response: sizes.append(len(response.body())))
        for path in (one.format(old=old, new=new) for one in PAGES):
            sizes.clear()
            page.goto(f"{address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            [red] = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).color"))[:1]
            assert (int(red) > 128) is (scheme == "dark"), path
            assert 0 < sum(sizes) < 300_000, path
            found = Axe().run(page).response["violations"]
            assert [one for one in found if one["impact"] in ("serious", "critical")] == [], path


def test_pages_are_read_without_javascript(chromium: Browser, address: str) -> None:
    with window(chromium, java_script_enabled=False) as page:
        page.goto(address)
        page.get_by_role("search").get_by_role("searchbox").fill("barley")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name=re.compile("Barley growers")).click()
        expect(page.locator(".clean")).to_contain_text("Barley growers along the estuary")
        removed = page.locator(".blocks .removed.ticker").first
        expect(removed).to_be_visible()
        page.get_by_label("Remove blocks as").focus()
        page.keyboard.press("Tab")
        expect(page.locator(".blocks .removed").first.get_by_role("tooltip")).to_be_visible()
        page.get_by_text("The saved page").click()
        saved = page.frame_locator("iframe")
        expect(saved.locator("body")).to_contain_text("Barley growers along the estuary")
        outlined = saved.locator("[data-presswash=ticker]").first
        expect(outlined).to_have_css("outline-style", "dashed")


def test_hostile_pages_do_nothing_in_a_browser(chromium: Browser, news: Path) -> None:
    with serving(news, "--db", "news.db") as served, window(chromium, width=390) as page:
        for condition in ("title LIKE 'A title%'", "locator LIKE '%hostile.html'"):
            page.goto(f"{served}-/presswash/record/{id_of(news, condition)}")
            title = page.title()
            page.get_by_text("The saved page").click()
            expect(page.frame_locator("iframe").locator("body")).to_contain_text("The council of")
            assert (page.title(), len(page.frames)) == (title, 2)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
