"""How the words of a Word document look: struck out, raised or hidden, by themselves or by a style ([ECMA-376] 17.7.2)."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from consolidator.model.text import whole_number

_MARKS = ("FootnoteReference", "EndnoteReference")  # styles that Word knows without a definition
_OFF = ("0", "false", "off")
_NEAR = 3  # half points by which words may be moved without being raised


class Strokes(NamedTuple):
    """What run properties say; None where they leave it to the style."""

    struck: bool | None = None
    raised: bool | None = None
    hidden: bool | None = None


class Styles:
    """The styles of a document, each with what it has from those it is based on."""

    def __init__(self, root: etree._Element | None = None):
        self._own: dict[str, tuple[Strokes, str]] = {}
        self._defaults = {"paragraph": ""}
        for style in () if root is None else root:
            if _local(style) == "style":
                name = attribute(style, "styleId") or ""
                self._own[name] = (strokes_of(child(style, "rPr")), attribute(child(style, "basedOn"), "val") or "")
                if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
                    self._defaults["paragraph"] = name

    def of(self, name: str | None, depth: int = 0) -> Strokes:
        """What a style shows."""
        if name in _MARKS and name not in self._own:
            return Strokes(raised=True)
        if name is None or name not in self._own or depth > 20:
            return Strokes()
        own, parent = self._own[name]
        if all(one is not None for one in own):
            return own
        return Strokes(*(one if one is not None else inherited
                         for one, inherited in zip(own, self.of(parent, depth + 1), strict=True)))

    def of_run(self, properties: etree._Element | None, paragraph: str | None) -> Strokes:
        """How a run looks in a paragraph of a style: toggles of both styles undo each other."""
        own = strokes_of(properties)
        by_run = self.of(attribute(child(properties, "rStyle"), "val"))
        by_paragraph = self.of(paragraph or self._defaults["paragraph"])
        struck = own.struck if own.struck is not None else bool(by_run.struck) != bool(by_paragraph.struck)
        hidden = own.hidden if own.hidden is not None else bool(by_run.hidden) != bool(by_paragraph.hidden)
        raised = next((one for one in (own.raised, by_run.raised, by_paragraph.raised) if one is not None), False)
        return Strokes(bool(struck), bool(raised), bool(hidden))


def strokes_of(properties: etree._Element | None) -> Strokes:
    """What ``w:rPr`` itself says."""
    if properties is None:
        return Strokes()
    struck = [is_on(one) for one in properties if _local(one) in ("strike", "dstrike")]
    hidden = child(properties, "vanish")
    place, moved = attribute(child(properties, "vertAlign"), "val"), attribute(child(properties, "position"), "val")
    raised = None if place is None else place in ("superscript", "subscript")
    if moved and moved.lstrip("+-").isdecimal():
        raised = bool(raised) or int(moved.lstrip("+-")) > _NEAR
    return Strokes(any(struck) if struck else None, raised, is_on(hidden) if hidden is not None else None)


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(parent: etree._Element | None, wanted: str) -> etree._Element | None:
    """The first child with that local name."""
    if parent is None:
        return None
    return next((one for one in parent if _local(one) == wanted), None)


def attribute(element: etree._Element | None, local: str) -> str | None:
    """An attribute in the element's own namespace."""
    if element is None:
        return None
    return element.get(f"{{{element.tag[1:].partition('}')[0]}}}{local}")


def is_on(element: etree._Element | None) -> bool:
    """An on/off property: on where it is, unless its ``val`` says no."""
    return element is not None and attribute(element, "val") not in _OFF


def count_of(element: etree._Element | None, default: int, most: int) -> int:
    """The whole number that an element's ``val`` is, ``most`` at the most; ``default`` where there is none."""
    number = whole_number(attribute(element, "val"))
    return default if number is None else min(number, most)
