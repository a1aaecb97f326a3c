"""Every sentence on a row has all its words: one without would end a whole run."""

import ast
import string

import pytest

from schemas.ledger_problems import LEDGER_CODES
from schemas.settings import PROGRAM
from tests.ledger.factory import W1, Row, Story, ledger, told

FIELDS = {code: {name for _, name, _, _ in string.Formatter().parse(one.template) if name and not name.startswith(">")}
          for code, one in LEDGER_CODES.items()}


def problems_made():
    """(where, code, words) of each call of RowProblem in which both are written out."""
    for path in sorted((PROGRAM / "consolidator").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "RowProblem" and len(call.args) > 1:
                code, words = call.args[1], call.args[3] if len(call.args) > 3 else ast.Dict([], [])
                if isinstance(code, ast.Constant) and isinstance(words, ast.Dict) and None not in words.keys:
                    yield f"{path.name}:{call.lineno}", code.value, {key.value for key in words.keys}


def test_every_problem_that_is_written_out_has_the_words_of_its_sentence():
    made = list(problems_made())
    assert len(made) > 8
    assert [(where, code, FIELDS[code] - words) for where, code, words in made if FIELDS[code] - words] == []


@pytest.mark.parametrize("firm", ["甲某某商贸公司、乙某某商贸公司", "甲某某商贸公司；乙某某商贸公司；丙某某商贸公司"])
def test_several_firms_in_a_cell_are_a_note(firm):
    story = Story()
    story.send(ledger([Row(firm=firm), Row()]))
    taken = story.run(W1)
    assert told(taken) == [(4, "several-firms")] and len(taken.result.hazards) == 2 and "甲某某商贸公司" in taken.result.held[0].message
