"""Letters that press units for their hazards."""

import datetime as dt

from docx import Document

from consolidator.writing.ledger.supervision import letter_parts, write_supervision
from schemas.settings import Settings
from tests.ledger.factory import FORM, W1, Row, Story, ledger


def test_a_letter_names_what_is_overdue_due_and_listed(tmp_path):
    rows = [Row(due="2023-06-03"), Row(description="配电箱没有接地线，欧阳明负责", due="2023-06-10"),
            Row(description="消防水泵不能启动", due="2023-12-01"), Row(description="气瓶间没有通风设施", due="2023-12-01")]
    story = Story()
    story.send(ledger(rows))
    story.decide("list-up", W1, "YH2023-0003", level="区级", until="2023-06-20")
    story.decide("list-up", W1, "YH2023-0004", level="区级", until="2023-11-20")
    result = story.run(W1).result
    made = write_supervision(result, FORM, Settings(), tmp_path)
    assert [path.name for path in made] == ["月牙河街道.docx"]
    text = "\n".join(paragraph.text for paragraph in Document(made[0]).paragraphs)
    assert "月牙河街道：" in text and all(f"YH2023-000{n}" in text for n in (1, 2, 3)) and "YH2023-0004" not in text
    assert "欧阳明" not in text and "欧*" in text and "{{" not in text


def test_where_nothing_is_pressing_there_is_no_letter(tmp_path):
    story = Story()
    story.send(ledger([Row(due="2023-12-01"), Row(description="配电箱没有接地线", due="2023-06-03", state="已整改",
                                                  completed="2023-06-03")]))
    assert write_supervision(story.run(W1).result, FORM, Settings(), tmp_path) == [] and not letter_parts([], dt.date(2023, 6, 5), "all")
