"""What the papers of a week are called."""

from __future__ import annotations

REPORT, ANNEX, PAGE, REMINDERS = "阶段工作情况报告.docx", "材料汇编.docx", "report.html", "催报通知.txt"
RETURNS, RESULT = "退回", "result.json"
GIVEN_BACK, SUPERVISION = "发还", "督办"  # of ledgers, a unit each
COPIES = "批注件"  # the annotated copies, until their notices are written
LEDGERS = "台账"  # what is made of the ledgers, until it is put in place
PACKED, DATA = "result.json.z", "result.pickle"  # the result as the history keeps it until it is rendered; and for the workers
