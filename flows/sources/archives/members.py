"""Makes a page of a file that is a member of a .zip or .tar archive."""

from __future__ import annotations

from datetime import datetime

from cleaners.model import Capture
from flows.sources import decompress, mhtml
from flows.sources.archives.reader import Options, locator, refused_record, too_large
from flows.sources.discover import Found
from flows.sources.formats import SINGLE, Form, form_of, media_type_of, split_endings
from warehouse.model import Rejected


def wanted(name: str) -> bool:
    """Whether a member's name is that of a page, and not hidden."""
    last = name.rstrip("/").rpartition("/")[2]
    return form_of(name) in SINGLE and not last.startswith(".") and "__MACOSX/" not in name


def page(
    found: Found, name: str, content: bytes, at: datetime | None, options: Options
) -> Capture | Rejected:
    """The page in a member, unpacked as its own name says."""
    try:
        if len(content) > options.limit:
            raise decompress.TooLarge
        if ending := split_endings(name)[1]:
            content = decompress.decompress(content, ending, options.limit)
        capture = Capture(locator(found, name), content, media_type_of(name), captured_at=at)
        return mhtml.unfold(capture) if form_of(name) is Form.MHTML else capture
    except decompress.Damaged as error:
        return refused_record(found, name, "Damaged", str(error))
    except mhtml.NoPage as error:
        return refused_record(found, name, "NoPage", str(error))
    except decompress.TooLarge:
        return refused_record(found, name, "TooLarge", too_large(options.limit))
