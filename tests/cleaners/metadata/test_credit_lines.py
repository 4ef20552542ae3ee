"""Lines beside an article that name no author, several authors, or no day of publication."""

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media
from cleaners.rules.bylines import byline_authors
from cleaners.rules.dates import DateRole, find_line_dates, published_day
from cleaners.rules.line_features import line_features
from cleaners.rules.month_names import month_number

_TITLE = "Harbour bridge reopens after nine months"
_TEXT = [
    "The harbour bridge reopened to traffic on Friday after nine months of repairs.",
    "Residents of the north bank said that the detour had added forty minutes to every journey.",
    "The council promised to inspect the bridge every spring, and to report on the corrosion.",
]


def _authors(*lines: str, tail: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The authors of a page with some lines between title and text, or after the text."""
    body = "".join(f"<p>{line}</p>" for line in (*lines, *_TEXT, *tail))
    html = f"<html><head><title>{_TITLE}</title></head><body><h1>{_TITLE}</h1>{body}</body></html>"
    found = clean(Capture("bridge.html", html.encode())).authors
    text = "\n\n".join((_TITLE, *lines, *_TEXT, *tail))
    assert clean(Capture("bridge.txt", text.encode(), Media.TEXT)).authors == found
    return found


@pytest.mark.parametrize(
    "line",
    [
        *("Edited by Ian Bell", "Translation: Ian Bell", "Photo: Ian Bell"),
        *("Редактор: Иван Белов", "Перевод: Иван Белов", "Переклад: Іван Білик"),
        *("Übersetzt von Jan Glock", "Traduit par Luc Cloche", "Traducción: Juan Campana"),
        *("Traduzione di Gino Campana", "Tłumaczenie: Jan Dzwon", "Çeviren: Can Çınar"),
        *("ترجمة: سامي جرس", "مترجم: کاوه زنگی", "תרגום: יואב פעמון", "अनुवाद: राहुल घंटी"),
        *("责任编辑：李铃", "翻译：李铃", "編集：鈴木一郎", "번역: 박종수", "사진=박종수 기자"),
        *("Dịch: Trần Văn Chuông", "แปลโดย สมชาย ใจดี", "المصدر: وكالات"),
        *("By admin", "Posted by admin", "By News Desk", "By Editorial Board", "本报记者"),
    ],
)
def test_editors_translators_and_desks_are_no_authors(line: str) -> None:
    assert _authors(line, "2022-05-12") == ()


@pytest.mark.parametrize(
    "place",
    [
        *("Ellis Quay", "Port Ellis", "Port Ellis — Friday", "South Mill Road", "Buenos Aires"),
        *("San Marino", "Нижний Новгород", "Северный Берег", "Jawa Barat", "Text Size"),
    ],
)
def test_a_place_or_label_beside_the_date_is_no_author(place: str) -> None:
    assert _authors(place, "12 May 2022") == ()
    assert _authors("12 May 2022", place) == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("بقلم: ليلى حداد وسامر العلي", ("ليلى حداد", "سامر العلي")),
        ("بقلم: ليلى حداد وليد", ("ليلى حداد وليد",)),
        ("מאת נועה ברקאי ויואב שגיא", ("נועה ברקאי", "יואב שגיא")),
        ("نویسنده: نسرین رضایی، کاوه احمدی", ("نسرین رضایی", "کاوه احمدی")),
        ("作者：周明远、李晓芸", ("周明远", "李晓芸")),
        ("文：井上花子、佐藤健一", ("井上花子", "佐藤健一")),
        ("김하늘·박서준 기자", ("김하늘", "박서준")),
        ("By Ann Marlow12 May 2022", ("Ann Marlow",)),
        ("By Ann MarlowMay 12, 2022", ("Ann Marlow",)),
        ("Автор: Анна Марлова12 мая 2022", ("Анна Марлова",)),
        ("Bởi Nguyễn Thu Hà", None),
    ],
)
def test_names_are_told_apart_without_commas_and_blanks(
    line: str, names: tuple[str, ...] | None
) -> None:
    assert _authors(line) == (names or ())


def test_a_byline_after_the_headline_of_another_story_is_not_of_this_one() -> None:
    assert _authors("12 May 2022", tail=("Council votes on the tram depot", "By Ian Bell")) == ()


@pytest.mark.parametrize(
    "tail",
    [
        ("Comments", "Ian Bell", "3 June 2022", "I crossed it yesterday, and it was fine."),
        ("2 comments", "Ian Bell says:", "June 3, 2022 at 4:00 pm", "It was fine, I think."),
        ("Upcoming events", "3 July 2022", "Bridge Fair"),
        ("Related stories", "Council votes on the tram depot", "Ian Bell", "3 June 2022"),
    ],
)
def test_sections_after_the_text_give_no_author_and_no_day(tail: tuple[str, ...]) -> None:
    assert _authors(tail=tail) == ()
    text = "\n\n".join((_TITLE, *_TEXT, *tail))
    assert clean(Capture("bridge.txt", text.encode(), Media.TEXT)).published is None


def test_a_day_of_first_publication_and_one_of_an_update_are_no_lifetime() -> None:
    text = "\n\n".join((_TITLE, "August 12, 2014 - Updated July 9, 2022", *_TEXT))
    assert clean(Capture("bridge.txt", text.encode(), Media.TEXT)).published == "2014-08-12"


def test_a_day_that_is_written_twice_is_the_day_of_publication() -> None:
    text = "\n\n".join((_TITLE, "12.05.2022 12. Mai 2022", *_TEXT))
    assert clean(Capture("bridge.txt", text.encode(), Media.TEXT)).published == "2022-05-12"


def test_a_button_for_comments_above_the_byline_does_not_end_the_credits() -> None:
    assert _authors(_TEXT[0].replace("Friday", "Monday"), "Comments", "By Ann Marlow") == (
        "Ann Marlow",
    )


def test_a_thai_headline_is_the_title_of_a_text() -> None:
    title = "สะพานท่าเรือเปิดใช้อีกครั้งหลังซ่อมนานเก้าเดือน"
    text = (
        f"{title} | ข่าวท่าเรือ\n\nข่าวท่าเรือ\n\nข่าว\nกีฬา\nติดต่อ\n\n{title}\n\nโดย สมชาย ใจดี\n\n"
        "14 พฤษภาคม 2564\n\n"
        "สะพานท่าเรือเปิดให้รถผ่านได้อีกครั้งเมื่อเช้าวันศุกร์ หลังจากซ่อมนานเก้าเดือน ใช้งบของเมืองไปเกือบสี่สิบล้านบาท"
        " วิศวกรเปลี่ยนฐานรองรับหลักสองจุดและทาสีพื้นสะพานใหม่ทั้งหมด\n\n"
        "ชาวบ้านฝั่งเหนือเล่าว่าทางอ้อมทำให้การเดินทางแต่ละครั้งนานขึ้นสี่สิบนาที ร้านค้าหลายแห่งใกล้ท่าเรือต้องปิดในฤดูฝน"
        "เพราะไม่มีลูกค้า\n\n"
        "เทศบาลสัญญาว่าจะตรวจสะพานทุกปี และจะเผยแพร่รายงานเรื่องการผุกร่อนก่อนสิ้นปีนี้\n\n© 2565 ข่าวท่าเรือ\n"
    )
    page = clean(Capture("bridge.txt", text.encode(), Media.TEXT))
    assert page.title == title
    assert (page.authors, page.published) == (("สมชาย ใจดี",), "2021-05-14")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        *((f"{label} 3 July 2021", "en") for label in ("Event date:", "When:", "Starts", "Born")),
        *((f"{label} 3 July 2021", "en") for label in ("Deadline:", "Expires", "Photo taken")),
        *((line, "en") for line in ("Tel: 01.02.2003", "Version 1.2.2021")),
        *(
            (line, "en")
            for line in ("3 July 2021 – 5 July 2021", "From 3 July 2021 to 5 July 2021")
        ),
        ("Начало: 3 июля 2021", "ru"),
        ("Beginn: 3. Juli 2021, 18:00 Uhr", "de"),
        ("Date limite : 3 juillet 2021", "fr"),
        ("Inicio: 3 de julio de 2021", "es"),
        ("活动时间：2021年7月3日", "zh"),
    ],
)
def test_the_day_of_an_event_is_not_the_day_of_publication(line: str, language: str) -> None:
    assert published_day(find_line_dates(line_features(line), language)) is None


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("14 MAYIS 2021", "tr", "2021-05-14"),
        ("14 KASIM 2021", "tr", "2021-11-14"),
        ("14 ΜΑΪΟΥ 2021", "el", "2021-05-14"),
        ("14 ΜΑΙΟΥ 2021", "el", "2021-05-14"),
        ("14 FEVRIER 2021", "fr", "2021-02-14"),
        ("2021 жылдың 14 мамыры", "kk", "2021-05-14"),
        ("14 мая 2021", "kk", "2021-05-14"),
        ("R3.5.14", "ja", "2021-05-14"),
        ("21/05/14", "ja", "2021-05-14"),
        ("21.05.14", "ko", "2021-05-14"),
        ("Ann MarlowMay 14, 2021May 20, 2021", "en", "2021-05-14"),
    ],
)
def test_months_in_capitals_and_short_years_are_read(line: str, language: str, day: str) -> None:
    assert published_day(find_line_dates(line_features(line), language)) == day


def test_the_time_of_an_update_on_the_same_day_is_not_the_role_of_the_day() -> None:
    line = line_features("January 28, 2021 11:30 am (Updated 11:54 am)")
    assert [date.role for date in find_line_dates(line, "en")] == [DateRole.UNLABELLED]


def test_a_common_word_after_by_is_no_name() -> None:
    assert byline_authors("Text Size", any_name=True) is None
    assert byline_authors("By Madonna", any_name=True) == ("Madonna",)
    assert month_number("MAYIS", "de") is None


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("Written by", "Ann Marlow", "12 May 2022"), ("Ann Marlow",)),
        (("Autor:", "Jan Glock", "Published", "12 May 2022"), ("Jan Glock",)),
        (("Written by", "The Quay Team", "12 May 2022"), ()),
        (("作者", "王小明", "发布时间", "2022年5月12日"), ("王小明",)),
        (("लेखक", "अनिता शर्मा", "12 May 2022"), ("अनिता शर्मा",)),
        (("Edited by", "Ann Marlow", "12 May 2022"), ()),
        (("Author", "Published", "12 May 2022"), ()),
    ],
)
def test_a_name_below_the_label_of_a_byline_is_the_author(
    lines: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert _authors(*lines) == names


@pytest.mark.parametrize(
    ("name", "role"), [("Ann Marlow", "Staff Reporter"), ("Anna Marlová", "redaktorka")]
)
def test_a_role_may_stand_between_a_name_and_the_day(name: str, role: str) -> None:
    page = "\n".join((_TITLE, name, role, "12 May 2022", *_TEXT))
    found = clean(Capture("bridge.txt", page.encode(), Media.TEXT))
    assert (found.authors, found.published) == ((name,), "2022-05-12")
    assert role not in [block.text for block in found.blocks if block.kept]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Theo James", ("Theo James",)),
        ("Von Miller", ("Von Miller",)),
        ("Tim Burke", ("Tim Burke",)),
        ("By Theo James and Tim Burke", ("Theo James", "Tim Burke")),
        ("Von Anna Glock", ("Anna Glock",)),
        ("By June 5", ()),
        ("By Monday", ()),
    ],
)
def test_a_credit_word_of_another_language_may_be_a_name(line: str, names: tuple[str, ...]) -> None:
    assert _authors(line, "12 May 2022") == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jeanne d'Arc", ("Jeanne d'Arc",)),
        ("By Luc d’Aubigny and Sami al-Masri", ("Luc d’Aubigny", "Sami al-Masri")),
        ("Tác giả: Nguyễn Văn An và Trần Thị Bình", ("Nguyễn Văn An", "Trần Thị Bình")),
        ("Autor: Anna Marlowska / Fot. Jan Bielecki", ("Anna Marlowska",)),
        ("BY ANNA VAN DER MARLE", ("Anna van der Marle",)),
        ("Ганна Марленко та Іван Білик | 12 травня 2022", ("Ганна Марленко", "Іван Білик")),
        ("أحمد علي وسارة حسن", ("أحمد علي", "سارة حسن")),
        ("ByAnn Marlow", ("Ann Marlow",)),
        ("ByDeAndre Bell", ("DeAndre Bell",)),
        ("By the Quay Boats Team", ("the Quay Boats Team",)),
    ],
)
def test_particles_second_authors_and_photographers_are_told_apart(
    line: str, names: tuple[str, ...]
) -> None:
    assert _authors(line, "12 May 2022") == names


def test_a_name_at_the_end_may_share_letters_with_words_of_the_text() -> None:
    assert _authors("12 May 2022", tail=("Nin Eves",)) == ("Nin Eves",)


@pytest.mark.parametrize("heading", ["Comentarii (2)", "Hozzászólások", "Kommentit (1)"])
def test_names_and_days_of_readers_comments_are_left_out(heading: str) -> None:
    page = "\n".join((_TITLE, *_TEXT, heading, "Ann Marlow", "12 May 2022", "I saw it too."))
    found = clean(Capture("bridge.txt", page.encode(), Media.TEXT))
    assert (found.authors, found.published) == ((), None)


def test_the_day_below_a_link_to_another_story_is_not_of_this_one() -> None:
    teaser = "<div><a href=/o><h3>Market hall closes for the whole winter</h3></a>3 May 2021</div>"
    body = f"<h1>{_TITLE}</h1>{teaser}" + "".join(f"<p>{line}</p>" for line in _TEXT)
    assert clean(Capture("bridge.html", body.encode())).published is None
