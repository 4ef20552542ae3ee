"""Groups of words in class, id, role and itemprop attributes that tell content from chrome."""

from __future__ import annotations

import re
from functools import lru_cache

# Each line is one group: its name, then the words, as page builders write them in several languages.
_TABLE = """
article  article artikel artigo articolo articulo articleview newsview newstext newsbody
body     body bodytext articlebody entry richtext articletext storybody postbody fulltext
content  content contents inhalt contenu contenido conteudo contenuto maincontent innehall pagecontent entrycontent
story    story post news noticia nota detail details single
text     text texte texto txt copy wysiwyg rte prose testo cuerpo corpo corps brodtext
main     main primary maincol center centre principal
para     paragraph para absatz paragraphs p paragraf
lead     lead lede standfirst intro summary abstract excerpt dek chapo sub deck subline subheading subheadline subtitle description desc teaserText introduction vorspann anreisser ingress bajada entradilla sommario occhiello
title    title headline heading hed h1 titre titel titulo titolo
nav      nav navi navigation navbar menu submenu breadcrumb breadcrumbs crumb crumbs topbar toolbar sitemap megamenu hamburger
footer   footer foot bottom copyright legal imprint colophon
header   header masthead top banner logo head
side     sidebar aside side rail sidecol secondary complementary widget widgets right left sidebars
related  related recommended recommend recommendation recommendations recirc recirculation similar readmore seealso verwandt more also mehr relacionadas relacionados linked
popular  latest popular trending mostread most ticker next previous prev pagination pager ranking top10 hot
list     card cards tile tiles grid list listing item items feed collection listitem archive
promo    teaser teasers promo promos promotion carousel slider swiper slick slide slides slideshow marquee
gallery  gallery galerie photos album lightbox
share    share shares sharing social facebook twitter whatsapp follow addtoany sharedaddy sns like tools
comment  comment comments disqus reply respond discussion commentlist kommentare kommentar commentaire comentarios viafoura
advert   ad ads adv advert advertisement advertising sponsor sponsored outbrain taboola dfp gpt adslot anzeige werbung publicidad adsense
letter   newsletter subscribe subscription signup login signin register paywall account user premium piano offer abo membership registration donate donation
caption  caption figcaption credit credits legend bildunterschrift copyrights pie
media    image img picture photo figure media video player audio embed bild foto thumbnail
byline   byline author authors meta metadata source bio profile autor auteur autore writer contributor
date     date time timestamp published publish pubdate dateline datum updated fecha created
tags     tags tag tagged topic topics keywords keyword category categories label cat tagcloud
popup    modal popup overlay cookie cookies consent gdpr cmp alert notice dialog tooltip dropdown toast privacy
hidden   hidden hide none sr screen visually skip visuallyhidden offscreen
quote    quote blockquote pullquote pull
box      factbox box infobox info table poll quiz faktabox callout
form     form input search button btn select
social   tweet instagram tiktok youtube embedded
live     live liveblog timeline
faq      forum thread message reviews review rating product price shop recipe
"""

GROUPS: tuple[str, ...] = tuple(line.split()[0] for line in _TABLE.strip().splitlines())
_BITS: dict[str, int] = {}
for _number, _line in enumerate(_TABLE.strip().splitlines()):
    for _word in _line.split()[1:]:
        _BITS[_word.lower()] = _BITS.get(_word.lower(), 0) | 1 << _number

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def tokens(label: str) -> list[str]:
    """The words of a class or id, cut at case changes and marks.

    >>> tokens("articleBody c-entry__text")
    ['article', 'body', 'c', 'entry', 'text']
    """
    return _WORD.findall(_CAMEL.sub(" ", label).lower())


@lru_cache(8192)
def hints(label: str) -> int:
    """The groups that the words of a class or id belong to, as a bit set over `GROUPS`."""
    bits = 0
    for word in tokens(label):
        bits |= _BITS.get(word, 0)
    return bits
