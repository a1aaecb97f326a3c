"""The vocabulary of printed forms: what a text of a blank form is. Closed lists, as data."""

from __future__ import annotations

import re
import unicodedata

COUNT_UNITS = ("个", "家", "次", "人", "户", "件", "起", "处", "项", "名", "条", "例", "场", "人次", "家次", "个次", "项次", "户次", "场次", "份",
               "本", "辆", "台", "套", "所", "座", "间", "口", "头", "只", "支", "期", "天", "日", "小时", "课时", "学时", "栋", "幢", "艘", "宗", "批",
               "批次", "万人", "万人次", "对", "张", "册", "篇", "班", "班次", "台次", "车次", "艘次", "组", "站", "点", "床", "株", "棵", "块", "村",
               "岁", "分", "箱", "根", "瓶", "桶", "盒", "包", "袋", "枚", "面", "幅", "罐", "架", "列", "票", "单", "桩", "节", "层", "车", "车次", "船次", "课", "题", "级", "班组", "人月", "人日", "人天", "工日", "台次", "辆次", "台/辆次", "企业", "户数", "人数", "家数", "起数", "次数", "台套", "台（套）", "个（家）", "条（次）", "人.次", "家·次")
DECIMAL_UNITS = ("元", "万元", "亿元", "千元", "百万元", "公里", "千米", "米", "平方米", "平方公里", "㎡", "m2", "m²", "亩", "万亩", "公顷", "吨",
                 "万吨", "千克", "公斤", "克", "升", "立方米", "m3", "km", "千瓦时", "度", "万千瓦时", "工时", "万工时", "人工时", "万人工时", "元/年", "万元/年", "元/人", "年")
RATE_UNITS = ("%", "％", "‰", "百分比")
YES_NO = re.compile(r"^是否|是否.*|[(（]\s*是\s*[/、或]\s*否\s*[)）]|有\s*[/、]\s*无")
CODED = re.compile(r"\d[.．、].{1,12}\d[.．、]|代码")
A_NUMBER = re.compile(r"(数|量|率|额|人数|例数|不明|[万亿]?元|经费|费用|资金|面积|合计|总计)([(（].*[)）])?$")
RATE = re.compile(r"(率|占比|比例|比重|百分比|之比|完成%)[^数]{0,6}$|之比[)）]$|%")
AVERAGE = re.compile(r"人均|户均|平均|均价|单价|单位[^数]{2,4}(收入|产值|成本|能耗)")

NUMBER_TITLE = re.compile(r"^(序|编|行|项目?编?|代)?\s*[号次码]$|^序\s*号$|^编\s*号$|^行\s*次$|^No\.?$|^代码$|^项目代码$|^指标代码$", re.I)
UNIT_TITLE = re.compile(r"^(计量)?单\s*位$|^计量单位$|^计\s*量$")
REMARK_TITLE = re.compile(r"^(备\s*注|说\s*明|填表说明|情况说明|填报说明|注|.{0,40}备注|.{0,8}说明)$")
NAME_TITLE = re.compile(
    r"^(填报|报送|所属|责任|基层|被检查|项目(?=部|单位|名称)|公司|企业|施工|学校|医院|机构|镇|村|乡镇|街道|部门|单位|地区|区域|区县|县区|市县|区|县|市|州|省|社区|科室|辖区|板块|"
    r"行政区划?|各?县[(（]市、区[)）]|县[(（]市[、,]?区[)）]|市[(（]州[)）]|区[(（]县[)）]|各区|各街道|各乡镇|各单位|帮扶单位|贫困村|所在地|园区|属地|分公司|子公司|"
    r"乡[(（]镇[)）]|镇[(（]街[)）]?|类目)"
    r"([(（].{1,6}[)）])?(名\s*称|单位|名|部门|/.{1,6}|、.{1,6}|[(（].{1,6}[)）])?$")
TEXT_TITLE = re.compile(
    r"(姓名|负责人|联系人|联系电话|电话|手机|地址|日期|时间$|年份|年度$|季度$|月份$|月报日期|性别|职务|职称|身份证|措施|内容|事项|原因|结果|情况描述|主要情景|方式$|名单|依据|"
    r"^半?年[(（]|岗位$|工种|行业类型|级别$|文号|检查人员|组织单位|演练名称|事由|意见$|要求$|名称$|简述|^法律|内容$|主要问题|突出问题|概况|亮点|经验|做法|存在问题|建议|签名|签字|类型$|类别$|分类$|种类$|领域$|行业$|星级)")
