"""Recognises by their words lines that a site's software writes: controls, counts, footers."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.browser_notices import match_browser_notice
from cleaners.rules.line_features import LineFeatures, cached_on_line

END_MARKS = " .!›»→▸▼▾+:…\u00a0"
"""The signs at the ends of labels, which don't count when labels are compared."""

_BULLETS = "•*+-"
_BUTTON = re.compile(r"\(BUTTON\)\s*")  # Lynx writes this before the label of a button
_MAX_NOTICE_CHARS = 160
_MAX_CONTROL_CHARS = 90
_WIKI_LINE = re.compile(
    r"From [^.]{2,40}, the free encyclopedia|Retrieved from [\"“].{0,20}https?://.*|"
    r"(?:Hidden )?categor(?:y|ies): .*|"
    r"(?:Abgerufen von|Kategorien:|Versteckte Kategorien:|Источник —|Категории:) .*",
    re.I,
)
# Lines of wikis that are sentences.
_WIKI_FOOTER = re.compile(
    r"This page was last (?:edited|modified) on .*|"
    r"(?:Text|Content) is available under (?:the )?Creative Commons .*|"
    r"Except where otherwise noted, content on this wiki is licensed .*|"
    r"\S+\.txt · (?:Last modified|Zuletzt geändert|Dernière modification|Последнее изменение).*|"
    r"Diese Seite wurde zuletzt am .* bearbeitet.*|La dernière modification de cette page .*|"
    r"Esta página se editó por última vez .*|Эта страница в последний раз была отредактирована .*",
    re.I,
)
_BUILT_WITH = re.compile(
    r"(?:\w+ )?(?:built|made|created|generated|powered) (?:with|using|by|on) (?:the )?(?:Sphinx|"
    r"MkDocs|Material for MkDocs|Docusaurus|VitePress|Jekyll|Hugo|Doxygen|Javadoc|Read the Docs|"
    r"GitBook|WordPress|Ghost|Discourse|Genesis)\b.*|"
    r"(?:copyright\s*)?©.*|(?:copyright\s*)?\(c\)\s*(?:copyright\s*)?(?:19|20)\d\d\b.*|"
    r"(?:web ?)?site (?:design(?:ed)? |built |developed )?by .{2,40}|"
    r"page (?:maintained|created|last updated) by .{2,40}|"
    r"you are (?:visitor|guest) (?:number|no\.?) [\d ,.]+|best viewed (?:with|in|at) .{2,60}",
    re.I,
)
_COUNT = re.compile(
    r"(?:[ •·|,]*[\d.,\u00a0 ]*\d\s?[KMkmтк]?\+? (?:followers|following|subscribers|subscribed|"
    r"подписчик(?:ов|а)?|abonnenten|abonnés|seguidores))+|"
    r"showing (?:all )?[\d–—-]+(?: of \d+)? (?:results?|products?|items?)|"
    r"\d(?:\.\d+)? (?:stars? )?from \d+ (?:votes?|reviews?|ratings?)|"
    r"(?:messages sorted by|previous message|next message): .*|"
    r"more information about the .{2,40} mailing list|"
    r"asked \d+ \w+(?:, \d+ \w+)? ago|viewed [\d.,]+[km]? times|active \d+ \w+ ago|"
    r"all (?:\d+ )?comments|there (?:is|are) no comments yet",
    re.I,
)
_SUBSCRIBE = re.compile(
    r"(?:thanks for reading|.{2,60} is a reader-supported publication\.).{0,60}\bsubscribe.*|"
    r"(?:subscribe|sign up) (?:now |for free )?to (?:receive|get) (?:new|our|my|the latest) .*|"
    r"type your email\b.*|.{0,110}consider becoming a (?:free or )?paid subscriber\b.*",
    re.I,
)
_SERVICE_NOTICE = re.compile(
    r"(?:alpha|beta) ?this is a new service.{0,100}|"
    r"an official website of the .{2,60} government|"
    r".{2,40} is one of the many independent mastodon servers .*",
    re.I,
)


def match_software_line(line: LineFeatures, tag: str) -> Removal | None:
    """The removal of a line that a site's software writes, by its words; or None.

    `tag` is the element of the line, empty in plain text.
    """
    return _match_item(line) if tag in ("li", "td") else _match_line(line)


@cached_on_line
def _match_line(line: LineFeatures) -> Removal | None:
    if not (is_control(line) or line.is_prose) and _WIKI_LINE.fullmatch(line.text):
        return Removal(Reason.FOOTER, Cleaner.PHRASES, "a line of the software of a wiki", 0.85)
    return _match_item(line)


@cached_on_line
def _match_item(line: LineFeatures) -> Removal | None:
    text = line.text
    if is_control(line):
        what = f"“{text}”: what a reader can do"
        return Removal(Reason.NAVIGATION, Cleaner.PHRASES, what, 0.85)
    if len(text) < _MAX_NOTICE_CHARS:
        if _BUILT_WITH.fullmatch(text):
            return Removal(Reason.FOOTER, Cleaner.PHRASES, "a line of the site's software", 0.85)
        if _WIKI_FOOTER.fullmatch(text):
            return Removal(Reason.FOOTER, Cleaner.PHRASES, "a line of the software of a wiki", 0.85)
        if _SUBSCRIBE.fullmatch(text):
            return Removal(Reason.ADVERT, Cleaner.PHRASES, "an offer of a newsletter", 0.85)
        if _COUNT.fullmatch(text.strip(END_MARKS)):
            return Removal(Reason.NAVIGATION, Cleaner.PHRASES, "a count of the software", 0.8)
        if _SERVICE_NOTICE.fullmatch(text):
            return Removal(Reason.BOILERPLATE, Cleaner.PHRASES, "a notice about the site", 0.8)
    return match_browser_notice(line)


@cached_on_line
def is_control(line: LineFeatures) -> bool:
    """Whether a line is nothing but labels of what a reader can do."""
    text = _BUTTON.sub("", line.text) if line.text.startswith("(") else line.text
    return len(text) < _MAX_CONTROL_CHARS and (
        _controls().fullmatch(text.casefold().strip(END_MARKS + _BULLETS)) is not None
    )


@cache
def _controls() -> re.Pattern[str]:
    """A pattern for one or more labels of controls, which converters may have joined."""
    path = files("cleaners") / "data" / "controls.json"
    labels: list[str] = json.loads(path.read_text(encoding="utf-8"))["labels"]
    longest_first = sorted((label.strip(END_MARKS) for label in labels), key=len, reverse=True)
    label = f"(?:{'|'.join(map(re.escape, longest_first))})"
    return re.compile(rf"{label}(?:[\s|·•/,-]*{label})*")
