"""Recognises by their words lines that a site's software writes: controls, counts, footers."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.browser_notices import match_browser_notice
from cleaners.rules.line_features import LineFeatures, cached_on_line

END_MARKS = " .!›»→▸▼▾+:…\u00a0"
"""The signs at the ends of labels, which don't count when labels are compared."""

_BULLETS = "•*+-"
_N_START_CHARS = 2  # labels are found by their first characters; none is shorter
_BETWEEN_LABELS = re.compile(r"[\s|·•/,-]*")
_BUTTON = re.compile(r"\(BUTTON\)\s*")  # Lynx writes this before the label of a button
_MAX_NOTICE_CHARS = 160
_MAX_CONTROL_CHARS = 90
_SIGN_IN = r"(?:sign|log) ?(?:in|up)"
_CAN_DO = (
    r"(?:join|comment|reply|post|vote|follow|like|leave|participate|get|see|view|continue|change)\b"
)
# The repeats give nothing back, so that a row of “sign in” takes no longer than other lines.
# “Sign up for free to join this conversation on X. Already have an account? Sign in to comment”
_SITE_CONTROL = re.compile(
    r"(?:(?:(?:already have|don[’']t have|no) an account|new to \S{1,20}|"
    r"not a member(?: yet)?)\?|"
    rf"(?:please )?{_SIGN_IN}(?: or {_SIGN_IN})?(?: (?:now|for free)|(?: now| for free)? to "
    rf"{_CAN_DO}(?: (?:in |reading )?(?:this|the|a) (?:conversation|discussion|comment|reply|"
    r"review|answer|thread|topic|post|story|article)\b[^.?!]{0,40}+)?)|"
    rf"please {_SIGN_IN}(?: or {_SIGN_IN})? to {_CAN_DO}[^.?!]{{0,60}}+|"
    rf"(?:notifications )?you must be (?:signed|logged) in to {_CAN_DO}[^.?!]{{0,60}}+)"
    rf"(?:[.!?]? ?(?:{_SIGN_IN}|already have an account\?)[^.?!]{{0,60}}+)*+|"
    r"(?:edit|fork|view|improve) (?:this )?(?:page|source|file|article)"
    r"(?: source)? on (?-i:[A-Z])\w{1,19}|"
    r"(?:get|open in|view in) (?:the )?app",
    re.I,
)
# Lines that can also be the headings, steps or news of a page: “Open the file on Windows”.
_POSSIBLE_CONTROL = re.compile(
    rf"{_SIGN_IN}(?: or {_SIGN_IN})?(?: now| for free)? to {_CAN_DO}[^.?!]{{0,60}}|"
    r"(?:edit|fork)(?: it)? on \w{2,20}|"
    r"(?:view|open|report)(?: this| the| an)? (?:page|source|file|issue) on \w{2,20}|"
    r"(?:download|get|open in|view in) (?:the )?(?:[\w-]{2,20} )?app",
    re.I,
)
_WIKI_LINE = re.compile(
    r"(?:from|aus|de|un article de|da|z|van|материал из) [^.,—]{2,40}(?:,| —) "
    r"(?:the free encyclopedia|der freien enzyklopädie|l['’]encyclopédie libre|"
    r"la enciclopedia libre|l['’]enciclopedia libera|wolnej encyklopedii|"
    r"свободной энциклопедии)|"
    r"Retrieved from [\"“].{0,20}https?://.*|"
    r"(?:Hidden )?categor(?:y|ies): .*|"
    r"(?:Abgerufen von|Kategorien:|Versteckte Kategorien:|Источник —|Категории:) .*",
    re.I,
)
# Lines of wikis that are sentences.
_WIKI_FOOTER = re.compile(
    r"This page was last (?:edited|modified) on (?=[^.]*\d)[\w:., /-]{6,40}(?: \([\w:+]+\))?"
    r"(?:,? by .{2,40}|\. (?:This page|Text|Content)\b.*)?\.?|"
    r"(?:Text|Content) is available under (?:the )?Creative Commons "
    r"(?:Attribution|Zero|Public|Licen[cs]e|CC|BY)\b.*|"
    r"Except where otherwise noted, content on this wiki is licensed .*|"
    r"\S+\.txt · (?:Last modified|Zuletzt geändert|Dernière modification|Последнее изменение).*|"
    r"Diese Seite wurde zuletzt am .* bearbeitet.*|La dernière modification de cette page .*|"
    r"Esta página se editó por última vez .*|Эта страница в последний раз была отредактирована .*",
    re.I,
)
_PRODUCT = (
    r"(?:Sphinx|MkDocs|Material for MkDocs|Docusaurus|VitePress|Jekyll|Hugo|Doxygen|Javadoc|"
    r"Read the Docs|GitBook|WordPress|Ghost|Discourse|Genesis)\b[™®]?(?: v?\d[\w.]*)?"
)
_NAME = r"(?-i:[A-Z0-9][\w.&’'-]*(?: (?:&|and|of|[A-Z0-9][\w.&’'-]*)){0,5})"
_BUILT_WITH = re.compile(
    r"(?:\w+ )?(?:built|made|created|generated|powered) (?:with|using|by|on) (?:the )?"
    rf"{_PRODUCT}(?:[ ,|·•&+-]+(?:(?:and|with|using|on) )?{_PRODUCT})*"
    rf"(?: ?[&+|·•] ?(?:{_NAME}|[\w.-]{{2,30}})|"
    r"[ ,.|·•–-]+(?:(?:and|with|using) )?(?:\S+ ){0,3}theme\b.{0,60}|"
    r", best viewed with JavaScript enabled)?\W{0,3}|"
    rf"(?:web ?)?site (?:design(?:ed)? |built |developed )?by (?:{_NAME}|\S+)\.?|"
    rf"page (?:maintained|created|last updated) by (?:{_NAME}|\S+@\S+)\.?|"
    r"you are (?:visitor|guest) (?:number|no\.?) [\d ,.]+|"
    r"best viewed (?:with|in|at) .{0,40}?(?:(?-i:\b(?:Internet|Explorer|IE|Netscape|"
    r"Mozilla|Firefox|Chrome|Safari|Opera)\b)|\b(?:browser|javascript|pixels?|resolution)\b|"
    r"\d{3,4} ?[x×*] ?\d{3,4}).{0,40}",
    re.I,
)
_COPYRIGHT = re.compile(
    r"(?:copyright\s*)?©.*|(?:copyright\s*)?\(c\)\s*(?:copyright\s*)?(?:19|20)\d\d\b.*", re.I
)
_COUNT = re.compile(
    r"(?:[ •·|,]*[\d.,\u00a0 ]*\d\s?[KMkmтк]?\+? (?:followers|following|subscribers|subscribed|"
    r"подписчик(?:ов|а)?|abonnenten|abonnés|seguidores))+|"
    r"showing (?:all )?[\d–—-]+(?: of \d+)? (?:results?|products?|items?)|"
    r"\d(?:\.\d+)? (?:stars? )?from \d+ (?:votes?|reviews?|ratings?)|"
    r"(?:messages sorted by|previous message|next message): .*|"
    r"more information about the .{2,40} mailing list|"
    r"asked \d+ \w+(?:, \d+ \w+)? ago|viewed [\d.,]+[km]? times|active \d+ \w+ ago|"
    r"(?:\d+|one) (?:people|users?|customers?|person) found this (?:review )?helpful|"
    r"(?:\d+|one) (?:responses?|comments?|thoughts?|replies) (?:to|on) "
    r"(?:“[^”]{1,90}”|\"[^\"]{1,90}\"|‘.{1,90}’)|"
    r"\S.{1,30} wrote a review \S.{2,12}|date of (?:stay|visit|experience): .{4,20}|"
    r"generated by (?-i:[A-Z])\S{2,30}|(?:all )?reactions|"
    r"その他の回答(?:（\d+件）)?|ベストアンサー(?:に選ばれた回答)?|"
    r"(?:ナイス|いいね|参考になった)！? ?\d*|"
    r"댓글 ?\d*|조회(?:수)? ?[\d,]+|"
    r"all (?:\d+ )?comments|there (?:is|are) no comments yet\.?",
    re.I,
)
_SUBSCRIBE = re.compile(
    r"(?:thanks for reading|.{2,60} is a reader-supported publication\.).{0,60}\bsubscribe.*|"
    r"(?:subscribe|sign up) (?:now |for free )?to (?:receive|get) (?:new|our|my|the latest) .*|"
    r"type your email(?: address)?(?:…|\.{3}|:)?(?: ?(?:subscribe|to|and)\b.{0,60})?|"
    r"(?:.{0,110}(?:[,.!:–—] |\bplease ))?consider becoming a (?:free or )?paid subscriber\b.*",
    re.I,
)
# The end of a sentence that reports what somebody said or wrote.
_REPORTED = re.compile(
    r".*[,”\"’] (?:[\w’-]+ ){0,5}(?:said|says|wrote|writes|reads?|asked|added)\b"
    r"[\w ’-]{0,40}[.!?]"
)
_ABOUT_SIGN = re.compile(
    r"(?:©|\(c\)) ?(?:(?:19|20)\d\d )?(?:is|was|were|has|had|stands|stood|means|meant)\b.*\.", re.I
)
_SERVICE_NOTICE = re.compile(
    r"(?:alpha|beta) ?this is a new service(?:\W{0,3}(?:your|help|give|we)\b.{0,100})?\W?|"
    r"an official website of the .{2,60} government|"
    r".{2,40} is one of the many independent mastodon servers .*",
    re.I,
)