SURE_TEXT = re.compile(r"姓名|电话|手机|联系人|负责人|填表|审核|签[字名]|日期|时间$|地址|备注|年份|月份|季度|身份证")
STORY = re.compile(r"(主要做法|工作措施|整改措施|经验做法|工作亮点|存在问题|意见建议|工作建议|基本情况|工作概况|情况简述|情况说明|原因分析|下一步打算|工作打算)[:：]?$")
LIST_NAME = re.compile(r"清单|名单|台账|登记|一览表|目录|记录")
PERIOD_TITLE = re.compile(r"^(年份?|年度|季度?|月份?|期别|报告期|日期)$")
TOTAL = re.compile(r"^(合\s*计|总\s*计|小\s*计|共\s*计|全[区市县省]合?计?|计)([(（].*[)）])?$|[:：]?(费用)?(小计|合计|总计)[:：]?$")
PART = re.compile(r"^\s*(其\s*中|其中：|#|＃)")
CUMULATIVE = re.compile(r"累计|至今|以来|截[至止]")
OF_SHORT_PERIOD = re.compile(r"本[周旬月季期次]|当[周旬月季期日]|新增|上?半年$")
THIS_YEAR = re.compile(r"[本当]年")
OF_YEAR = re.compile(r"(本|当|今)?年(度)?累计|[自从]?1月(份)?(至|以来|起)|年初(以来|至今)|1[-—至~]")
LEVEL = re.compile(r"(期|年|月|季|周)末|现有|实有|结存|库存|在册|在编|年底|余额")
LEVEL_PERHAPS = re.compile(r"总数|总量$|覆盖|人口|计划|目标|任务|应.{0,6}数$")
NOTE = re.compile(r"^\s*[(（]?\s*(备\s*注|有关要求|工作要求|注|填表说明|填报说明|填报要求|要\s*求|说\s*明|附\s*注|补充资料|指标解释|注意事项)\s*[)）]?\s*[:：\d\n（(]?")
SIGNATURE = re.compile(
    r"(填\s{0,9}表\s{0,9}人|填\s{0,9}报\s{0,9}人|制\s{0,9}表\s{0,9}人?|审\s{0,9}核\s{0,9}人?|负\s{0,9}责\s{0,9}人|联\s{0,9}系\s{0,9}人|联系电话|电\s{0,9}话|经\s{0,9}办\s{0,9}人|签\s{0,9}发|单位负责人|统计负责人|批\s{0,9}准|复\s{0,9}核|编\s{0,9}制|"
    r"联系方式|手\s{0,9}机|填表日期|报出日期)\s{0,9}(（签名）|（签字）|\(签名\)|\(签字\)|（签章）)?\s{0,9}[:：]")
UNIT_LINE = re.compile(
    r"((填报|报送|上报|填表|编报|填写|汇总|报告|制表|编制|被检查|帮扶|本)?\s{0,9}(单\s{0,9}位|部\s{0,9}门|街道|科室|机构|企业|学校|村|区县?|乡镇)\s{0,9}(名\s{0,9}称)?\s{0,9}([(（]\s{0,9}(加?盖?公?章|签章|盖章|公章|全称)\s{0,9}[)）])?\s{0,9}[:：]|"
    r"[(（](加?盖公?章|签章|盖章|公章|单位)[)）])")
FIELD = re.compile(r"^((填报|报送|上报|填表|编报)(单位|部门|机构|企业)|(填报|报送|填表|统计)(时间|日期)|报告期|统计期|所属期|填表人|填报人|联系电话)$")
DATE_LINE = re.compile(
    r"年[_＿\s\d]*(月|季)|(日期|时间|年月|报告期|统计期|所属期|截[至止])\s*[:：]|年月[:：]|第[_＿\s]*[周期旬]|[(（]\s*\d{4}([-年./]\s*\d{0,2})?.{0,8}[)）]")
