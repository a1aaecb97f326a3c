"""Problems as data: one sentence from the catalogue, kept as its values and made again from them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidator.model.json import problem_from, problem_to
from schemas.problems import CODES, NOTICES, kind_of, problem, restored, shorten, template_words

ANY_TEXT = st.text(max_size=60)


def _filled(code: str, text: str, written: str | None = None):
    words = {name: text for name in template_words(kind_of(code).template) - {"written"}}
    return problem(code, figure="checked", sheet="调度表", cell="D5", written=written, **words)


@pytest.mark.parametrize("code", [*CODES, *NOTICES])
def test_each_kind_makes_its_sentence_and_names_every_word(code):
    one = _filled(code, "某某", "约20")
    assert "{" not in one.message and one.severity == kind_of(code).severity
    words = template_words(kind_of(code).template) - {"written"}
    if words:
        with pytest.raises(KeyError):
            problem(code, written="约20")


@given(code=st.sampled_from([*CODES, *NOTICES]), text=ANY_TEXT, written=st.none() | ANY_TEXT, reason=st.none() | ANY_TEXT)
@settings(deadline=None)
def test_what_is_stored_comes_back_equal_and_is_rendered_anew(code, text, written, reason):
    one = replace(_filled(code, text, written), decision=reason)
    assert problem_from(problem_to(one)) == one
    assert problem_from({**problem_to(one), "message": "从前的说法"}).message == one.message


def test_a_sentence_whose_words_were_not_kept_stays_as_it_was_stored():
    old = problem_from({"severity": "error", "code": "falls", "figure": "checked", "sheet": None, "cell": "D5",
                        "message": "从前的说法（已采纳：核实）"})
    assert old.message == "从前的说法（已采纳：核实）" and old.parted() == (old.message, "")
    newer = restored("from-a-newer-program", "note", "新的说法", {"what": "x"})
    assert newer.message == "新的说法"


@given(written=ANY_TEXT)
@settings(deadline=None)
def test_the_advice_is_parted_by_the_catalogue_and_never_by_what_stands_in_a_cell(written):
    one = problem("not-a-number", label="检查（家）", written=f"{written}：请")
    wrong, advice = one.parted()
    assert advice == "请只填数字，没有的填 0"
    assert wrong == f"填的是“{shorten(written + '：请')}”，不是一个确定的数"


def test_a_decision_ends_the_sentence():
    one = replace(problem("blank", label="检查（家）"), decision="电话核实")
    assert one.message == "检查（家）未填写：请填写数字，没有的填 0（已采纳：电话核实）"
    assert one.parted() == ("未填写", "请填写数字，没有的填 0（已采纳：电话核实）")
    assert replace(one, decision=None, confirmed="已看过").message.endswith("（已确认：已看过）")


def test_a_problem_is_a_value():
    one = problem("blank", label="检查（家）")
    assert one == problem("blank", label="检查（家）") and hash(one) == hash(problem("blank", label="检查（家）"))
    with pytest.raises(FrozenInstanceError):
        one.figure = "checked"
