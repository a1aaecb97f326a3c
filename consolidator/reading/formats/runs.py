"""Text in several runs, some raised or struck out: 53² is not 532, and of a struck-out 5 beside a 3 nobody wrote 53.

Readers join the runs and forget how they look. Here such digits are written so that they are told, never part of a number.
"""

from __future__ import annotations

from collections.abc import Mapping

from consolidator.reading.files.safe_xml import XML_FAULTS, xml_parser
from consolidator.reading.files.unreadable import broken

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_OFF = ("0", "false", "off", "none")


def as_seen(words: str, raised: bool, struck: bool) -> str:
    """The words of a run as a person sees them; only digits can make another number of what stands beside them."""
    if not (raised or struck) or not any(map(str.isdigit, words)):
        return words
    return words.translate(_RAISED) if raised else f"（划去{words}）"


def perhaps(xml: bytes) -> bool:
    """Whether a part with texts may have such runs at all."""
    return b"vertAlign" in xml or b"strike" in xml


class Runs:
    """Follows the runs of an OOXML text (CT_Rst) and says each piece as it is seen; ``changed`` where that is otherwise."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """A new text begins."""
        self.raised = self.struck = self.changed = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins, its name without prefix."""
        if tag in ("r", "rPr"):
            self.raised = self.struck = False
        elif tag == "strike":
            self.struck = attributes.get("val") not in _OFF
        elif tag == "vertAlign":
            self.raised = attributes.get("val") in ("superscript", "subscript")

    def said(self, words: str) -> str:
        """A piece of the run."""
        seen = as_seen(words, self.raised, self.struck)
        self.changed = self.changed or seen != words
        return seen


def shared_strings(xml: bytes) -> dict[str, str]:
    """The shared strings with such runs: index, as cells give it → text.

    Raises:
        Unfit: the XML is broken.
    """
    if not perhaps(xml):
        return {}
    found: dict[str, str] = {}
    runs, texts, words = Runs(), [], []
    state = {"index": -1, "inside": False, "phonetic": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        runs.start(tag, attributes)
        if tag == "si":
            runs.reset()
            texts.clear()
            state["index"] += 1
        elif tag == "rPh":
            state["phonetic"] = True
        elif tag == "t":
            words.clear()
            state["inside"] = not state["phonetic"]

    def end(tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t" and state["inside"]:
            state["inside"] = False
            texts.append(runs.said("".join(words)))
        elif tag == "rPh":
            state["phonetic"] = False
        elif tag == "si" and runs.changed:
            found[str(state["index"])] = "".join(texts)

    def text(piece: str) -> None:
        if state["inside"]:
            words.append(piece)

    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(xml, True)
    except XML_FAULTS:
        raise broken() from None
    return found
