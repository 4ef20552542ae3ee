"""Copies in which a passage is told in other words, and news above the same background."""

from __future__ import annotations

import pytest

from tests.warehouse.conftest import cleaned, load, rows
from warehouse.warehouse import Warehouse

# For each story, two headlines and two ways to tell the first paragraph, and the other paragraphs.
_RETOLD = {
    "English": (
        ("Thieves take 30 hives from orchard", "Bee thieves strike in Hollin"),
        (
            "Thirty beehives with more than a million bees have been stolen from an orchard near"
            " Hollin. The beekeeper noticed the theft when he came to feed them on Saturday.",
            "When the beekeeper came on Saturday to feed his bees in an orchard near Hollin, he"
            " found only dents in the grass: all thirty hives, with over a million insects, had"
            " been stolen.",
        ),
        "The police believe that the thieves know the trade, since moving hives at night takes"
        " skill and protective clothes. They also needed a lorry with a crane.\n\nA hive with a"
        " healthy colony sells for 250 crowns in spring. The beekeepers' club has offered a"
        " reward.",
    ),
    "Spanish": (
        ("El mercado de Villaluz reabre tras el incendio", "Vuelve el mercado de Villaluz"),
        (
            "El mercado central de Villaluz abrirá de nuevo sus puertas el sábado, ocho meses"
            " después del incendio que destruyó la mitad de los puestos.",
            "Ocho meses después de que el fuego arrasara la mitad de sus puestos, el mercado"
            " central de Villaluz vuelve a abrir este sábado.",
        ),
        "Los comerciantes han pagado una parte de las obras. El nuevo techo es de madera y cristal"
        " y deja pasar la luz del norte.\n\nHabrá música y degustaciones durante todo el día. El"
        " ayuntamiento pondrá autobuses gratuitos desde los barrios.",
    ),
    "Russian": (
        ("Мост в Каменке закрыли на ремонт", "В Каменке перекрыли мост через Сылву"),
        (
            "Мост через Сылву в посёлке Каменка закрыли для машин до октября. Трещины в опорах"
            " обнаружили при весенней проверке.",
            "До октября машины не смогут проехать по мосту через Сылву: весенняя проверка"
            " показала, что в опорах появились трещины. Посёлок Каменка остался без прямой дороги.",
        ),
        "Пешеходы могут переходить реку по временному настилу. Автобусы идут в объезд, и дорога до"
        " районного центра занимает теперь больше часа.\n\nПодрядчика обещают выбрать в течение"
        " двух недель. Жители просят пустить дополнительный катер.",
    ),
}
# The same with two different pieces of news.
_NEWS = {
    "strike": (
        ("Bus drivers in Dunhaven strike for a second day", "Bus strike in Dunhaven ends"),
        (
            "Bus drivers in Dunhaven stayed away from work for the second day on Wednesday, and"
            " only the airport line ran.",
            "The buses in Dunhaven are running again: drivers and company agreed on Friday on four"
            " percent more pay.",
        ),
        "The union had asked for seven percent and an extra day off. The company, which belongs to"
        " the city, had pointed to its losses. About 900 drivers work on 40 lines, which carry"
        " 200,000 people a day. The last strike, six years ago, took eleven days.",
    ),
    "the other way round": (
        ("Chess final", "Chess final"),
        (
            "Petra Vlk beat Ilse Brandt in the final of the county and won a trip to the coast,"
            " while her rival praised the referees, packed the board and left the cellar.",
            "Ilse Brandt beat Petra Vlk in the final of the county and won a trip to the lakes,"
            " but her rival left the cellar without packing the board or praising referees.",
        ),
        "The club has trained children in the cellar of the library for twenty years. Boards and"
        " clocks are lent to schools, and beginners are welcome on any afternoon in winter.",
    ),
    "recipes": (
        ("From the kitchen", "From the kitchen"),
        (
            "Roast the pumpkin with rosemary and honey, blend it with broth and ginger, then stir"
            " in the cream and sprinkle walnuts on top.",
            "Stir honey and ginger into the cream, sprinkle it with rosemary and walnuts, and serve"
            " it cold on slices of roast pumpkin.",
        ),
        "Our cooks try every dish twice before it is printed. Write to us if something went wrong,"
        " and tell us which oven and which pans you used. We answer all letters.",
    ),
    "league table": (
        ("League table after round 7", "League table after round 8"),
        (
            "1 Norwick 16, 2 Pellham 15, 3 Ostwick 13, 4 Hale 11, 5 Medbury 10, 6 Farrow 8,"
            " 7 Wexford 5",
            "1 Pellham 18, 2 Norwick 16, 3 Hale 14, 4 Ostwick 13, 5 Medbury 11, 6 Wexford 8,"
            " 7 Farrow 8",
        ),
        "The first two play for the cup of the county in June. The last one plays against the"
        " second of the lower league. Where two clubs have the same number of points, the goals"
        " decide. All matches are played on Saturday at three o'clock unless the clubs agree on"
        " another time.",
    ),
    "menu": (
        ("School menu, week twelve", "School menu, week thirteen"),
        (
            "Monday: lentil soup with bread. Tuesday: fish fingers and potatoes. Wednesday: pasta"
            " with tomatoes. Thursday: chicken and rice. Friday: pancakes with sauce.",
            "Monday: chicken with pasta. Tuesday: rice and lentil tomatoes. Wednesday: pancakes,"
            " fingers of bread. Thursday: fish soup, potatoes. Friday: sauce.",
        ),
        "Fruit is served every day. Please tell the kitchen about allergies by the evening before."
        " Menus may change if deliveries are late. Meals cost three crowns and are paid with the"
        " card, which can be topped up in the office.",
    ),
}


@pytest.mark.parametrize("language", _RETOLD)
def test_a_copy_whose_lead_is_told_in_other_words_is_found(
    warehouse: Warehouse, language: str
) -> None:
    assert _articles(warehouse, *_RETOLD[language]) == 1


@pytest.mark.parametrize("news", _NEWS)
def test_different_news_above_one_background_are_articles_of_their_own(
    warehouse: Warehouse, news: str
) -> None:
    assert _articles(warehouse, *_NEWS[news]) == 2


def _articles(
    warehouse: Warehouse, headlines: tuple[str, str], leads: tuple[str, str], rest: str
) -> int:
    """The number of articles after two pages were loaded."""
    for number in (0, 1):
        page = f"{leads[number]}\n\n{rest}"
        load(warehouse, cleaned(page, f"pages/{number}", title=headlines[number]))
    ((count,),) = rows(warehouse, "SELECT count(*) FROM articles")
    return int(count)
