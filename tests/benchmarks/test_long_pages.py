"""What a page of one thing said over and over costs: time in proportion to its length, not more.

Where a cleaner looks at the rest of the page from every place on it, twice the page takes four
times as long, and a page of a megabyte takes for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from cleaners import clean
from cleaners.model import Capture, Media, Rejection

Report = Callable[[str, dict[str, object]], None]
SHORT, LONG = 25_000, 100_000  # bytes
MOST = 10.0  # times as long for four times the bytes; in proportion it would be 4, squared 16
NOTICED = 0.5  # seconds
TEXT = (
    *(
        "7",
        "a",
        "a ",
        "a\n",
        ".",
        '"',
        "(",
        "&",
        "&amp;",
        "\x1b[",
        "~{",
        "\u200d",
        "漢",
        "👩\u200d🚒",
    ),
    *(
        "Ã©",
        "By Ann Marlow and ",
        "3/4/2020 ",
        "4:17",
        "1.5 ",
        "Share\n",
        "Read also:\n",
        "• one\n",
    ),
    *("Read also:\n", "a | ", "www.", ":"),
)
HTML = (
    *("<div>", "<p>a</p>", "<ul><li>a", "<table><tr><td>a", "<td>a", "a<br>", "<!--", "<![CDATA["),
    *("<script>", '<script type="application/ld+json">[', "<svg>", "<template>", "<option>a", "<"),
    *('<meta name="og:title" content="a">', "<title>a | ", "<h1>The ferry is late", "<time>2020"),
    *("<a rel=author>Ann Marlow</a>", "<b><p></b>", '<div class="share nav">', "</div>"),
    *('"articleBody": "', "<blockquote>a", 'name="og:title" '),
)


@pytest.mark.timeout(1200)
def test_the_time_for_a_long_page_grows_with_its_length(report: Report) -> None:
    clean(Capture("page", b"<p>There is a sentence here.", Media.HTML))
    clean(Capture("page", b"There is a sentence here.", Media.TEXT))
    found: dict[str, tuple[float, float]] = {}
    for media, units in ((Media.TEXT, TEXT), (Media.HTML, HTML)):
        for unit in units:
            short, long = (seconds(unit, size, media) for size in (SHORT, LONG))
            found[f"{unit} ({media.value})"] = (long, long / max(short, 0.01))
    slowest = max(found, key=lambda name: found[name][0])
    steep = {name: times for name, (long, times) in found.items() if long > NOTICED}
    figures = {"kinds": len(found), "bytes": LONG, "slowest": slowest}
    figures |= {"seconds": round(found[slowest][0], 2)}
    report(
        "long pages of one thing",
        {**figures, "times at most": round(max(steep.values(), default=0), 1)},
    )
    assert {name for name, times in steep.items() if times > MOST} == set()


def seconds(unit: str, size: int, media: Media) -> float:
    """The CPU seconds that it takes to clean a page of one thing."""
    opening = "<meta " if unit.startswith("name") else ""  # which is never closed
    payload = (opening + unit * (size // len(unit.encode()))).encode()
    start = time.process_time()
    with suppress(Rejection):
        clean(Capture("page", payload, media))
    return time.process_time() - start
