"""Reads .webarchive files, in which Safari saved a page with all its parts (a property list)."""

from __future__ import annotations

import plistlib
from dataclasses import replace
from typing import Any

from cleaners.model import Capture
from flows.sources.errors import ReadError, ReadErrorKind
from flows.sources.file_formats import PAGE_MEDIA_TYPES


def extract_web_archive_page(capture: Capture) -> Capture:
    """The main page in a .webarchive file, with its URL and charset; raises ReadError."""
    try:
        content: Any = plistlib.loads(capture.payload)
    except Exception as error:  # plistlib raises many kinds of errors on damaged files
        why = "it is damaged or is not a .webarchive file (its property list can't be read)"
        raise ReadError(ReadErrorKind.DAMAGED, why) from error
    main = content.get("WebMainResource") if isinstance(content, dict) else None
    page: dict[str, Any] = main if isinstance(main, dict) else {}
    payload, media_type = page.get("WebResourceData"), str(page.get("WebResourceMIMEType", ""))
    if not isinstance(payload, bytes) or media_type not in PAGE_MEDIA_TYPES:
        raise ReadError(ReadErrorKind.NO_PAGE, "its main part is not an HTML or text page")
    url = str(page.get("WebResourceURL", ""))
    return replace(
        capture,
        payload=payload,
        media_type=PAGE_MEDIA_TYPES[media_type],
        url=url if url.startswith(("http://", "https://")) else None,
        charset=str(page.get("WebResourceTextEncodingName") or "") or None,
    )
