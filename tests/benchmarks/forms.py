"""Different texts made from one form: what only looks like copies of one text.

Every form is written for this project. A slot is filled from a list of its own, so that two pages
of a form share most of their words and tell different things. Each page says which words are its
alone: a search for them has to find it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.benchmarks.stories import Story, paragraph

PAGES = 6  # of each form

_PLACES = (
    "Aldbrook Bexhollow Corvenna Dunmarsh Ellingfold Farrowgate Glasmoor Hexley Ivermouth Jarrick"
    " Kelbury Lostwick"
).split()
_NAMES = (
    "Orla Pettifer,Samir Quist,Tove Randall,Ulla Sorensen,Viggo Tamm,Wren Ashdown,Yara Bellamy,"
    "Zeno Castell,Anka Dormer,Bram Eastby,Cleo Farrant,Dov Garside"
).split(",")
_NUMBERS = (
    "twelve nineteen twenty-three thirty-one forty-four fifty-six sixty-eight seventy-two"
    " eighty-five ninety-seven fifteen thirty-nine"
).split()
_ZAHLEN = (
    "zwölf neunzehn dreiundzwanzig einunddreißig vierundvierzig sechsundfünfzig achtundsechzig"
    " zweiundsiebzig fünfundachtzig siebenundneunzig fünfzehn neununddreißig"
).split()
_CISLA = (
    "двенадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят"
    " девяносто пятнадцать тринадцать"
).split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()


@dataclass(frozen=True, slots=True)
class Form:
    """A headline and paragraphs with slots, and what may stand in each slot.

    `place` is the slot whose filling a page has alone. With `news`, each page opens with so many
    paragraphs of its own; with `standing`, it ends with so many that all pages have.
    """

    name: str
    language: str
    headline: str
    paragraphs: tuple[str, ...]
    slots: dict[str, tuple[str, ...] | list[str]]
    place: str
    news: int = 0
    standing: int = 0
    pages: int = PAGES


FORMS = (
    Form(
        "weather in words",
        "en",
        "{sky} ahead for {place}",
        (
            "{place} wakes to {sky} this {day}, the weather desk says in its first bulletin. Anyone"
            " who sets out early should leave a little more time, keep lamps lit in the lanes and"
            " look twice at the fords, where the water can rise within the hour.",
            "By the afternoon {later} moves in {side}, and towards night {night} is likely. Farmers"
            " are asked to bring young animals under a roof and to tie down whatever the wind could"
            " carry off, as they were advised in the notices of last year.",
            "The weather desk publishes a bulletin three times a day. Readers who keep a rain gauge"
            " may hand in their readings at any post office, and the best kept record of the season"
            " is honoured at the spring fair.",
        ),
        {
            "place": _PLACES,
            "sky": "bright skies,dense fog,light snow,steady rain,low cloud,a hard frost".split(
                ","
            ),
            "day": _DAYS,
            "later": "a dry breeze,a band of showers,warmer air,sleet,thunder,hail".split(","),
            "side": "from the coast,over the hills,up the valley,off the lake".split(","),
            "night": "drizzle,a clear sky,more snow,a gale,mist".split(","),
        },
        "place",
    ),
    Form(
        "match report",
        "en",
        "{place} {score} {away}: how it went",
        (
            "{place} met {away} on {day} and it ended {score}. The pitch was heavy, the first half"
            " slow, and the ball was lost more often than won until the lamps came on and both"
            " sides at last began to play.",
            "{name} was named player of the day. The trainer praised the patience of the team and"
            " thanked everybody who had travelled to see it: nobody, the trainer said, had given up"
            " a ball for lost, and that was what would count in the long winter months.",
            "Both clubs play again in a week. Season tickets can be had at the office on weekday"
            " mornings, and children under ten come in free when an adult brings them.",
        ),
        {
            "place": _PLACES,
            "away": _PLACES[::-1],
            "score": "3-1 0-2 4-4 2-0 1-5 6-3".split(),
            "day": _DAYS,
            "name": _NAMES,
        },
        "name",
    ),
    Form(
        "illness in words",
        "en",
        "Fair sickness: {many} ill in {place}",
        (
            "The health office in {place} says that {many} people fell ill after the fair. Of"
            " them {few} were kept in the infirmary overnight, and {more} were seen by a doctor and"
            " sent home with advice.",
            "Samples were taken from three stalls, from the pump in the square and from the cold"
            " store behind the hall. Until the results are known, leftovers should be neither eaten"
            " nor given to animals but kept in a closed jar for the inspectors.",
            "Whoever feels unwell ought to drink plenty, rest, and call before visiting a surgery."
            " The old, the very young and expectant mothers should take special care, and hands"
            " should be washed before every meal.",
        ),
        {"place": _PLACES, "many": _NUMBERS, "few": _NUMBERS[4:], "more": _NUMBERS[::-1]},
        "place",
    ),
    Form(
        "vacancy",
        "en",
        "Wanted: {job}, Saint Brannoc's",
        (
            "Saint Brannoc's is looking for a {job}. {duty} Our house has stood by the river for"
            " two centuries, and those who come to work in it tend to stay for many years.",
            "We offer a lasting position, pay by the regional scale, a room if one is needed, free"
            " meals on working days, a garden that all may use and leave to study one afternoon"
            " a week. A colleague who knows the house helps newcomers through their first season.",
            "You bring training or long practice, care with people and things, and a sense of"
            " humour on rainy days. Languages are an advantage. Those who return to work after a"
            " pause are as welcome as those who begin.",
            "Letters go to the bursar before the month ends. Travel can't be paid for. A day on"
            " trial can be agreed at any time, and questions are answered by the steward.",
        ),
        {
            "job": "beekeeper,night porter,bookbinder,organ tuner,laundry cook,gate smith".split(
                ","
            ),
            "duty": (
                "You look after eleven hives behind the orchard and sell what they give.,"
                "You keep the door from dusk until the first bell and know every lodger.,"
                "You mend the ledgers of the archive and teach the trade to two pupils.,"
                "You keep four instruments in voice and travel to the chapels of the valley.,"
                "You boil, starch and iron for ninety beds and order soap and coal.,"
                "You forge hinges and bars and see to every lock on the estate."
            ).split(","),
        },
        "job",
    ),
    Form(
        "press release",
        "en",
        "Lindqvist Cordage: {topic}",
        (
            "About Lindqvist Cordage. Lindqvist Cordage spins, lays and tests ropes for fishing"
            " boats, cable ways and theatres. Begun by three sisters in a disused tannery, the firm"
            " employs four hundred people at works in two countries, and its ropes hold on every"
            " sea. Its shares are traded on the provincial exchange.",
            "This notice contains statements about the future, which rest on what the management"
            " expects today and are subject to risks that could make results differ from those"
            " expected. Among them are the price of hemp and steel, the demand for vessels, the"
            " rates of currencies, the outcome of disputes and the decisions of authorities. Nobody"
            " should rely on such statements, which hold for the day of this notice alone, and the"
            " firm takes on no duty to bring them up to date as events unfold. Pictures and further"
            " particulars can be had from the press desk on working days.",
        ),
        {"topic": "new mill,harbour order,school of knots,dividend,a bridge,a merger".split(",")},
        "topic",
        news=2,
    ),
    Form(
        "road works",
        "en",
        "{road} shut from {day}",
        (
            "{road} is closed between {place} and {other} from {day} while its surface is renewed."
            " Traffic is led by way of the old toll road, which is narrow in places; lorries should"
            " wait at the marked passing points and give way to the post van.",
            "Shops along the closed part stay open and can be reached on foot. The council asks for"
            " patience and promises to have the work done before the frost. Complaints may be left"
            " in the box at the town hall.",
        ),
        {
            "road": "Mill Lane,Castle Rise,Abbey Street,Tanner Row,Weavers Hill,Quay Road".split(
                ","
            ),
            "day": _DAYS,
            "place": _PLACES,
            "other": _PLACES[5:],
        },
        "road",
    ),
    Form(
        "Bußgelder",
        "de",
        "{place}: {many} Fahrer zu schnell",
        (
            "Die Polizei hat am {day} in {place} die Geschwindigkeit gemessen. Von den Fahrern"
            " waren {many} zu schnell, {few} müssen mit einem Fahrverbot rechnen. Der schnellste"
            " war ein Bote aus {other}, der es nach eigenen Worten eilig hatte.",
            "Die Beamten weisen darauf hin, dass an dieser Stelle Kinder über die Straße gehen und"
            " der Bremsweg bei Nässe länger ist, als die meisten glauben. Sie wollen in den"
            " nächsten Wochen wieder messen, auch am Abend und am Wochenende.",
            "Wer ein Schreiben erhält, kann sich innerhalb von zwei Wochen äußern. Die Einnahmen"
            " kommen der Verkehrserziehung in den Schulen des Kreises zugute.",
        ),
        {
            "place": _PLACES,
            "other": _PLACES[4:],
            "many": _ZAHLEN,
            "few": _ZAHLEN[::-1],
            "day": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag".split(),
        },
        "place",
    ),
    Form(
        "отключение воды",
        "ru",
        "{place}: без воды {many} домов",
        (
            "В городе {place} в {day} отключат воду. Без неё останутся {many} домов на улице"
            " {street}, сообщили в управлении. Жителей просят заранее набрать воду для питья и"
            " приготовления пищи и проверить, закрыты ли краны.",
            "Работы связаны с заменой старой трубы, которую проложили ещё до войны. Если погода"
            " не помешает, воду дадут к вечеру того же дня. Подвоз будет организован у школы и у"
            " рынка, с собой нужно взять чистую посуду.",
            "После включения вода может быть мутной, и её следует слить в течение нескольких минут."
            " О неисправностях сообщайте дежурному по телефону, он принимает звонки круглые сутки.",
        ),
        {
            "place": "Верхнеречье Кленовск Озёрный Тихогорск Южноборск Заречинск".split(),
            "many": _CISLA,
            "day": "понедельник вторник среду четверг пятницу субботу".split(),
            "street": "Садовой Лесной Мельничной Речной Полевой Кузнечной".split(),
        },
        "place",
    ),
    Form(
        "corte de luz",
        "es",
        "Sin luz en {place} por {cause}",
        (
            "El barrio de {place} se quedó sin luz el {day} por {cause}. La compañía calcula que el"
            " servicio volverá {when} y pide a los vecinos que apaguen los aparatos que estaban en"
            " marcha para que la red no se sobrecargue al volver.",
            "Los semáforos de la zona no funcionan y la policía dirige el tráfico en los cruces"
            " mayores. El mercado abre con generadores, y las farmacias de guardia atienden con"
            " linternas a quien lo necesite.",
            "Quien dependa de un aparato médico puede llamar al número de urgencias, donde se le"
            " dirá a qué centro acudir. La compañía abrirá una investigación.",
        ),
        {
            "place": "Los Almendros,El Cañizo,La Noria,Torre Vieja,San Fidel,Puente Alto".split(
                ","
            ),
            "cause": "una tormenta,un incendio,una obra,un rayo,una avería,una grúa".split(","),
            "day": "lunes martes miércoles jueves viernes sábado".split(),
            "when": "de noche,al mediodía,por la tarde,mañana,en dos horas".split(","),
        },
        "place",
    ),
    Form(
        "停水通知",
        "zh",
        "{place}因{cause}停水",
        (
            "{place}供水公司昨日通知，因{cause}，{street}沿线将于{day}停水，受影响的居民约有{many}户。请各"
            "户提前储水，关好阀门，以免恢复供水时发生漏水。",
            "施工期间，工作人员会在路口引导车辆绕行。学校和市场门口设有临时取水点，请自带干净的容器，按"
            "顺序排队，照顾老人和孩子。恢复供水后最初几分钟水质可能浑浊，请先放水再使用。",
            "如有疑问，可拨打值班电话，全天有人接听。供水公司对由此带来的不便表示歉意，并感谢大家的理解。",
        ),
        {
            "place": "青禾镇 东麓市 白沙县 南屏区 云川镇 石桥乡".split(),
            "cause": "管道老化 道路改造 水泵检修 桥梁施工 洪水冲毁 阀门更换".split(),
            "street": "槐树街 码头路 花园路 书院街 北门大道 河滨路".split(),
            "day": "周一上午 周二夜间 周三下午 周四清晨 周五全天 周六中午".split(),
            "many": "三百 五百 七百 九百 两千 四千".split(),
        },
        "place",
    ),
    Form(
        "grippe",
        "fr",
        "{place} : {many} malades à l'école",
        (
            "La mairie de {place} annonce que {many} élèves sont tombés malades cette semaine."
            " Parmi eux, {few} ont passé une nuit à l'hôpital, et {more} suivent les cours depuis"
            " la maison, où leurs maîtres leur envoient les leçons.",
            "Les salles seront aérées matin et soir, et les tables lavées chaque jour. La cantine"
            " reste ouverte, mais les classes y mangent l'une après l'autre. Les parents sont priés"
            " de garder chez eux les enfants qui ont de la fièvre et de prévenir le secrétariat.",
            "Un médecin passera dans toutes les classes avant la fin du mois. Les réponses aux"
            " questions les plus courantes sont affichées à l'entrée et au marché.",
        ),
        {
            "place": _PLACES,
            "many": "douze,dix-neuf,vingt-trois,trente et un,quarante-quatre,cinquante".split(","),
            "few": "deux,trois,quatre,cinq,six,sept".split(","),
            "more": "neuf,dix,onze,treize,quatorze,quinze".split(","),
        },
        "place",
    ),
    Form(
        "frekwencja",
        "pl",
        "{place}: na festyn przyszło {many} osób",
        (
            "Na festyn w miejscowości {place} przyszło {many} osób, podali organizatorzy. Nagrody"
            " rozdano {few} dzieciom, a w biegu wokół stawu wystartowało {more} zawodników, choć od"
            " rana padało i ścieżka była śliska.",
            "Na scenie śpiewały chóry z okolicznych wsi, a strażacy pokazali stary wóz z pompą."
            " Dochód z loterii zostanie przeznaczony na remont dachu świetlicy, który przecieka od"
            " zeszłej zimy.",
            "Zdjęcia z festynu można oglądać w bibliotece. Kto zgubił rzeczy przy scenie, może je"
            " odebrać u sołtysa w godzinach popołudniowych.",
        ),
        {
            "place": _PLACES,
            "many": "dwieście,trzysta,czterysta,pięćset,sześćset,siedemset".split(","),
            "few": "dwanaście,piętnaście,osiemnaście,dwadzieścia,trzydzieści,jedenaście".split(","),
            "more": "czterdzieści,pięćdziesiąt,sześćdziesiąt,siedemnaście,dziesięć,sto".split(","),
        },
        "place",
        pages=3,
    ),
    Form(
        "incendio",
        "it",
        "{place}, fiamme in un fienile",
        (
            "Un fienile è bruciato nella notte di {day} a {place}. I vigili del fuoco sono arrivati"
            " con {many} squadre e hanno messo in salvo {few} animali, mentre i vicini portavano"
            " acqua con i secchi dal torrente.",
            "Le cause non sono ancora note. I tecnici hanno chiuso la strada e controllano i muri,"
            " che potrebbero cedere. Chi ha visto qualcosa è pregato di rivolgersi alla caserma,"
            " anche per telefono e senza dare il proprio nome.",
            "Il comune ricorda che il fieno va fatto asciugare bene prima di essere chiuso, perché"
            " altrimenti si scalda e può prendere fuoco da solo.",
        ),
        {
            "place": _PLACES,
            "day": "lunedì martedì mercoledì giovedì venerdì sabato".split(),
            "many": "due tre quattro cinque sei sette".split(),
            "few": "undici dodici tredici quattordici quindici sedici".split(),
        },
        "place",
        pages=2,
    ),
    Form(
        "sefer iptali",
        "tr",
        "{place} seferi {cause} yüzünden iptal",
        (
            "{place} iskelesine {day} sabahı yapılacak sefer {cause} yüzünden iptal edildi. Bileti"
            " olan {many} yolcu, parasını gişeden geri alabilir ya da biletini başka bir güne"
            " değiştirebilir, dedi işletmenin sözcüsü.",
            "Adaya gitmek zorunda olanlar için öğleden sonra bir otobüs kaldırılacak. Otobüs"
            " körfezi dolaşır ve yolculuk yarım gün sürer. Yanında hayvan olanların önceden"
            " haber vermesi istenir.",
            "Havanın düzelmesi hâlinde seferler ertesi gün olağan saatlerinde yapılacaktır. Son"
            " durum iskeledeki tahtada duyurulur.",
        ),
        {
            "place": "Çamlıburun,Kuzgunada,Taşkıyı,Yelköy,Balıkova,İncirliman".split(","),
            "day": "pazartesi salı çarşamba perşembe cuma cumartesi".split(),
            "cause": "sis,fırtına,arıza,buzlanma,grev,dalgalar".split(","),
            "many": "kırk,elli,altmış,yetmiş,seksen,doksan".split(","),
        },
        "place",
    ),
    Form(
        "long guide",
        "en",
        "Moving to {place}: what to know",
        (
            "Whoever moves to {place} should register within {many} days. The office is in the"
            " house of {name}, beside the pump, and it is open every morning.",
            "Bring a paper that says who you are, and one that says where you lived before. Those"
            " who come with animals ask {other} for a stable before the first frost.",
        ),
        {"place": _PLACES, "many": _NUMBERS, "name": _NAMES, "other": _NAMES[::-1]},
        "place",
        standing=12,
    ),
    Form(
        "long rules, German",
        "de",
        "{place}: Regeln für den Markt",
        (
            "Der Markt in {place} findet ab {day} statt. Aufsicht hat {name}, und es gibt {many}"
            " Stände, deren Plätze am Vorabend verlost werden.",
        ),
        {
            "place": _PLACES,
            "day": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag".split(),
            "name": _NAMES,
            "many": _ZAHLEN,
        },
        "place",
        standing=14,
        pages=3,
    ),
)

# Nothing but a phrase in small letters differs, and every page has the same headline: two such
# pages look like a copy and its original. Measured with the others.
FORMS_LIKE_COPIES = (
    Form(
        "notice without a headline",
        "en",
        "Notice",
        (
            "Lost property of the week: {thing}, found {where}. It can be claimed at the counter"
            " from Monday on by whoever can describe it; what nobody claims within a season goes to"
            " the sale for the benefit of the lifeboat.",
            "The counter is open every weekday, save on holidays. Letters should say when and where"
            " the thing was lost. Things of value are kept in the safe and handed out only to those"
            " who bring a paper with their name on it.",
        ),
        {
            "thing": "a brass telescope,one green mitten,a cello bow,a tin of buttons,a child's"
            " sledge,a parrot cage".split(","),
            "where": "on the pier,in the reading room,beside the weir,under the market clock,on the"
            " night bus,in the orchard".split(","),
        },
        "thing",
    ),
)


def filled(form: Form, number: int) -> tuple[Story, str]:
    """The page of a form with this number, and the words that no other page of the form has."""
    source = random.Random(f"{form.name} {number}")
    fillings = {
        slot: every[(number + turn * number) % len(every)] if turn else every[number % len(every)]
        for turn, (slot, every) in enumerate(form.slots.items())
    }
    fillings[form.place] = form.slots[form.place][number % len(form.slots[form.place])]
    news = tuple(paragraph("en", source) for _ in range(form.news))
    every_page = random.Random(form.name)
    standing = tuple(paragraph(form.language, every_page) for _ in range(form.standing))
    paragraphs = tuple(one.format(**fillings) for one in form.paragraphs) + standing
    headline = form.headline.format(**fillings)
    headline = headline[0].upper() + headline[1:]
    return Story(form.language, headline, (*news, *paragraphs)), fillings[form.place]


def different_texts(forms: Iterable[Form]) -> Iterator[tuple[str, Story, str]]:
    """Every page of every form: the form's name, the page, and the words it has alone."""
    for form in forms:
        for number in range(form.pages):
            yield form.name, *filled(form, number)
