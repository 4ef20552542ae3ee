"""Keeping texts of a few lines, such as messages and table fields."""

from __future__ import annotations

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media

TEXTS = {
    "Thai": "ตลาดริมคลองเปิดอีกครั้งในเช้าวันเสาร์ ชาวบ้านนำผักและปลาออกมาขายกันแต่เช้า",
    "Chinese": "老木桥昨天重新开放，居民排队走过。桥长说，冬天之前还要修栏杆。",
    "Russian": "Паром снова ходит по субботам, и билеты продают на причале.",
    "lower case": "so the ferry is late again, and we are walking home in the rain tonight",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("headline", ["", "Quay notes\n\n"], ids=["alone", "below a headline"])
def test_a_text_with_one_paragraph_is_kept(text: str, headline: str) -> None:
    page = clean(Capture("row", f"{headline}{text}".encode(), Media.TEXT))
    assert text in f"{page.title}\n\n{page.text}"
    assert page.text or not headline


def test_a_short_menu_has_no_content() -> None:
    menu = "Home\nNews\nSport\nSubscribe to our newsletter and never miss the stories of the week"
    assert not clean(Capture("row", menu.encode(), Media.TEXT)).text


def test_a_line_with_only_direction_marks_is_blank() -> None:
    page = clean(Capture("row", f"{TEXTS['Russian']}\nא\n\u200f\n".encode(), Media.TEXT))
    assert [block.text for block in page.blocks] == [TEXTS["Russian"], "א"]


def test_prose_in_a_language_unknown_to_the_classifier_is_kept() -> None:
    prose = [
        TEXTS["Thai"],
        "เด็กสามสิบคนจากโรงเรียนริมน้ำช่วยกันทาสีเรือลำใหม่ ซึ่งจะพาชาวบ้านข้ามฟากทุกเช้าและเย็น",
        "สภาเมืองตกลงจ่ายค่าซ่อมท่าเรือหนึ่งล้านบาท และจะเริ่มงานหลังจากน้ำลดในเดือนหน้า",
    ]
    lines = ["หน้าแรก", "ตลาดริมคลองเปิดอีกครั้ง", "15 มี.ค. 67", *prose, "ติดต่อเรา"]
    page = clean(Capture("row", "\n".join(lines).encode(), Media.TEXT))
    assert page.text.split("\n\n") == prose
    assert page.title == "ตลาดริมคลองเปิดอีกครั้ง"
