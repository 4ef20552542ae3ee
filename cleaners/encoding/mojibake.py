"""Repairs mojibake: text that was decoded in a wrong encoding, once or several times.

ftfy is tried first. Then every known pair of encodings is reversed on the anomalous words of the
whole page, and the reversal that gains most in the language model is chosen. Each line is reversed
where that makes it far more plausible, as a whole or in part. A false repair is worse than a
missed one, so the gain must exceed a margin, and words that were right are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cleaners.encoding.anomalies import (
    MIN_LINE_ANOMALY,
    anomalous_lines,
    anomaly_score,
    has_accents,
    has_misfit_accents,
)
from cleaners.encoding.codec_names import bytes_by_char
from cleaners.encoding.language_model import language_model
from cleaners.encoding.misread_utf8 import repair_east_asian
from cleaners.encoding.mojibake_pairs import (
    EncodingPair,
    mojibake_pairs,
    reverse_misreading,
    reverse_whole_characters,
)

_TAG_OR_TEXT = re.compile(r"(<[^<>]*>)")
_WORD = re.compile(r"[^\W\d_]{3}|[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]{2}")
_BLANK_RUN = re.compile("[ \t]+")
_LONG_PART_CHARS = 1000  # characters of a part
_NON_ASCII_RUN = re.compile(r"[^\x00-\x7f]+")
_CONTEXT_CHARS = 8  # characters
_MAX_POOL_CHARS = 600  # characters that a reversal is chosen by
_MAX_REVERSALS = 3  # reversals one after the other
_MIN_GAIN_NATS = 14.0  # nats that a text must gain by a reversal that nothing else speaks for
_MIN_CHANGED_CHARS = 3  # characters that a reversal between single-byte encodings must change
_C1_CONTROL = re.compile("[\x80-\x9f]")
_ENOUGH_CHARS, _NATS_PER_MISSING_CHAR = (
    10,
    2.0,
)  # characters that are enough; nats more for each that is missing
_MIN_SHOWN_GAIN_NATS = 6.0  # the same where the page has shown it elsewhere
_MIN_POOL_GAIN_NATS = 40.0  # nats that all odd words of a page must gain to show it
_MIN_GAIN_PER_CHAR = 2.0  # nats that every character must gain that a reversal changes
_MIN_GAIN_PER_LATIN_CHAR = (
    4.0  # the same of Latin letters, whose neighbours mostly stay as they are
)
_USUAL_NATS = {"arabic": 4.1, "hebrew": 4.1, "thai": 4.0, "wide": 7.0}  # nats a character; else 3.3
_MIN_GAIN_PER_UTF8_CHAR, _MIN_GAIN_PER_LOSSY_CHAR = (
    1.0,
    6.0,
)  # the same where it was UTF-8, without a gap and with some
_UTF8_TOLERANCE_NATS = 3.0  # nats a character more than usual that UTF-8 may cost
_TOLERANCE_NATS = 0.9  # nats a character more than usual that the words of a reversal may cost
_CONTEXT_TOLERANCE_NATS, _MAX_CONTEXT_CHARS = (
    0.7,
    2000,
)  # the same of whole lines; characters of them to score
_SHORT_TEXT_NATS = 10.0  # nats more that few words may cost
_SWITCH_NATS = 8.0  # nats against every change between sound and broken within a line
_BAD_TEXT_NATS = 4.6  # nats a character: still no good text, another reversal is tried on top
_MIN_KNOWN_SHARE = 0.6  # share of characters beyond ASCII that a reversal must know
_MIN_SHRINKAGE = 0.3  # characters less, for each beyond ASCII, by which several bytes are told
_MAX_LOSS_SHARE, _MAX_UTF8_LOSS_SHARE = (
    0.1,
    0.2,
)  # share of characters that a reversal may find lost

ReversalChain = tuple[EncodingPair, ...]


@dataclass(slots=True)
class _LinePart:
    """A piece of a line between tags, and the state of its repair."""

    line: int
    place: int
    text: str
    is_anomalous: bool
    ftfy_partial: tuple[str, str] | None = None
    is_replaced: bool = False


def repair_mojibake(text: str, html: bool) -> tuple[str, tuple[str, ...]]:
    r"""The text with its mojibake repaired, and a note on each kind of repair.

    >>> repair_mojibake("Sound line.\nрТЙЧЕФ, ЛБЛ ДЕМБ Х ЧБУ ДПНБ?", html=False)
    ('Sound line.\nПривет, как дела у вас дома?', ('1 line of koi8-u read as cp1251',))
    """
    text, notes = repair_east_asian(text)
    odd = anomalous_lines(text)
    if not odd:
        return text, notes
    text, others = _PageRepair(text, html, odd).repair()
    return text, (*notes, *others)


class _PageRepair:
    """The repair of one page."""

    def __init__(self, text: str, html: bool, odd: dict[int, int]) -> None:
        self.model = language_model()
        # Lines to examine are split at tags; the others are one part each.
        self.html = html
        self.lines = [[line] for line in text.split("\n")]
        for line in odd if html else ():
            self.lines[line] = _TAG_OR_TEXT.split(self.lines[line][0])
        self.lines_by_step: dict[str, set[int]] = {}
        self.has_misfit_accents = has_misfit_accents(text)
        self.anomalous_parts = [
            _LinePart(line, place, part, is_anomalous=True)
            for line in sorted(odd)
            for place, part in enumerate(self.lines[line])
            if not part.isascii() and self._is_anomalous(part)
        ]

    def _is_anomalous(self, text: str, enough: int = MIN_LINE_ANOMALY) -> bool:
        """Whether a part is anomalous, or has accents on a page whose accents fit no language."""
        return anomaly_score(text) >= enough or (self.has_misfit_accents and has_accents(text))

    def _best_reversal(self, parts: Sequence[_LinePart]) -> tuple[ReversalChain, float]:
        """The reversals that make the most of the odd words, or if none does of accented ones."""
        words = list(dict.fromkeys(word for part in parts for word in _BLANK_RUN.split(part.text)))
        found = self._search(_join_words(word for word in words if anomaly_score(word)))
        if not found[0] and self.has_misfit_accents:
            found = self._search(_join_words(word for word in words if has_accents(word)))
        return found

    def repair(self) -> tuple[str, tuple[str, ...]]:
        for part in self.anomalous_parts:
            self._repair_with_ftfy(part)
        shown: list[ReversalChain] = []
        for _ in range(_MAX_REVERSALS):
            left = [part for part in self.anomalous_parts if part.is_anomalous]
            chain, gain = self._best_reversal(left)
            if not chain or not self._is_in_context(left, chain):
                break
            changed = [self._reverse(part, chain, gain >= _MIN_POOL_GAIN_NATS) for part in left]
            if not any(changed):
                break
            if gain >= _MIN_POOL_GAIN_NATS:
                shown.append(chain)
        for part in self.anomalous_parts:
            if part.ftfy_partial and not part.is_replaced:
                self._replace(part, *part.ftfy_partial)
            self.lines[part.line][part.place] = part.text
        for chain in shown:
            self._reverse_elsewhere(chain)
        text = "\n".join("".join(parts) for parts in self.lines)
        return text, tuple(
            f"{len(lines)} line{'s' if len(lines) > 1 else ''} of {step}"
            for step, lines in sorted(self.lines_by_step.items())
        )

    def _repair_with_ftfy(self, part: _LinePart) -> None:
        """Repair a part with ftfy; keep the result for later if it is still anomalous."""
        from ftfy.badness import is_bad

        if not is_bad(
            part.text if len(part.text) < _LONG_PART_CHARS else _around_non_ascii(part.text)
        ):
            return
        from ftfy import fix_encoding_and_explain

        fixed = fix_encoding_and_explain(part.text)
        if fixed.text == part.text or self._cost(fixed.text) >= self._cost(part.text):
            return
        steps = [step.parameter for step in fixed.explanation or () if step.action == "encode"]
        name = f"mojibake, by ftfy ({', then '.join(steps) or 'single letters'})"
        if self._is_anomalous(fixed.text, 1) or "utf-8" not in {
            step.parameter for step in fixed.explanation or () if step.action == "decode"
        }:
            part.ftfy_partial = (fixed.text, name)
        else:
            self._replace(part, fixed.text, name)

    def _search(self, pool: str) -> tuple[ReversalChain, float]:
        """The reversals that gain most on some words, and the gain in nats; none for too little.

        One reversal is tried before two, and two before three: what was mangled more than once
        went through an encoding with several bytes for a character, and few reversals of those
        lead anywhere.
        """
        if not pool:
            return (), 0.0
        before = self._cost(pool)
        best: ReversalChain = ()
        least = before - _MIN_GAIN_NATS - _NATS_PER_MISSING_CHAR * max(0, _ENOUGH_CHARS - len(pool))
        tried = {pool}
        edge: list[tuple[str, ReversalChain]] = [(pool, ())]
        for _ in range(_MAX_REVERSALS):
            found: list[tuple[str, ReversalChain]] = []
            for text, chain in edge:
                beyond = [ord(char) for char in text if char > "\x7f"]
                for pair in mojibake_pairs():
                    if not _is_applicable(beyond, pair):
                        continue
                    turned = reverse_misreading(text, pair)
                    if turned in tried or _loses_too_much(text, turned, pair):
                        continue
                    tried.add(turned)
                    if pair.is_multibyte and len(text) - len(turned) > _MIN_SHRINKAGE * len(beyond):
                        found.append((turned, (*chain, pair)))
                    cost = self._cost(turned) + _MIN_GAIN_NATS * len(chain) / 2
                    if cost < least and self._is_far_better(pool, turned, (*chain, pair)):
                        least, best = cost, (*chain, pair)
            if best and self.model.score(_apply_chain(pool, best)).nats_per_char < _BAD_TEXT_NATS:
                break
            edge = found
        return best, before - least if best else 0.0

    def _reverse(self, part: _LinePart, chain: ReversalChain, shown: bool) -> bool:
        """Reverse a part if that makes it far more plausible; return whether it did."""
        turned, name = self._least_lossy(part, chain)
        if turned == part.text or ("\ufffd" in turned and turned.replace("\ufffd", "").isascii()):
            return False  # nothing sound comes out
        mixed, gain = self._mix_words(part.text, turned)
        if gain < (_MIN_SHOWN_GAIN_NATS if shown else _MIN_GAIN_NATS) or not self._is_far_better(
            part.text, mixed, chain
        ):
            return False
        self._replace(part, mixed, name)
        return True

    def _least_lossy(self, part: _LinePart, chain: ReversalChain) -> tuple[str, str]:
        """A part reversed, and the step's name; ftfy's repair if that loses less.

        A dash that was typed beside mojibake is no byte of it, and would be lost.
        """
        turned = _apply_chain(part.text, chain)
        name = ", then ".join(map(str, reversed(chain)))
        lost = part.text.count("\ufffd")
        if turned.count("\ufffd") > lost and len(chain) == 1 and chain[0].encoding == "utf-8":
            turned = reverse_whole_characters(part.text, chain[0].misread_as)
        if part.ftfy_partial:
            fixed = part.ftfy_partial[0]
            if fixed.count("\ufffd") <= turned.count("\ufffd") and (
                self._cost(fixed) < self._cost(turned)
            ):
                return part.ftfy_partial
        return turned, name

    def _is_far_better(self, text: str, turned: str, chain: ReversalChain) -> bool:
        """Whether the words that a reversal changes are those of a language, and before weren't."""
        old, new = text.split(" "), turned.split(" ")
        if len(old) != len(new):
            old, new = [text], [turned]
        changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        if _count_changed(text, turned) < _MIN_CHANGED_CHARS and not (
            chain[-1].is_multibyte or _C1_CONTROL.search(text)
        ):
            return False
        was, now = (" ".join(words) for words in zip(*changed, strict=True))
        if chain[-1].encoding != "utf-8" and not _WORD.search(now):
            return False  # signs such as “½ × ¾” become letters by chance
        before, after = self.model.score(was), self.model.score(now)
        each = (before.cost - after.cost) / max(1, _count_changed(was, now))
        usual = _USUAL_NATS.get(after.script, 3.3)
        if chain[-1].encoding == "utf-8":
            # No other text is UTF-8 by chance, so that little else has to speak for it.
            least = _MIN_GAIN_PER_LOSSY_CHAR if "\ufffd" in now else _MIN_GAIN_PER_UTF8_CHAR
            return (
                each > least
                and after.nats_per_char < usual + _UTF8_TOLERANCE_NATS + _SHORT_TEXT_NATS / len(now)
            )
        if (
            after.script == "latin"
            and self.model.score(turned).nats_per_char > usual + _TOLERANCE_NATS
        ):
            return False  # the words around are of another language than those that come out
        return each > (
            _MIN_GAIN_PER_LATIN_CHAR if after.script == "latin" else _MIN_GAIN_PER_CHAR
        ) and (after.nats_per_char < usual + _TOLERANCE_NATS + _SHORT_TEXT_NATS / len(now))

    def _is_in_context(self, parts: Sequence[_LinePart], chain: ReversalChain) -> bool:
        """Whether the lines of the odd words are in the language that those come out in."""
        if chain[-1].encoding == "utf-8":
            return True
        lines = "\n".join(part.text for part in parts)[:_MAX_CONTEXT_CHARS]
        after = self.model.score(_apply_chain(lines, chain))
        return after.script != "latin" or after.nats_per_char < 3.3 + _CONTEXT_TOLERANCE_NATS

    def _mix_words(self, text: str, turned: str) -> tuple[str, float]:
        """The line with each word as it was or reversed, whichever is more plausible, and the gain.

        Neighbours go together: every change costs. The line is reversed as a whole where that is
        nearly as plausible.
        """
        old, new = text.split(" "), turned.split(" ")
        whole = self._cost(text) - self._cost(turned)
        if len(old) != len(new):
            return (turned, whole) if whole > 0 else (text, 0.0)
        language = self.model.score(turned).language
        gains = self.model.word_costs(text) - self.model.word_costs(turned, language)
        gains[[a == b for a, b in zip(old, new, strict=True)]] = 0.0
        choice, best = _best_spans(gains.tolist())
        total = float(gains.sum())
        if total > best - _MIN_GAIN_NATS and total > 0:
            return turned, total
        return " ".join(b if take else a for a, b, take in zip(old, new, choice, strict=True)), best

    def _reverse_elsewhere(self, chain: ReversalChain) -> None:
        """Try a reversal that the page has shown on its other lines."""
        for line, parts in enumerate(self.lines):
            if self.html and len(parts) == 1 and not parts[0].isascii():
                parts[:] = _TAG_OR_TEXT.split(parts[0])
            for place, text in enumerate(parts):
                if not text.isascii() and not text.startswith("<"):
                    part = _LinePart(line, place, text, is_anomalous=False)
                    if self._reverse(part, chain, shown=True):
                        parts[place] = part.text

    def _replace(self, part: _LinePart, text: str, step: str) -> None:
        part.text = text
        part.is_anomalous, part.is_replaced = self._is_anomalous(text), True
        self.lines_by_step.setdefault(step, set()).add(part.line)

    def _cost(self, text: str) -> float:
        return self.model.score(text).cost


