"""Repairs mojibake: text that was decoded in a wrong encoding, once or several times.

ftfy is tried first. Then each known pair of encodings is reversed on the anomalous words of the
whole page, and the reversal with the largest gain in the language model is chosen. It is applied to
each line, or part of a line, that becomes far more plausible. A false repair is worse than a missed
one, so the gain must exceed a margin, and correct words are kept.

A cost is the negative log-probability of a text in the language model, in nats. A gain is the cost
before a reversal minus the cost after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from cleaners.encoding.anomalies import (
    MIN_LINE_ANOMALY,
    anomalous_lines,
    anomaly_score,
    has_accents,
)
from cleaners.encoding.best_spans import best_spans
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
_LONG_PART_CHARS = 1000  # from here on, ftfy's slow badness test sees only the non-ASCII runs
_NON_ASCII_RUN = re.compile(r"[^\x00-\x7f]+")
_CONTEXT_CHARS = 8  # characters on either side of a non-ASCII run that this test sees
_MAX_POOL_CHARS = 600  # characters of anomalous words on which reversals are compared
_MAX_REVERSALS = 3  # successive reversals, to undo repeated damage
_MIN_GAIN_NATS = 14.0  # gain that a reversal needs if there is no other evidence for it
_MIN_CHANGED_CHARS = 3  # characters that a single-byte reversal must change
_C1_CONTROL = re.compile("[\x80-\x9f]")
# A pool shorter than _ENOUGH_CHARS needs a larger gain: so many nats for each missing character.
_ENOUGH_CHARS, _NATS_PER_MISSING_CHAR = 10, 2.0
_MIN_SHOWN_GAIN_NATS = 6.0  # gain that a line needs for a reversal confirmed elsewhere
_MIN_POOL_GAIN_NATS = 40.0  # gain over all anomalous words of the page that confirms a reversal
_MIN_GAIN_PER_CHAR = 2.0  # gain in nats per changed character
# The same for Latin script. It is higher because most of the neighbouring letters don't change.
_MIN_GAIN_PER_LATIN_CHAR = 4.0
# Usual cost of correct text in nats per character, by script; 3.3 for the other scripts.
_USUAL_NATS = {"arabic": 4.1, "hebrew": 4.1, "thai": 4.0, "wide": 7.0}
# Gain in nats per changed character of text that was UTF-8: if nothing was lost, and if some was.
_MIN_GAIN_PER_UTF8_CHAR, _MIN_GAIN_PER_LOSSY_CHAR = 1.0, 6.0
# How far above the usual cost repaired words may be, in nats per character: words that were UTF-8,
# and others.
_UTF8_TOLERANCE_NATS = 3.0
_TOLERANCE_NATS = 0.9
# The same for the whole lines around the words, and how many characters of them are scored.
_CONTEXT_TOLERANCE_NATS, _MAX_CONTEXT_CHARS = 0.7, 2000
# Extra tolerance for the whole text, in nats. It matters for short texts only.
_SHORT_TEXT_NATS = 10.0
_SWITCH_NATS = 8.0  # penalty for each switch between kept and reversed words within a line
# If the best result still costs this many nats per character, a further reversal is tried on it.
_BAD_TEXT_NATS = 4.6
# A pair is tried only if the wrong encoding has at least this share of the non-ASCII characters.
_MIN_KNOWN_SHARE = 0.6
# A result is reversed again only if it is shorter by this many characters per non-ASCII character.
_MIN_SHRINKAGE = 0.3
# Share of U+FFFD that a reversal may add: of single-byte and East Asian text, and of UTF-8.
_MAX_LOSS_SHARE, _MAX_UTF8_LOSS_SHARE = 0.1, 0.2

ReversalChain = tuple[EncodingPair, ...]


@dataclass(slots=True)
class _LinePart:
    """A part of a line between tags, and the state of its repair.

    `line` is the line's index, and `place` the part's index in it. `ftfy_partial` is an incomplete
    repair by ftfy and its name, for use if nothing better is found.
    """

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
    lines = text.split("\n")
    odd, has_misfit_accents = anomalous_lines(lines)
    if not odd:
        return text, notes
    others = _PageRepair(lines, html, odd, has_misfit_accents).repair()
    return "\n".join(lines) if others else text, (*notes, *others)


class _PageRepair:
    """The repair of one page."""

    def __init__(
        self, lines: list[str], html: bool, odd: Sequence[int], has_misfit_accents: bool
    ) -> None:
        self.model = language_model()
        self.lines = lines
        self.html = html
        # Anomalous lines are split at tags; lines of plain text are a single part.
        self.parts_of = {line: self._split(line) for line in odd}
        self.lines_by_step: dict[str, set[int]] = {}
        self.has_misfit_accents = has_misfit_accents
        self.anomalous_parts = [
            _LinePart(line, place, part, is_anomalous=True)
            for line, parts in self.parts_of.items()
            for place, part in enumerate(parts)
            if not part.isascii() and self._is_anomalous(part)
        ]

    def _split(self, line: int) -> list[str]:
        text = self.lines[line]
        return _TAG_OR_TEXT.split(text) if self.html else [text]

    def _is_anomalous(self, text: str, enough: int = MIN_LINE_ANOMALY) -> bool:
        """Whether a text is anomalous, or accented on a page whose accents fit no language."""
        return anomaly_score(text) >= enough or (self.has_misfit_accents and has_accents(text))

    def _best_reversal(self, parts: Sequence[_LinePart]) -> tuple[ReversalChain, float]:
        """The best chain of reversals for the anomalous words, else for the accented words.

        Returns the chain and its gain in nats.
        """
        words = list(dict.fromkeys(word for part in parts for word in _BLANK_RUN.split(part.text)))
        found = self._search(_join_words(word for word in words if anomaly_score(word)))
        if not found[0] and self.has_misfit_accents:
            found = self._search(_join_words(word for word in words if has_accents(word)))
        return found

    def repair(self) -> tuple[str, ...]:
        """Repair the lines in place; return a note on each kind of repair, if there was any."""
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
            self.parts_of[part.line][part.place] = part.text
        for chain in shown:
            self._reverse_elsewhere(chain)
        for line in set().union(*self.lines_by_step.values()):
            self.lines[line] = "".join(self.parts_of[line])
        return tuple(
            f"{len(lines)} line{'s' if len(lines) > 1 else ''} of {step}"
            for step, lines in sorted(self.lines_by_step.items())
        )

    def _repair_with_ftfy(self, part: _LinePart) -> None:
        """Repair a part with ftfy; set the result aside if it is still anomalous."""
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
        """The chain of reversals with the largest gain on some words, and the gain in nats.

        The chain is empty if no gain is large enough. Short chains are tried first. Repeated damage
        always involves a multi-byte encoding, so only results of its reversal are reversed again.
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
                applicable = _applicable_encodings(beyond)
                for pair in mojibake_pairs():
                    if pair.misread_as not in applicable:
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
            return False  # no non-ASCII character was recovered
        mixed, gain = self._mix_words(part.text, turned)
        if gain < (_MIN_SHOWN_GAIN_NATS if shown else _MIN_GAIN_NATS) or not self._is_far_better(
            part.text, mixed, chain
        ):
            return False
        self._replace(part, mixed, name)
        return True

    def _least_lossy(self, part: _LinePart, chain: ReversalChain) -> tuple[str, str]:
        """The reversal of a part that loses the fewest characters, and its name for the notes.

        The candidates are the whole part, its complete UTF-8 sequences, and ftfy's repair. A dash
        that was typed next to mojibake isn't part of it, and a reversal of the whole would lose it.
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
        """Whether the changed words are plausible after a reversal, and were not before."""
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
            return False  # symbols such as “½ × ¾” become letters by chance
        before, after = self.model.score(was), self.model.score(now)
        each = (before.cost - after.cost) / max(1, _count_changed(was, now))
        usual = _USUAL_NATS.get(after.script, 3.3)
        if chain[-1].encoding == "utf-8":
            # Text is rarely valid UTF-8 by chance, so little further evidence is needed.
            least = _MIN_GAIN_PER_LOSSY_CHAR if "\ufffd" in now else _MIN_GAIN_PER_UTF8_CHAR
            return (
                each > least
                and after.nats_per_char < usual + _UTF8_TOLERANCE_NATS + _SHORT_TEXT_NATS / len(now)
            )
        if (
            after.script == "latin"
            and self.model.score(turned).nats_per_char > usual + _TOLERANCE_NATS
        ):
            return False  # the repaired words don't fit the language of the words around them
        return each > (
            _MIN_GAIN_PER_LATIN_CHAR if after.script == "latin" else _MIN_GAIN_PER_CHAR
        ) and (after.nats_per_char < usual + _TOLERANCE_NATS + _SHORT_TEXT_NATS / len(now))

    def _is_in_context(self, parts: Sequence[_LinePart], chain: ReversalChain) -> bool:
        """Whether the repaired words fit the language of the lines around them."""
        if chain[-1].encoding == "utf-8":
            return True
        lines = "\n".join(part.text for part in parts)[:_MAX_CONTEXT_CHARS]
        after = self.model.score(_apply_chain(lines, chain))
        return after.script != "latin" or after.nats_per_char < 3.3 + _CONTEXT_TOLERANCE_NATS

    def _mix_words(self, text: str, turned: str) -> tuple[str, float]:
        """The line with its most plausible mix of kept and reversed words, and the gain in nats.

        Each switch between kept and reversed words costs _SWITCH_NATS. The whole line is reversed
        if that is nearly as plausible.
        """
        old, new = text.split(" "), turned.split(" ")
        whole = self._cost(text) - self._cost(turned)
        if len(old) != len(new):
            return (turned, whole) if whole > 0 else (text, 0.0)
        language = self.model.score(turned).language
        gains = self.model.word_costs(text) - self.model.word_costs(turned, language)
        gains[[a == b for a, b in zip(old, new, strict=True)]] = 0.0
        choice, best = best_spans(gains.tolist(), _SWITCH_NATS)
        total = float(gains.sum())
        if total > best - _MIN_GAIN_NATS and total > 0:
            return turned, total
        return " ".join(b if take else a for a, b, take in zip(old, new, choice, strict=True)), best

    def _reverse_elsewhere(self, chain: ReversalChain) -> None:
        """Try a confirmed reversal on all lines of the page."""
        for line, whole in enumerate(self.lines):
            if whole.isascii():
                continue
            parts = self.parts_of.get(line) or self._split(line)
            self.parts_of[line] = parts
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
    """The non-ASCII runs of a text with some context, for ftfy's slow regular expressions."""
    found = _NON_ASCII_RUN.finditer(text)
    return "\n".join(
        text[max(0, m.start() - _CONTEXT_CHARS) : m.end() + _CONTEXT_CHARS] for m in found
    )


