"""数据变动说明: which figures moved most and why, and the units' record, on one page."""

import datetime as dt
import subprocess

import pytest
from docx import Document

from consolidator.mail.send import preview_upward
from consolidator.store.outbox import opened
from consolidator.store.timeliness import UnitRecord, unit_records
from consolidator.workflows import decisions, handouts
from consolidator.writing.docx.movers import MOST_MOVERS, MOST_UNITS, movers, write_movers
from schemas.errors import UsageError
from tests.district import W1, W2, W3, District
from tests.factory import make_result


@pytest.fixture
def district(tmp_path):
    return District(tmp_path, ["区商务局", "区城管委", "月牙河街道"])


def words(path):
    document = Document(path)
    return "\n".join([*(one.text for one in document.paragraphs), *("｜".join(cell.text for cell in row.cells)
                                                                    for table in document.tables for row in table.rows)])


def test_why_a_figure_moved_is_what_is_on_the_record(district):
    district.send_all(W1)
    district.run(W1)
    district.send("区商务局", W2, base=12)
    district.run(W2)
    district.send("区商务局", W3, base=40)
    district.send("区城管委", W3, base=30)
    district.send("月牙河街道", W3, base=12)
    result = district.run(W3)
    found = {(one.unit, one.figure.name): one for one in movers(result, district.form)}
    assert found["区城管委", "self_found"].why == "补报 20（此前沿用前期数）"
    assert found["区商务局", "self_found"].why == "本期新报" and found["区商务局", "self_found"].change == "+28"
    assert next(iter(found))[0] == "区商务局"  # the largest first
    decisions.accept(district.settings, "区商务局", ["self_found=45"], "电话核实，13912345678", W3)
    page, = handouts.report(district.settings, W3, "movers", None, None)
    text = words(page)
    assert "核实采用（原报40）：电话核实，139****5678" in text and "应报单位3家，实报3家" in text
    assert "区城管委｜3｜2｜0｜1｜0｜0" in text and "月牙河街道｜3｜2｜0｜1" in text and "其余 1 家" in text and "{" not in text


def test_the_record_counts_dates_refusals_and_corrections(district):
    district.send_all(W1)
    district.run(W1)
    district.send("区商务局", W2 + dt.timedelta(days=1), base=12)  # late
    wrong = district.send("区城管委", W2, base=12, self_rectified=99)
    district.run(W2)
    wrong.unlink()
    district.send("区城管委", W2, "更正.xlsx", base=13)
    district.run(W2)
    district.send("区城管委", W2, "再更正.xlsx", base=14)
    district.run(W2)
    with opened(district.settings.paths.outbox, district.form) as outbox:
        records = unit_records(outbox.history, district.form.campaign, W2, ["区商务局", "区城管委", "月牙河街道"])
        assert unit_records(outbox.history, district.form.campaign, W1, ["区商务局"]) == [UnitRecord("区商务局", 1, 1, 0, 0, corrected=0)]
    assert records == [UnitRecord("区商务局", 2, 1, 1, 0, corrected=0), UnitRecord("区城管委", 2, 2, 0, 1, corrected=1),
                       UnitRecord("月牙河街道", 2, 1, 0, 0, corrected=0)]
    assert records[2].missing == 1 and not records[0].spotless


def test_it_goes_up_only_where_the_office_has_set_so(district):
    district.send_all(W1)
    district.run(W1)
    folder = district.settings.paths.outbox / W1.isoformat()
    assert not list(folder.glob("数据变动说明*"))
    assert len(preview_upward(district.settings, W1).letter.attachments) == 2
    district.settings = district.settings.model_copy(update={"report": district.settings.report.model_copy(update={"movers": True})})
    district.run(W1)
    page, = folder.glob("数据变动说明*")
    before = page.read_bytes()
    assert [path.name for path in preview_upward(district.settings, W1).letter.attachments][2:] == [page.name]
    district.run(W1)
    assert page.read_bytes() == before
    with pytest.raises(UsageError):
        handouts.report(district.settings, W1, "movers", W1, None)


def test_a_full_page_is_one_page(tmp_path, district):
    result = make_result(district.form)
    for number, one in enumerate(result.units):
        one.increments = dict.fromkeys(one.figures, number + 1)
    units = [f"第{n}个单位名称比较长的街道办事处" for n in range(MOST_UNITS + 3)]
    records = [UnitRecord(unit, 30, 20, 5, 2, corrected=3) for unit in units]
    write_movers(result, records, district.form, district.settings, tmp_path / "数据变动说明.docx")
    rows = sum(len(table.rows) - 1 for table in Document(tmp_path / "数据变动说明.docx").tables)
    assert rows == min(MOST_MOVERS, len(movers(result, district.form))) + MOST_UNITS
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
                    "--convert-to", "pdf", "--outdir", tmp_path,
                    tmp_path / "数据变动说明.docx"], check=True, capture_output=True)
    reported = subprocess.run(["pdfinfo", tmp_path / "数据变动说明.pdf"], check=True, capture_output=True, text=True).stdout
    assert "Pages:           1" in reported
