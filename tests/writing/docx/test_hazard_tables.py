"""What the reports say of the hazard database: text, tables, people masked, and nothing where there is no ledger."""

import dataclasses
import datetime as dt

import pytest
from docx import Document

from consolidator.ledger.statistics import summarize
from consolidator.workflows import handouts
from consolidator.writing.docx.hazard_tables import MOST_ROWS, ledger_facts
from schemas.settings import Settings
from tests.district import W1, W2, District
from tests.ledger.factory import FORM, Row, Story, ledger
from tests.ledger.test_duties import firms

MONDAY = dt.date(2023, 6, 5)
CLOSED = {"state": "已销号", "completed": "2023-06-01", "reviewed": "2023-06-02", "reviewer": "司马光"}


def story(rows):
    reported = Story()
    reported.send(ledger(rows))
    reported.send(firms([[1, "甲超市", "", "", "2023-06-02", "", "不涉及", ""]]), "履职.xlsx")
    reported.decide("list-up", MONDAY, "YH2023-0001", level="区级", number="津北安〔2023〕3号", by="区安委会", until="2023-06-20")
    return reported.run(MONDAY).result


def test_numbers_and_tables_come_from_the_hazards():
    result = story([Row(), Row(description="配电箱没有接地线，欧阳明负责", due="2023-06-03"),
                    Row(description="消防水泵不能启动", found="2023-05-27", **CLOSED)])
    facts = ledger_facts(result, FORM, Settings(), MONDAY, MONDAY)
    assert facts.summary == summarize(result.hazards, "2023-06-05", "重大", 5)
    assert (facts.new, facts.closed, facts.listed, facts.levels) == (3, 1, 1, (("区级", 1),))
    assert [row.name for row in facts.tables["整改表"].rows] == ["合计", "月牙河街道"]
    assert facts.tables["挂牌表"].rows[0].values[2:] == ("区级 津北安〔2023〕3号", "区安委会", "2023-06-20", "整改中")
    assert facts.tables["销号表"].rows[0].values[-3:] == ("2023-06-01", "2023-06-02", "司*")
    assert [(row.name, row.values) for row in facts.tables["台账分月表"].rows] == [
        ("2023年5月", ("1", "0", "0")), ("2023年6月", ("2", "1", "1"))]
    assert [row.values[:2] for row in facts.tables["履职表"].rows] == [("0", "0"), ("0", "1"), ("0", "0"), ("0", "1")]
    result.duties[0].risky = True
    table = ledger_facts(result, FORM, Settings(), MONDAY, MONDAY).tables["履职表"]
    assert [row.name for row in table.rows][:3] == ["负责人带队检查", "其中高危", "动火岗位排查"]
    assert table.rows[0].values == table.rows[1].values
    assert "欧阳明" not in str(facts) and "司马光" not in str(facts)


def test_long_tables_are_cut_and_say_so():
    result = story([Row()])
    one, = result.hazards
    result.hazards = [dataclasses.replace(one, id=f"YH2023-{n:04}") for n in range(1, MOST_ROWS + 3)]
    table = ledger_facts(result, FORM, Settings(), MONDAY, MONDAY).tables["挂牌表"]
    assert len(table.rows) == MOST_ROWS and f"共{MOST_ROWS + 2}条" in table.subtitle


def test_closed_before_the_weeks_of_the_report_are_not_of_them():
    result = story([Row(found="2023-05-26", **{**CLOSED, "reviewed": "2023-06-01", "completed": "2023-05-27"})])
    later = dt.date(2023, 6, 12)
    facts = ledger_facts(result, FORM, Settings(), later, later)
    assert facts.closed == 0 and "销号表" not in facts.tables and facts.summary.closed == 1


@pytest.fixture
def district(tmp_path):
    district = District(tmp_path, ["区商务局", "月牙河街道"])
    for day, body in ((W1, [Row(found="2023-05-27"), Row(description="=配电箱没有接地线", found="2023-05-27")]),
                      (W2, [Row(found="2023-05-27", **CLOSED), Row(description="=配电箱没有接地线", found="2023-05-27")])):
        district.send_all(day)
        (tmp_path / "inbox" / f"月牙河街道台账{day:%m%d}.xlsx").write_bytes(ledger(body, day=day))
        district.run(day)
    return district


def words(path):
    document = Document(path)
    texts = [paragraph.text for paragraph in document.paragraphs]
    return "\n".join([*texts, *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


def test_the_reports_of_a_district_have_them(district):
    week = district.folder / "outbox" / W2.isoformat()
    weekly = words(week / "阶段工作情况报告.docx")
    assert "（三）台账、挂牌督办与销号" in weekly and "隐患台账共登记隐患2条" in weekly and "本期验收销号1条" in weekly
    assert "表　各单位" not in weekly
    stage, = handouts.report(district.settings, W2, "stage", None, None)
    text = words(stage)
    assert "表　期间验收销号的隐患" in text and "司*" in text and "正在挂牌督办的隐患\n" not in text
    assert not [one for one in ("司马光", "欧阳明", "{{", "{%", "【") if one in text]
    before, = handouts.report(district.settings, W2, "stage", None, W1)
    assert "期间验收销号0条" in words(before) and "司*" not in words(before)  # as of then
    final, = handouts.report(district.settings, W2, "final", None, None)
    assert "表　各单位隐患整改情况" in words(final)


def test_without_ledgers_nothing_of_them_is_said(tmp_path):
    district = District(tmp_path, ["区商务局"])
    district.send_all(W1)
    district.run(W1)
    path, = handouts.report(district.settings, W1, "stage", None, None)
    assert "台账、挂牌督办与销号" not in words(path) and "【" not in words(path)
