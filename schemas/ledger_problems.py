"""What can be wrong with a row of a ledger, or with a whole ledger: code, severity and sentence.

A sentence is for the person who keeps the ledger: what is wrong and what to write instead. ``{heading}`` is the column's
heading, ``{written}`` what is in the cell, people masked. An error holds the row; a warning or note goes with a merged one.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.actions import Sentence, filled
from schemas.problems import Code, shorten

LEDGER_CODES: dict[str, Code] = {
    # the whole sheet or file
    "no-description": Code("error", "缺隐患描述", "台账没有“{heading}”一列（看到的表头：{headings}）：请补上这一列再报"),
    "headings-down": Code("error", "表头竖排",
                          "台账的表头（{headings}）与内容左右排列，不是一条隐患一行：请改成表头排成一行、下面一行一条的表再报"),
    "ledger-unit-unknown": Code("error", "单位不识", "台账上看不出是哪个单位的：请在表头上方写明“填报单位：全称”"),
    "ledger-unit-other": Code("error", "单位不识", "台账上写的单位是“{written}”，不在名册中：请在表头上方写“填报单位：”和名册上的全称"),
    "ledger-unit-several": Code("error", "写了几个单位",
                                "台账上写了不止一个单位（{written}）：请只写填报单位，几个单位的请加一列“填报单位”"),
    "ledger-unit-written": Code("error", "单位不识", "填报单位一列写的“{written}”不是名册上的单位：请逐行写名册上的全称"),
    "ledger-unreadable": Code("error", "台账打不开", "台账没有读成：{written}"),
    "ledger-date": Code("warning", "日期不对", "台账的日期 {written} 不在专项行动期内或还没有到，按 {week} 一期收下：请改为本期日期"),
    "ledgers-differ": Code("error", "两份不一致", "同一天有两份台账（{other}），同一隐患的内容不一样：请只留正确的一份"),
    "no-state": Code("warning", "缺整改情况",
                     "没有看到“{heading}”一列（没认出的表头：{headings}），各行都按未整改计：表里有的，请把表头改成“{heading}”"),
    "sheet-hidden": Code("note", "隐藏的表", "工作表是隐藏的，照样读取"),
    "row-hidden": Code("note", "隐藏的行", "这一行是隐藏或筛掉的，照样读取"),
    "row-struck": Code("error", "划掉的行", "这一行划掉了（删除线）：还有效的请去掉删除线，要撤销的请告知区级并删去这一行"),
    "other-headings": Code("error", "另一张表", "从第{row}行起是另一张表，栏目的次序不同，这一行没有采用：请把那张表另放一个工作表再报"),
    "table-beside": Code("error", "并排的表",
                         "右边（{column}列）还有一张同样的表，这一行没有采用：请把右边的表移到下面，或另放一个工作表再报"),
    "cell-struck": Code("error", "划掉的格", "“{heading}”划掉了（删除线），不知道还算不算：请去掉删除线，或改填内容"),
    # what must be there
    "cell-blank": Code("error", "未填写", "“{heading}”没有填：请补上"),
    "column-missing": Code("error", "缺一列", "表里没有“{heading}”一列：请加上这一列，逐行{how}"),
    "column-another": Code("error", "取值不识",
                           "看不出“{heading}”：“{seen}”一列写的是“{written}”，不在 {choices} 之内：请改填其中之一，或另加“{heading}”一列"),
    "cell-blank-warning": Code("warning", "未填写", "“{heading}”没有填：请补上"),
    "five-blank": Code("warning", "五落实不全", "重大隐患要落实责任、措施、资金、期限和预案，还缺{headings}：请补上"),
    "too-short": Code("error", "描述过短", "“{heading}”只写了“{written}”：请写清楚是什么隐患"),
    "no-hazard": Code("error", "没有隐患", "“{heading}”写的是“{written}”，别的列却写了整改：有隐患的请写清是什么隐患，没有的请删去这一行"),
    "cell-unread": Code("error", "单元格无值", "“{heading}”的单元格是错误值或没有结果的公式：请改填内容"),
    # values
    "day-unread": Code("error", "日期不明", "“{heading}”写的是“{written}”，认不准是哪一天：请写成 2023-06-05 的样子"),
    "day-two": Code("error", "日期不明", "“{heading}”是数字 {written}，可以是 {first}，也可以是 {second}：请写成 {second} 的样子"),
    "day-year": Code("error", "年份不对", "“{heading}”写的是“{written}”（{day}），年份不对：请核对"),
    "deadline-unread": Code("error", "期限不明", "“{heading}”写的是“{written}”，看不出是哪一天：请写成 2023-06-30 的样子"),
    "deadline-open": Code("warning", "没有期限", "“{heading}”写的是“{written}”，没有确定的日子：请写明期限"),
    "deadline-needs-found": Code("error", "期限不明", "“{heading}”写的是“{written}”，要有发现日期才算得出：请写成具体日子"),
    "money-unread": Code("warning", "金额不明", "“{heading}”写的是“{written}”，不是一个确定的数，没有采用：请只填数字，单位万元"),
    "money-converted": Code("note", "金额换算", "“{heading}”按“{unit}”读取，折合 {value} 万元"),
    "money-large": Code("warning", "金额很大", "“{heading}”写的是 {value}，按万元读取：是元的请写“{value}元”，确是万元的请写“{value}万元”"),
    "credit-code": Code("warning", "信用代码不对", "“{heading}”写的是“{written}”，不是 18 位或校验不符，没有采用：请核对"),
    "choice-unknown": Code("error", "取值不识", "“{heading}”写的是“{written}”：请填 {choices} 之一"),
    "firm-titled": Code("note", "按标题读取", "表里没有“{heading}”一列，按标题各行都算“{value}”：不是的，请加上这一列"),
    "none-denied": Code("warning", "有没有隐患", "“{heading}”写的是“{written}”，却写了隐患，按有隐患计：请核对"),
    "choice-unclear": Code("error", "有两种意思", "“{heading}”写的是“{written}”，可以有两种意思：请填 {choices} 之一"),
    "source-of-unit": Code("note", "按报送单位读取", "“{heading}”写的是“{written}”，没有写谁查的，按报送单位读作“{value}”"),
    "source-hired": Code("warning", "替谁查的",
                         "“{heading}”写的是“{written}”，没有写替谁查的，按报送单位读作“{value}”：是企业请来查的，请写“自查”"),
    "source-others": Code("error", "替谁查的",
                          "“{heading}”写的是“{written}”，看不出算谁查的：企业请来查的写“自查”，部门、街道请来查的写“部门”或“街道”"),
    "level-unclear": Code("warning", "级别说法不一", "“{heading}”写的是“{written}”，各处含义不同：请写明重大、较大还是一般"),
    "read-as": Code("note", "按此读取", "“{heading}”写的是“{written}”，读作 {value}"),
    "yes-no-unread": Code("warning", "是否不明", "“{heading}”写的是“{written}”，没有采用：请填“是”或“否”"),
    "status-unread": Code("error", "状态不明", "“{heading}”写的是“{written}”，看不出整改到哪一步：请填 {choices} 之一"),
    "status-gone": Code("error", "隐患还在吗",
                        "“{heading}”写的是“{written}”，看不出隐患消除了没有：已经消除的请写“已整改”，恢复生产、使用前还要整改的请写“整改中”"),
    "status-needless": Code("error", "无需整改", "“{heading}”写的是“{written}”：已经整改好的请写“已整改”，不是隐患的请写“误报”并告知区级"),
    "status-contradicts": Code("error", "状态矛盾",
                               "状态是“{state}”，却写了完成日期 {day}：完成了的请把状态写成“已整改”，没有完成的请空着完成日期"),
    "status-two": Code("error", "状态矛盾", "“{heading}”勾了不止一处：请只勾一处"),
    "status-differs": Code("error", "状态矛盾", "{written}，对不上：请核对，改成一致的"),
    "reviewed-open": Code("warning", "复查存疑",
                          "状态是“{state}”，“{heading}”却写了 {day}：复查合格的请改状态，不合格的请在复查结果里写明"),
    "day-not-yet": Code("error", "状态矛盾", "状态是“{state}”，“{heading}”却写“{written}”：已经做了的请写明日子，没有做的请改状态"),
    "void-asked": Code("error", "要求撤销", "“{heading}”写的是“{written}”：撤销 {id} 由区级办理，{>hazard-void}"),
    "void-new": Code("error", "要求撤销", "“{heading}”写的是“{written}”，区里没有登记过这一条：请删去这一行"),
    "several-firms": Code("note", "写了几个企业", "一格里像是写了不止一个企业（{written}）：请一行写一个"),
    "several-hazards": Code("note", "写了几条隐患", "一格里像是写了不止一条隐患：请一行写一条"),
    "listed-level": Code("warning", "挂牌级别", "写了挂牌督办，没有写哪一级：请写明区级、市级或省级"),
    "faults-in-words": Code("warning", "没有打勾", "问题只写了文字，没有在八项下打“√”：这一家只计为检查，八项没有计入，请打勾"),
    "fault-clause": Code("note", "可能属重大", "“{heading}”在有的行业列为重大事故隐患：请对照{clause}，属于的补登隐患台账；程序不作判定"),
    "same-visit": Code("note", "同一次检查", "与{other}是同一家、同一天，合为一次检查"),
    # order of days
    "check-late": Code("error", "检查日期未到", "检查日期 {first} 晚于登记表的日期 {second}：请核对"),
    "day-late": Code("error", "日期未到", "“{heading}”的 {first} 晚于这张表的日期 {second}：只写已经做了的，请核对"),
    "found-late": Code("error", "发现日期未到", "发现日期 {first} 晚于台账的日期 {second}：请核对"),
    "due-before-found": Code("error", "期限过早", "整改期限 {second} 早于发现日期 {first}：请核对"),
    "completed-before-found": Code("error", "完成过早", "完成日期 {second} 早于发现日期 {first}：请核对"),
    "completed-late": Code("error", "完成日期未到", "完成日期 {first} 晚于台账的日期 {second}：请核对"),
    "reviewed-before-completed": Code("error", "复查过早", "复查日期 {second} 早于完成日期 {first}：请核对"),
    "reviewed-late": Code("error", "复查日期未到", "复查日期 {first} 晚于台账的日期 {second}：请核对"),
    # which hazard
    "id-contradicts": Code("error", "编号对不上", "编号 {id} 的是“{other}”，与本行企业、内容都不像：请核对编号，新的隐患不要写编号"),
    "id-unknown": Code("warning", "编号不存在", "没有编号为 {id} 的隐患，记为新隐患 {new}：请核对，新的隐患不要写编号"),
    "id-of-other": Code("warning", "别家的编号",
                        "编号 {id} 是{unit}的，这一行记为 {other}：请改填编号 {other}；两条确是同一条的，{>hazard-link}"),
    "id-twice": Code("error", "编号重复", "编号 {id} 在另一行（{other}）已经用过：请核对，一行一个编号"),
    "matched-without-day": Code("note", "按内容认定", "没有写发现日期，按内容认作 {id}（{day} 发现）"),
    "matched-by-likeness": Code("note", "按内容认定", "与 {id} 是同一条，写法不同：此前“{other}”，这次“{written}”"),
    "maybe-same": Code("warning", "像是同一条", "记为新隐患 {id}，与 {other}（{text}）相像：是同一条的，请填上编号 {other} 再报"),
    "joined": Code("note", "并为一条", "{other} 与 {id} 是同一条，并入 {id}"),
    "counted-once": Code("warning", "重复一行", "与 {other} 内容相同，只计一次：是两处的，请写明部位"),
    "first-stands": Code("warning", "以另一行为准", "与 {other} 是同一条，状态写得不同，以 {other} 为准：请核对，留一行"),
    "numbered-stands": Code("warning", "以有编号的为准", "与 {other} 是同一条，状态写得不同，以有编号的 {other} 为准：请核对，留一行"),
    "later-sheet": Code("note", "以后表为准", "同一隐患在{other}也有，以后面的表为准"),
    "reopened": Code("warning", "退回整改", "此前是已整改，这次写“{state}”，按这次的算：请核对（复查不合格的请注明）"),
    "still-open": Code("warning", "已恢复", "{id} 已由区级恢复（{day}），仍算未整改：重新“{state}”的，请写新的完成日期或复查日期"),
    "closed-before": Code("error", "已经销号", "{id} 已于 {week} 期销号，这次又写“{state}”：确要恢复的，{>hazard-reopen}"),
    "repeat": Code("warning", "再次出现", "与已销号的 {other} 相同，记为新隐患 {id}（重复发生）"),
    "moved-where": Code("warning", "移交到哪", "写了移交，看不出交给谁：请写明接收单位；{>hazard-move}"),
    "moved-before": Code("note", "已经移交", "{id} 已移交{unit}，以其报的为准：不用再写"),
    "moved-to": Code("note", "移交", "{id} 移交{other}"),
    "voided-before": Code("error", "已经撤销", "{id} 已被撤销（{reason}）：确要恢复的，{>hazard-reopen}"),
    "row-gone": Code("warning", "未再出现", "{id}（{text}）还没有整改完，这次的台账里没有：请补上这一行，整改完的也请写明"),
    "two-units": Code("warning", "疑似重复", "{id} 与{unit}的 {other} 相像（{text}）：是同一条的，{>hazard-link}"),
}

# warnings on which hazard a row is, or on what became of it: the same row sent again does not have them anew
WHICH_HAZARD = frozenset(("id-unknown", "id-of-other", "maybe-same", "counted-once", "first-stands", "numbered-stands", "reopened",
                          "still-open", "repeat", "moved-where"))
ANSWERED_BY_ID = frozenset(("id-unknown", "id-of-other", "maybe-same"))  # of these: by a row with our 编号

# of these nothing else is reported of the row: its cells are not where they seem to be
MISPLACED = frozenset(("other-headings", "table-beside"))


def ledger_message(code: str, words: Mapping[str, object]) -> str:
    """The sentence of ``code`` with its words filled in, each on one line and cut."""
    return filled(LEDGER_CODES[code].template, {key: _short(value) for key, value in words.items()})


def _short(value: object) -> str:
    short = shorten(str(value), 60)
    return value if isinstance(value, Sentence) and short == value else short
