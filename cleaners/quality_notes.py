"""Says why a page has no main content or may have none: it is an error page, or one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.model import Block, Kind
from cleaners.rules.line_features import LineFeatures, line_features

_DOUBTFUL_QUALITY = 0.5
_STUB_WORDS = 150  # with fewer words, the note gives their number
_NOTICE_WORDS = 90  # the longest page that is only a notice
_MIN_LINE_WORDS, _MIN_LABELS = 30, 2  # of a page in one line
_ERROR = re.compile(
    r"\bpage (?:is )?(?:not|could not be|can(?:not|[’']t) be|no longer) (?:found|available|exist)|"
    r"\b(?:error )?404\b|\bnot found\b|\berror 50\d\b|\b403 forbidden|\baccess denied|"
    r"seite (?:wurde )?(?:leider )?nicht gefunden|page (?:est )?introuvable|"
    r"página no (?:encontrada|existe)|pagina non trovata|página não encontrada|"
    r"pagina niet gevonden|nie znaleziono strony|strona nie istnieje|sayfa bulunamadı|"
    r"страница не (?:найдена|существует)|сторінку не знайдено|бет табылмады|"
    r"页面不存在|找不到.{0,4}页面|找不到網頁|ページが見つかりません|페이지를 찾을 수 없|"
    r"الصفحة غير موجودة|पृष्ठ नहीं मिला|पेज नहीं मिला",
    re.I,
)
_COOKIES = re.compile(r"\bcookies?\b|куки|クッキー|쿠키|كوكيز|ملفات تعريف الارتباط|कुकी", re.I)
_CONSENT = re.compile(
    r"\b(?:accept|reject|refuse|consent|partners|preferences|personali[sz]ed)\b|"
    r"\b(?:zustimm|akzeptier|einwillig|ablehn|accepte|refuse|aceptar|rechazar|accetta|rifiuta|"
    r"aceitar|recusar|zgod|akcept)|принять|соглас|отклон|келіс|同意|接受|拒绝|동의|허용|"
    r"موافق|قبول|رفض|स्वीकार|सहमत",
    re.I,
)
_CHECK = re.compile(
    r"checking (?:if the site|your browser)|just a moment\W|(?:verify|confirm|make sure) (?:that )?"
    r"you(?:[’']re| are) (?:a |not a )?(?:human|robot)|\bcaptcha|unusual traffic|"
    r"enable javascript and cookies to continue|вы не робот|kein roboter|pas un robot|"
    r"不是机器人|人机验证",
    re.I,
)
_REDIRECT = re.compile(
    r"\bredirecting\b|\bbeing redirected|not redirected|document has moved|moved permanently|"
    r"weitergeleitet|redirection en cours|redirigid[oa]|reindirizz|перенаправл|"
    r"正在跳转|自动跳转|リダイレクト|移動します|إعادة توجيه",
    re.I,
)
_NOTICES = (
    (_CHECK, "it reads like a check of the browser"),
    (_REDIRECT, "it reads like a redirect to another page"),
    (_ERROR, "it reads like an error page"),
)
_COOKIE_NOTE = "it reads like a cookie notice"
# Labels of menus and footers, of which an article has few and a page in one line has several.
_LABEL = re.compile(
    r"©|all rights reserved|\bskip to (?:main )?content|\b(?:log|sign) ?in\b|\bsign up\b|"
    r"\bprivacy(?: policy)?\b|\bterms (?:of|and)\b|\bcookies\b|\bsubscribe\b|\bmy account\b|"
    r"\bcontact us\b|table of contents|\bon this page\b|\b(?:made|built) with\b|\bpowered by\b|"
    r"impressum|datenschutz|anmelden|mentions légales|se connecter|aviso legal|"
    r"iniciar sesión|войти|\bвход\b|регистрация|все права защищены|политика конфиденциальности|"
    r"кіру|登录|登入|注册|版权所有|ログイン|会員登録|로그인|회원가입|개인정보|تسجيل الدخول|लॉग इन",
    re.I,
)
_ONE_LINE_NOTE = "the page is one line: its boilerplate can't be told from its content"


def quality_notes(blocks: Sequence[Block], quality: float) -> tuple[str, ...]:
    """Notes on why a page has no main content or may have none; usually empty."""
    kept = [block for block in blocks if block.kept and block.kind is not Kind.TITLE]
    if not blocks:
        return ("the page has no text",)
    if not kept:
        first = "no block reads like content: an error page, a redirect or only chrome"
        return (first, *_notices([block.text for block in blocks], 0))
    if len(blocks) == 1 and _is_page_in_one_line(blocks[0].text):
        return (_ONE_LINE_NOTE,)
    if quality < _DOUBTFUL_QUALITY:
        words = sum(line_features(block.text).n_words for block in kept)
        if words < _STUB_WORDS:
            first = f"only {words} words read like content: a stub, a gallery or a notice"
            shown = [block.text for block in blocks if block.kept]
            return (first, *_notices(shown, words))
        return (f"it is doubtful whether these {words} words are the page's content",)
    return ()


def reads_as_notice(lines: Sequence[LineFeatures]) -> bool:
    """Whether a short page is an error, a check of the browser, a redirect or a cookie notice."""
    return bool(_notices([line.text for line in lines], sum(line.n_words for line in lines)))


def _notices(texts: Sequence[str], n_words: int) -> tuple[str, ...]:
    """What a page is instead of an article, by its words; empty for a longer text."""
    if n_words > _NOTICE_WORDS:
        return ()
    text = "\n".join(texts)[:5000]
    found = next((note for words, note in _NOTICES if words.search(text)), None)
    if found is None and _COOKIES.search(text) and _CONSENT.search(text):
        found = _COOKIE_NOTE
    return () if found is None else (found,)


def _is_page_in_one_line(text: str) -> bool:
    if line_features(text).n_words < _MIN_LINE_WORDS:
        return False
    return len({found.casefold() for found in _LABEL.findall(text)}) >= _MIN_LABELS
