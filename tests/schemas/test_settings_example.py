"""settings.example.toml: every key of the settings is in it, with its default, and nothing else does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from schemas import settings as module
from schemas.settings import HOME, Settings, load_settings

EXAMPLE = HOME / "settings.example.toml"
CLOCK = "now"  # of Settings itself: for tests, no office sets it
FORMS = "forms"  # its parts have names of the office's own: an example is in the file, set in by two blanks
PARTS = [name for name, field in Settings.model_fields.items()
         if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)]


def _uncommented() -> dict:
    return tomllib.loads(re.sub(r"(?m)^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8")))


def _explained() -> dict[tuple[str, str], str]:
    """(part, key) → the comment lines above it."""
    found, part, above = {}, "", []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            part, above = line.strip("[]"), []
        elif line.startswith("# "):
            above.append(line)
        elif line.startswith("#"):
            found[part, line[1:].split(" = ")[0]], above = "\n".join(above), []
    return found


def test_as_it_ships_it_changes_nothing():
    assert load_settings(EXAMPLE, {}) == Settings()


def test_every_part_is_there_and_no_other():
    assert set(_uncommented()) == set(PARTS) == set(Settings.model_fields) - {CLOCK, FORMS}


def test_the_example_of_a_further_form_has_all_of_its_keys():
    lines = [line[1:] for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.startswith("#  ")]
    further = Settings.model_validate(tomllib.loads("\n".join(lines))).forms
    assert len(further) == 1 and all(set(one.model_fields_set) == set(type(one).model_fields) for one in further.values())


@pytest.mark.parametrize("part", PARTS)
def test_every_key_is_there_and_no_other(part):
    assert set(_uncommented()[part]) == set(Settings.model_fields[part].annotation.model_fields)


def test_what_it_shows_is_the_default(tmp_path):
    shown = _uncommented()
    shown["paths"] = {key: str(HOME / Path(value)) for key, value in shown["paths"].items()}
    assert Settings.model_validate(shown) == Settings()


def test_every_key_is_explained_and_its_variable_named():
    explained = _explained()
    assert set(explained) == {(part, key) for part, keys in _uncommented().items() for key in keys}
    for (part, key), words in explained.items():
        assert re.search(r"[\u4e00-\u9fff]", words), key
        variables = [variable for variable, place in module._ENVIRONMENT.items() if place == (part, key)]
        assert set(variables) == set(re.findall(r"CONSOLIDATE_[A-Z_]+", words)), key
