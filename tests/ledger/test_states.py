"""What is written for the state of a hazard."""

import pytest

from consolidator.reading.ledgers.states import StateReader
from tests.ledger.factory import LEDGER

READER = StateReader(LEDGER)


@pytest.mark.parametrize(("written", "state"), [
    ("修复完毕", "rectified"), ("线路修复完毕", "rectified"), ("修复中", "under_way"), ("不属实", "void"),
    ("未整改", "open"), ("待整改", "open"), ("否", "open"), ("×", "open"), ("未完成", "open"), ("未完成整改", "open"),
    ("尚未完成整改", "open"), ("没有整改", "open"), ("计划6月底前完成", "open"), ("拟7月15日完成整改", "open"), ("整改未完成", "open"),
    ("未能按期整改", "open"), ("未销号", "open"), ("没有完成", "open"), ("未完成闭环", "open"), ("将于下周完成", "open"),
    ("计划6月底完成，资金未落实", "open"), ("□已整改 ☑未整改", "open"), ("0%", "open"), (0, "open"), ("责令限期整改，尚未完成",
    "open"),
    ("大部分已完成", "under_way"), ("已整改一半", "under_way"), ("完成一半", "under_way"), ("已完成部分整改", "under_way"),
    ("基本整改完成", "under_way"), ("已开始整改", "under_way"), ("已制定整改计划", "under_way"),
    ("已按要求整改", "rectified"), ("已经整改", "rectified"), ("均已整改", "rectified"), ("☑已整改 □未整改", "rectified"),
    ("是√ 否□", "rectified"), ("责令限期整改，已整改", "rectified"), ("已整改，未闭环", "rectified"), (1, "rectified"),
    ("现场整改完成", "on_the_spot"), ("当场已整改", "on_the_spot"), ("整改完成并通过验收", "closed"), ("未通过验收", "failed"),
    ("整改中", "under_way"), ("进行中", "under_way"), ("正在采购灭火器", "under_way"), ("50%", "under_way"), ("已完成50%",
    "under_way"),
    (0.5, "under_way"), ("部分完成", "under_way"), ("基本完成整改", "under_way"),
    ("已整改", "rectified"), ("整改完成", "rectified"), ("√", "rectified"), ("是", "rectified"), ("已于6月20日完成整改", "rectified"),
    ("2023.6.20已整改", "rectified"), ("已整改（6月20日）", "rectified"), ("100%", "rectified"), ("已整改，待验收", "rectified"),
    ("已整改未销号", "rectified"), ("已整改，尚未验收", "rectified"),
    ("现场处置", "on_the_spot"), ("立行立改", "on_the_spot"), ("现场处置，已整改", "on_the_spot"),
    ("已销号", "closed"), ("已整改销号", "closed"), ("验收合格", "closed"), ("已全部整改到位并验收合格", "closed"),
    ("移交区城管委", "moved"), ("误报", "void"), ("重复", "void"), ("复查不合格", "failed"),
    ("", ""), ("  ", ""),
    ("6月30日前完成整改", "open"), ("力争月底前完成", "open"), ("争取6月底前整改到位", "open"), ("限6月30日前整改完成", "open"),
    ("下月底前整改完成", "open"), ("整改不到位", "open"), ("□", "open"), ("已于6月底前完成整改", "rectified"), ("6月30日前已完成",
    "rectified"),
    ("停产整改", "under_way"), ("整改责任人已落实，正在整改", "under_way"), ("除1处外已全部整改", "under_way"), ("大体完成",
    "under_way"),
    ("阶段性完成", "under_way"), ("0.5", "under_way"), ("☑", "rectified"), ("是（√） 否（ ）", "rectified"), ("OK", "rectified"),
    ("3处均已整改", "rectified"), ("已整改，申请销号", "rectified"), ("已整改，下一步加强管理", "rectified"), ("当日整改完成",
    "on_the_spot"),
    ("即知即改", "on_the_spot"), ("已移交，未整改", "moved"), ("已整改，复查不合格", "failed"), ("整改后又反弹", "failed"),
    ("予以销号", "closed"),
    ("无法整改", "open"), ("难以完成", "open"), ("完成不了", "open"), ("需15天完成", "open"), ("整改完毕前停用", "open"),
    ("已验收未销号", "rectified"), ("重复出现", "failed"), ("复查未合格", "failed"), ("不符合要求", "failed"),
    ("未通过，继续整改", "failed"),
    ("不合格项已整改", "rectified"), ("除东侧外已整改", "under_way"), ("提前完成整改", "rectified"), ("应急灯整改完成", "rectified"),
    ("已在规定期限内完成整改", "rectified"), ("已完成隐患整改", "rectified"), ("整改完成后通过验收", "closed"), ("近日已整改",
    "rectified"),
    ("已解决", "rectified"), ("已办结", "rectified"), ("隐患已排除", "rectified"), ("已修复", "rectified"), ("已停业整改完毕",
    "rectified"),
    ("已复查，整改合格", "rectified"), ("未办结", "open"), ("验收不通过", "failed"), ("未能通过验收", "failed"), ("验收没通过",
    "failed"),
    ("隐患已关闭", "closed"), ("按照要求完成整改", "rectified"), ("经督促，已整改", "rectified"), ("未按要求整改到位", "open"),
    ("未全部整改完成", "open"),
])
def test_a_state_is_read(written, state):
    assert READER.of(written) == state


