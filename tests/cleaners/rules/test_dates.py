"""Date lines give the day of publication, in all usual forms and languages."""

import pytest

from cleaners.rules.dates import find_line_dates, published_day
from cleaners.rules.line_features import line_features


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("October 7, 2019, 10:55 am", "en", "2019-10-07"),
        ("Published 14 November 2023, 6:05 am", "en", "2023-11-14"),
        ("Updated: 2021-04-09T08:00:00Z", "en", "2021-04-09"),
        ("3/4/2020", "en", "2020-03-04"),
        ("3/4/2020", "fr", "2020-04-03"),
        ("17.09.2020, 14:05 Uhr", "de", "2020-09-17"),
        ("le 8 février 2023 à 10h30", "fr", "2023-02-08"),
        ("27 октября 2016 г., четверг", "ru", "2016-10-27"),
        ("12.05.21 в 14:20", "ru", "2021-05-12"),
        ("2023 жылғы 18 сәуір, 10:15", "kk", "2023-04-18"),
        ("Haber: Elif Karaca - 21 Ocak 2021 Perşembe 11:05", "tr", "2021-01-21"),
        ("الثلاثاء 9 مايو 2023", "ar", "2023-05-09"),
        ("2022年6月15日 08:30", "zh", "2022-06-15"),
        ("2022년 6월 15일", "ko", "2022-06-15"),
        ("Posted: May 12, 2022 4:00 AM | Last updated: May 13", "en", "2022-05-12"),
        ("12 марти соли 2021", "tg", "2021-03-12"),
        ("15 Oktýabr 2021", "tk", "2021-10-15"),
        ("7ê Îlonê 2020", "ku", "2020-09-07"),
        ("3 Jiyè 2019", "ht", "2019-07-03"),
        ("Publié le 12 mai 2022 à 08:01Mis à jour le 13 mai 2022 à 09:06", "fr", "2022-05-12"),
        ("Publisert torsdag 12. mai 2022 - 13:26", "no", "2022-05-12"),
        ("28. 4. 2023, 18:41 Uhr", "de", "2023-04-28"),
        ("12/05/2022 - 13:55", "en", "2022-05-12"),
        ("05/12/2022 - 1:55 pm", "en", "2022-05-12"),
        ("Last updated: 3 June 2022 · Published: 12 May 2022", "en", "2022-05-12"),
        ("12 May 2022 (updated 3 June 2022)", "en", "2022-05-12"),
        ("2022年5月12日 10:00 公開 2022年6月3日 更新", "ja", "2022-05-12"),
        ("Updated 12 May 2022", "en", "2022-05-12"),
        ("7 min read · 12 May 2022", "en", "2022-05-12"),
        ("3 comments | May 12, 2022", "en", "2022-05-12"),
        ("Issue 8, 12 May 2022", "en", "2022-05-12"),
        ("Posted 05/12/2022 4:15 PM EST", "en", "2022-05-12"),
        ("Thu May 12 09:20:35 CEST 2022", "en", "2022-05-12"),
        ("May 12, '22", "en", "2022-05-12"),
        ("Published on May 12, 2022 by Ann Marlow", "en", "2022-05-12"),
        ("By Ann Marlow on 12 May 2022 in Local, Harbour", "en", "2022-05-12"),
        ("Publié le 12 mai 2022, mis à jour le 3 juin 2022", "fr", "2022-05-12"),
        ("12 Tháng Năm, 2022", "vi", "2022-05-12"),
        ("12 thg 5, 2022", "vi", "2022-05-12"),
        ("نشر في: 12 مايو، 2022", "ar", "2022-05-12"),
        ("١٢ مارِس ٢٠٢٢", "ar", "2022-03-12"),  # with a vowel sign
        ("12 ма\u0301рта 2022", "ru", "2022-03-12"),  # with a stress mark
        ("2022. 5. 12.", "ko", "2022-05-12"),
        ("12 tháng 5, 2022", "vi", "2022-05-12"),
        ("2022 m. gegužės 12 d. 12:30", "lt", "2022-05-12"),
        ("2022. gada 12. maijs", "lv", "2022-05-12"),
        ("١٢ مايو ٢٠٢٢", "ar", "2022-05-12"),
        ("12 أيار 2022", "ar", "2022-05-12"),
        ("12 تشرين الثاني 2022", "ar", "2022-11-12"),
        ("۱۴۰۱/۰۲/۲۲ - ۱۲:۳۰", "fa", "2022-05-12"),
        ("پنجشنبه ۲۲ اردیبهشت ۱۴۰۱", "fa", "2022-05-12"),
        ("۲۲ ثور ۱۴۰۱", "fa", "2022-05-12"),
        ("प्रकाशित: 12 मार्च 2022, 12:30 PM IST", "hi", "2022-03-12"),
        ("প্রকাশ: ১২ মার্চ ২০২২, ১২: ৩০", "bn", "2022-03-12"),
        ("12 มีนาคม พ.ศ. 2565 เวลา 08:30 น.", "th", "2022-03-12"),
        ("12 มี.ค. 65 | 08:30 น.", "th", "2022-03-12"),
        ("12/03/2565", "th", "2022-03-12"),
        ("令和4年5月12日", "ja", "2022-05-12"),
        ("中華民國111年5月12日", "zh", "2022-05-12"),
        ("111/05/12", "zh", "2022-05-12"),
        ("二〇二二年五月十二日", "zh", "2022-05-12"),
        ("２０２２年５月１２日　１２：３０", "zh", "2022-05-12"),
    ],
)
def test_a_date_line_gives_the_publication_day(line: str, language: str, day: str) -> None:
    assert published_day(find_line_dates(line_features(line), language)) == day


@pytest.mark.parametrize(
    "line",
    [
        "The rates of 2019",
        "31 February 2020",
        "99.99.2020",
        "Scores: 3:2, 4:1, 2020",
        "Divers at work on the hull of the vessel, 24 April 2023",
        "5 hours ago",
        "12 May 2199",
        "1 January 1970",
        "In the same context, ministers have signed a declaration on 3 May 2010 in the capital.",
    ],
)
def test_numbers_alone_are_not_a_date(line: str) -> None:
    assert published_day(find_line_dates(line_features(line), "en")) is None
