"""Notices to a reader whose browser is old or runs no scripts.

A page shows them in `noscript` or hides them by a script, so that a saved page has them, and a page
that was flattened to text. They are the content of no page.
"""

from __future__ import annotations

import re

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures

_MAX_CHARS = 260
_SCRIPT = r"java ?-?script"
_OLD = r"(?:out[ -]of[ -]date|outdated|older?|unsupported)"
_NOTICES = (
    # English
    rf"(?:note: |sorry, |it (?:looks|seems) like )?(?:your browser(?: has|'s) )?{_SCRIPT} "
    r"(?:is|appears to be|seems to be|has been) (?:currently )?"
    r"(?:disabled|not enabled|turned off|required|needed|not available)",
    rf"(?:please |you (?:need to|must) |to .{{3,60}}, )?(?:enable|activate|turn on) {_SCRIPT}",
    r"(?:this|our|the) (?:web ?site|site|page|app|application|forum|feature) "
    rf"(?:requires?|needs?|works best with) {_SCRIPT}",
    rf"(?:it looks like )?(?:you are|you're) using an? {_OLD}(?: version of your)? browser",
    r"you should upgrade or use an alternative browser",
    r"note: this feature (?:may|might) not be available in some browsers",
    rf"your browser is (?:{_OLD}|not supported|no longer supported)",
    rf"your browser does(?:n't| not) support (?:{_SCRIPT}|html ?5|frames|iframes|"
    r"the (?:video|audio) (?:tag|element))",
    # German, French, Spanish, Italian, Polish, Russian
    rf"{_SCRIPT} ist (?:deaktiviert|ausgeschaltet|nicht aktiviert)",
    rf"(?:bitte )?aktivieren? sie (?:bitte )?{_SCRIPT}|bitte {_SCRIPT} aktivieren",
    r"(?:sie verwenden|du verwendest) einen veralteten browser",
    r"(?:dein|ihr) browser unterstützt .{0,40} nicht",
    rf"{_SCRIPT} est désactivé|(?:veuillez |merci d')activer (?:le )?{_SCRIPT}",
    r"vous utilisez un navigateur (?:obsolète|non à jour)",
    r"votre navigateur ne (?:prend pas en charge|supporte pas)",
    rf"{_SCRIPT} está (?:deshabilitado|desactivado)",
    rf"(?:por favor,? )?(?:activ[ae]|habilit[ae]) {_SCRIPT}",
    r"est[áa]s? (?:utilizando|usando) un navegador (?:obsoleto|desactualizado)",
    r"(?:su|tu) navegador no (?:soporta|es compatible)",
    rf"{_SCRIPT} è (?:disabilitato|disattivato)|(?:per favore )?attiva(?:re)? {_SCRIPT}",
    r"il tuo browser non supporta",
    rf"{_SCRIPT} jest wyłączon[ya]|(?:proszę )?włącz(?:yć)? {_SCRIPT}",
    rf"{_SCRIPT} (?:отключ[её]н|выключен)|(?:пожалуйста, )?включите {_SCRIPT}",
    r"вы используете устаревший браузер|ваш браузер (?:устарел|не поддерживает)",
)
_NOTICE = re.compile(rf"(?:{'|'.join(_NOTICES)})\b.*", re.I)
_REMOVAL = Removal(Reason.BOILERPLATE, Cleaner.PHRASES, "a notice about the reader's browser", 0.9)


def match_browser_notice(line: LineFeatures) -> Removal | None:
    """The removal of a line that is nothing but such a notice."""
    return _REMOVAL if len(line.text) <= _MAX_CHARS and _NOTICE.fullmatch(line.text) else None
