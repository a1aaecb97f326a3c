"""What can be wrong with a submission: one catalogue of codes, each with its severity and its sentence.

A rule and its wording come from the same entry, so they cannot disagree. A sentence says what is wrong and what
to write instead; it is for the person who filled in the form. ``{label}`` is the figure's printed label,
``{written}`` what is in the cell. A problem keeps the values of its sentence, never the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from functools import lru_cache
from string import Formatter
from typing import Literal

from schemas.actions import Sentence, as_commands, filled

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # the last two: text that turns round

MASSES = 4  # figures of one form with the same problem

Severity = Literal["error", "warning", "note"]
ORDER: dict[str, int] = {"error": 0, "warning": 1, "note": 2}
SEVERITY_WORDS: dict[str, str] = {"error": "错误", "warning": "提醒", "note": "说明"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a submission, or worth a look, as data; :attr:`message` is its sentence.

    ``figure`` is a figure's name, None where the whole file is meant; ``cell`` is ``D5``, in Word “表1第5行第3列”;
    ``written`` is what is in the cell. ``words`` are the values of the sentence of ``code``, by their names in its
    template. ``decision`` is the clerk's reason for accepting an error (已采纳), ``confirmed`` that for leaving a warning
    as it is (已确认), ``reply`` the unit's own words in 单位说明. ``stored`` is the finished sentence of a problem that
    another version of the program kept and whose sentence this one cannot make.
    """

    code: str
    severity: Severity
    _: KW_ONLY
    figure: str | None = None
    cell: str | None = None
    sheet: str | None = None
    written: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    decision: str | None = None
    confirmed: str | None = None
    reply: str | None = None
    stored: str | None = None

    def at(self, sheet: str | None, cell: str | None) -> Problem:
        """The same problem with its place."""
        return replace(self, sheet=sheet, cell=cell)

    @property
    def values(self) -> dict[str, str]:
        """What fills the templates of the problem's code: ``words`` by name, and ``written`` cut to one line."""
        return {"written": shorten(self.written or ""), **dict(self.words)}

    @property
    def message(self) -> str:
        """The whole sentence, with the reason where the clerk has decided."""
        return self.stored or self._decided(filled(kind_of(self.code).template, self.values))

    def parted(self) -> tuple[str, str]:
        """(what is wrong, without the label that is beside it; what to do, "" where the sentence does not say)."""
        if self.stored:
            return self.stored, ""
        wrong, mark, advice = kind_of(self.code).template.removeprefix("{label}").partition("：请")
        wrong = filled(wrong, self.values)
        return (wrong, self._decided(filled(f"请{advice}", self.values))) if mark else (self._decided(wrong), "")

    @property
    def of_date(self) -> bool:
        """See :class:`Code`; a problem of a code that this version does not know is of nothing."""
        return self.code in CODES and CODES[self.code].of_date

    @property
    def of_past(self) -> bool:
        """See :class:`Code`; a problem of a code that this version does not know is of nothing."""
        return self.code in CODES and CODES[self.code].of_past

    def _decided(self, sentence: str) -> str:
        reasons = (f"（已采纳：{self.decision}）" if self.decision else "") + (f"（已确认：{self.confirmed}）" if self.confirmed else "")
        return Sentence(sentence, reasons) if reasons and isinstance(sentence, Sentence) else sentence + reasons if reasons else sentence


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem: severity, a short name for tables, the sentence, and the sentence for many figures at once.

    Where one cause makes many such problems, ``many`` is what is reported on them all in one line, and ``each`` what is
    beside each figure (see :func:`consolidator.writing.text.wording.grouped`); ``masses`` is in place of ``many`` where a
    form has :data:`MASSES` such problems or more, which then have a cause of their own. ``on_screen``: shown after a command though
    only a note. ``may_be_material``: a file with this problem alone may be a scan or narrative that came beside a form.
    ``later_weeks``: it is for other weeks to be run again. ``for_clerk``: the unit has nothing to correct, so nothing goes
    back to it and it is not reminded. ``of_date``: the date of the form itself is wrong, which an assignment to a week decides.
    ``of_past``: only an earlier figure speaks against this one, which does not unseat an accepted form.
    """

    severity: Severity
    title: str
    template: str
    many: str = ""
    each: str = ""
    _: KW_ONLY
    masses: str = ""
    on_screen: bool = False
    may_be_material: bool = False
    later_weeks: bool = False
    for_clerk: bool = False
    of_date: bool = False
    of_past: bool = False

    @property
    def shows_written(self) -> bool:
        """Whether the sentence quotes what is in the cell."""
        return "written" in template_words(self.template)

    @property
    def own_words(self) -> frozenset[str]:
        """The words in which problems of one cause may differ: each figure's label, and what :attr:`each` shows of it."""
        return template_words(self.each) | {"label"} if self.many else frozenset({"label"})


