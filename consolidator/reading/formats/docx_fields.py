"""Fields of a Word document ([ECMA-376] 17.16): of nested ones only what is on paper, old form fields by their data, equations."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from consolidator.reading.formats.docx_styles import attribute, child, count_of, is_on

_MOST_CHOICES = 1024
_MOST_CODE = 200  # characters of a field's code that are looked at


@dataclass(slots=True)
class Fields:
    """The fields that are open at a place of a paragraph, each with its state: ``data`` (reported by its data), ``code`` (within its
    instructions) or ``result``; and the instructions of each."""

    states: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        """Whether text here is on paper."""
        return "data" not in self.states and "code" not in self.states

    def instruct(self, words: str) -> None:
        """A piece of the instructions of the innermost field."""
        if self.states and self.states[-1] == "code" and len(self.codes[-1]) < _MOST_CODE:
            self.codes[-1] += words

    def mark(self, element: etree._Element) -> tuple[str, str]:
        """``w:fldChar``, the beginning, middle or end of a field → what an old form field says, and the equation that ends here."""
        kind = attribute(element, "fldCharType")
        if kind == "end" and self.states:
            state, code = self.states.pop(), self.codes.pop().strip()
            return "", code if state != "data" and self.shown and code[:3].upper() in ("EQ", "EQ ") else ""
        if kind == "separate" and self.states and self.states[-1] == "code":
            self.states[-1] = "result"
        elif kind == "begin":
            data = child(element, "ffData")
            value = _form_field(data) if data is not None else None
            text = value if value is not None and self.shown else ""
            self.states.append("data" if value is not None else "code")
            self.codes.append("")
            return text or "", ""
        return "", ""


def _form_field(data: etree._Element) -> str | None:
    """What a checkbox or drop-down field of the old kind holds; None for a text field, whose words follow."""
    box = child(data, "checkBox")
    if box is not None:
        state = child(box, "checked")
        return "☑" if is_on(state if state is not None else child(box, "default")) else "☐"
    choices = child(data, "ddList")
    if choices is not None:
        entries = [attribute(one, "val") or "" for one in choices if isinstance(one.tag, str) and one.tag.endswith("}listEntry")]
        chosen = count_of(child(choices, "result"), count_of(child(choices, "default"), 0, _MOST_CHOICES), _MOST_CHOICES)
        return entries[chosen] if chosen < len(entries) else ""
    return None
