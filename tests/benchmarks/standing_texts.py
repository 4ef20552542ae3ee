"""Different texts with much in common: a sentence or two of their own beside a standing text.

In brackets are the fillings of a slot, one for each page. The first line is the headline.
"""

from __future__ import annotations

import re

from tests.benchmarks.forms import Form

_SLOT = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")

_TEXTS = {
    "horoscope": """
[Aries|Taurus|Gemini] today

[A letter you had given up on arrives after all.|Someone in the family wants to borrow your
patience.|Numbers are on your side, so check the old bills.] The moon favours those who finish
what they began. Be kind to a colleague who is under pressure. In love, honest words work better
than grand gestures.
""",
    "menu of a school": """
School menu

[Fish fingers with mash and peas are on the table on Monday|Vegetable lasagne with salad is on the
table on Monday|Chicken curry with rice is on the table on Monday], and the other days are as
announced in the letter. Fruit is served every day. Please tell the kitchen about allergies by the
evening before. Menus may change if deliveries are late. Meals cost three crowns and are paid with
the card, which can be topped up in the office.
""",
    "column above a biography": """
[On queues|On umbrellas|On neighbours]

[Nobody teaches us how to stand in a line, and yet we all know it when somebody does it wrong and
nobody says a word.|I have owned eleven umbrellas in my life, lost nine of them, and inherited the
other two from a dentist.|The man next door waters his lawn when it rains, and it took me years to
understand that he does it to talk.] Walter Finch has written this column for twenty-two years. He
lives with two cats in a house by the canal, has published three collections of stories and
teaches writing at the evening school. His columns have been translated into seven languages.
Letters to him may be sent to the editors, who pass them on unopened. He answers by hand and never
by telephone.
""",
    "serial above a synopsis": """
The Salt Road, part [four|five|six]

[Mira found the door of the mill open and a lamp still warm on the table, but the clerk and his
papers were gone.|The boat came in without a light. Jonas counted the men who climbed out, and one
of them wore his brother's coat.|Nobody in the village spoke of the fire, and the priest had torn
the page from his register before they came.]

What happened so far: Mira and her brother Jonas leave the burnt village for the coast, where
their uncle keeps a salt store. On the way a clerk joins them who knows more about the fire than
he says. In the port they learn that the uncle has sold everything and sailed, and that the
magistrate wants to hear them. A new part appears every Saturday.
""",
    "interview in parts": """
“I never wanted to be a captain”: interview with Lena Brook, part [one|two|three]

[You began on your father's boat. What do you remember? The smell of tar and the cold ropes. I was
nine and I was sick every single day.|How did you come to command a ferry? By accident. The
captain fell ill and nobody else had the papers, so I took her across.|What will you do when you
retire? Sleep until eight. Then I shall build a boat that nobody needs to be on time for.]

Lena Brook, born in 1961, was the first woman to command a ferry on the northern line. She went to
sea at sixteen and holds the medal of the rescue society. The interview was made in her kitchen in
two long evenings and has been shortened for print. It appears in three parts.
""",
    "replies below a quotation": """
Re: noisy fridge

> My fridge makes a knocking noise every twenty minutes, mostly at night. I have levelled it and
cleaned the coils at the back, but it is still there. The shop says that is normal. It is four
years old and out of warranty. Has anybody had the same and found a cure?

[Mine did that too; it was the water line behind it hitting the wall.|Check the compressor mounts:
the rubber gets hard after some years and costs next to nothing.|That is the thermostat switching.
You get used to it, or you put a rug under it.]
""",
    "reports around a quotation": """
[Minister defends|Union attacks|Mayors welcome] new ticket prices

[The transport minister has defended the rise in ticket prices before parliament, where members of
all parties had asked for an explanation since the summer.|The railway workers' union has attacked
the ministry and announced a day of protest in all large stations of the country.|The mayors of
the twelve largest towns have welcomed the reform, which they had asked for in a joint letter in
spring.] “We have not raised prices for seven years, while energy and wages cost a third more than
before. Whoever wants modern trains, clean stations and staff who are paid properly must say where
the money is to come from. I have said it, and I stand by it,” the minister said on Monday
evening.
""",
    "policies": """
[Delivery|Privacy|Accessibility] policy

[This page says when we deliver and who pays for what you return.|This page says
which personal data we hold and how you can have it deleted.|This page says how we make our pages
usable with screen readers and keyboards.] Example Stores takes its duties seriously. If you have
questions, write to our data officer at the address below. We may change this policy from time to
time; the date of the last change is given at the end. By using our site you agree to the current
version. Complaints may be sent to the national authority, which publishes a form on its pages.
Last changed in May.
""",
    "one sentence of a long notice": """
District council meeting

The council of the harbour district meets on the first Monday of each month in the old customs
house. Anyone may attend and listen, and those who wish to speak put their names on the list by
the door before the meeting begins. Each speaker has three minutes. The chair may extend the time
if nobody else is waiting.

Papers for the meeting are laid out a week before and can be read at the library, where copies
cost ten cents a page. Minutes are published within two weeks. Recordings are kept for a year and
then destroyed. Questions that cannot be answered at once are answered in writing within a month,
and the answers are attached to the minutes.

[The next meeting deals with the new fish market and the noise from the shipyard at night.|The
next meeting deals with the budget for the library and the repair of the sea wall.|The next
meeting deals with the playground in Rope Street and the closing of the ferry office.]

Those who need an interpreter or a place for a wheelchair should call the secretary two days
before. Children are welcome, and there is a corner with toys. The nearest bus stop is Customs
House, served by the lines two, five and nine; bicycles can be left in the yard.
""",
    "one phrase of a long notice": """
Repair café: [lamps and cables|bicycles|zips and buttons]

Once a month the rooms above the fire station turn into a workshop. Whoever has something broken
at home may bring it, and those who know how to mend things help. The tools are there; only spare
parts have to be paid for. Nobody is to throw away what a turn of the screwdriver could save.

This month everything is about [lamps and cables|bicycles|zips and buttons]. There are six tables,
and numbers are given out at the door from two o'clock on. Please bring one thing only, clean and
empty. While you wait there are coffee and cake from the bakers of the street, and the children can
take old radios apart under supervision.

The café lives on donations. Last year more than three hundred things went home repaired, and about
eighty could not be helped. Those who want to join the helpers are always welcome; no training is
needed, only patience. The rooms can be reached by lift.
""",
    "functions of a module": """
[floor|ceil|trunc]

[floor|ceil|trunc](x) returns [the largest integer not greater than x|the smallest integer not
less than x|the integer part of x]. The argument may be a number or an array; for an array, the
function is applied to each element. A TypeError is raised if the argument is neither. The result
has the type of the argument. Missing values stay missing. This function is part of the numeric
module and is available since version 1.2.
""",
}


def _form(name: str, text: str) -> Form:
    """The form that a text with bracketed fillings stands for; its last slot has the own words."""
    headline, *paragraphs = (" ".join(one.split()) for one in text.strip().split("\n\n"))
    slots: dict[str, list[str]] = {}
    for fillings in _SLOT.findall(text):
        slots.setdefault(" ".join(fillings.split()), " ".join(fillings.split()).split("|"))
    names = {fillings: f"slot{number}" for number, fillings in enumerate(slots)}

    def with_slots(one: str) -> str:
        return _SLOT.sub(lambda found: "{" + names[found[1]] + "}", one)

    return Form(
        name,
        "en",
        with_slots(headline),
        tuple(map(with_slots, paragraphs)),
        {names[fillings]: every for fillings, every in slots.items()},
        [*names.values()][-1],
        pages=3,
    )


STANDING_TEXTS = tuple(_form(name, text) for name, text in _TEXTS.items())