CODES: dict[str, Code] = {
    # the file
    "empty-file": Code("error", "空文件", "文件是空的（0 字节）：请重新保存后再报"),
    "broken-file": Code("error", "文件损坏", "文件损坏或不完整，打不开：请在 Excel 或 WPS 中重新保存后再报"),
    "encrypted-file": Code("error", "有密码", "文件有打开密码：请去掉密码，另存后再报"),
    "company-encrypted": Code("error", "已加密", "文件被加密软件（{software}）加密，打不开：请先解密（或按规定申请外发）再报"),
    "other-archive": Code("error", "压缩包没有打开", "这个压缩包（.rar、.7z 等，或扩展名不是 .zip）没有打开：请改用 .zip 压缩，或直接发里面的表格"),
    "broken-container": Code("error", "压缩包损坏", "压缩包（邮件）损坏或不完整，打不开：请重新打包，或直接发表格"),
    "encrypted-container": Code("error", "压缩包有密码", "压缩包有密码，打不开：请去掉密码，或直接发表格"),
    "empty-container": Code("error", "没有附件", "压缩包（邮件）里没有文件：请把填好的表格放进去再报"),
    "container-too-large": Code("error", "压缩包过大", "压缩包（邮件）太大（{what}），没有打开：请只放本单位的表格"),
    "too-large": Code("error", "文件过大", "{what}：请把调度表复制到新建的工作簿中，保存后再报"),
    "ledger-refused": Code("error", "台账退回", "{sentence}"),
    "wrong-format": Code("error", "格式不符", "{what}不能读取：请另存为 {save_as} 后再报", may_be_material=True),
    "not-a-form": Code("error", "不是调度表", "没有找到调度表的项目：请用下发的《{title}》填报"),
    "embedded-form": Code("error", "表在嵌入对象里", "文档里的调度表是嵌入或链接的对象，打不开：请把表格直接放在文档里，或另发 .xlsx"),
    "two-forms": Code("error", "两张表不一致", "文件里有两张调度表（{sheets}），数字不一致：请只留一张"),
    "unreadable": Code("error", "读取失败", "读取时出错，没有读完：请在 Excel 或 WPS 中另存为 .xlsx 后再报"),
    "timed-out": Code("error", "读取超时", "读取超过 {seconds} 秒，没有读完：请把调度表复制到新建的工作簿中，保存后再报"),
    "unopened-file": Code("error", "打不开", "文件打不开，可能正被别的程序打开，或刚被移走：请关闭该文件，{>again}", for_clerk=True),
    "program-fault": Code("error", "程序出错", "程序读取这份文件时出错，不是填报的问题：请把发件夹里的 errors.log 发给维护人员，单位不必重报",
                          for_clerk=True),
    "linked-file": Code("error", "是链接", "这是一个链接（快捷方式），没有打开：请把文件本身放进收件夹", for_clerk=True),
    "by-mail": Code("note", "邮件附件", "随邮件收到（{sent}）"),
    "converted": Code("note", "已转换", "{what}由 LibreOffice 转换后读取：请核对，最好另存为 {save_as} 后再报", on_screen=True),
    "other-form": Code("note", "另一种表", "这是《{title}》，由那张表汇总，不计入本表"),
    "material": Code("note", "附送材料", "不是调度表，作为{unit}的文字（图片）材料留存"),
    # the unit and the week
    "unit-missing": Code("error", "未写单位", "没有写单位名称：请在“（单位）”前填写本单位全称"),
    "unit-unknown": Code("error", "单位不识", "单位“{written}”不在名册中：请按名册填写全称{hint}"),
    "unit-from-name": Code("warning", "单位取自文件名", "表内没有写单位，按文件名记为{unit}：请在“（单位）”前填写单位全称"),
    "unit-by-alias": Code("note", "单位别名", "单位“{written}”按名册记为{unit}"),
    "unit-contradicts": Code("warning", "文件名与单位不符", "文件名写的是{other}，表内写的是{unit}，按表内的算：请核对有没有放错"),
    "unit-merged": Code("error", "已并入他单位", "本单位已于 {day} 并入{other}，数字由{other}一并填报：请不要单独报送"),
    "unit-several": Code("error", "写了两个单位", "表内写了不止一个单位（{units}）：请只留本单位"),
    "date-missing": Code("warning", "未写日期", "没有写明日期，按本期（{week}）收下：请在“时间”后填写完整的年月日"),
    "date-unclear": Code("error", "日期不明", "日期“{written}”认不准：请写成“{example}”", of_date=True),
    "date-from-name": Code("warning", "日期取自文件名", "表内没有写日期，按文件名记为 {date}：请在“时间”后填写年月日"),
    "date-several": Code("warning", "写了两个日期", "表内写了不止一个日期，按 {date} 算（另有 {others}）：请只留本期日期"),
    "date-range": Code("note", "日期为一段", "日期“{written}”是一段时间，按最后一天 {date} 算"),
    "date-without-year": Code("note", "日期缺年份", "日期“{written}”没有写年份，按 {date} 算"),
    "date-before": Code("error", "日期过早", "日期 {date} 早于专项行动首期（{first}）：请改为本期日期", of_date=True),
    "date-after": Code("error", "日期过晚", "日期 {date} 晚于专项行动最后一期（{last}）：请改为本期日期", of_date=True),
    "date-future": Code("error", "日期未到", "日期 {date} 还没有到：请改为本期日期", of_date=True),
    "date-other-year": Code("error", "年份不对", "日期 {date} 的年份不对：请改为{year}年的本期日期", of_date=True),
    "late": Code("note", "迟报", "日期 {date} 在 {week} 期之后，按该期迟报收下"),
    "other-week": Code("note", "属其他期", "日期 {date} 属 {week} 期，不计入本期"),
    "old-week-differs": Code("warning", "日期未改？", "日期 {date} 属 {week} 期，但数字与该期已采用的不同：是更正那一期，还是日期忘了改？请核对后重报"),
    "old-week-unseen": Code("warning", "日期未改？", "日期 {date} 属 {week} 期，而该期没有采用过本单位的表：是补报那一期，还是日期忘了改？请核对后重报"),
    "late-elsewhere": Code("warning", "属上期迟报", "日期 {date} 在 {week} 期之后三日内，算作该期迟报：请重新汇总 {week} 期"),
    "closed-week": Code("warning", "日期未改？", "日期 {date} 属 {week} 期，该期已定稿：是本期的表、日期忘了改，还是更正那一期？"
                        "请核实后{>assign}"),
    "closed-week-kept": Code("note", "更正已定稿期", "作为 {week} 期的更正留存，该期已定稿，合计没有变；要改该期的合计，"
                             "请{>reopen}，再{>run}"),
    "assigned-week": Code("note", "按指定的期", "日期 {date}，按指定算作 {week} 期（{reason}）"),
    "says-void": Code("error", "写明不作数", "表上写着“{written}”，没有采用：请报送正式填好的表，删去这几个字"),
    "says-part": Code("error", "写明不是累计数", "表上写着“{written}”，填的不是累计数：请填写专项行动开展以来的累计数，删去这几个字"),
    "says-unsure": Code("error", "写明没有核实", "表上写着“{written}”，数字还没有定：请核实后再报，删去这几个字"),
    "other-title": Code("error", "表名不同", "表名写的是“{written}”，不是《{title}》：请用下发的表样填报"),
    # which submission counts
    "duplicate": Code("note", "重复报送", "与 {other} 内容相同，只计一次"),
    "superseded": Code("note", "已被更替", "同一单位本期后来又报了 {other}，以后报的为准"),
    "two-differ": Code("error", "两份不一致", "同一单位、同一日期有两份不同的表（{other}）：请只留正确的一份"),
    "older-date": Code("warning", "日期较早", "后到的这一份日期比已采用的 {other} 早，没有采用：确要更正的，请改为本期日期后重报"),
    "older-stands": Code("warning", "仍用前一份", "后报的 {other} 有错误被退回，本期仍用这一份"),
    "unfilled": Code("warning", "空白表", "表里一个数也没有填，本期不用这一份，仍看 {other}：请核对有没有发错"),
    "replaces": Code("note", "更替前一份", "替换了此前采用的 {other}"),
    "dismissed": Code("note", "不采用", "已定为不采用（{reason}），不计入任何数字", on_screen=True),
    "file-gone": Code("note", "文件已移走", "此前已采用，文件已不在收件夹，原件留存在 submissions 中"),
    # the layout
    "several-rows": Code("error", "不止一行", "表里填了不止一个单位的行（{rows}）：一份报送只填本单位的一行，其余各行请清空"),
    "unread-number": Code("error", "多出的数", "“{written}”不在要填的格里，不知道是哪一项：请填到对应的格，或清空这一格"),
    "item-missing": Code("error", "缺少项目", "表里没有“{label}”这一项：请用下发的表样，不要删改项目",
                         many="请用下发的表样，不要删改项目"),
    "item-twice": Code("error", "项目重复", "“{label}”出现两次（{cells}），数字不一致：请只留一处"),
    "item-guessed": Code("note", "项目名有出入", "“{written}”按“{label}”读取",
                         many="项目名与表样不同，按表样读取", each="“{written}”"),
    "unit-guessed": Code("warning", "项目单位有出入", "“{written}”按“{label}”读取，括号里的单位与表样不同：请核对数字是不是按“{unit}”填的",
                         many="括号里的单位与表样不同，按表样读取：请核对数字是不是按表样的单位填的", each="“{written}”"),
    "which-column": Code("error", "数字列不明", "{label}旁不止一处有数（{cells}），看不出哪个是累计数：请只留填报的一列"),
    "corrected-beside": Code("error", "旁注另有说法", "{label}填的是“{written}”，旁边 {cells} 写着“{words_beside}”：请把正确的数填在原格，删去旁注"),
    "read-elsewhere": Code("error", "别处另有数", "{label}在{place}另写着“{written}”，与表中的不同：请把正确的数填在表中，删去别处的"),
    "title-unknown": Code("warning", "列题目不明", "{label}（“{written}”）按“{title}”一列读取，看不出这一列是不是累计数：请核对，把列题目写成“累计”",
                          many="按“{title}”一列读取，看不出这一列是不是累计数：请核对，把列题目写成“累计”", each="“{written}”"),
    "comment-differs": Code("error", "批注另有说法", "{label}填的是“{written}”，批注写着“{comment}”：请把正确的数填在原格，删去批注"),
    "only-changes": Code("error", "没有累计数", "{label}只有新增数或上期数的列，没有累计数：请填写累计数"),
    "shifted": Code("error", "格子错位", "{label}的行列对不齐，{cells} 的数看不出属哪一项：请照表样对齐后填写"),
    "misplaced": Code("warning", "填错格子", "{label}的格子（{home}）空着，数“{written}”填在 {beside}，按此读取：请填回原格"),
    "older-sheet": Code("warning", "另有往期表", "工作表“{written}”是 {date} 的表，没有读取，本期以“{sheet_read}”为准：请核对"),
    "lower-sheet": Code("warning", "另有一张表", "“{written}”的数都不大于“{sheet_read}”的，像是往期的表，没有读取，本期以“{sheet_read}”为准：请核对"),
    "other-sheet": Code("note", "另有别的表", "“{written}”写明不是累计数或不是本期的，没有读取，本期以“{sheet_read}”为准"),
    "summed-sheet": Code("note", "分表", "“{sheet_read}”等于其余各表之和，“{written}”没有另计"),
    "extra-sheet": Code("note", "另有工作表", "工作表“{written}”没有读取"),
    # a value
    "blank": Code("warning", "未填写", "{label}未填写：请填写数字，没有的填 0", many="请填写数字，没有的填 0"),
    "blank-yes-no": Code("warning", "未填写", "{label}未填写：请填“是”或“否”", many="请填“是”或“否”"),
    "not-a-number": Code("error", "不是数字", "{label}填的是“{written}”，不是一个确定的数：请只填数字，没有的填 0"),
    "estimate": Code("error", "约数", "{label}填的是“{written}”，是约数：请填写准确的数字"),
    "doubtful": Code("error", "存疑", "{label}填的是“{written}”，还没有定：请核实后填写准确的数字"),
    "range": Code("error", "范围", "{label}填的是“{written}”，像是一个范围或算式：请只填一个数字"),
    "note-in-cell": Code("error", "夹带说明", "{label}填的是“{written}”，数字外还有别的字：请只填数字，说明另写"),
    "negative": Code("error", "负数", "{label}填的是“{written}”，是负数：请填写不小于 0 的数"),
    "not-whole": Code("error", "不是整数", "{label}填的是“{written}”，应为整数：请填写整数"),
    "wrong-unit": Code("error", "单位不对", "{label}填的是“{written}”，计量单位应为“{unit}”：请按“{unit}”填写数字"),
    "too-many-decimals": Code("error", "小数过多", "{label}填的是“{written}”，小数超过 {decimals} 位：请核对，单位是万元"),
    "absurd": Code("error", "数字过大", "{label}填的是“{written}”，大得不合情理：请核对数字和单位"),
    "perhaps-yuan": Code("error", "像是按元填的", "{label}填的是 {value}，是不是按元填的？{value}元应填{converted}：请按“{unit}”填写；"
                         "确为 {value}{unit}的，请写成“{example}”"),
    "error-value": Code("error", "错误值", "{label}的单元格是错误值 {written}：请改填数字"),
    "formula-unread": Code("error", "公式无结果", "{label}是没有算出结果的公式：请改填数字，或在 Excel 中打开、保存后再报",
                           many="请改填数字，或在 Excel 中打开、保存后再报"),
    "formula-stale": Code("error", "公式结果过时", "{label}是公式，存的结果与所引用的数不符（{written}）：请改填数字，或在 Excel 中打开、保存后再报",
                          many="公式存的结果与所引用的数不符，请改填数字，或在 Excel 中打开、保存后再报", each="{written}"),
    "formula-unsure": Code("warning", "公式未重算", "{label}是公式（{written}），文件注明打开时要重新计算，这里无法核对：请核对，最好改填数字",
                           many="公式要在打开时重新计算，这里无法核对，请核对，最好改填数字", each="{written}"),
    "struck-out": Code("error", "有删除线", "{label}的格子里有划去的字（{written}）：算数的请去掉删除线，不算的请删掉"),
    "raised": Code("error", "有上标", "{label}的格子里有上标或下标（{written}）：请只填数字，注释另写"),
    "equation": Code("error", "是算式", "{label}的格子里是公式编辑器的算式（{written}）：请直接填写数字"),
    "hidden-figure": Code("error", "数字被隐藏", "{label}的数（{written}）在隐藏的行、列或文字里，表上看不见：请取消隐藏后再报，不要的请删掉"),
    "shown-otherwise": Code("error", "所见非所填", "{label}的格子里是 {written}：请把单元格格式改为“常规”，再按计量单位填写数字"),
    "shown-in-yuan": Code("warning", "按格式带货币单位", "{label}按单元格格式显示为“{written}”，按所显示的读取：请核对单位，最好只填数字"),
    "rounded": Code("warning", "显示被四舍五入", "{label}填的是 {written}，表上显示的是四舍五入后的数：请核对，把单元格格式改为“常规”",
                    many="表上显示的是四舍五入后的数，请核对", each="{written}"),
    "date-in-cell": Code("error", "变成了日期", "{label}的单元格成了日期（{written}）：请把单元格改为文本格式，再写成“{example}”"),
    "true-false": Code("error", "逻辑值", "{label}填的是“{written}”：请填写数字"),
    "not-yes-no": Code("error", "不是“是/否”", "{label}填的是“{written}”：请填“是”或“否”"),
    "two-unclear": Code("error", "两个数分不清", "{label}填的是“{written}”，分不清两个数：请写成“{example}”"),
    "one-of-two": Code("warning", "只填一个数", "{label}没有填（该格填的是“{written}”）：请写成“{example}”，没有的填 0"),
    "several-numbers": Code("error", "数字过多", "{label}填的是“{written}”，不止一个数：请只填一个数字"),
    "read-check": Code("warning", "请核对读法", "{label}填的是“{written}”，按 {value} 读取：请核对，最好只填数字（或“是”“否”）",
                       many="写法要核对，暂按此读取", each="“{written}”读作 {value}"),
    "read-as": Code("note", "按此读取", "{label}填的是“{written}”，读作 {value}",
                    many="写法不常见，按此读取", each="“{written}”读作 {value}"),
    # between figures and with the past
    "sum-differs": Code("error", "合计不符", "{label}（{value}）不等于 {parts} 之和（{sum}）：请核对"),
    "sum-may-differ": Code("warning", "合计可能不符", "{label}（{value}）不等于 {parts} 之和（{sum}）：请核对"),
    "part-may-exceed-whole": Code("warning", "可能大于总数", "{label}（{value}）大于“{whole_label}”（{whole}）：请核对两项"),
    "part-exceeds-whole": Code("error", "部分大于总数", "{label}（{value}）大于“{whole_label}”（{whole}）：请核对两项",
                               many="大于“{whole_label}”（{whole}），请核对", each="{value}"),
    "without-other": Code("warning", "两项不符", "{label}有数（{value}），而“{other_label}”为 0 或未填：请核对两项"),
    "not-to-fill": Code("warning", "非应填单位", "{label}由{kinds}填写，本单位填了 {value}，已计入：请核对",
                        many="由{kinds}填写，本单位填了数，已计入，请核对", each="{value}"),
    "falls": Code("error", "累计数下降", "{label}为累计数，上期（{week}）是 {before}，本期是 {value}，少了：请核对；上期有误的请说明",
                  many="为累计数，比上期（{week}）少了，请核对；上期有误的请说明", each="上期 {before}，本期 {value}",
                  masses="都比上期（{week}）少，像是填了本周新增数：请填写专项行动开展以来的累计数；上期有误的请说明", of_past=True),
    "falls-as-new": Code("error", "像是本周新增数",
                         "{label}本期填的是 {value}，与平时每周新增（{usual}）相当，像是填了本周新增数；上期（{week}）累计是 {before}："
                         "请填写专项行动开展以来的累计数；上期有误的请说明",
                         many="比上期（{week}）少，与平时每周新增相当，像是填了本周新增数：请填写专项行动开展以来的累计数；上期有误的请说明",
                         each="上期 {before}，本期 {value}，平时每周 {usual}", of_past=True),
    "falls-merged": Code("error", "累计数下降", "{label}为累计数，上期（{week}）本单位与已并入的{others}合计 {before}，本期是 {value}，少了："
                         "请核对；上期有误的请说明",
                         many="为累计数，比上期（{week}）本单位与已并入的{others}的合计少了，请核对；上期有误的请说明",
                         each="上期合计 {before}，本期 {value}", of_past=True),
    "falls-to-blank": Code("error", "累计数空缺", "{label}为累计数，上期（{week}）是 {before}，本期空着：请填写累计数",
                           many="为累计数，上期（{week}）有数，本期空着，请填写累计数", each="上期 {before}", of_past=True),
    "level-falls": Code("warning", "较上期下降", "{label}上期（{week}）是 {before}，本期是 {value}，少了：请核对",
                        many="比上期（{week}）少了，请核对", each="上期 {before}，本期 {value}"),
    "jump": Code("warning", "增幅异常", "{label}较上期（{week}）增加 {increase}，平时每期约 {usual}：请核对",
                 many="较上期（{week}）增加过多，请核对", each="增加 {increase}，平时每期约 {usual}"),
    "far-from-peers": Code("warning", "远超同类", "{label}填的是 {value}，远大于其他单位（一般不超过 {usual}）：请核对",
                           many="远大于其他单位，请核对", each="{value}，一般不超过 {usual}"),
    "copied-unit": Code("note", "与他单位雷同", "与{other}的数字完全相同（{count} 个不为 0）：请核对"),
    "copied-week": Code("note", "连续未变", "自 {week} 期起数字没有变化：请核对"),
    "nothing-found": Code("note", "零问题", "连续 {weeks} 期抽查企业而没有发现问题：请跟进（深挖细查，查出真问题）"),
    "accepted-value": Code("warning", "已采纳", "{label}表中为“{written}”，采用 {value}（已采纳：{reason}）"),
    "heard-replaced": Code("warning", "代替电话报数", "{label}此前电话报的是 {value}（{reason}），现按这份表的 {now}：请核对", for_clerk=True),
    "unit-reply": Code("note", "单位说明", "单位说明：{written}", on_screen=True),
}

