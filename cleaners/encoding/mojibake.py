"""Puts right text that was decoded wrongly before it came here, once or more often.

ftfy looks first. What is still odd is put to the test of every known pair of encodings: the words
with odd pairs of characters, of the whole page together, show which reversal makes them far more
plausible, and each line is then reversed where that makes it so, whole or in part. A false repair
is worse than a missed one: the plausibility is that of character pairs in a language, it has to
grow by a margin that chance doesn't give, and what was right before stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cleaners.encoding.anomalies import ENOUGH, has_accents, is_strange, odd_lines, oddness
from cleaners.encoding.charsets import byte_of
from cleaners.encoding.language_model import tables
from cleaners.encoding.mojibake_pairs import Pair, pairs, reverse

_PARTS = re.compile(r"(<[^<>]*>)")
_BLANKS = re.compile("[ \t]+")
_LONG = 1000  # characters of a part
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_BESIDE = 8  # characters
_POOL = 600  # characters that a reversal is chosen by
_DEEPEST = 3  # reversals one after the other
_SURE = 14.0  # nats that a text must gain by a reversal that nothing else speaks for
_FEWEST = 3  # characters that a reversal between single-byte encodings must change
_C1 = re.compile("[\x80-\x9f]")
_WORD, _EACH_MISSING = 10, 2.0  # characters that are enough; nats more for each that is missing
_KNOWN = 6.0  # the same where the page has shown it elsewhere
_SHOWN = 40.0  # nats that all odd words of a page must gain to show it
_EACH = 2.0  # nats that every character must gain that a reversal changes
_EACH_LATIN = 4.0  # the same of Latin letters, whose neighbours mostly stay as they are
_USUAL = {"arabic": 4.1, "hebrew": 4.1, "thai": 4.0, "wide": 7.0}  # nats a character; else 3.3
_EACH_UTF8, _EACH_LOST = 1.0, 6.0  # the same where it was UTF-8, without a gap and with some
_TOLERANCE_UTF8 = 3.0  # nats a character more than usual that UTF-8 may cost
_TOLERANCE = 0.9  # nats a character more than usual that the words of a reversal may cost
_TOLERANCE_CONTEXT, _CONTEXT = 0.7, 2000  # the same of whole lines; characters of them to score
_SHORT = 10.0  # nats more that few words may cost
_SWITCH = 8.0  # nats against every change between sound and broken within a line
_BADLY = 4.6  # nats a character: still no good text, another reversal is tried on top
_MOST = 0.6  # share of characters beyond ASCII that a reversal must know
_SHRINKS = 0.3  # characters less, for each beyond ASCII, by which several bytes are told
_LOSSES, _LOSSES_UTF8 = 0.1, 0.2  # share of characters that a reversal may find lost

Chain = tuple[Pair, ...]


@dataclass(slots=True)
class _Part:
    """A piece of a line between tags, as it was and as it is now."""

    line: int
    place: int
    text: str
    odd: bool
    half: tuple[str, str] | None = None
    taken: bool = False


def mend(text: str, html: bool) -> tuple[str, tuple[str, ...]]:
    r"""The text with its mojibake put right, and what was done, a sentence for each repair.

    >>> mend("Sound line.\nрТЙЧЕФ, ЛБЛ ДЕМБ Х ЧБУ ДПНБ?", html=False)
    ('Sound line.\nПривет, как дела у вас дома?', ('1 line was koi8-u read as cp1251',))
    """
    odd = odd_lines(text)
    if not odd:
        return text, ()
    return _Mender(text, html, odd).mend()


class _Mender:
    """The repair of one page."""

    def __init__(self, text: str, html: bool, odd: dict[int, int]) -> None:
        self.tables = tables()
        # The parts of the lines that are looked at; of the others each is one part.
        self.html = html
        self.lines = [[line] for line in text.split("\n")]
        for line in odd if html else ():
            self.lines[line] = _PARTS.split(self.lines[line][0])
        self.done: dict[str, set[int]] = {}
        self.strange = is_strange(text)
        self.odd = [
            _Part(line, place, part, odd=True)
            for line in sorted(odd)
            for place, part in enumerate(self.lines[line])
            if not part.isascii() and self._is_odd(part)
        ]

    def _is_odd(self, text: str, enough: int = ENOUGH) -> bool:
        """Whether a part needs a look: odd, or with accented letters on a page where those are."""
        return oddness(text) >= enough or (self.strange and has_accents(text))

    def _find(self, parts: Sequence[_Part]) -> tuple[Chain, float]:
        """The reversals that make the most of the odd words, or if none does of accented ones."""
        words = list(dict.fromkeys(word for part in parts for word in _BLANKS.split(part.text)))
        found = self._search(_pool(word for word in words if oddness(word)))
        if not found[0] and self.strange:
            found = self._search(_pool(word for word in words if has_accents(word)))
        return found

    def mend(self) -> tuple[str, tuple[str, ...]]:
        for part in self.odd:
            self._by_ftfy(part)
        shown: list[Chain] = []
        for _ in range(_DEEPEST):
            left = [part for part in self.odd if part.odd]
            chain, gain = self._find(left)
            if not chain or not self._is_in_context(left, chain):
                break
            changed = [self._reverse(part, chain, gain >= _SHOWN) for part in left]
            if not any(changed):
                break
            if gain >= _SHOWN:
                shown.append(chain)
        for part in self.odd:
            if part.half and not part.taken:
                self._take(part, *part.half)
            self.lines[part.line][part.place] = part.text
        for chain in shown:
            self._elsewhere(chain)
        text = "\n".join("".join(parts) for parts in self.lines)
        return text, tuple(
            f"{len(lines)} line{'s were' if len(lines) > 1 else ' was'} {step}"
            for step, lines in sorted(self.done.items())
        )

    def _by_ftfy(self, part: _Part) -> None:
        """What ftfy makes of a part; held back where it leaves odd pairs of characters."""
        from ftfy.badness import is_bad

        if not is_bad(part.text if len(part.text) < _LONG else _around_accents(part.text)):
            return
        from ftfy import fix_encoding_and_explain

        fixed = fix_encoding_and_explain(part.text)
        if fixed.text == part.text or self._cost(fixed.text) >= self._cost(part.text):
            return
        steps = [step.parameter for step in fixed.explanation or () if step.action == "encode"]
        name = f"mended by ftfy ({', then '.join(steps) or 'single letters'})"
        if self._is_odd(fixed.text, 1) or "utf-8" not in {
            step.parameter for step in fixed.explanation or () if step.action == "decode"
        }:
            part.half = (fixed.text, name)
        else:
            self._take(part, fixed.text, name)

    def _search(self, pool: str) -> tuple[Chain, float]:
        """The reversals that make the most of some words, and what they gain; none for too little.

        One reversal is tried before two, and two before three: what was mangled more than once
        went through an encoding with several bytes for a character, and few reversals of those
        lead anywhere.
        """
        if not pool:
            return (), 0.0
        before = self._cost(pool)
        best: Chain = ()
        least = before - _SURE - _EACH_MISSING * max(0, _WORD - len(pool))
        tried = {pool}
        edge: list[tuple[str, Chain]] = [(pool, ())]
        for _ in range(_DEEPEST):
            found: list[tuple[str, Chain]] = []
            for text, chain in edge:
                beyond = [ord(char) for char in text if char > "\x7f"]
                for pair in pairs():
                    if not _fits(beyond, pair):
                        continue
                    turned = reverse(text, pair)
                    if turned in tried or _lossy(text, turned, pair):
                        continue
                    tried.add(turned)
                    if pair.wide and len(text) - len(turned) > _SHRINKS * len(beyond):
                        found.append((turned, (*chain, pair)))
                    cost = self._cost(turned) + _SURE * len(chain) / 2
                    if cost < least and self._is_far_better(pool, turned, (*chain, pair)):
                        least, best = cost, (*chain, pair)
            if best and self.tables.score(_turned(pool, best)).rate < _BADLY:
                break
            edge = found
        return best, before - least if best else 0.0

    def _reverse(self, part: _Part, chain: Chain, shown: bool) -> bool:
        """Reverses a part where that makes it far more plausible; whether it did."""
        turned = _turned(part.text, chain)
        if turned == part.text:
            return False
        mixed, gain = self._mixed(part.text, turned)
        if gain < (_KNOWN if shown else _SURE) or not self._is_far_better(part.text, mixed, chain):
            return False
        self._take(part, mixed, ", then ".join(map(str, reversed(chain))))
        return True

    def _is_far_better(self, text: str, turned: str, chain: Chain) -> bool:
        """Whether the words that a reversal changes are those of a language, and before weren't."""
        old, new = text.split(" "), turned.split(" ")
        if len(old) != len(new):
            old, new = [text], [turned]
        changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        if _changed(text, turned) < _FEWEST and not (chain[-1].wide or _C1.search(text)):
            return False
        was, now = (" ".join(words) for words in zip(*changed, strict=True))
        before, after = self.tables.score(was), self.tables.score(now)
        each = (before.cost - after.cost) / max(1, _changed(was, now))
        usual = _USUAL.get(after.script, 3.3)
        if chain[-1].was == "utf-8":
            # No other text is UTF-8 by chance, so that little else has to speak for it.
            least = _EACH_LOST if "\ufffd" in now else _EACH_UTF8
            return each > least and after.rate < usual + _TOLERANCE_UTF8 + _SHORT / len(now)
        if after.script == "latin" and self.tables.score(turned).rate > usual + _TOLERANCE:
            return False  # the words around are of another language than those that come out
        return each > (_EACH_LATIN if after.script == "latin" else _EACH) and (
            after.rate < usual + _TOLERANCE + _SHORT / len(now)
        )

    def _is_in_context(self, parts: Sequence[_Part], chain: Chain) -> bool:
        """Whether the lines of the odd words are in the language that those come out in."""
        if chain[-1].was == "utf-8":
            return True
        lines = "\n".join(part.text for part in parts)[:_CONTEXT]
        after = self.tables.score(_turned(lines, chain))
        return after.script != "latin" or after.rate < 3.3 + _TOLERANCE_CONTEXT

    def _mixed(self, text: str, turned: str) -> tuple[str, float]:
        """The words of a line, each as it was or reversed, whichever is more plausible.

        Neighbours go together: every change costs. The line is reversed as a whole where that is
        nearly as plausible.
        """
        old, new = text.split(" "), turned.split(" ")
        whole = self._cost(text) - self._cost(turned)
        if len(old) != len(new):
            return (turned, whole) if whole > 0 else (text, 0.0)
        language = self.tables.score(turned).language
        gains = self.tables.words(text) - self.tables.words(turned, language)
        gains[[a == b for a, b in zip(old, new, strict=True)]] = 0.0
        choice, best = _best_spans(gains.tolist())
        total = float(gains.sum())
        if total > best - _SURE and total > 0:
            return turned, total
        return " ".join(b if take else a for a, b, take in zip(old, new, choice, strict=True)), best

    def _elsewhere(self, chain: Chain) -> None:
        """Tries a reversal that the page has shown on its other lines, which are not odd."""
        for line, parts in enumerate(self.lines):
            if self.html and len(parts) == 1 and not parts[0].isascii():
                parts[:] = _PARTS.split(parts[0])
            for place, text in enumerate(parts):
                if not text.isascii() and not text.startswith("<"):
                    part = _Part(line, place, text, odd=False)
                    if self._reverse(part, chain, shown=True):
                        parts[place] = part.text

    def _take(self, part: _Part, text: str, step: str) -> None:
        part.text = text
        part.odd, part.taken = self._is_odd(text), True
        self.done.setdefault(step, set()).add(part.line)

    def _cost(self, text: str) -> float:
        return self.tables.score(text).cost


