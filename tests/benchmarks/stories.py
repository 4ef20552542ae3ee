"""Made-up stories in several languages, and reports made from templates, the same for one seed.

Words are syllables of the language's own letters, common ones often and rare ones seldom, with
names and figures among them: nobody wrote these texts, and no two share more than a phrase.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

_WORDS = 6000
_SYLLABLES = {
    "en": ["th er in on at re nd st en ed to it ou is ar as ng al ve co me de ro li ne", " "],
    "de": ["sch ein ich der ung ver ge be an au er ten ßen über öl lich keit und ab zu wo", " "],
    "es": ["ción es la en que de ar os an ta do pa ra lo mi ñe qué ue te se co no", " "],
    "ru": ["ст но то на ен ов ни ра во ко пре ва ли ть по ре ски го ла при ем че", " "],
    "tr": ["lar ler in da bir ya ma ka şı ği ül öt ne ci ve yo mak di ses çok", " "],
    "ar": ["ال من في ها تم ون ري سا با مع لا دي كت حر شب نا قو عل يم", " "],
    "zh": [
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下"
        "过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两"
        "体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线",
        "",
    ],
}
LANGUAGES = tuple(_SYLLABLES)


@dataclass(frozen=True, slots=True)
class Story:
    """A headline and paragraphs."""

    language: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join((self.title, *self.paragraphs)) + "\n"


@cache
def _vocabulary(language: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    syllables, blank = _SYLLABLES[language]
    source = random.Random(language)
    parts = syllables.split() if blank else list(syllables)
    found = dict.fromkeys(
        "".join(source.choices(parts, k=source.choice((1, 2, 2, 3, 3, 4)))) for _ in range(_WORDS)
    )
    return tuple(found), tuple(accumulate(1 / (rank + 8) for rank in range(len(found))))


def some_words(language: str, count: int, source: random.Random) -> list[str]:
    """So many words of a language, a figure or a name among them now and then."""
    every, weights = _vocabulary(language)
    found = source.choices(every, cum_weights=weights, k=count)
    for place in range(count):
        chance = source.random()
        if chance < 0.02:
            found[place] = source.choice(("{}", "{}.5", "1,{}")).format(source.randrange(2, 990))
        elif chance < 0.06:
            found[place] = found[place].capitalize()
    return found


def sentence(language: str, source: random.Random) -> str:
    """A sentence of eight to twenty-four words."""
    words = some_words(language, source.randint(8, 24), source)
    if language == "zh":
        return "".join(words[: len(words) // 2]) + "，" + "".join(words[len(words) // 2 :]) + "。"
    comma = source.randrange(3, len(words) - 2)
    text = " ".join(words[:comma]) + ", " + " ".join(words[comma:]) + "."
    return text[0].upper() + text[1:]


def paragraph(language: str, source: random.Random) -> str:
    """One to four sentences."""
    blank = "" if language == "zh" else " "
    return blank.join(sentence(language, source) for _ in range(source.randint(1, 4)))


def headline(language: str, source: random.Random) -> str:
    """Six to eleven words and no full stop."""
    words = some_words(language, source.randint(6, 11), source)
    return ("" if language == "zh" else " ").join(words).capitalize()


def story(seed: int, language: str | None = None) -> Story:
    """An article of five to fourteen paragraphs."""
    source = random.Random(seed)
    language = language or source.choice(LANGUAGES)
    paragraphs = [paragraph(language, source) for _ in range(source.randint(5, 14))]
    return Story(language, headline(language, source), tuple(paragraphs))


_MARKET = (
    "Shares in Port Ellery closed {up} on {day} as the Northern Index {moved} {a} points, or {b}"
    " percent, to {c}. Turnover came to {d} million crowns, the exchange said in its daily note.",
    "Harbour Steel {moved} {e} percent to {f} crowns and Tarn Telecom {moved2} {g} percent to {h}"
    " crowns. {i} shares gained, {j} lost and {k} were unchanged at the end of trading.",
    "The crown traded at {l} to the dollar and {m} to the euro at the close. A barrel of crude for"
    " delivery next month cost {n} dollars, and an ounce of gold {o} dollars.",
    "The yield on ten-year bonds {moved} to {p} percent from {q} percent on the day before. The"
    " exchange opens again at nine in the morning.",
)
_WEATHER = (
    "Forecast for {day}: it will be {sky} in Wexmoor with a high of {a} degrees and a low of {b}"
    " degrees. The wind blows from the {wind} at {c} kilometres an hour.",
    "In the hills the temperature falls to {d} degrees at night, and {e} millimetres of rain are"
    " expected by the evening. On the coast the sea has {f} degrees and waves of {g} centimetres.",
    "The sun rises at {h}:{i} and sets at {j}:{k}. The chance of rain stands at {l} percent in the"
    " morning and {m} percent in the afternoon, the weather office says.",
)
_CHINESE_MARKET = (
    "{day}收盘，北方指数{moved}{a}点，报{c}点，全天成交额为{d}亿元。港口钢铁{moved2}{e}%，收于{f}元；"
    "塔恩电信{moved}{g}%，收于{h}元。",
    "两市共有{i}只股票上涨，{j}只下跌，{k}只平盘。人民币兑美元报{l}，黄金每盎司报{o}美元，"
    "原油每桶报{n}美元，十年期国债收益率报{p}%。",
)
_LIVE = (
    "This page follows the council meeting in Wexmoor as it happens; the newest entry stands at the"
    " top, and all times are local."
)


def report(template: str, seed: int) -> Story:
    """A market or weather report: every seed gives the same words around other figures."""
    source = random.Random(f"{template} {seed}")
    lines = {"market": _MARKET, "weather": _WEATHER, "chinese market": _CHINESE_MARKET}[template]
    language = "zh" if template == "chinese market" else "en"
    filled = {name: f"{source.uniform(1, 9000):,.{source.choice((0, 1, 2))}f}" for name in _SLOTS}
    filled |= {
        "day": source.choice("Monday Tuesday Wednesday Thursday Friday".split()),
        "up": source.choice(("higher", "lower", "mixed")),
        "moved": source.choice(("rose", "fell") if language == "en" else ("上涨", "下跌")),
        "moved2": source.choice(("rose", "fell") if language == "en" else ("上涨", "下跌")),
        "sky": source.choice("sunny cloudy overcast foggy".split()),
        "wind": source.choice("north south east west".split()),
    }
    title = {"market": "Market report for {day}", "weather": "The weather on {day}"}
    name = title.get(template, "{day}股市收盘").format(**filled)
    return Story(language, name, tuple(line.format(**filled) for line in lines))


_SLOTS = "abcdefghijklmnopq"


def live_blog(seed: int) -> Story:
    """A live page: an introduction that all share, and entries of its own."""
    source = random.Random(f"live {seed}")
    entries = [
        f"{source.randrange(8, 20)}:{source.randrange(60):02} {paragraph('en', source)}"
        for _ in range(source.randint(6, 10))
    ]
    return Story("en", f"Live: the council meets, day {seed}", (_LIVE, *entries))
