"""What the page to fill in must know to judge as the program does: figures, rules, limits and sentences, as data for its script.

All of it comes from the form's definition and the catalogue of problems; ``templates/fill/rules.js`` holds no rule of a form.
Its verdict is that of :mod:`consolidator.judging.validation` and :mod:`consolidator.judging.plausibility` on the same
figures; a property test in a real browser holds the two together.
"""

from __future__ import annotations

from typing import Any

from consolidator.judging.magnitude import slip_from, yuan_ratio
from consolidator.judging.plausibility import jump_limit
from consolidator.judging.problem_row import must_fill
from consolidator.model.display import value_text
from consolidator.model.submission import FigureValue
from consolidator.notation.number import most_of
from consolidator.writing.official.addressee import Addressee
from schemas.form import MONEY_DECIMALS, Figure, Form
from schemas.problems import CODES

_CODES = ("not-a-number", "wrong-unit", "absurd", "negative", "not-whole", "too-many-decimals", "part-exceeds-whole",
          "part-may-exceed-whole", "sum-differs", "sum-may-differ", "without-other", "blank", "blank-yes-no", "not-to-fill",
          "falls", "falls-to-blank", "level-falls", "jump", "perhaps-yuan")


def rules_of(form: Form, to: Addressee) -> dict[str, Any]:
    """The data of ``rules.js``; names are the figures', texts are Chinese."""
    rules = form.rules
    return {
        "figures": [_figure(name, form, to) for name in form.figures],
        "parts": [[rule.part, rule.whole, "part-may-exceed-whole" if rule.guessed else "part-exceeds-whole"]
                  for rule in rules.part_of_whole],
        "sums": [[rule.total, list(rule.parts), "sum-may-differ" if rule.guessed else "sum-differs",
                  "、".join(form.figures[name].short for name in rule.parts)] for rule in rules.sum_of],
        "together": [[rule.figure, rule.wants] for rule in rules.together],
        "sentences": {code: [CODES[code].severity, CODES[code].template] for code in _CODES},
        "lastWeek": to.last[0].isoformat() if to.last else None,
        "decimals": MONEY_DECIMALS,
    }


def _figure(name: str, form: Form, to: Addressee) -> dict[str, Any]:
    figure = form.figures[name]
    before = to.last[1].get(name) if to.last else None
    names = [one.name for one in form.item_of[name].figures]
    return {"name": name, "label": form.label(name, to.week), "unit": figure.unit, "kind": figure.kind,
            "flow": figure.is_number and figure.measure == "flow", "asked": must_fill(to.kinds, name, form),
            "kinds": "、".join(figure.filled_by), "last": before,
            "lastText": value_text(before, figure) if before is not None else "", "most": most_of(figure), "jump": _jump(figure, to),
            "yuan": _yuan(figure, before), "pair": names if len(names) > 1 else None}


def _jump(figure: Figure, to: Addressee) -> list[object] | None:
    if not to.last or not figure.is_number:
        return None
    limit = jump_limit(to.history, figure.name, to.last[0], to.week)
    return [limit.increase, limit.usual] if limit else None


def _yuan(figure: Figure, before: FigureValue) -> dict[str, float | None] | None:
    """From where on an amount was perhaps filled in by 元; see :mod:`consolidator.judging.magnitude`."""
    ratio = yuan_ratio(figure)
    return {"from": slip_from(figure, before), "ceiling": figure.ceiling, "ratio": ratio} if ratio else None