BUILT_WITH = Removal(Reason.FOOTER, Cleaner.PHRASES, "a line of the site's software", 0.85)
"""The removal of a line that names the software or the makers of a site, such as “Site by …”."""

WIKI_LINE = Removal(Reason.FOOTER, Cleaner.PHRASES, "a line of the software of a wiki", 0.85)
"""The removal of a line that a wiki's software writes, such as “Categories: …”."""

SITE_CONTROL = Removal(Reason.NAVIGATION, Cleaner.PHRASES, "what a reader can do", 0.85)
"""The removal of a line such as “Sign in to comment”, which is never a heading."""

POSSIBLE_CONTROL = Removal(Reason.NAVIGATION, Cleaner.PHRASES, "what a reader may do", 0.7)
"""The removal of a line such as “Get the Ferry app”, which is content on some pages."""

_COUNT_REMOVAL = Removal(Reason.NAVIGATION, Cleaner.PHRASES, "a count of the software", 0.8)
_WHOLE_LINES = (
    (_BUILT_WITH, BUILT_WITH),
    (_COPYRIGHT, Removal(Reason.FOOTER, Cleaner.PHRASES, "a copyright notice", 0.85)),
    (_WIKI_FOOTER, Removal(Reason.FOOTER, Cleaner.PHRASES, "the footer of a wiki", 0.85)),
    (_SUBSCRIBE, Removal(Reason.ADVERT, Cleaner.PHRASES, "an offer of a newsletter", 0.85)),
    (
        _SERVICE_NOTICE,
        Removal(Reason.BOILERPLATE, Cleaner.PHRASES, "a notice about the site", 0.8),
    ),
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def match_software_line(line: LineFeatures, tag: str) -> Removal | None:
    """The removal of a line that a site's software writes, by its words; or None.

    `tag` is the element of the line, empty in plain text.
    """
    removal = _match_item(line) if tag in ("li", "td") else _match_line(line)
    is_heading = tag in _HEADINGS and removal in (SITE_CONTROL, POSSIBLE_CONTROL)
    return None if is_heading else removal


@cached_on_line
def _match_line(line: LineFeatures) -> Removal | None:
    if not (is_control(line) or line.is_prose) and _WIKI_LINE.fullmatch(line.text):
        return WIKI_LINE
    return _match_item(line)


@cached_on_line
def _match_item(line: LineFeatures) -> Removal | None:
    text = line.text
    if is_control(line):
        what = f"“{text}”: what a reader can do"
        return Removal(Reason.NAVIGATION, Cleaner.PHRASES, what, 0.85)
    if len(text) < _MAX_NOTICE_CHARS and not is_reported(line):
        for pattern, removal in _WHOLE_LINES:
            if pattern.fullmatch(text):
                return removal
        if _SITE_CONTROL.fullmatch(bare := text.strip(END_MARKS)):
            return SITE_CONTROL
        if _POSSIBLE_CONTROL.fullmatch(bare):
            return POSSIBLE_CONTROL
        if _COUNT.fullmatch(text.strip(END_MARKS.replace(".", ""))):
            return _COUNT_REMOVAL
    return match_browser_notice(line)


def is_reported(line: LineFeatures) -> bool:
    """Whether a sentence reports what was said or written: “Type your email,” said the sign."""
    text = line.text
    return line.is_short_sentence and bool(_REPORTED.fullmatch(text) or _ABOUT_SIGN.fullmatch(text))


@cached_on_line
def is_control(line: LineFeatures) -> bool:
    """Whether a line is nothing but labels of what a reader can do."""
    text = _BUTTON.sub("", line.text) if line.text.startswith("(") else line.text
    return len(text) < _MAX_CONTROL_CHARS and _is_row_of(
        _controls(), text.casefold().strip(END_MARKS + _BULLETS)
    )


def _is_row_of(labels: dict[str, set[str]], text: str) -> bool:
    """Whether a text is nothing but labels, which converters may have joined.

    Each place in the text is looked at once, so that the time doesn't depend on in how many ways
    the text can be split.
    """
    starts, seen = [0], {0}
    while starts:
        start = starts.pop()
        for label in labels.get(text[start : start + _N_START_CHARS], ()):
            if not text.startswith(label, start):
                continue
            end = start + len(label)
            if end == len(text):
                return True
            after = _BETWEEN_LABELS.match(text, end)
            if after and after.end() not in seen:
                seen.add(after.end())
                starts.append(after.end())
    return False


@cache
def _controls() -> dict[str, set[str]]:
    """The labels of controls, by their first characters."""
    path = files("cleaners") / "data" / "controls.json"
    labels: list[str] = json.loads(path.read_text(encoding="utf-8"))["labels"]
    by_start: defaultdict[str, set[str]] = defaultdict(set)
    for label in labels:
        bare = label.strip(END_MARKS)
        by_start[bare[:_N_START_CHARS]].add(bare)
    return dict(by_start)