@pytest.mark.parametrize("written", [
    "随便写", "没有隐患，已整改", "已整改3处，2处未整改", "已完成整改方案", "要求立即整改",
    "申请销号", "已提请销号", "建议销号", "不予销号", "未经验收销号", "已落实整改责任人", "资金已落实", "招标已完成", "已完成采购",
    "闭环管理",
    "纳入闭环管理", "6月底完成", "9月完成", "年底完成", "明年完成", "3处已完成2处", "已整改2处", "已整改？", "是否整改完成",
    "企业称已整改",
    "已落实专人看管", "管控措施已落实", "防范措施均已落实", "已落实看护人员", "节前完成", "明日完成", "后天完成整改", "近日完成",
    "过几天完成",
    "开学前完成整改", "两周内完成", "已完成现场勘查", "已完成报价", "已完成备案", "已完成停产", "完成摸排", "完成勘察设计",
    "已完成调查取证",
    "已督促企业完成整改", "要求企业完成整改", "周五完成", "销号中", "销号申请已提交", "防火门已关闭", "未设护栏问题整改完成",
    "验收合格后销号", "须验收合格", "整改后验收合格方可销号", "整改完成后销号", "未验收已销号",
    "完成第一阶段整改", 2, 7, "已督促整改", "好" * 80])
def test_what_is_not_surely_a_state_is_none(written):
    assert READER.of(written) is None


@pytest.mark.parametrize(("written", "doubtful"), [
    ("3处已完成2处", True), ("仍有一处未完成，其余已整改", True), ("据企业称已整改", True), ("尚需采购设备", True), ("待核实", True),
    ("验收合格后销号", True), ("已张贴检测标签", False), ("通道清理，上锁", False)])
def test_a_text_that_may_say_that_work_is_left_is_no_plain_story(written, doubtful):
    assert READER.of(written) is None and READER.is_doubtful(written) is doubtful


@pytest.mark.parametrize(("written", "day"), [
    ("已于6月8日整改完毕", "6月8日"), ("2023年6月8日完成整改", "2023年6月8日"), ("已整改（6月8日）", "6月8日"), ("6.8现场整改", "6.8"),
    ("6月2日检查发现，已整改", ""), ("6月5日未整改，6月8日已整改", ""), ("已整改", "")])
def test_the_day_on_which_a_text_says_that_it_was_done(written, day):
    assert READER.done_on(written) == day