NOTICES: dict[str, Code] = {  # for the clerk, of the week or a unit rather than of a submission
    "not-on-roster": Code("warning", "不在名册", "名册中已没有这个单位，仍沿用其以前的数字：确已撤并的，请在名册“沿革”栏写明"),
    "later-week": Code("error", "与后期不符", "{week} 期的“{label}”是 {later}，少于本期的 {value}{more}：请重新汇总 {week} 期",
                       later_weeks=True),
    "later-increments": Code("warning", "后期较上期", "{week} 期的“较上期”不是按本期现在的合计算的：请{first}重新汇总 {week} 期",
                             later_weeks=True),
}


def kind_of(code: str) -> Code:
    """The catalogue's entry (:data:`CODES`, :data:`NOTICES`).

    Raises:
        KeyError: no such code.
    """
    return CODES[code] if code in CODES else NOTICES[code]


def for_clerk(problems: Iterable[Problem]) -> bool:
    """Whether every error among ``problems`` (at least one) is the clerk's to see to, not the unit's."""
    errors = [one for one in problems if one.severity == "error"]
    return bool(errors) and all(one.code in CODES and CODES[one.code].for_clerk for one in errors)


@lru_cache(maxsize=512)
def template_words(template: str) -> frozenset[str]:
    """The names of the values that a template is filled with."""
    return frozenset(name for _, name, _, _ in Formatter().parse(as_commands(template)) if name is not None)