def _around_non_ascii(text: str) -> str:
    """What of a long part ftfy's expressions, which are slow, have to see."""
    found = _NON_ASCII_RUN.finditer(text)
    return "\n".join(
        text[max(0, m.start() - _CONTEXT_CHARS) : m.end() + _CONTEXT_CHARS] for m in found
    )


def _apply_chain(text: str, chain: ReversalChain) -> str:
    for pair in chain:
        text = reverse_misreading(text, pair)
    return text


def _best_spans(gains: Sequence[float]) -> tuple[list[bool], float]:
    """Which words to reverse so that the gain, less the cost of every change, is greatest.

    >>> _best_spans([-20.0, 15.0, -2.0, 11.0])
    ([False, True, True, True], 16.0)
    """
    keep, take = 0.0, 0.0
    back: list[tuple[bool, bool]] = []
    for number, gain in enumerate(gains):
        cost = _SWITCH_NATS if number else 0.0
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


def _join_words(words: Iterable[str]) -> str:
    """Words in a row, up to a length."""
    length = 0
    chosen: list[str] = []
    for word in words:
        length += len(word)
        if length > _MAX_POOL_CHARS and chosen:
            break
        chosen.append(word)
    return " ".join(chosen)


def _is_applicable(beyond: Sequence[int], pair: EncodingPair) -> bool:
    """Whether most characters beyond ASCII are ones that the wrong reading gives."""
    table = bytes_by_char(pair.misread_as)
    return sum(map(table.__contains__, beyond)) >= _MIN_KNOWN_SHARE * len(beyond)


def _loses_too_much(text: str, turned: str, pair: EncodingPair) -> bool:
    most = _MAX_UTF8_LOSS_SHARE if pair.encoding == "utf-8" else _MAX_LOSS_SHARE
    return turned.count("\ufffd") - text.count("\ufffd") > most * len(turned)


def _count_changed(text: str, turned: str) -> int:
    """How many characters of a text are others, or fewer, when it is reversed."""
    if len(text) == len(turned):
        return sum(a != b for a, b in zip(text, turned, strict=True))
    return sum(1 for char in text if char > "\x7f")
