"""Detecting the type of plain-text pages, and keeping the content of each type."""

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, PageType

_POSTS = (
    "I bought an old block plane at a boot sale and flattened the sole on wet and dry paper. It"
    " takes a nice shaving now, but each stroke leaves a thin raised line on the board.",
    "That line is a nick in the edge. Hold the iron up to a lamp and look straight at the edge: a"
    " sharp edge reflects nothing, and a nick shows as a bright spot.",
    "You were right, there was a tiny bright spot near the left corner. Ten minutes on the coarse"
    " stone and the line has gone. Thank you!",
    "For next time: round the corners of the iron a little with the stone. Then it never leaves"
    " tracks at the sides, whatever you do with the lateral lever.",
)
_STEPS = (
    "Unplug the mill and let it cool for ten minutes.",
    "Turn the hopper to the left until it clicks, and lift it off.",
    "Brush the coffee out of the upper burr with a dry brush.",
    "Put the hopper back and turn it to the right.",
)


def _thread() -> str:
    head = "Oakframe Woodworking Forum\nHome\nForums\nNew posts\nLog in\nRegister\nHand tools"
    posts = "\n".join(
        f"Member {n}\nWell-known member\nJoined\nJun {n}, 2019\nMessages\n1,{n}04\n"
        f"Mar {n}, 2025\n#{n}\n{said}\nReply\nReport"
        for n, said in enumerate(_POSTS, 1)
    )
    tail = "You must log in or register to reply here.\nShare:\nTerms and rules\nPrivacy policy"
    return (
        f"{head}\nWhy does my block plane leave tracks?\nThread starter Member 1\n{posts}\n{tail}"
    )


def test_a_plain_text_thread_is_a_forum_page_and_keeps_every_post() -> None:
    page = clean(Capture("thread.txt", _thread().encode()))
    assert page.page_type is PageType.FORUM
    assert [said for said in _POSTS if said not in page.text] == []
    assert "Privacy policy" not in page.text and "Register" not in page.text


@pytest.mark.parametrize("mark", ["* ", "{n}. "])
def test_plain_text_instructions_keep_every_step(mark: str) -> None:
    steps = "\n".join(mark.format(n=n) + step for n, step in enumerate(_STEPS, 1))
    text = (
        f"Millwright 3 handbook\n* Home\n* Downloads\n* Contact\nCleaning the burrs\n"
        "Clean the burrs once a month, or when the coffee comes out slowly. Old grounds hold oil,"
        f" and the oil turns rancid.\n{steps}\nWhen the mill still runs slowly, have the burrs"
        " changed by the workshop that sold it to you.\n* Privacy policy\n* RSS"
    )
    page = clean(Capture("handbook.txt", text.encode()))
    assert [step for step in _STEPS if step not in page.text] == []


def test_a_plain_text_report_is_an_article() -> None:
    body = "\n".join(
        f"The council said on Monday that bridge number {n} will be closed for {n + 2} weeks,"
        " because its railings have rusted through and nobody may lean on them."
        for n in range(1, 6)
    )
    page = clean(Capture("report.txt", f"Home\nNews\nSport\nBridges to close\n{body}".encode()))
    assert page.page_type is PageType.ARTICLE
