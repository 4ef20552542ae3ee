"""What a person corrects in one record holds for all pages of its site, as a rule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.flows.cli.conftest import place
from tests.flows.cli.test_relations import LETTER, record, write
from tests.flows.conftest import Presswash, contents, rows, story

SITE = "https://quay.example.org"
# Another sentence on each page: no template of the site, and read like content.
TIP = "Sailors who know the bay of {0} said on Monday that the wind of {0} turns at noon and falls."
WORDS = "alder birch cedar damson elder fir gorse hazel ivy juniper".split()


def html(number: int, tip: str) -> str:
    parts = [f"<p>{one}</p>" for one in story(number, 6).strip().split("\n\n")]
    parts.insert(4, f'<p class="harbour">{tip}</p>')
    return (
        f"<html><head><title>Council number {number}</title></head><body><article>"
        f"{''.join(parts)}</article></body></html>"
    )


def write_site(folder: Path, numbers: Sequence[int]) -> Path:
    """Pages of one site, each with a tip of its own in the same element."""
    pages = [
        {
            "html": html(number, TIP.format(WORDS[number % len(WORDS)])),
            "url": f"{SITE}/{number}",
            "date": "2024-05-01T08:00:00Z",
        }
        for number in numbers
    ]
    return write(folder / f"site{numbers[0]}.jsonl", *pages)


@pytest.fixture
def site(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse with five pages of a site, and one of another with the same element."""
    other = {"html": html(40, TIP.format("kelp")), "url": "https://else.example.org/40"}
    for pages in (write_site(tmp_path, range(5)), write(tmp_path / "other.jsonl", other)):
        ran = presswash("ingest", "--no-flow", pages)
        assert ran.code == 0, ran.err
    return tmp_path / "presswash.db"


TIPS = (
    "SELECT d.url, b.reason, b.cleaner FROM blocks AS b JOIN documents AS d"
    " ON d.id = b.document_id WHERE b.text LIKE 'Sailors who know%' ORDER BY d.url"
)


def test_a_rule_removes_an_element_on_all_pages_of_its_site(
    presswash: Presswash, site: Path
) -> None:
    tip = place(presswash, "Sailors who")
    ran = presswash("correct", 1, "--remove", tip, "--reason", "related", "--site")
    assert ran.code == 0, ran.err
    assert "rule 1: remove as related on quay.example.org, by path, " in ran.out
    assert "5 blocks of 5 records changed" in ran.out
    found = rows(site, TIPS)
    assert [one[1:] for one in found[1:]] == [("related", "site_rule")] * 5
    assert found[0][1:] == (None, None)  # of the other site
    explained = presswash("show", 3, "--explain").out
    assert "rule 1 of quay.example.org: path" in explained
    assert "p.harbour" in explained
    assert presswash("search", "sailors", "--json").json[0]["site"] == "else.example.org"
    assert presswash("check", "--deep").code == 0


def test_a_preview_shows_what_would_change_and_changes_nothing(
    presswash: Presswash, site: Path
) -> None:
    before = contents(site)
    tip = place(presswash, "Sailors who")
    options = ("correct", 1, "--remove", tip, "--site", "--preview")
    [found] = presswash(*options, "--json").json
    assert (found["changed_blocks"], found["changed_documents"]) == (5, 5)
    assert found["before"] == {"kept": 5}
    assert len(found["examples"]) == 5
    assert all(0 < one["lost"] < one["kept_before"] for one in found["losses"])
    shown = presswash(*options).out
    assert "5 blocks of 5 records would change (before: kept 5)" in shown
    assert "The largest losses" in shown
    assert contents(site) == before
    assert presswash("rules").out == "There are no rules.\n"


def test_a_rule_holds_for_pages_that_come_later_and_when_pages_are_cleaned_again(
    presswash: Presswash, site: Path, tmp_path: Path
) -> None:
    presswash("correct", 1, "--remove", place(presswash, "Sailors who"), "--site")
    presswash("ingest", "--no-flow", write_site(tmp_path, range(10, 13)))
    after = contents(site)
    assert [one[2] for one in rows(site, TIPS)].count("site_rule") == 8
    assert "0 changed" in presswash("reclean", "--all").out
    assert contents(site) == after
    assert presswash("reclean", "--all", "--preview").out == "0 of 9 documents would change\n"
    assert presswash("check", "--deep").code == 0


