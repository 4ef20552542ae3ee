"""How well encodings are told and mojibake is put right, beside the libraries made for it.

The paragraphs were written for this; the tables of n-grams haven't seen them. Right is a text that
comes out to the character.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaners import clean
from cleaners.encoding.control_chars import strip_control_chars
from cleaners.encoding.decode import decode
from cleaners.encoding.mojibake import repair_mojibake
from cleaners.model import Capture, Media, Rejection
from tests.benchmarks.encodings import (
    MORE_PAIRS,
    PAIRS,
    UNICODE,
    Case,
    broken,
    cases,
    paragraphs,
)

Report = Callable[[str, dict[str, object]], None]
Detector = Callable[[bytes], str | None]
SEEDS = Path(__file__).parents[2] / "seeds"
PAGE = 15_000  # bytes of a page whose cost is measured


def ours(case: Case) -> bool:
    try:
        found = decode(case.payload, Media.HTML if case.html else Media.TEXT)
    except Rejection:
        return False
    return found.text == case.text


def peers() -> dict[str, Detector]:
    import chardet
    import charset_normalizer
    from resiliparse.parse.encoding import detect_encoding

    logging.getLogger("charset_normalizer").setLevel(logging.ERROR)

    def normalizer(payload: bytes) -> str | None:
        best = charset_normalizer.from_bytes(payload).best()
        return best.encoding if best else None

    return {
        "chardet": lambda payload: chardet.detect(payload)["encoding"],
        "charset-normalizer": normalizer,
        "resiliparse": detect_encoding,
    }


def theirs(case: Case, detector: Detector) -> bool:
    import unicodedata

    try:
        text = case.payload.decode(detector(case.payload) or "ascii")
    except (LookupError, UnicodeError):
        return False
    return unicodedata.normalize("NFC", text) == case.text


def share(right: int, of: int) -> float:
    return round(right / of, 4)


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
def test_encodings_of_150_to_300_characters_are_told(html: bool, report: Report) -> None:
    tried = [case for case in cases() if case.html is html]
    right = Counter((case.language, case.encoding) for case in tried if ours(case))
    total = Counter((case.language, case.encoding) for case in tried)
    legacy = [case for case in tried if case.encoding not in UNICODE]
    figures: dict[str, object] = {"cases": len(tried), "right": share(right.total(), len(tried))}
    for name, detector in peers().items():
        figures[name] = share(sum(theirs(case, detector) for case in tried), len(tried))
    figures["legacy alone"] = share(sum(map(ours, legacy)), len(legacy))
    figures["missed"] = {
        f"{language} {encoding}": f"{total[key] - right[key]} of {total[key]}"
        for key in total
        if right[key] < total[key]
        for language, encoding in [key]
    }
    report(f"encodings, {'HTML with no declaration' if html else 'plain text'}", figures)
    assert right.total() >= 0.99 * len(tried)


def test_encodings_of_short_lines_are_told(report: Report) -> None:
    for length in (15, 25, 50):
        tried = [case for case in cases((length,)) if not case.html]
        tried = [case for case in tried if case.encoding not in UNICODE]
        figures: dict[str, object] = {
            "cases": len(tried),
            "right": share(sum(map(ours, tried)), len(tried)),
        }
        for name, detector in peers().items():
            figures[name] = share(sum(theirs(case, detector) for case in tried), len(tried))
        report(f"encodings of lines of {length} characters", figures)
        assert float(str(figures["right"])) >= 0.95


def test_mojibake_that_lost_nothing_is_put_right(report: Report) -> None:
    for name, pairs, least in (("named", PAIRS, 0.99), ("further", MORE_PAIRS, 0.9)):
        total, right, ftfy_right = Counter[str](), Counter[str](), Counter[str]()
        for pair, languages in pairs:
            was, read = pair.split()
            for language in languages.split():
                for paragraph in paragraphs()[language]:
                    if (both := broken(paragraph, was, read)) is not None:
                        whole, wrong = both
                        total[pair] += 1
                        right[pair] += repair_mojibake(wrong, html=False)[0] == whole
                        ftfy_right[pair] += by_ftfy(wrong) == whole
        figures = {
            "paragraphs": total.total(),
            "right": share(right.total(), total.total()),
            "ftfy": share(ftfy_right.total(), total.total()),
            "pairs": {
                " read as ".join(pair.split()): [
                    share(right[pair], total[pair]),
                    share(ftfy_right[pair], total[pair]),
                ]
                for pair in total
            },
        }
        report(f"mojibake, {name} pairs (ours, ftfy)", figures)
        assert right.total() >= least * total.total()
        if name == "named":
            assert all(right[pair] >= least * total[pair] for pair in total)


def by_ftfy(text: str) -> str:
    import ftfy

    return ftfy.fix_encoding(text)


def test_mojibake_in_single_lines_and_twice_over_is_put_right(report: Report) -> None:
    texts = paragraphs()
    tried, right = Counter[str](), Counter[str]()
    for pair, languages in PAIRS:
        was, read = pair.split()
        for language in languages.split():
            one, other = texts[language][:2]
            if (both := broken(other, was, read)) is None:
                continue
            whole, wrong = both
            page = f"{one}\n{wrong}\n{texts['en'][0]}"
            tried["one line of a page"] += 1
            right["one line of a page"] += repair_mojibake(page, html=False)[0] == page.replace(
                wrong, whole
            )
            if (twice := broken(wrong, "utf-8", "cp1252")) is not None:
                tried["then UTF-8 read as cp1252"] += 1
                right["then UTF-8 read as cp1252"] += (
                    repair_mojibake(twice[1], html=False)[0] == whole
                )
    figures = {what: [share(right[what], tried[what]), tried[what]] for what in tried}
    report("mojibake, the named pairs, share right and cases", dict(figures))
    assert right.total() >= 0.97 * tried.total()


def test_what_was_lost_is_not_invented(report: Report) -> None:
    """Decoding that dropped what it didn't know: characters come back or stand as U+FFFD."""
    total = same = left = 0
    for language in ("ru", "kk", "uk", "fr", "de"):
        for paragraph in paragraphs()[language]:
            for read in ("cp1251", "cp1252", "cp1253"):
                wrong = paragraph.encode().decode(read, "ignore")
                mended = repair_mojibake(wrong, html=False)[0]
                total += 1
                left += mended == wrong
                same += is_part_of(mended.replace("\ufffd", ""), paragraph)
    figures = {"paragraphs": total, "nothing invented": share(same, total), "left as is": left}
    report("mojibake that lost bytes", figures)
    assert same + left >= 0.95 * total