MONEY_LINE = re.compile(r"(金额)?(计量)?单位\s*[:：]\s*(\S{0,4}元|.{1,8})\s*$")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
CODE = re.compile(r"^[(（]?\s*(\d{1,3}|[甲乙丙丁戊己庚辛])\s*[)）]?$")
ITEM_NUMBER = re.compile(r"^[(（]?\s*(\d{1,4}([.．]\d{1,2})*|[一二三四五六七八九十百]{1,4})\s*[)）]?[.．、]?$")
LEADING_NUMBER = re.compile(r"^\s*([(（]\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）]|\d{1,3}\s*[.．、](?!\d)|[一二三四五六七八九十]{1,3}\s*[、.．]|[①-⑳])\s*")
SECTION_NUMBER = re.compile(r"^[(（]?\s*[一二三四五六七八九十]{1,3}\s*[)）]?[、.．]?")
FILLED_BY = re.compile(r"[(（]\s{0,9}([^()（）]{2,16}?)\s{0,9}(?:负责)?(填写|填报|填)\s{0,9}[)）]")
RHYTHMS = (  # first that fits the title, the file's name or a remark
    (re.compile(r"日报"), "daily"), (re.compile(r"旬报|每旬"), "ten_days"),
    (re.compile(r"半月报|每半月"), "half_monthly"), (re.compile(r"周报|每周|周调度|周进展|一周"), "weekly"),
    (re.compile(r"半年报?|上半年|下半年"), "half_yearly"),
    (re.compile(r"季报|季度|每季"), "quarterly"), (re.compile(r"月报|每月|月度|月份|\d年\s*\d{0,2}\s*月|20\d\d-\d{1,2}(?!\d)"), "monthly"),
    (re.compile(r"年报|年度|每年|20\d\d年?\s*[)）]"), "yearly"))

ON_WEEKDAY = re.compile(r"(?:每周|每星期|逢周|于周)([一二三四五六日天])")
ON_DAY = re.compile(r"(?:每月|次月|下月|月后|季后|(?:次|下)季度?首月|(?:次|下)年1月|每季度?(?:末月|首月)|每半年(?:末月|首月)|(?<!\d)\d{1,2}月)(\d{1,2})[日号]?(?:前|之前|以前|报|上报)")


def plain(text: str) -> str:
    """``text`` in one width, without any blanks or breaks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


_BRACKET = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,12})[)）\]】]")
_BEHIND = re.compile(r"(?<=.{2})[/,，:：-](万元|亿元|千元|元|人次|人|户|个|家|次|公里|亩|吨)$")


def unit_of(text: str) -> tuple[str, ...]:
    """The measuring units that a printed text gives, last bracket first: “处罚（次，万元）” → (次, 万元); () where none."""
    text = text.strip()
    if is_unit(text):
        return (_clean(text),)
    for found in reversed(list(_BRACKET.finditer(text))):
        inner = found[1].strip().removeprefix("单位").lstrip(":：")
        if is_unit(inner):
            return (_clean(inner),)
        parts = [part for part in re.split(r"[,，、/；;]|和|及", inner) if part]
        if len(parts) == 2 and all(is_unit(part) for part in parts):
            return tuple(_clean(part) for part in parts)
    behind = _BEHIND.search(text)
    return (behind[1],) if behind else ()


def _clean(text: str) -> str:
    text = re.sub(r"[\s.·]+", "", unicodedata.normalize("NFKC", text)).strip("()")
    text = {"m2": "平方米", "㎡": "平方米", "m3": "立方米"}.get(text, text)
    return text.removesuffix("数") if text in ("户数", "人数", "家数", "起数", "次数") else text


def is_unit(text: str) -> bool:
    text = _clean(text)
    return text in COUNT_UNITS or text in DECIMAL_UNITS or text in RATE_UNITS


def kind_of_unit(unit: str) -> str:
    """``count``, ``money`` (any amount with decimals) or ``rate``."""
    if unit in RATE_UNITS:
        return "rate"
    return "money" if unit in DECIMAL_UNITS else "count"


def is_heading(text: str) -> bool:
    """Whether a line heads a section: 一、企业自查, 执法情况（执法部门填写）."""
    return len(text) <= 40 and (re.match(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]", plain(text)) is not None or FILLED_BY.search(text) is not None)


def without_unit(text: str) -> str:
    """The text without its unit bracket and its leading number, for a short name."""
    text = _BRACKET.sub(lambda found: "" if unit_of(found[0]) or FILLED_BY.fullmatch(found[0]) else found[0], text)
    return LEADING_NUMBER.sub("", text).strip()
