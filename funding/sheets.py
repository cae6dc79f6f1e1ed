"""The ledger of working funds (经费台账) and the table of a year's budgets (年度表)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText, free_text, source
from federation.exchange.cleaners.dates import calendar_year, partial_date
from federation.exchange.cleaners.numbers import Money, WholeNumber, balance, money, yes_no
from federation.exchange.declare import Column, RowCheck, Sheet, sheets
from funding.models.amounts import line_doubts, per_woman_doubt
from orgs.sheets import UNIT_COLUMNS

Found = Iterable[tuple[int, str, str, dict]]
AMOUNT_GROUPS = ("金额", "经费", "经费情况", "金额（元）", "收支情况", "经费收支")
BUDGET_GROUPS = ("经费情况", "经费", "工作经费", "年度经费", "经费安排情况")
# A district counts hundreds of thousands of women, a city millions.
women = WholeNumber(most=100_000_000)
# Budgets of districts are large; the unit is doubted beside the usual of the same level instead.
budget = Money(large=Money().most * 10)
YEAR_ALIASES = ("年份", "年", "所属年度", "经费年度", "预算年度", "统计年度", "会计年度")
YEAR_PATTERN = (
    r"(所属|经费|预算|统计|会计|台账|拨款|拨付|资金|收支|下达|记账|财务|安排)*(年度|年份|年)(年)?"
)


def doubtful_lines(columns: Mapping[str, Sequence[Any]], today: date) -> Found:
    """Rows whose amounts contradict each other, as ``line_doubts`` says; blank cells contradict
    nothing."""
    nothing = [None] * len(columns["amount_yuan"])
    told = (columns.get(key, nothing) for key in ("amount_yuan", "spent_yuan", "balance_yuan"))
    for row, (received, spent, left) in enumerate(zip(*told, strict=True)):
        if received is not None:
            for key, code, params in line_doubts(received, spent, left):
                yield row, key, code, params


def doubtful_years(columns: Mapping[str, Sequence[Any]], today: date) -> Found:
    """Rows whose arranged amount is far from the standard for so many women."""
    counts, standards = columns["women_resident"], columns.get("standard_yuan")
    for row, amount in enumerate(columns["arranged_yuan"]):
        params = per_woman_doubt(amount, counts[row], standards[row] if standards else None)
        if params is not None:
            yield row, "arranged_yuan", "per_woman_unusual", params


@sheets.register
class BudgetsSheet(Sheet):
    """Dated lines of the ledger: one row is one sum that came in, and what was spent of it."""

    key = "budgets"
    title = _("经费台账")
    register_route = "funding:line_list"
    town_rows = True
    needs = (("amount_yuan",), ("code", "name", "town"))
    row_checks = (RowCheck(("amount_yuan",), doubtful_lines),)
    columns = (
        Column("year", _("年度"), calendar_year, YEAR_ALIASES, required=True,
               pattern=YEAR_PATTERN),
        *UNIT_COLUMNS,
        Column("source", _("经费来源"), source,
               ("来源", "资金来源", "收入来源", "经费渠道", "资金渠道", "拨款来源", "来源渠道"),
               pattern=r"(工作|活动|收入)?(经费|资金|收入|拨款|款项|金额)?(的)?(来源|渠道)(渠道|类别|类型|单位|名称|情况)?"),
        Column("amount_yuan", _("收入金额（元）"), money,
               ("收入金额", "收入", "拨入", "拨入金额", "金额", "到账金额", "拨款金额", "经费金额",
                "收入数", "拨入经费", "经费收入", "到位金额", "入账金额", "拨付金额"),
               unit="元", group=AMOUNT_GROUPS, required=True,
               pattern=r"(?!.*(支出|结余|余额))(经费|资金|本次|本期|拨款|款项|全年|实际)*(收入|拨入|到账|拨付|入账|到位|收到|进账|拨款|划拨|下拨|来款)(金额|经费|资金|款项|数|额|数额|总额){0,2}|金额"),
        Column("spent_yuan", _("支出金额（元）"), money,
               ("支出金额", "支出", "已支出", "使用金额", "支出数", "经费支出", "已用金额", "开支",
                "支出经费"),
               unit="元", group=AMOUNT_GROUPS,
               pattern=r"(经费|资金|已|实际|本次|本期|全年)*(支出|使用|开支|用去|支付|花费|列支|支用|已用)(金额|经费|资金|数|额|数额|总额)*"),
        Column("balance_yuan", _("结余（元）"), balance,
               ("结余", "结余金额", "余额", "结存", "剩余金额", "结转", "经费结余", "结余数"),
               unit="元", group=AMOUNT_GROUPS,
               pattern=r"(经费|资金|年末|期末|本期|账面|当前|现|累计)*(结余|余额|结存|剩余|结转|余款)(金额|经费|资金|数|额|数额|余额|结余)*"),
        Column("received_on", _("到账日期"), partial_date,
               ("到账时间", "日期", "入账日期", "入账时间", "拨款日期", "拨付日期", "收款日期",
                "到位时间", "到位日期", "拨付时间", "拨款时间"),
               pattern=r"(经费|资金|款项|收入|业务|发生|收支|记账|登记|凭证)*(到账|入账|拨付|拨款|收款|到位|拨入|记账|收入|发生|进账|收到|业务|登记)(日期|时间|年月)"),
        Column("voucher_no", _("凭证号"), FreeText(40),
               ("凭证编号", "凭证号码", "凭证", "记账凭证号", "票据号", "单据号", "会计凭证号"),
               pattern=r"(记账|会计|入账|财务|原始|银行)*(凭证|票据|单据|凭单|发票|传票)(编|字|号|码|号码|编号|字号){0,2}"),
        Column("purpose", _("用途"), FreeText(200),
               ("经费用途", "使用用途", "资金用途", "用于", "使用情况", "支出用途", "摘要",
                "用途说明"),
               pattern=r"(经费|资金|主要|支出|使用|款项|具体)*(用途|用项|摘要|使用方向|用向|使用情况|使用内容|事由|使用项目|支出内容)(说明|情况|摘要)?"),
        Column("remark", _("备注"), free_text, ("说明", "备注说明", "其他说明", "情况说明")),
    )  # fmt: skip


@sheets.register
class YearlySheet(Sheet):
    """What each unit's budget of a year says; one row is one unit at its own level (本级)."""

    key = "yearly"
    title = _("年度经费表")
    register_route = "funding:yearly_list"
    town_rows = True
    needs = (("code", "name", "town"), ("arranged_yuan", "due_yuan", "received_yuan", "in_budget"))
    row_checks = (RowCheck(("arranged_yuan", "women_resident"), doubtful_years),)
    columns = (
        Column("year", _("年度"), calendar_year, YEAR_ALIASES, pattern=YEAR_PATTERN),
        *UNIT_COLUMNS,
        Column("women_resident", _("女性人口"), women,
               ("常住女性人口", "女性人口数", "妇女人口", "女性人数", "妇女人数", "常住妇女数",
                "常住妇女", "女性常住人口", "妇女总数", "女性人口（人）", "常住女性人口（人）"),
               pattern=r"(辖区内?|全区|全镇|现有)?(常住)?(女性|妇女)(常住)?(总)?(人口|人数|数|总数|人口数)?(常住)?(人)?"),
        Column("women_registered", _("户籍女性人口"), women,
               ("户籍女性人口数", "户籍妇女数", "户籍妇女", "女性户籍人口", "女性人口（户籍）",
                "户籍女性"),
               pattern=r"(户籍(女性|妇女)|(女性|妇女)户籍)(总)?(人口|人数|数|总数|人口数)?(人)?"),
        Column("standard_yuan", _("标准（元/人）"), Money(large=Money().most),
               ("标准", "人均标准", "安排标准", "经费标准", "标准（元）", "人均标准（元）"),
               unit="元", group=BUDGET_GROUPS,
               pattern=r"(人均|每人|安排|经费|拨付|预算|工作经费|妇联)*标准(元人|元每人|元)?"),
        Column("due_yuan", _("应安排（元）"), budget,
               ("应安排", "应安排经费", "应安排金额", "应拨", "应列经费", "应安排数", "计划安排",
                "应安排工作经费"),
               unit="元", group=BUDGET_GROUPS,
               pattern=r"(按标准|全年|本年)*(应|计划)(安排|拨付?|列支?|到位|落实|保障)(工作)?(经费|金额|资金|数|额)?(元|万元|千元)?"),
        Column("arranged_yuan", _("实际安排（元）"), budget,
               ("实际安排", "安排", "安排金额", "实际安排经费", "已安排", "预算安排", "年度预算",
                "预算金额", "实际安排金额", "安排经费", "实际安排数"),
               unit="元", group=BUDGET_GROUPS,
               pattern=r"(实际|实|已|年度|年初|财政|本级)*(预算)?(安排|批复|列入预算)(工作)?(经费|金额|资金|数|额)?(元|万元|千元)?"),
        Column("received_yuan", _("到位（元）"), budget,
               ("到位", "到位金额", "到位经费", "实际到位", "已到位", "已拨付", "实际到位经费",
                "到位数", "到位资金", "拨付到位"),
               unit="元", group=BUDGET_GROUPS,
               pattern=r"(实际|实|已|拨付|经费|资金)*(到位|拨付|到账|下拨)(工作)?(经费|金额|资金|数|额|情况)?(元|万元|千元)?"),
        Column("in_budget", _("是否纳入预算"), yes_no,
               ("纳入预算", "是否纳入财政预算", "是否列入预算", "纳入财政预算", "列入预算",
                "是否列入财政预算", "是否已纳入预算"),
               pattern=r"(是否|已|有无)*(纳入|列入|进入?)(本级|同级|地方|区|镇街)*(财政)?(年度)?预算(情况|是否)?"),
        Column("document", _("文号"), FreeText(80),
               ("文件号", "预算文号", "依据文号", "文件文号", "依据文件", "批复文号", "预算文件"),
               pattern=r"(预算|依据|批复|文件|下达|安排)*(文号|文件号|文件编号)"),
        Column("remark", _("备注"), free_text, ("说明", "备注说明", "其他说明", "情况说明")),
    )  # fmt: skip