def test_a_deleted_rule_leaves_what_the_cleaners_say(presswash: Presswash, site: Path) -> None:
    before = contents(site)
    presswash("correct", 1, "--remove", place(presswash, "Sailors who"), "--site")
    [rule] = presswash("rules", "--json").json
    assert (rule["site"], rule["by"], rule["reason"]) == ("quay.example.org", "path", "boilerplate")
    assert "quay.example.org" in presswash("rules").out
    ran = presswash("rules", "--delete", rule["id"])
    assert ran.code == 0, ran.err
    assert ran.out == "deleted rule 1; 5 documents cleaned again\n"
    assert contents(site) == before
    assert presswash("rules", "--delete", 1).code == 2


def test_a_person_overrides_a_rule_on_one_page(presswash: Presswash, site: Path) -> None:
    tip = place(presswash, "Sailors who", 2)
    presswash("correct", 2, "--keep", tip)
    presswash("correct", 1, "--remove", place(presswash, "Sailors who"), "--site")
    assert [one[2] for one in rows(site, TIPS)].count("site_rule") == 4
    presswash("reclean", "--all")
    assert presswash("show", 2, "--json").json["blocks"][tip]["kept"]
    presswash("correct", 2, "--undo", tip)
    assert presswash("show", 2, "--json").json["blocks"][tip]["cleaner"] == "site_rule"


def test_an_element_that_holds_other_text_too_is_told_by_its_words(
    presswash: Presswash, tmp_path: Path
) -> None:
    parts = "".join(f"<p>{one}</p>" for one in story(3, 6).strip().split("\n\n"))
    pages = [
        {
            "html": f"<article>{parts}<p>Chart {n} of the bay was redrawn after the dredging of"
            " the old channel, the pilots say.</p></article>",
            "url": f"{SITE}/{n}",
        }
        for n in range(3)
    ]
    presswash("ingest", "--no-flow", write(tmp_path / "p.jsonl", *pages))
    number = place(presswash, "redrawn after")
    [found] = presswash("correct", 1, "--remove", number, "--site", "--preview", "--json").json
    assert found["rule"]["by"] == "text"
    assert found["rule"]["pattern"].startswith("chart 0 of the bay")
    assert found["blocks"] == 3
    options = ("--site", "--preview", "--by", "path", "--json")
    [found] = presswash("correct", 1, "--remove", number, *options).json
    assert found["blocks"] > 15


def test_a_rule_keeps_what_a_site_repeats_on_text_pages(
    presswash: Presswash, tmp_path: Path
) -> None:
    pages = [record(f"{story(n)}\n\n{LETTER}", f"{SITE}/{n}") for n in range(6)]
    presswash("ingest", "--no-flow", write(tmp_path / "site.jsonl", *pages))
    db = tmp_path / "presswash.db"
    kept = f"SELECT kept, count(*) FROM blocks WHERE text = '{LETTER}' GROUP BY kept"
    assert rows(db, kept) == [(0, 6)]
    ran = presswash("correct", 2, "--keep", place(presswash, LETTER, 2), "--site")
    assert ran.code == 0, ran.err
    assert rows(db, kept) == [(1, 6)]
    presswash("reclean", "--all")
    assert rows(db, kept) == [(1, 6)]
    assert presswash("check", "--deep").code == 0
    presswash("rules", "--delete", 1)
    assert rows(db, kept) == [(0, 6)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--site"], "choose the blocks to keep or remove on the site"),
        (["--site", "--title", "X"], "a rule for a site can only keep or remove blocks"),
        (["--site", "--keep", "99"], "record 1 has no block 99"),
        (["--site", "--keep", "0", "--by", "colour"], "by path or by text, not by 'colour'"),
        (["--keep", "0", "--preview"], "--by and --preview need --site"),
    ],
)
def test_what_cannot_be_a_rule_is_explained(
    presswash: Presswash, site: Path, options: list[str], sentence: str
) -> None:
    ran = presswash("correct", 1, *options)
    assert ran.code == 2
    assert sentence in ran.err
    assert presswash("rules", "--json").json == []


