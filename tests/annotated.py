"""A made-up corpus: a dozen pages of made-up sites, annotated as real ones are."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

SITES = ("harbour-post.example", "valley-times.example", "island-news.example", "hill-echo.example")
_NAMES = ("Ada Brook", "Ben Marsh", "Cleo Stone", "Dan Field")
_PEOPLE = "the mayor|a fisherman|the council|one teacher|the harbour master|her neighbour".split(
    "|"
)
_DEEDS = "said|promised|denied|explained|warned|announced".split("|")
_THINGS = "bridge|ferry|school|market|library|lighthouse|railway|theatre".split("|")
_MENU = ("Home", "Sport", "Weather", "Culture", "Jobs", "Contact", "Subscribe", "Log in")


def sentence(dice: random.Random) -> str:
    """One of many sentences that a local paper may print."""
    return (
        f"On Monday {dice.choice(_PEOPLE)} {dice.choice(_DEEDS)} that the {dice.choice(_THINGS)}"
        f" would be closed for {dice.randint(2, 90)} days, because nobody had asked"
        f" {dice.choice(_PEOPLE)} about the {dice.choice(_THINGS)} before."
    )


def paragraph(dice: random.Random) -> str:
    """A few sentences."""
    return " ".join(sentence(dice) for _ in range(dice.randint(2, 4)))


def html(site: str, title: str, author: str, day: str, body: list[str], more: list[str]) -> str:
    """A page of that site, with what stands around articles: menus, teasers, a notice."""
    menu = "".join(f"<li><a href='/{word.lower()}'>{word}</a></li>" for word in _MENU)
    teasers = "".join(f"<li><a href='/{n}'>{text}</a></li>" for n, text in enumerate(more))
    story = "".join(f"<p>{text}</p>" for text in body)
    return (
        f"<html lang='en'><head><title>{title}</title><meta name='author' content='{author}'>"
        f"<meta property='article:published_time' content='{day}T08:00:00Z'></head><body>"
        f"<header><nav class='menu'><ul>{menu}</ul></nav></header>"
        f"<main><article class='story'><h1>{title}</h1>{story}</article></main>"
        f"<aside class='related'><h3>Read also</h3><ul>{teasers}</ul></aside>"
        f"<footer><p>© 2025 {site}. All rights reserved. Terms, privacy, cookies.</p></footer>"
        "</body></html>"
    )


def write_corpus(folder: Path) -> Path:
    """Eight articles and four pages with decisive pieces, on four sites; the same in every test."""
    dice = random.Random(7)
    (folder / "html").mkdir(parents=True)
    lists: dict[str, list[dict[str, Any]]] = {"articles": [], "segments": []}
    for number in range(12):
        site, author = SITES[number % len(SITES)], _NAMES[number % len(_NAMES)]
        thing = _THINGS[number % len(_THINGS)]
        title = f"Town number {number} will close its {thing} until summer"
        day = f"2025-03-{number + 1:02}"
        body = [paragraph(dice) for _ in range(dice.randint(4, 7))]
        more = [f"Number {dice.randint(100, 999)}: more about the {t}" for t in _THINGS[:5]]
        file = f"html/page-{number}.html.gz"
        page = html(site, title, author, day, body, more)
        (folder / file).write_bytes(gzip.compress(page.encode(), mtime=0))
        row = {"id": f"page-{number}", "html": file, "url": f"https://www.{site}/{number}"}
        if number < 8:
            known = {"title": title, "authors": [author], "date": f"{day} 08:00:00+00:00"}
            own = {"set": "made-up", "language": "en", "body": "\n\n".join(body)}
            lists["articles"].append(row | known | own)
        else:
            lists["segments"].append(row | {"with": body[:3], "without": more[:2]})
    for name, rows in lists.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder
