"""Makes a page of a file that is a member of a .zip or .tar archive."""

from __future__ import annotations

from datetime import datetime

from cleaners.model import Capture
from flows.sources import decompress, mhtml
from flows.sources.archives.reader import (
    ReadOptions,
    record_locator,
    reject_record,
    too_large_message,
)
from flows.sources.discover import InputRef
from flows.sources.formats import (
    SINGLE_PAGE_FORMATS,
    Format,
    format_of,
    media_type_of,
    split_compression,
)
from warehouse.model import Rejected


def is_page_name(name: str) -> bool:
    """Whether a member's name is that of a page, and not hidden."""
    last = name.rstrip("/").rpartition("/")[2]
    return (
        format_of(name) in SINGLE_PAGE_FORMATS
        and not last.startswith(".")
        and "__MACOSX/" not in name
    )


def page_from_member(
    found: InputRef, name: str, content: bytes, at: datetime | None, options: ReadOptions
) -> Capture | Rejected:
    """The page in a member, unpacked as its own name says."""
    try:
        if len(content) > options.max_bytes:
            raise decompress.TooLarge
        if ending := split_compression(name)[1]:
            content = decompress.decompress(content, ending, options.max_bytes)
        capture = Capture(record_locator(found, name), content, media_type_of(name), captured_at=at)
        return mhtml.extract_mhtml_page(capture) if format_of(name) is Format.MHTML else capture
    except decompress.Damaged as error:
        return reject_record(found, name, "Damaged", str(error))
    except mhtml.NoPage as error:
        return reject_record(found, name, "NoPage", str(error))
    except decompress.TooLarge:
        return reject_record(found, name, "TooLarge", too_large_message(options.max_bytes))
