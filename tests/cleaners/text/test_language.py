"""Detecting the language of long and short texts, and telling similar languages apart."""

import pytest

from cleaners.text.language import detect_language

_SENTENCES = {
    "hi": "सोमवार की सुबह नदी पर बना पुराना लकड़ी का पुल फिर से खोल दिया गया।",
    "mr": "सोमवारी सकाळी नदीवरील जुना लाकडी पूल पुन्हा उघडण्यात आला आहे.",
    "ne": "सोमबार बिहान नदीमाथिको पुरानो काठको पुल फेरि खोलिएको छ।",
    "sr": "Градско веће је у уторак одлучило да затвори пешачки мост најмање годину дана.",
    "mk": "Градскиот совет во вторникот одлучи да го затвори пешачкиот мост една година.",
    "uk": "Міська рада у вівторок вирішила закрити міст щонайменше на рік.",
    "hr": "Gradsko vijeće u utorak je odlučilo zatvoriti pješački most na godinu dana.",
    "nl": "De gemeenteraad sluit de brug voor een jaar.",
    "am": "የከተማው ምክር ቤት ማክሰኞ የእግረኛ ድልድዩን ቢያንስ ለአንድ ዓመት ለመዝጋት ወሰነ።",
    "ta": "நகர சபை செவ்வாய்க்கிழமை பாலத்தை ஒரு வருடத்திற்கு மூட முடிவு செய்தது.",
    "ja": "川にかかる古い木の橋が、月曜日の朝にもう一度開きました。一年ぶりです。",
    "zh": "周一上午，河上的老木桥重新开放。这座桥已经关闭了一年多，几百名居民聚集在河边。",
}


@pytest.mark.parametrize("language", _SENTENCES)
def test_one_sentence_is_enough_to_detect_the_language(language: str) -> None:
    assert detect_language(_SENTENCES[language]) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council closed the bridge.", "en"),
        ("Der Rat schließt die Brücke.", "de"),
        ("Міська рада закриває міст.", "uk"),
        ("Үкімет жаңа жоспарды жариялады.", "kk"),
        ("Ҳукумат нақшаи навро эълон кард.", "tg"),
        ("Градско веће затвара мост.", "sr"),
        ("پل چوبی دوباره باز شد.", "fa"),
        ("أعيد فتح الجسر الخشبي القديم.", "ar"),
        ("لکڑی کا پرانا پل دوبارہ کھلا۔", "ur"),
        ("መንግሥት አዲስ ዕቅድ ይፋ አደረገ።", "am"),
        ("መንግስቲ ሓድሽ መደብ ኣፍሊጡ ኣሎ።", "ti"),
        ("চৰকাৰে নতুন আঁচনি ঘোষণা কৰিছে।", "as"),
        ("老木桥重新开放。", "zh"),
        ("木の橋がまた開く", "ja"),
        ("나무다리가 다시 열렸다.", "ko"),
        ("Gradsko veće je u utorak odlučilo da zatvori pešački most na godinu dana.", "sr"),
        ("Pemerintah mengumumkan rencana baru untuk pelabuhan.", "id"),
        ("Kerajaan mengumumkan rancangan baharu untuk pelabuhan.", "ms"),
        ("Dock 7", None),
        ("447.12 +0.3", None),
    ],
)
def test_a_short_text_has_the_right_language_or_none(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("language", ["it", "fr", "et"])
def test_the_language_of_a_long_repetitive_text_is_detected(language: str) -> None:
    sentences = {
        "it": "Il governo ha annunciato un nuovo piano per il porto. ",
        "fr": "Le gouvernement a annoncé un nouveau plan pour le port. ",
        "et": "Valitsus teatas uuest sadama plaanist. ",
    }
    assert detect_language(sentences[language] * 12) == language


def test_half_width_kana_are_detected_as_japanese() -> None:
    assert detect_language("ｶﾜﾉﾌﾙｲﾊｼｶﾞ ｹﾞﾂﾖｳﾋﾞﾉ ｱｻﾆ ﾓｳｲﾁﾄﾞ ﾋﾗｷﾏｼﾀ" * 2) == "ja"


def test_the_stated_language_decides_only_between_similar_languages() -> None:
    croatian = _SENTENCES["hr"]
    assert detect_language(croatian, "sr") == "sr"
    assert detect_language(croatian, "en") == "hr"
    assert detect_language(croatian * 9, "sr") == "hr"
