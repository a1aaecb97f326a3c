"""A changed form: which figures of the new one are figures of the old one, so that their history goes on under one name."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapidfuzz import fuzz

from consolidator.adopt import words
from consolidator.adopt.understood import Figure, Item, Understood
from consolidator.model.text import squeeze
from schemas.form import Form

_SAME, _ALIKE = 100.0, 90.0


@dataclass(slots=True)
class Mapped:
    """``kept`` are (new label, old label, sure), ``new`` labels without an old figure, ``gone`` old figures without a new one."""

    kept: list[tuple[str, str, bool]] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def keep_names(done: Understood, old: Form) -> Mapped:
    """Gives the figures of ``done`` the names of the old form's figures that they are, by label, unit and place."""
    mapped = Mapped()
    done.old = old
    if done.rhythm_guessed:
        done.rhythm, done.rhythm_guessed = old.campaign.rhythm, False
    labels = {name: squeeze(words.without_unit(old.label(name))) for name in old.figures}
    left = dict(labels)
    renamed: dict[str, str] = {}
    pairs: list[tuple[float, Item, Figure, str]] = []
    for item in done.items:
        for figure in item.figures:
            own = _label(item, figure)
            pairs += [(fuzz.ratio(own, label), item, figure, name) for name, label in labels.items()
                      if old.figures[name].unit == figure.unit]
    order = {name: n for n, name in enumerate(old.figures)}
    place = {figure.name: n for n, figure in enumerate(figure for item in done.items for figure in item.figures)}
    pairs.sort(key=lambda one: (-one[0], abs(order[one[3]] - place[one[2].name])))
    for score, item, figure, name in pairs:
        if score < _ALIKE or figure.name in renamed or name not in left:
            continue
        del left[name]
        renamed[figure.name] = name
        mapped.kept.append(("".join(item.label), old.label(name), score >= _SAME))
        if score < _SAME:
            figure.guesses.append(f"沿用原表“{old.label(name)}”的历史")
    for item in done.items:
        for figure in item.figures:
            if figure.name in renamed:
                figure.name = renamed[figure.name]
            else:
                mapped.new.append("".join(item.label))
                if figure.name in labels:  # a name of the old form that is another figure's
                    figure.name = f"{figure.name}_new"
    done.parts = [(renamed.get(part, part), renamed.get(whole, whole), guess) for part, whole, guess in done.parts]
    done.sums = [(renamed.get(total, total), [renamed.get(one, one) for one in parts], guess) for total, parts, guess in done.sums]
    mapped.gone = [old.label(name) for name in left]
    return mapped


def _label(item: Item, figure: Figure) -> str:
    return squeeze(words.without_unit(figure.title or "".join(item.label)))