def is_part_of(text: str, whole: str) -> bool:
    """Whether a text is what is left of another when characters are taken out."""
    rest = iter(whole)
    return all(char in rest for char in text)


def test_sound_text_stays_to_the_character(request: pytest.FixtureRequest, report: Report) -> None:
    sound = {"paragraphs": [text for texts in paragraphs().values() for text in texts]}
    sound["lines of them"] = [line for text in sound["paragraphs"] for line in text.split(", ")]
    sound["seeds"] = [
        text
        for file in sorted(SEEDS.glob("*.*"))
        if file.name not in ("mojibake.txt", "picture.html")
        for text in [file.read_bytes().decode("utf-8", "ignore")]
    ]
    folder: Path | None = request.config.getoption("--corpus")
    if folder is not None:
        rows = (folder / "articles.jsonl").read_text("utf-8").splitlines()
        sound["bodies of --corpus"] = [json.loads(row)["body"] for row in rows]
    changed = {}
    for name, texts in sound.items():
        mended = [repair_mojibake(text, html=False)[0] for text in texts]
        changed[name] = [sum(map(str.__ne__, texts, mended)), len(texts)]
    report("sound texts that were changed, of how many", dict(changed))
    assert not any(bad for bad, _ in changed.values())


def test_a_sound_page_costs_little(report: Report) -> None:
    texts = paragraphs()
    for language in ("en", "ru", "kk", "fr", "vi"):
        page = "\n\n".join(texts[language])
        while len(page.encode()) < PAGE:
            page += "\n\n" + page
        text = page.encode()[:PAGE].decode("utf-8", "ignore")
        payload = text.encode()
        look = least(lambda text=text: strip_control_chars(repair_mojibake(text, html=False)[0]))
        whole = least(lambda payload=payload: decode(payload, Media.TEXT))
        cleaning = least(lambda payload=payload: clean(Capture("", payload, Media.TEXT)))
        figures = {
            "ms": round(whole * 1000, 3),
            "of it looking for mojibake and controls": round(look * 1000, 3),
            "ms of cleaning the page": round(cleaning * 1000, 2),
            "ratio": round(whole / cleaning, 4),
        }
        report(f"decoding a sound page of {PAGE} bytes, {language}", dict(figures))
        assert whole < 0.05 * cleaning


def least(work: Callable[[], object], runs: int = 7, times: int = 5) -> float:
    """CPU seconds of some work: the least of several runs."""
    work()
    found = []
    for _ in range(runs):
        start = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - start) / times)
    return min(found)


def test_any_bytes_give_an_answer_or_a_rejection(report: Report) -> None:
    draw = random.Random(1)
    texts = [text for several in paragraphs().values() for text in several]
    outcomes = Counter[str]()
    for _ in range(1000):
        payload = bytearray(
            draw.choice(texts).encode(draw.choice(["utf-8", "utf-16-le", "gb18030"]))
        )
        for _ in range(draw.randrange(6)):
            place = draw.randrange(len(payload))
            payload[place : place + draw.randrange(3)] = draw.randbytes(draw.randrange(4))
        try:
            found = decode(
                bytes(payload), draw.choice(list(Media)), draw.choice([None, "big5", "x"])
            )
        except Rejection:
            outcomes["rejected"] += 1
        else:
            lossy = "\ufffd" in found.text
            noted = any("replaced" in repair for repair in found.repairs)
            outcomes["read"] += 1
            outcomes["lost something and didn't say so"] += lossy and not (noted or found.repairs)
    report("damaged bytes", dict(outcomes))
    assert not outcomes["lost something and didn't say so"]
