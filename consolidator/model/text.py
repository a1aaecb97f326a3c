"""Text as it is compared: one width, nothing invisible, one shape of bracket."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans("【】〔〕[]{}〖〗", "()()()()()", "“”\"'‘’「」『』`´")
_GONE = re.compile("[\\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def squeeze(text: str) -> str:
    """``text`` in one width, without blanks, breaks, invisible marks and quotes, with round brackets only."""
    return _GONE.sub("", unicodedata.normalize("NFKC", text).translate(_BRACKETS)).rstrip(":;,。")