def _apply_chain(text: str, chain: ReversalChain) -> str:
    for pair in chain:
        text = reverse_misreading(text, pair)
    return text


def _join_words(words: Iterable[str]) -> str:
    """The words joined by blanks, up to _MAX_POOL_CHARS characters."""
    length = 0
    chosen: list[str] = []
    for word in words:
        length += len(word)
        if length > _MAX_POOL_CHARS and chosen:
            break
        chosen.append(word)
    return " ".join(chosen)


def _applicable_encodings(beyond: Sequence[int]) -> Set[str]:
    """The wrong encodings that can have produced most of the non-ASCII characters."""
    least = _MIN_KNOWN_SHARE * len(beyond)
    names = {pair.misread_as for pair in mojibake_pairs()}
    return {n for n in names if sum(map(bytes_by_char(n).__contains__, beyond)) >= least}


def _loses_too_much(text: str, turned: str, pair: EncodingPair) -> bool:
    most = _MAX_UTF8_LOSS_SHARE if pair.encoding == "utf-8" else _MAX_LOSS_SHARE
    return turned.count("\ufffd") - text.count("\ufffd") > most * len(turned)


def _count_changed(text: str, turned: str) -> int:
    """The number of changed characters, or of all non-ASCII ones if the length has changed."""
    if len(text) == len(turned):
        return sum(a != b for a, b in zip(text, turned, strict=True))
    return sum(1 for char in text if char > "\x7f")
