"""Splits a text with several articles, as databases export them, into its articles.

LexisNexis and ProQuest number the articles ("1 of 3 DOCUMENTS"). Factiva and Nexis Uni end each
with a special line, WikiExtractor puts each in a `doc` element, and scripts separate them by a
label ("Title: …") or a rule of dashes. Only separators that don't occur inside an article count.
A rule of dashes counts if a headline and a date, an author or a URL follow each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason

if TYPE_CHECKING:
    from cleaners.rules.line_features import LineFeatures

_NOUN = (
    r"(?:documents?|articles?|records?|items?|stories|story|results?|texts?|dokument(?:e[n]?)?|artikel|"
    r"documentos?|art[ií]culos?|articol[oi]|documenti?|artigos?|документ(?:ов|ы|а)?|стат(?:ья|ьи|ей)|"
    r"文章|文档|文件|記事|기사)"
)
_OF = r"(?:of|von|de|sur|di|van|av|af|из|/|／)"
_NUMBERED = re.compile(
    rf"\W*(?:(?P<noun>{_NOUN})\W{{0,3}})?(?P<number>\d{{1,6}})\s*{_OF}\s*(?P<total>\d{{1,6}})"
    rf"(?:\s*(?P<after>{_NOUN}))?\W*",
    re.I,
)
_DIGIT = re.compile(r"\d")
_END = re.compile(
    r"\W*(?:end of (?:the )?(?:document|article|record|story)|ende des dokuments|"
    r"fin del? documento?|fin du document|конец документа)\W*",
    re.I,
)
_FACTIVA_END = re.compile(r"\s*Document [A-Z]{3,10}\d{10,}\w{4,16}\s*")
_ELEMENT = re.compile(r"<doc\b[^<>]*>\s*", re.I)
_ELEMENT_END = re.compile(r"</doc>\s*", re.I)
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
_TITLE_LABELS = (
    "title|headline|titel|überschrift|titre|título|titulo|titolo|tytuł|заголовок|назва|标题|標題|"
    "タイトル|제목"
)
_ADDRESS_LABELS = "url|link|source url|адрес|ссылка|链接"
_LABEL = re.compile(rf"(?:#+ )?({_TITLE_LABELS}|{_ADDRESS_LABELS})\s?[:：]\s*(\S.*)", re.I)
_ANY_LABEL = re.compile(r"[^\W\d_][\w -]{1,24}[:：](?:\s|$)")
_FIELD = re.compile(
    r"(?:#+ )?(?P<label>section|length|language|load-date|publication-type|document-type|"
    r"journal[- ]code|dateline|correction-date|acc-no|subject|organi[sz]ation|ticker|industry|"
    r"geographic|country|state|city|person|company|update|series|type|edition|source|issn|byline|"
    r"classification|date|author|authors|published|"
    rf"{_TITLE_LABELS}|{_ADDRESS_LABELS})\s?[:：]\s*(?P<value>.*)",
    re.I,
)
# Fields that only databases print. Others, such as series or country, are on product pages too.
_DATABASE_FIELD = re.compile(
    r"(?:#+ )?(?:(?:section|load-date|publication-type|document-type|journal[- ]code|dateline|"
    r"correction-date|acc-no|byline)\s?[:：]|length\s?[:：]\s*\d+ words|"
    rf"(?:{_ADDRESS_LABELS})\s?[:：]\s*https?://)",
    re.I,
)
_FIELD_REASONS = (
    ("by", Reason.BYLINE),
    ("author", Reason.BYLINE),
    ("date", Reason.DATE),
    ("published", Reason.DATE),
)
_MIN_FIELDS = 2
_RULE = re.compile(r"[\s=_*#~+<>|—–-]{3,}")
# A line that may be a rule, an end or a number. Most texts have none, which one look shows.
_SEPARATOR = re.compile(
    r"\n(?:[^\S\n]*+(?:[=_*#~+<>|—–-](?:[=_*#~+<>|—–-]|[^\S\n]){2,}+(?:\n|\Z)|Document [A-Z]{3})|"
    r"[^\w\n]*+(?:(?=[eEfFкК])(?i:end of |ende des |fin de|fin du |конец )|"
    rf"[^\W\d_]*+[^\w\n]{{0,3}}\d{{1,6}}[^\S\n]*(?i:{_OF})[^\S\n]*\d))"
)
# Characters of a rule between articles. Without a date, author or URL it must be longer, because a
# short rule can also be inside an article.
_MIN_RULE, _MIN_UNNAMED_RULE = 3, 5
_ADDRESS = re.compile(r"(?:url\W+|source\W+)?https?://\S+", re.I)
_BYLINE = re.compile(r"(?:by|von|par|por|di|da|av|автор:?|author:?|byline:?)\s+[^\W\d_]", re.I)
_PAGE_NUMBER = re.compile(
    r"\W*(?:page\s*|p\.\s*|seite\s*)?\d{1,4}(?:\s*(?:of|/|von)\s*\d+)?\W*", re.I
)
_HEAD_LINES = 8  # lines at the start of an article that are searched for date, author and URL
_MIN_WORDS = 20  # a part with fewer words is no article
_MIN_ARTICLES = 2
_MAX_HEADLINE_WORDS = 30
_MAX_LINE = 80  # a separator, date line or byline is shorter than this, in characters


@dataclass(frozen=True, slots=True)
class Document:
    """One article: the lines from `start` to before `stop`, and the title and URL if labelled."""

    start: int
    stop: int
    title: str | None = None
    url: str | None = None


def find_documents(lines: Sequence[str]) -> list[Document]:
    """The articles of a text, in order; empty if it is a single article or the case is unclear.

    Text above the first separator is a document of its own. No document contains its separator.

    >>> found = find_documents(["1 of 2 DOCUMENTS", "Storm", "2 of 2 DOCUMENTS", "Calm"])
    >>> [(part.start, part.stop) for part in found]
    [(1, 2), (3, 4)]
    """
    return _find_documents(lines, may_have_separators=_may_have_separators(lines))


def _find_documents(lines: Sequence[str], *, may_have_separators: bool) -> list[Document]:
    for find in _FINDERS if may_have_separators else (_elements, _labelled, _on_sheets):
        found = [part for part in find(lines) if _holds_text(lines[part.start : part.stop])]
        if len(found) > 1:
            return found
    return []


def record_fields(lines: Sequence[LineFeatures]) -> dict[int, Removal]:
    """The removals of the fields that databases print around an article: its section, its length.

    Only a run of at least two field lines counts, and one of them must be a field that only
    databases print.
    """
    labelled = [i for i, line in enumerate(lines) if ":" in line.text or "：" in line.text]
    fields = [i for i in labelled if not lines[i].is_prose and _is_field(lines[i].text)]
    found: dict[int, Removal] = {}
    row: list[int] = []
    for i in [*fields, len(lines) + 1]:
        if row and i != row[-1] + 1:
            if len(row) >= _MIN_FIELDS and any(_DATABASE_FIELD.match(lines[j].text) for j in row):
                found |= {j: _field_removal(lines[j].text) for j in row}
            row = []
        row.append(i)
    return found


def _is_field(text: str) -> bool:
    return len(text) < _MAX_LINE and _FIELD.fullmatch(text) is not None


def _field_removal(text: str) -> Removal:
    label = text.lower().lstrip("# ")
    reason = next((reason for word, reason in _FIELD_REASONS if word in label[:10]), None)
    what = "a field of a record"
    return Removal(reason or Reason.BOILERPLATE, Cleaner.PHRASES, what, 0.8)


def possible_articles(lines: Sequence[str]) -> int:
    """How many articles a text may hold, judged by separators or rules above headlines; 1 or more.

    >>> possible_articles(["Storm", "It rained."])
    1
    """
    is_separated = _may_have_separators(lines)
    found = _find_documents(lines, may_have_separators=is_separated)
    return len(found) or (len(list(_ruled(lines, named=False))) if is_separated else 0) or 1


def _may_have_separators(lines: Sequence[str]) -> bool:
    """Whether a line looks like a number of an article, the end of one, or a rule."""
    return _SEPARATOR.search("\n".join(["", *lines])) is not None


def may_hold_documents(lines: Sequence[str]) -> bool:
    """Whether a text that begins with these lines may hold several clearly separated articles."""
    is_separated = _may_have_separators(lines)
    return (
        (is_separated and any(map(_is_separator, lines)))
        or any(_ELEMENT.fullmatch(line) for line in lines[:2])
        or bool(_find_documents(lines, may_have_separators=is_separated))
    )


def _is_separator(line: str) -> bool:
    """Whether a line is a number of an article, or the end of one."""
    return bool(_match_number(line) or _END.fullmatch(line) or _FACTIVA_END.fullmatch(line))


def _numbered(lines: Sequence[str]) -> Iterator[Document]:
    """Articles below "1 of 3 DOCUMENTS", "Document 2 of 3" and so on."""
    heads: list[int] = []
    expected: tuple[int, str] | None = None
    for i, line in enumerate(lines):
        found = _match_number(line)
        if found is None:
            continue
        number = int(found["number"])
        if expected is None or expected == (number, found["total"]):
            heads.append(i)
            expected = number + 1, found["total"]
    if len(heads) < _MIN_ARTICLES:
        return iter(())
    parts = list(_below(heads, lines))
    # If the text starts otherwise, the numbers may belong to the pictures of a single article.
    opens = not any(line.strip() for line in lines[: heads[0]])
    return iter(parts if opens or _are_articles(lines, parts[1:]) else ())


def _match_number(line: str) -> re.Match[str] | None:
    """The match of a line like “Document 2 of 3”, which must have such a noun; else None."""
    if len(line) >= _MAX_LINE or not _DIGIT.search(line):
        return None
    found = _NUMBERED.fullmatch(line)
    return found if found and (found["noun"] or found["after"]) else None


def _ended(lines: Sequence[str]) -> Iterator[Document]:
    """Articles that end with "End of Document" or with a Factiva identifier."""
    for pattern in (_END, _FACTIVA_END):
        ends = [i for i, line in enumerate(lines) if pattern.fullmatch(line)]
        if len(ends) > 1:
            starts = (0, *(end + 1 for end in ends))
            return (Document(a, b) for a, b in zip(starts, (*ends, len(lines)), strict=True))
    return iter(())


def _elements(lines: Sequence[str]) -> Iterator[Document]:
    """Articles in `doc` elements whose tags are on separate lines, with nothing between them."""
    found: list[Document] = []
    start: int | None = None
    facts: dict[str, str] = {}
    for i, line in enumerate([*lines, "</doc>"]):
        if start is None and _ELEMENT.fullmatch(line):
            start, facts = i + 1, dict(_ATTRIBUTE.findall(line))
        elif start is not None and _ELEMENT_END.fullmatch(line):
            found.append(Document(start, i, facts.get("title"), facts.get("url")))
            start = None
        elif start is None and line.strip() and i < len(lines):
            return iter(())
    return iter(found)


def _labelled(lines: Sequence[str]) -> Iterator[Document]:
    """Articles that each begin with the same label ("Title: …") after a blank line or a rule."""
    first = next((i for i, line in enumerate(lines) if line.strip() and not _is_rule(line)), None)
    opening = _LABEL.match(lines[first]) if first is not None else None
    if first is None or opening is None:
        return
    heads = [first]
    for i in range(first + 1, len(lines)):
        found = _LABEL.match(lines[i])
        if (
            found
            and found[1] == opening[1]
            and (not lines[i - 1].strip() or _is_rule(lines[i - 1]))
        ):
            heads.append(i)
    parts = list(_between(heads, lines))
    for part in parts if _are_articles(lines, parts) else ():
        facts = _facts(lines[part.start : part.start + _HEAD_LINES])
        yield replace(part, title=facts.get("title"), url=facts.get("url"))


def _facts(lines: Sequence[str]) -> dict[str, str]:
    """The `title` and `url` from the labelled lines at the start of an article."""
    facts: dict[str, str] = {}
    for line in lines:
        if not _ANY_LABEL.match(line):
            break
        if found := _LABEL.match(line):
            is_title = re.fullmatch(_TITLE_LABELS, found[1], re.I) is not None
            facts.setdefault("title" if is_title else "url", found[2].strip())
    if not facts.get("url", "http").startswith("http"):
        del facts["url"]
    return facts


def _on_sheets(lines: Sequence[str]) -> Iterator[Document]:
    """Articles that each begin with a form feed and a headline; not the pages of one document."""
    heads = [i for i, line in enumerate(lines) if line[:1] == "\f"]
    if not heads:
        return iter(())
    parts = list(_between([0, *heads] if heads[:1] != [0] else heads, lines))
    openings = [_first_line(lines, part).strip("\f ") for part in parts]
    is_each_an_article = len(set(openings)) == len(openings) and all(
        _begins_as_article(lines, part) and not _PAGE_NUMBER.fullmatch(_last_line(lines, part))
        for part in parts
    )
    return iter(parts if is_each_an_article else ())


def _ruled(lines: Sequence[str], named: bool = True) -> Iterator[Document]:
    """Articles between rules, each with a headline.

    With `named`, each also needs a date, an author or a URL.
    """
    rules: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if _is_rule(line, _MIN_RULE if named else _MIN_UNNAMED_RULE):
            rules.setdefault(line.strip()[0], []).append(i)
    for heads in sorted(rules.values(), key=len, reverse=True):
        starts = [i + 1 for i in heads]
        stops = [*heads, len(lines)]
        parts = [Document(a, b) for a, b in zip([0, *starts], stops, strict=True)]
        parts = [part for part in parts if _first_line(lines, part)]
        if len(parts) > 1 and all(
            _begins_as_article(lines, part) and (not named or _names_source(lines, part))
            for part in parts
        ):
            return iter(parts)
    return iter(())


_FINDERS = (_numbered, _ended, _elements, _labelled, _on_sheets, _ruled)


def _below(heads: Sequence[int], lines: Sequence[str]) -> Iterator[Document]:
    """The part above the first separator line, and the part below each separator line."""
    yield Document(0, heads[0])
    for head, stop in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield Document(head + 1, stop)


def _between(heads: Sequence[int], lines: Sequence[str]) -> Iterator[Document]:
    """The parts that each begin with one of the head lines."""
    for head, stop in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield Document(head, stop)


def _is_rule(line: str, least: int = _MIN_UNNAMED_RULE) -> bool:
    return _RULE.fullmatch(line) is not None and len(line.strip()) >= least


def _holds_text(lines: Sequence[str]) -> bool:
    return any(line.strip() and not _is_rule(line) for line in lines)


def _are_articles(lines: Sequence[str], parts: Sequence[Document]) -> bool:
    """Whether most of some parts have as many words as an article."""
    from cleaners.rules.line_features import line_features

    words = (
        sum(line_features(line.strip()).n_words for line in lines[part.start : part.stop])
        for part in parts
    )
    return 2 * sum(n >= _MIN_WORDS for n in words) > len(parts)


def _first_line(lines: Sequence[str], part: Document) -> str:
    return next((line for line in lines[part.start : part.stop] if line.strip()), "")


def _last_line(lines: Sequence[str], part: Document) -> str:
    return next((line for line in reversed(lines[part.start : part.stop]) if line.strip()), "")


def _begins_as_article(lines: Sequence[str], part: Document) -> bool:
    """Whether a part starts with a headline and has sentences below it."""
    from cleaners.rules.line_features import line_features

    headline = line_features(_first_line(lines, part).strip())
    if not headline.n_words or headline.n_words > _MAX_HEADLINE_WORDS or headline.ends_sentence:
        return False
    features = [
        line_features(line.strip()) for line in lines[part.start : part.stop] if line.strip()
    ]
    words = sum(line.n_words for line in features[1:])
    return words >= _MIN_WORDS and any(line.ends_sentence for line in features[1:])


def _names_source(lines: Sequence[str], part: Document) -> bool:
    """Whether an article has a date, an author or a URL near its start."""
    from cleaners.rules.dates import has_date
    from cleaners.rules.line_features import line_features

    head = [line.strip() for line in lines[part.start : part.stop] if line.strip()][1:_HEAD_LINES]
    return any(
        _ADDRESS.fullmatch(line)
        or (len(line) < _MAX_LINE and (_BYLINE.match(line) or has_date(line_features(line))))
        for line in head
    )
