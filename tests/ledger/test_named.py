"""People who are named in texts that are not of them: what is shared holds nobody whole, whoever's row it stands in."""

import json
import random

import pytest

from consolidator.ledger.named import find_named
from consolidator.model.ledger_json import ledger_to
from consolidator.model.people import People, mask_firm, mask_people
from consolidator.writing.ledger.cells import Columns
from consolidator.writing.ledger.supervision import letter_parts
from consolidator.writing.text.hazard_lines import hazard_lines
from tests.ledger.factory import HEADS, LEDGER, W1, W2, Row, Story, ledger

MORE = ["检查人", "备注", "判定依据", "复查结果", "挂牌督办", "挂牌级别", "文号", "督办单位", "督办期限", "本级编号"]
SHOWN = ("firm", "place", "description", "measures", "plan", "remarks", "basis", "review_result", "listed_level", "listed_number",
         "listed_by")


def shared(story, week):
    """All that is shared of a week: what result.json has, the screen's lines, letters, the columns that go up."""
    taken = story.run(week)
    find_named(taken.following, taken.result)
    columns = Columns(SHOWN, LEDGER, "all")
    texts = [json.dumps(ledger_to(taken.result), ensure_ascii=False), str(letter_parts(taken.result.hazards, W2, "all"))]
    for one in taken.result.hazards:
        texts += [str(hazard_lines(one, "all")), str(columns.values(one))]
    return "\n".join([*texts, *(message for row in taken.result.rows for message in row.messages)])


def test_a_person_of_an_earlier_row_is_named_no_more():
    story, text = Story(), "欧阳明没有清理安全出口，货物堵塞"
    story.send(ledger([Row(description=text)]))
    story.run(W1)
    story.send(ledger([Row(description=text, person="诸葛亮")], day=W2))
    assert "欧阳明" not in shared(story, W2)


def test_a_person_of_another_row_is_not_named_even_where_that_row_is_held():
    story = Story()
    story.send(ledger([Row(description="李建国没有清理安全出口，货物堵塞", state="李建国说等一等"),
                       Row(description="配电箱没有接地线", person="李建国", state="说不好")]))
    assert "李建国" not in shared(story, W1)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_stands_in_what_is_shared_whatever_column_they_are_written_in(seed):
    chance, story, everybody = random.Random(seed), Story(), set()
    heads = [*HEADS, *MORE]
    names = [chance.choice("王李张刘陈杨") + "".join(chance.sample("瑾璐昊旻曦煜琰珏玥祎", 2)) for _ in range(12)]
    phones = [f"139{chance.randrange(10 ** 8):08}" for _ in names]
    for week in (W1, W2):
        rows = []
        for number, (name, phone) in enumerate(zip(names, phones, strict=True)):
            row = Row(firm=f"企业{number}", description=f"{number}号库安全出口被货物堵塞", person=name, phone=phone,
                      more={**dict.fromkeys(MORE, ""), "检查人": chance.choice(names)})
            heading = chance.choice(sorted({*heads} - {"序号", "责任人", "电话", "检查人", "复查人"}))
            other, number_of = chance.choice([name, chance.choice(names)]), chance.choice(phones)
            before = str(dict(zip(heads, row.cells(number), strict=True))[heading])
            row.more[heading] = before + chance.choice(
                [f"{other}{number_of}", f"联系{other}", f"由{other}落实", f"（{other}，{number_of}）"])
            rows.append(row)
        everybody |= {*names, *phones}
        story.send(ledger(rows, day=week, heads=heads), f"台账{week}.xlsx")
        text = shared(story, week)
        assert not [one for one in everybody if one in text]
        names = [name if chance.random() < 0.7 else name[0] + "骞骁" for name in names]


def test_a_name_that_is_part_of_what_a_firm_is_called_stays():
    assert mask_firm("张三小吃店", ["张三"]) == "张三小吃店" and mask_firm("王芳理发室", ["王芳"]) == "王芳理发室"
    assert mask_firm("张三", ["张三"]) == "张*" and mask_firm("第一加油站联系陈曦", ["陈曦"]) == "第一加油站联系陈*"
    assert mask_firm("张三 13912345678", ["张三"], "phones") == "张三 139****5678"


def test_who_stands_behind_a_word_for_people_or_before_a_telephone_is_masked():
    assert mask_people("责任人张三，电话在墙上") == "责任人张*，电话在墙上" and mask_people("李四 13912345678") == "李* 139****5678"
    for text in ("负责人高度重视", "企业负责人安全意识淡薄", "值班电话 022****6789", "安全员未在岗"):
        assert mask_people(text) == text


def test_a_word_of_the_trade_in_a_cell_for_people_is_no_name_elsewhere():
    people = People()
    people.add(["施工方", "王建国、李四 139", "司马光", "安全部"])
    assert sorted(people.find_in("施工方、安全部与王建国、司马光")) == ["司马光", "王建国"]


@pytest.mark.parametrize("written", ["13912345678", "139 1234 5678", 13912345678, 13912345678.0])
def test_a_telephone_is_no_amount(written):
    story = Story()
    story.send(ledger([Row(more={"整改资金（万元）": written})]))
    hazard, = story.run(W1).result.hazards
    assert hazard.money is None and "13912345678" not in shared(story, W1)