@pytest.mark.parametrize(("written", "state"), [
    *((one, "rectified") for one in (
        "已如期更换", "已更换不锈钢管",
        "已拆除", "已更换", "已清理", "已维修", "已加装", "已更换灭火器", "已更换灭火器，待验收", "更换了灭火器", "灭火器已全部更换",
        "已将易燃物清理", "已对线路进行更换", "对货物进行了清理", "已于6月5日更换", "6月5日已更换", "已自行拆除", "3处均已更换",
        "杂物已清运，通道已疏通", "已更换，未验收",
        "已更换压力表并张贴检测标签", "已清理通道并上锁", "督促企业整改，已拆除")),
    *((one, "on_the_spot") for one in ("当场清理", "已现场更换", "当场拆除，已恢复通道")),
    *((one, "under_way") for one in ("部分已拆除", "已更换部分灭火器", "部分货物已清理", "已拆除一半", "更换中", "处理中",
    "除东侧外已拆除")),
    *((one, "open") for one in ("未拆除", "拟更换", "需更换", "计划6月底前更换", "没有拆除", "无法拆除", "易燃物未清理干净",
    "预计6月底拆除", "责令拆除", "已安装不规范", "已拆除不了")),
    ("已更换，验收合格", "closed"), ("现场清理完毕，验收合格", "closed")])
def test_what_was_done_of_a_fault_is_a_state(written, state):
    assert READER.of(written) == state
    assert state != "rectified" or READER.is_remedy(written)


@pytest.mark.parametrize("written", [
    "已安排清理完毕", "如更换完毕可恢复", "若已更换", "已补办手续中", "已清理，再次堆放", "已安装，待调试",
    "已更换方案", "已安装警示牌", "警示牌安装完毕", "已更换负责人", "已清理现场", "已督促拆除", "已通知更换", "已清理，未更换",
    "已更换，但仍有问题",
    "现场清理难度大",
    "立即更换", "已更换2个", "已更换3处，剩余2处", "其余部分已清理", "已整改，未更换灭火器", "已恢复生产", "疑似已拆除",
    "企业称已更换",
    "已拆除违建，正在办手续", "更换灭火器", "已采购更换", "近期更换", "年底前拆除完毕", "已拆除，另一处待拆除", "现场勘查完成",
    "登记完成", "停产完成",
    "报告提交完毕",
    "案件已办结"])
def test_what_was_done_of_something_else_or_not_surely_is_no_state(written):
    assert READER.of(written) is None


@pytest.mark.parametrize(("written", "code"), [
    *((one, "status-gone") for one in ("已关停", "已取缔", "企业已搬离", "已停用", "设备已断电", "不再经营")),
    *((one, "status-needless") for one in ("无需整改", "不需要整改")), ("随便写", "status-unread"),
    ("已关停，据称已整改", "status-unread")])
def test_a_text_that_is_no_state_is_answered_by_what_it_says(written, code):
    assert READER.of(written) is None and READER.asked_of(written) == code


@pytest.mark.parametrize(("written", "state"), [
    ("√否", "open"), ("√是", "rectified"), ("尚未整改完毕", "open"), ("逾期", "open"), ("资金未到位", "open"), ("已进场", "under_way"),
    ("招标中", "under_way"), ("已自行整改", "rectified"), ("已妥善处置", "rectified"), ("好了", "rectified"), ("隐患消除", "rectified"),
    ("已于当日整改", "on_the_spot"), ("已整改，但未验收", "rectified"), ("虽有困难，但已整改", "rectified"), ("已整改，但不彻底", None),
    ("否，已整改", None), ("已整改（否）", None), ("×、已整改", None), ("是，已整改", "rectified"),
    ("已整改，但资金未落实", None), ("是√否", None), ("已整改，仍存在问题", None), ("已整改又发现", None),
    ("已完成整改，再次发现堆物", None), ("已整改（又堆放杂物）", None), ("已整改，依然堵塞", None), ("已整改，还有杂物", None),
    ("已整改，存在反复", None), ("已整改，未达标", None), ("已整改，效果不佳", None), ("没有问题", None),
    ("6月5日又检查，已整改", "rectified"), ("整改后又整改到位", "rectified"), ("已整改，仍待验收", "rectified"), ("仍未整改", "open"),
    ("仍在整改中", "under_way")])
def test_a_state_in_few_words(written, state):
    assert READER.of(written) == state
