"""Text as it is compared (one width, nothing invisible, one shape of bracket) and as it is shown."""

from __future__ import annotations

import re
import unicodedata

# Characters without width, for a class of a regular expression: joiners, fillers, choosers of a glyph, and those that turn the
# direction of writing. Chats, calculators and web pages add them to what is copied (Unicode, Default_Ignorable_Code_Point).
INVISIBLE = ("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
             "\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff")
CLOSING = ":;,。"  # of what closes a text
REVERSES = "\u202e"  # of what follows the last is shown first: 53 looks like 35
_BRACKETS = str.maketrans("【】〔〕[]{}〖〗", "()()()()()", "“”\"'‘’「」『』`´")
_ANY_BRACKET = re.compile("[【】〔〕\\[\\]{}〖〗“”\"'‘’「」『』`´]")
_GONE = re.compile(f"[\\s\x00-\x1f\x7f-\x9f{INVISIBLE}]")
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # make a text read in another order than it is written
_UNSEEN = re.compile(f"[{_TURNING}\u200b\u2060\ufeff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def printable(text: str) -> str:
    """``text`` as XML, UTF-8 and a reader's eye can take it: controls become blanks, halves of characters “?”.

    Characters without width and those that turn the direction of writing go; line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub(" ", _UNSEEN.sub("", text)).encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """A file's text as one line of ours, so that it can imitate no line of a letter and no header of a mail."""
    return " ".join(printable(text).split())


def squeeze(text: str) -> str:
    """``text`` in one width, without blanks, breaks, invisible marks and quotes, with round brackets only."""
    text = text.replace("（", "(").replace("）", ")").replace("，", ",")  # as NFKC does; most texts then need no more of it
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    if _ANY_BRACKET.search(text):  # translating costs five times as much as the rest
        text = text.translate(_BRACKETS)
    return _GONE.sub("", text).rstrip(CLOSING)


def whole_number(text: str | None, digits: int = 8) -> int | None:
    """The number that at most ``digits`` ASCII digits are, None for any other text: what a file or an address says is of any length."""
    return int(text) if text and len(text) <= digits and text.isascii() and text.isdigit() else None
