"""Why a text is not taken: the first pattern that it shows gives the problem's code, and so what to write instead."""

from __future__ import annotations

import re

from consolidator.notation.tokens import OTHERS

_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), code) for pattern, code in (
    (r"^#(DIV|N/A|NAME|NULL|NUM|REF|VALUE|GETTING|SPILL|CALC|#)|^Err:\d", "error-value"),
    (r"^=", "range"),
    (r"[?]|待|不详|未知|核实|统计|暂定|不清|存疑|TBD", "doubtful"),
    (r"约|左右|上下|近|余|几|数[十百千万]|若干|许多|不少|大量|以上|以下|超|不足|不到|至少|至多|最多|最少|大概|大致|估|预计|可能"
     r"|[<>≥≤≈≧≦]|^~|[0-9]\s*\+$|多|[十百千]来|来[个家次]", "estimate"),
    (r"[%‰]|百分", "wrong-unit"),
    (r"[0-9]e[0-9]|0x[0-9a-f]", "not-a-number"),
    (r"[0-9)](\s*)[-\u2010-\u2015\u2212~至到×x*+/÷=](\s*)[(]?[0-9]", "range"),
    (r"^\s*([-\u2010-\u2015\u2212]\s*|负|[△▲])[0-9.]|^\([0-9.,，]+\)$", "negative"),
    (rf"^[共计]?\s*[0-9.,，]+\s*({'|'.join(sorted(OTHERS))}|[百千万亿]+元?)$", "wrong-unit"),
    (r"^[\s0-9.,，、;；/|:：。'’]*$", "several-numbers"),
    (r"[0-9]", "note-in-cell"),
))
_ONE_NUMBER = re.compile(r"[^0-9]*[0-9][0-9.]*[^0-9]*$")


def code_of(text: str) -> str:
    """The code for a folded text that is no single sure number; ``not-a-number`` where nothing says more."""
    found = next((code for pattern, code in _PATTERNS if pattern.search(text)), "not-a-number")
    return "not-a-number" if found == "several-numbers" and _ONE_NUMBER.match(text) else found