def _around_accents(text: str) -> str:
    """What of a long part ftfy's expressions, which are slow, have to see."""
    found = _BEYOND.finditer(text)
    return "\n".join(text[max(0, m.start() - _BESIDE) : m.end() + _BESIDE] for m in found)


def _turned(text: str, chain: Chain) -> str:
    for pair in chain:
        text = reverse(text, pair)
    return text


def _best_spans(gains: Sequence[float]) -> tuple[list[bool], float]:
    """Which words to reverse so that the gain, less the cost of every change, is greatest.

    >>> _best_spans([-20.0, 15.0, -2.0, 11.0])
    ([False, True, True, True], 16.0)
    """
    keep, take = 0.0, 0.0
    back: list[tuple[bool, bool]] = []
    for number, gain in enumerate(gains):
        cost = _SWITCH if number else 0.0
        from_take, from_keep = take - cost > keep, keep - cost > take
        keep, take = max(keep, take - cost), max(take, keep - cost) + gain
        back.append((from_take, from_keep))
    state = take > keep
    best = max(take, keep)
    choice = []
    for from_take, from_keep in reversed(back):
        choice.append(state)
        state = not from_keep if state else from_take
    return choice[::-1], best


def _pool(words: Iterable[str]) -> str:
    """Words in a row, up to a length."""
    length = 0
    chosen: list[str] = []
    for word in words:
        length += len(word)
        if length > _POOL and chosen:
            break
        chosen.append(word)
    return " ".join(chosen)


def _fits(beyond: Sequence[int], pair: Pair) -> bool:
    """Whether most characters beyond ASCII are ones that the wrong reading gives."""
    table = byte_of(pair.read)
    return sum(map(table.__contains__, beyond)) >= _MOST * len(beyond)


def _lossy(text: str, turned: str, pair: Pair) -> bool:
    most = _LOSSES_UTF8 if pair.was == "utf-8" else _LOSSES
    return turned.count("\ufffd") - text.count("\ufffd") > most * len(turned)


def _changed(text: str, turned: str) -> int:
    """How many characters of a text are others, or fewer, when it is reversed."""
    if len(text) == len(turned):
        return sum(a != b for a, b in zip(text, turned, strict=True))
    return sum(1 for char in text if char > "\x7f")
