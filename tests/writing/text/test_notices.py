"""催报通知.txt: those who must act are named, those who need not are not."""

from __future__ import annotations

import pytest

from consolidator.writing.environment import TEMPLATES, TemplateProblem
from consolidator.writing.text.notices import reminder_text, unit_reminders
from schemas.form_loading import load_form
from schemas.problems import problem
from schemas.settings import Office, Paths, Settings
from tests.factory import make_result

FORM = load_form(Paths().form)
SETTINGS = Settings(office=Office(name="河北区安委会办公室", operator="王敏", phone="022-26290000"))


@pytest.fixture
def result():
    return make_result(FORM)


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """The group's text, and the text below each unit's heading."""
    group, *each = text.split("────────【发 ")
    return group, {part.split("】")[0].split("，附")[0]: part.split("────────\n", 1)[1] for part in each}


def test_who_has_not_reported_and_apart_who_must_correct(result):
    group, each = _parts(reminder_text(result, FORM, SETTINGS))
    missing = [unit.unit for unit in result.units if unit.awaiting == "report"]
    correcting = [unit.unit for unit in result.units if unit.awaiting == "correction"]
    assert f"尚未报送的 {len(missing)} 个单位，请尽快报送：\n{'、'.join(missing)}。" in group
    assert f"1. {correcting[0]}：{next(iter(FORM.figures.values())).short}（D3）不是数字。" in group
    assert list(each) == missing + correcting
    assert "6月26日（星期一）12:00前" in group and "联系人：王敏　电话：022-26290000" in group


def test_nobody_who_has_reported_well_is_named(result):
    text = reminder_text(result, FORM, SETTINGS)
    assert not [unit.unit for unit in result.units if unit.awaiting is None and unit.unit in text]


def test_units_that_stopped_or_left_the_roster_are_not_chased(result):
    stopped, gone = (unit for unit in result.units if unit.awaiting == "report")
    stopped.stopped, gone.on_roster = True, False
    text = reminder_text(result, FORM, SETTINGS)
    assert stopped.unit not in text and gone.unit not in text and "尚未报送的" not in text


def test_a_moved_week_is_due_on_its_other_day(result):
    moved, day = next(iter(FORM.campaign.moved.items()))
    result.week = moved
    assert f"{day.month}月{day.day}日（星期{'一二三四五六日'[day.weekday()]}）12:00前" in reminder_text(
        result, FORM, SETTINGS
    )


def test_when_all_have_reported_it_says_so(result):
    for unit in result.units:
        unit.awaiting = None
    assert reminder_text(result, FORM, SETTINGS) == (
        f"2023年6月26日一期的《{FORM.joined_title}》应报 22 个单位，均已报送，无需催报。\n"
    )


def test_each_units_text_is_the_one_in_the_whole(result):
    _, each = _parts(reminder_text(result, FORM, SETTINGS))
    alone = unit_reminders(result, FORM, SETTINGS)
    assert {unit: text.strip() for unit, text in alone.items()} == {unit: text.strip() for unit, text in each.items()}
    carried = next(unit for unit in result.units if unit.awaiting == "report" and unit.from_week)
    assert "暂按你单位2023年6月19日一期的数字统计" in alone[carried.unit]


def test_an_office_without_telephone_leaves_no_empty_words(result):
    text = reminder_text(result, FORM, Settings())
    assert "联系人" not in text and "电话" not in text and "\n\n\n" not in text


def test_many_faults_are_counted_and_a_name_cannot_imitate_a_line(result):
    unit = next(unit for unit in result.units if unit.awaiting == "correction")
    sub = next(one for one in result.submissions if one.unit == unit.unit)
    sub.problems = [
        problem("negative", figure=name, cell=f"D{n}", written=str(-n), label="甲")
        for n, name in enumerate(list(FORM.figures)[:5])
    ]
    unit.unit = sub.unit = "区应急局\n{{ x }}【发 别的单位】"
    group, _ = _parts(reminder_text(result, FORM, SETTINGS))
    assert " 等 5 处。" in group and "区应急局 {{ x }}【发 别的单位】：" in group


@pytest.mark.parametrize("name", ["催报通知.txt", "催报通知（单位）.txt", "落款.txt"])
def test_a_misspelt_name_in_a_template_is_reported(tmp_path, result, name):
    for one in TEMPLATES.glob("*.txt"):
        (tmp_path / one.name).write_bytes(one.read_bytes())
    lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    (tmp_path / name).write_text("\n".join([*lines[:-1], "{{ officee.name }}", lines[-1]]), encoding="utf-8")
    with pytest.raises(TemplateProblem, match=rf"^模板 {name} 第{len(lines)}行：没有名为 officee 的内容$"):
        reminder_text(result, FORM, SETTINGS, tmp_path)
