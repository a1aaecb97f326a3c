"""What is written for the state of a hazard."""

import pytest

from consolidator.ledger.states import StateReader, done_on
from tests.ledger.factory import LEDGER

READER = StateReader(LEDGER)


@pytest.mark.parametrize(("written", "state"), [
    ("未整改", "open"), ("待整改", "open"), ("否", "open"), ("×", "open"), ("未完成", "open"), ("未完成整改", "open"),
    ("尚未完成整改", "open"), ("没有整改", "open"), ("计划6月底前完成", "open"), ("拟7月15日完成整改", "open"), ("整改未完成", "open"),
    ("未能按期整改", "open"), ("未销号", "open"), ("没有完成", "open"), ("未完成闭环", "open"), ("将于下周完成", "open"),
    ("计划6月底完成，资金未落实", "open"), ("□已整改 ☑未整改", "open"), ("0%", "open"), (0, "open"), ("责令限期整改，尚未完成", "open"),
    ("大部分已完成", "under_way"), ("已整改一半", "under_way"), ("完成一半", "under_way"), ("已完成部分整改", "under_way"),
    ("基本整改完成", "under_way"), ("已开始整改", "under_way"), ("已制定整改计划", "under_way"),
    ("已按要求整改", "rectified"), ("已经整改", "rectified"), ("均已整改", "rectified"), ("☑已整改 □未整改", "rectified"),
    ("是√ 否□", "rectified"), ("责令限期整改，已整改", "rectified"), ("已整改，未闭环", "rectified"), (1, "rectified"),
    ("现场整改完成", "on_the_spot"), ("当场已整改", "on_the_spot"), ("整改完成并通过验收", "closed"), ("未通过验收", "failed"),
    ("整改中", "under_way"), ("进行中", "under_way"), ("正在采购灭火器", "under_way"), ("50%", "under_way"), ("已完成50%", "under_way"),
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
    ("停产整改", "under_way"), ("整改责任人已落实，正在整改", "under_way"), ("除1处外已全部整改", "under_way"), ("大体完成", "under_way"),
    ("阶段性完成", "under_way"), ("0.5", "under_way"), ("☑", "rectified"), ("是（√） 否（ ）", "rectified"), ("OK", "rectified"),
    ("3处均已整改", "rectified"), ("已整改，申请销号", "rectified"), ("已整改，下一步加强管理", "rectified"), ("当日整改完成",
    "on_the_spot"),
    ("即知即改", "on_the_spot"), ("已移交，未整改", "moved"), ("已整改，复查不合格", "failed"), ("整改后又反弹", "failed"),
    ("予以销号", "closed"),
])
def test_a_state_is_read(written, state):
    assert READER.of(written) == state


@pytest.mark.parametrize("written", [
    "已更换灭火器", "随便写", "没有隐患，已整改", "已整改3处，2处未整改", "已完成整改方案", "要求立即整改",
    "申请销号", "已提请销号", "建议销号", "不予销号", "未经验收销号", "已落实整改责任人", "资金已落实", "招标已完成", "已完成采购",
    "闭环管理",
    "纳入闭环管理", "6月底完成", "9月完成", "年底完成", "明年完成", "3处已完成2处", "已整改2处", "已整改？", "是否整改完成", "企业称已整改",
    "无需整改", "完成第一阶段整改", 2, 7, "无法整改", "已督促整改", "好" * 80])
def test_what_is_not_surely_a_state_is_none(written):
    assert READER.of(written) is None


@pytest.mark.parametrize(("written", "day"), [
    ("已于6月8日整改完毕", "6月8日"), ("2023年6月8日完成整改", "2023年6月8日"), ("已整改（6月8日）", "6月8日"), ("6.8现场整改", "6.8"),
    ("6月2日检查发现，已整改", ""), ("6月5日未整改，6月8日已整改", ""), ("已整改", "")])
def test_the_day_on_which_a_text_says_that_it_was_done(written, day):
    assert done_on(written) == day
