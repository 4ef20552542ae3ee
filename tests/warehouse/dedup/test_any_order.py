"""What is derived of the captures is the same in whatever order, batches and runs they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.forms import FORMS, filled
from tests.benchmarks.stories import story
from tests.warehouse.conftest import EVENING, MORNING, NOON, cleaned, page, rows, signed, words
from warehouse.model import Cleaned, Recleaned
from warehouse.opening import open_warehouse
from warehouse.warehouse import Warehouse

STATE = (
    "SELECT d.sha256, c.sha256, o.sha256, d.relation, round(d.similarity, 9), d.first_seen,"
    " d.locator, d.url, d.site, d.title, d.text, d.n_words"
    " FROM documents AS d JOIN documents AS c ON c.id = d.cluster_id"
    " LEFT JOIN documents AS o ON o.id = d.duplicate_of ORDER BY 1",
    "SELECT d.sha256, a.cluster_size FROM articles AS a JOIN documents AS d USING (id) ORDER BY 1",
    "SELECT d.sha256, b.position, b.kept, b.reason, b.cleaner, b.detail FROM blocks AS b"
    " JOIN documents AS d ON d.id = b.document_id ORDER BY 1, 2",
    "SELECT v.url, d.sha256, v.captured_at, v.n_words, round(v.similarity_to_previous, 9),"
    " v.is_current FROM versions AS v JOIN documents AS d ON d.id = v.document_id ORDER BY 1, 2, 3",
)
CHANNEL = "Follow our channel to read every story of the day first"
AT = (MORNING, NOON, EVENING)

State = list[list[tuple[object, ...]]]


def state(warehouse: Warehouse) -> State:
    """All that follows from the captures, by hash."""
    return [rows(warehouse, query) for query in STATE]


def copies() -> Iterator[Cleaned]:
    """Stories that papers print whole and cut, and one in capitals."""
    for number in range(3):
        one = story(number, "en")
        for place, parts in enumerate((slice(None), slice(0, -1), slice(1, None))):
            yield cleaned(
                "\n\n".join([*one.paragraphs[parts], f"Seen by paper {place}."]),
                f"papers/{number}-{place}.txt",
                at=AT[(number + place) % 3],
                url=f"https://paper{place}.example/{number}",
                title=one.title,
            )
    one = story(3, "en")
    text = "\n\n".join(one.paragraphs)
    for number, spelled in enumerate((text, text.upper(), text.lower())):
        yield cleaned(spelled, f"capitals-{number}.txt", at=AT[1 - number], title=one.title)


def forms() -> Iterator[Cleaned]:
    """Pages that fill in two forms."""
    for form in FORMS[:2]:
        for number in range(3):
            one, _ = filled(form, number)
            text = "\n\n".join(one.paragraphs)
            yield cleaned(text, f"{form.name} {number}.txt", at=AT[number], title=one.title)


def site() -> Iterator[Cleaned]:
    """Pages of a site with a template; of some only the folder is known, until they come again."""
    for number in range(6):
        text = f"{CHANNEL}\n\n{words(50, 40 + number)}\n\n{words(30, 60 + number)}"
        title, at = f"News {number}", AT[number % 3]
        if number % 2:
            url = f"https://www.example.org/news/{number}"
            yield cleaned(text, f"{number}.html", at=at, url=url, title=title)
            continue
        yield cleaned(text, f"saved/{number}.txt", at=at, title=title)
        if number < 4:
            url = f"https://example.org/news/{number}?utm_source=feed"
            at = f"2024-04-0{number + 1}T00:00:00Z"
            yield cleaned(text, f"{number}.html", at=at, url=url, title=title)


def versions() -> Iterator[Cleaned]:
    """A live blog, after which the address has another article, and then none."""
    live = [words(40, 90 + entry) for entry in range(6)]
    hours = [("Live", "\n\n".join([*live[hour : hour + 2], CHANNEL])) for hour in range(4)]
    hours += [("Other", words(70, 99)), ("Gone", "This page is gone."), hours[3]]
    for hour, (title, text) in enumerate(hours):
        at = f"2024-05-02T0{hour}:00:00Z"
        url = "http://example.org/live" + "/" * (hour % 2)
        yield cleaned(text, f"live-{hour}.html", at=at, url=url, title=title)
    yield cleaned("\n\n".join(live[3:5]), "copy.txt", at=MORNING, title="Live")
    yield cleaned("\n\n".join(live[0:2]), "early copy.txt", at=MORNING, title="Live")


def notices() -> Iterator[Cleaned]:
    """A long notice with another number each time; one was first seen on another site."""
    for number, host in enumerate(("town.example", "town.example", "city.example")):
        text = f"{words(120, 110)} {number + 3} {words(100, 111)}"
        url = f"https://{host}/notice-{number}"
        yield cleaned(text, f"notice-{number}.html", at=AT[number], url=url, title="Notice")
        if number == 1:
            url, at = "https://paper.example/notice", "2024-03-01T00:00:00Z"
            yield cleaned(text, "notice.html", at=at, url=url, title="Notice")


CAPTURES = [*copies(), *forms(), *site(), *versions(), *notices()]
DOCUMENTS = list({one.capture.key.sha256: one for one in CAPTURES}.values())


def misread(one: Cleaned, number: int) -> Cleaned:
    """The same capture, cleaned wrongly: other words under another title."""
    text = (CHANNEL, words(60, number % 3), one.page.text + " " + words(30, 7), "Nothing.")
    made = page(text[number % 4], title=f"Wrong {number % 2}", url="https://example.org/wrong")
    return Cleaned(one.capture, one.payload, made, signed(made))


def reclean(warehouse: Warehouse, hashes: Collection[str]) -> None:
    """Clean documents again, rightly."""
    right = {one.capture.key.sha256: one for one in DOCUMENTS}
    stored = rows(warehouse, "SELECT id, sha256 FROM documents ORDER BY id")
    batch = [
        Recleaned(int(str(document)), right[str(sha256)].page, right[str(sha256)].sketch)
        for document, sha256 in stored
        if sha256 in hashes
    ]
    warehouse.replace_records(warehouse.begin_run("reclean"), batch)


def loaded(
    order: Sequence[Cleaned], batch: int, path: Path, wrong: Collection[str] = (), after: int = 0
) -> State:
    """The state after loading in batches; `wrong` ones are cleaned rightly `after` captures."""
    with open_warehouse(path) as warehouse:
        run = warehouse.begin_run("test")
        for start in range(0, len(order), batch):
            some = [
                misread(one, number) if one.capture.key.sha256 in wrong else one
                for number, one in enumerate(order[start : start + batch], start)
            ]
            warehouse.load(run, some)
            if wrong and start <= after < start + batch:
                reclean(warehouse, wrong)
        reclean(warehouse, wrong)
        # What is read again changes nothing.
        warehouse.load(run, order[:3])
        assert warehouse.check() == []
        return state(warehouse)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> State:
    return loaded(CAPTURES, len(CAPTURES), tmp_path_factory.mktemp("expected") / "all.db")


def test_the_captures_show_what_the_test_is_about(expected: State) -> None:
    documents, _, blocks, versions = expected
    relations = Counter(relation for _, _, _, relation, *_ in documents)
    assert relations == {None: 22, "same": 9, "excerpt": 2, "version": 2}
    assert sum(reason == "template" for _, _, _, reason, *_ in blocks) == 9
    assert sum(not is_current for *_, is_current in versions) == 2


@settings(max_examples=12, deadline=None)
@given(
    order=st.permutations(range(len(CAPTURES))),
    batch=st.sampled_from([1, 4, 13, 64]),
    wrong=st.sets(st.sampled_from([one.capture.key.sha256 for one in DOCUMENTS]), max_size=8),
    after=st.integers(0, len(CAPTURES)),
)
def test_order_batches_and_cleaning_again_do_not_matter(
    expected: State, order: list[int], batch: int, wrong: set[str], after: int
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shuffled.db"
        assert loaded([CAPTURES[n] for n in order], batch, path, wrong, after) == expected
