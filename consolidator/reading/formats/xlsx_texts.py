"""Rich texts of a workbook of OOXML: shared strings, texts in cells, and the notes on cells."""

from __future__ import annotations

import re
from collections.abc import Mapping

from consolidator.model.marks import SHEET_MARK
from consolidator.reading.files.opc import Relation, relations
from consolidator.reading.files.zip_package import Package
from consolidator.reading.formats.runs import Run, Text, joined
from consolidator.reading.formats.xlsx_xml import OFF, local_name, parse_xml, spot_of_reference, whole_part

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class RunCollector:
    """Collects the runs of rich texts (CT_Rst) from a parser's events, tags without prefix."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.raised = self.struck = self.in_text = self.phonetic = False
        self.words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "t":
            self.in_text, self.words = not self.phonetic, []
        elif tag in ("r", "rPr"):
            self.raised = self.struck = False
        elif tag == "strike":
            self.struck = attributes.get("val", "1") not in OFF
        elif tag == "vertAlign":
            self.raised = attributes.get("val") in ("superscript", "subscript")
        elif tag == "rPh":
            self.phonetic = True

    def text(self, words: str) -> None:
        if self.in_text:
            self.words.append(words)

    def end(self, tag: str) -> None:
        if tag == "t" and self.in_text:
            self.runs.append(Run(unescaped("".join(self.words)), self.raised, self.struck))
            self.in_text = False
        elif tag == "r":
            self.raised = self.struck = False
        elif tag == "rPh":
            self.phonetic = False

    def taken(self) -> str | Text:
        """The text so far; it begins anew."""
        text = joined(self.runs)
        self.runs, self.raised, self.struck = [], False, False
        return text if text != Text(text.text) else text.text


def unescaped(text: str) -> str:
    """A text in which ``_x000D_`` is the character that it stands for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def shared_texts(package: Package, parts: Mapping[str, Relation]) -> tuple[str | Text, ...]:
    part = whole_part(parts, "sharedStrings", package)
    return package.once(part, _shared_strings) if part else ()


def _shared_strings(xml: bytes) -> tuple[str | Text, ...]:
    found: list[str | Text] = []
    runs = RunCollector()

    def end(tag: str) -> None:
        tag = local_name(tag)
        if tag == "si":
            found.append(runs.taken())
        else:
            runs.end(tag)

    parse_xml((xml,), lambda tag, attributes: runs.start(local_name(tag), attributes), end, runs.text)
    return tuple(found)


def comments_of(package: Package, part: str) -> dict[tuple[int, int], str]:
    """The notes on a sheet's cells, without those of this program."""
    found: dict[tuple[int, int], str] = {}
    runs = RunCollector()
    authors: list[str] = []
    ref, by_number = "", ""
    words_of_author: list[str] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal ref, by_number, words_of_author
        tag = local_name(tag)
        if tag == "author":
            words_of_author = []
        elif tag == "comment":
            ref, by_number = attributes.get("ref", ""), attributes.get("authorId", "")
        runs.start(tag, attributes)

    def text(words: str) -> None:
        if words_of_author is not None:
            words_of_author.append(words)
        runs.text(words)

    def end(tag: str) -> None:
        nonlocal words_of_author
        tag = local_name(tag)
        runs.end(tag)
        if tag == "author":
            authors.append("".join(words_of_author or ()))
            words_of_author = None
        elif tag == "comment":
            content = runs.taken()
            by = authors[int(by_number)] if by_number.isdecimal() and int(by_number) < len(authors) else ""
            spot = spot_of_reference(ref)
            if spot and by != SHEET_MARK:
                found[spot] = (content.text if isinstance(content, Text) else content).strip()

    for relation in relations(package, part).values():
        if relation.kind == "comments" and relation.part in package:
            parse_xml((package.read(relation.part),), start, end, text)
    return found