def problem(code: str, *, figure: str | None = None, sheet: str | None = None, cell: str | None = None,
            written: str | None = None, reply: str | None = None, **words: object) -> Problem:
    """A problem of the catalogue; ``words`` fill its sentence.

    ``written`` is shortened in the sentence and kept as it is in the problem.

    Raises:
        KeyError: no such code, or the sentence needs a word that is not given.
    """
    entry = kind_of(code)
    needed = template_words(entry.template)
    missing = needed - words.keys() - {"written"}
    if missing:
        raise KeyError(f"{code}: {sorted(missing)}")
    texts = tuple((name, value if isinstance(value, Sentence) else str(value)) for name, value in words.items() if name in needed)
    return Problem(code, entry.severity, figure=figure, cell=cell, sheet=sheet, written=written, words=texts, reply=reply)


def restored(code: str, severity: Severity, message: str | None, words: Mapping[str, str], **fields: str | None) -> Problem:
    """A problem from where it was stored: today's sentence where ``words`` suffice for it, else the ``message`` of then."""
    entry = CODES.get(code) or NOTICES.get(code)
    fits = entry is not None and template_words(entry.template) - {"written"} <= words.keys()
    return Problem(code, severity, words=tuple(words.items()), stored=None if fits else message or code, **fields)


def shorten(text: str, most: int = 40) -> str:
    """``text`` on one line, cut to ``most`` characters: a cell may hold a novel, or commands to a terminal."""
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