def test_an_interrupted_rule_is_finished_by_recleaning(
    presswash: Presswash, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("flows.runs.reclean._reload", stop)
        presswash("correct", 1, "--remove", place(presswash, "Sailors who"), "--site")
    assert [one[2] for one in rows(site, TIPS)].count("site_rule") == 0
    assert presswash("check", "--deep").code == 0
    assert "5 documents recleaned: 5 changed" in presswash("reclean").out
    assert [one[2] for one in rows(site, TIPS)].count("site_rule") == 5


def quay_tides(presswash: Presswash, folder: Path, *tides: str) -> list[int]:
    """Enters a page that has lines in equal elements, and gives their numbers."""
    parts = [f"<p>{one}</p>" for one in story(7, 6).strip().split("\n\n")]
    parts[3:3] = [f'<p class="tide">{tide}</p>' for tide in tides]
    page = (
        f"<html><body><h1>Tides of the quay</h1><article>{''.join(parts)}</article></body></html>"
    )
    ran = presswash("ingest", "--no-flow", write(folder / "t.jsonl", {"html": page, "url": SITE}))
    assert ran.code == 0, ran.err
    return [place(presswash, tide) for tide in tides]


def test_blocks_of_one_element_that_are_kept_and_removed_are_told_by_their_words(
    presswash: Presswash, tmp_path: Path
) -> None:
    high, low = quay_tides(
        presswash,
        tmp_path,
        "The harbour master says that high water comes late to the northern pier.",
        "The lock keeper says that low water stays for long at the southern pier.",
    )
    ran = presswash("correct", 1, "--site", "--keep", high, "--remove", low)
    assert ran.code == 0, ran.err
    stored = presswash("rules", "--json").json
    assert [(one["id"], one["by"], one["reason"]) for one in stored] == [
        (1, "text", None),
        (2, "text", "boilerplate"),
    ]
    blocks = presswash("show", 1, "--json").json["blocks"]
    assert (blocks[high]["kept"], blocks[low]["kept"]) == (True, False)


@pytest.mark.parametrize("by", ["path", "text"])
def test_a_pattern_that_would_be_kept_and_removed_is_refused(
    presswash: Presswash, tmp_path: Path, by: str
) -> None:
    first, second = quay_tides(
        presswash,
        tmp_path,
        "High water at the northern pier was at 11 and the ferry left on time.",
        "High water at the northern pier was at 23 and the ferry left on time.",
    )
    for preview in ((), ("--preview",)):
        ran = presswash(
            "correct", 1, "--site", "--by", by, "--keep", first, "--remove", second, *preview
        )
        assert (ran.code, ran.out) == (2, "")
        assert f"blocks {first} and {second} have the same" in ran.err
    assert presswash("rules", "--json").json == []


def test_a_title_can_have_no_rule(presswash: Presswash, tmp_path: Path) -> None:
    quay_tides(presswash, tmp_path, "High water comes late to the northern pier this month.")
    title = place(presswash, "Tides of the quay")
    for change in ("--keep", "--remove"):
        ran = presswash("correct", 1, "--site", change, title)
        assert ran.code == 2
        assert "the title is corrected with --title" in ran.err
    assert presswash("rules", "--json").json == []


def test_a_long_pattern_is_printed_short_and_stored_whole(
    presswash: Presswash, tmp_path: Path
) -> None:
    long = "The pilots of the bay say that the wind turns at noon. " * 400
    [number] = quay_tides(presswash, tmp_path, long.strip())
    ran = presswash("correct", 1, "--site", "--by", "text", "--remove", number)
    assert ran.code == 0, ran.err
    assert len(ran.out) < 1000
    assert len(presswash("rules").out) < 2000
    [rule] = presswash("rules", "--json").json
    assert len(rule["pattern"]) > 20_000
    removed = presswash("show", 1, "--json").json["blocks"][number]
    assert removed["detail"].startswith("rule 1 of quay.example.org: text the pilots of the bay")
    assert len(removed["detail"]) < 300


def test_a_page_that_an_earlier_capture_moves_to_a_site_with_rules_is_outdated(
    presswash: Presswash, site: Path, tmp_path: Path
) -> None:
    page = {"html": html(20, TIP.format("samphire"))}
    mirror = page | {"url": "https://mirror.example.org/20", "date": "2024-05-02T08:00:00Z"}
    original = page | {"url": f"{SITE}/20", "date": "2024-05-01T08:00:00Z"}
    presswash("correct", 1, "--remove", place(presswash, "Sailors who"), "--site")
    presswash("ingest", "--no-flow", write(tmp_path / "mirror.jsonl", mirror))
    presswash("ingest", "--no-flow", write(tmp_path / "original.jsonl", original))
    assert presswash("check", "--deep").code == 0
    assert "1 changed" in presswash("reclean").out
    assert [one[2] for one in rows(site, TIPS)].count("site_rule") == 6
    assert presswash("check", "--deep").code == 0
