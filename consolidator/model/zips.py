"""Members of zips that are the same whoever writes them, and whenever."""

from __future__ import annotations

import datetime as dt
import zipfile

EARLIEST = dt.date(1980, 1, 1)  # that a zip can say


def zip_entry(name: str, day: dt.date = EARLIEST, *, stored: bool = False) -> zipfile.ZipInfo:
    """A member ``name`` of ``day``, at midnight; ``stored`` as it is, else deflated.

    >>> zip_entry("a.xml").date_time
    (1980, 1, 1, 0, 0, 0)
    """
    entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.create_system = 0  # Python writes 3 on Linux and 0 on Windows
    return entry
