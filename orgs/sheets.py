"""The table a district collects from its villages; renewals, host units and counting tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from federation.coverage.counts import columns
from federation.exchange.cleaners.choices import FreeText, Option, free_text, reference
from federation.exchange.cleaners.codes import uscc
from federation.exchange.cleaners.dates import DateCleaner, partial_date, whole_day
from federation.exchange.cleaners.numbers import WholeNumber, money, whole_number, yes_no
from federation.exchange.cleaners.people import person_name, phone
from federation.exchange.declare import Column, RowCheck, Sheet, sheets
from federation.exchange.understanding.matrices import MATRIX
from orgs.counts import count_column
from orgs.data.headings import (
    CODE_ALIASES,
    CODE_PATTERN,
    NAME_ALIASES,
    NAME_PATTERN,
    TOWN_ALIASES,
    TOWN_PATTERN,
)

CHAIR_GROUPS = ("妇联主席情况", "妇联主席", "主席情况", "主席", "妇联主席信息")
few = WholeNumber(most=1_000)

#: the columns by which a table of any level says whom a row is about: the code (of a village, town
#: or district, short or padded), else town and village, else the full name of the unit alone
UNIT_COLUMNS = (
    Column("code", _("单位代码"), reference, ("行政村（社区）代码", *CODE_ALIASES),
           reference=True, pattern=CODE_PATTERN),
    Column("town", _("乡镇（街道）"), reference, ("所属乡镇（街道）", *TOWN_ALIASES),
           reference=True, pattern=TOWN_PATTERN),
    Column("name", _("村（社区）"), reference,
           ("行政村（社区）名称", "单位", "单位名称", "所在单位", "所属单位", *NAME_ALIASES),
           reference=True, pattern=NAME_PATTERN),
)  # fmt: skip


@sheets.register
class VillagesSheet(Sheet):
    """What stands in each village: women, chair, committee, groups, home, money, election."""

    key = "villages"
    title = _("村（社区）基本情况")
    register_route = "orgs:organisation_list"
    level = "village"
    needs = (("code", "name"),)
    unique = "org_code"
    columns = (
        Column("code", _("行政村（社区）代码"), reference, CODE_ALIASES, reference=True,
               pattern=CODE_PATTERN),
        Column("town", _("所属乡镇（街道）"), reference, TOWN_ALIASES, reference=True,
               pattern=TOWN_PATTERN),
        Column("name", _("行政村（社区）名称"), reference, NAME_ALIASES, reference=True,
               pattern=NAME_PATTERN),
        Column(
            "women_resident", _("常住妇女数"), whole_number,
            ("常住妇女人数", "常住妇女", "妇女人数", "妇女数", "妇女总数", "妇女人口", "妇女人口数",
             "女性人口", "女性人口数", "女性人数", "常住女性", "常住女性人数", "常住女性人口",
             "辖区妇女数", "辖区妇女人数", "常住妇女人口数", "妇女常住人口"),
               pattern=r"(?!.*(户籍|以下|小组|之家|代表|主任|主席|干部|组织|经费|志愿|职工|党员|受益))(现有|全村|辖区内?|本村|村社区|常住|人口|其中|中|岁以上|\d)*(妇女|女性)(常住|群众|人口|居民|总|人|数|合计|情况)*"),
        Column("households", _("户数"), whole_number,
               ("总户数", "家庭户数", "常住户数", "户籍户数", "辖区户数", "家庭总户数"),
               pattern=r"(辖区内?|全村|本村|现有|在册|常住|户籍|家庭|居民|农|总|村社区|住|村民)*户(籍|总)*(数|数量)(合计)?|(总|常|居民|农|常住|家庭)+户|(辖区|常住|现有|居民|总)*家庭(总)?(数|数量)"),
        Column(
            "chair_name", _("妇联主席姓名"), person_name,
            ("妇联主席", "主席姓名", "主席", "妇联主席名字", "村妇联主席", "村（社区）妇联主席",
             "妇联主席（姓名）", "妇联负责人", "妇女主任", "姓名"),
            group=CHAIR_GROUPS, is_personal=True,
               pattern=r"(现任|新任|本届|新一届|村|社区|居)*(妇联会?|妇女联合会|妇女)?(组织)?主席(姓名|名字|名称|名)?|(村|社区|居)*(妇联|妇女联合会|妇女)(组织)?(负责人|主任)(姓名|名字|名)?"),
        Column(
            "chair_phone", _("联系电话"), phone,
            ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "主席电话",
             "主席联系电话",
             "妇联主席电话", "妇联主席联系电话", "妇联主席手机", "妇联主席联系方式", "联系手机",
             "主席手机"),
            group=CHAIR_GROUPS, is_personal=True,
               pattern=r"((村|社区|居)*(妇联|妇女联合会)?(主席|负责人))?(本人|个人|常用|联系|移动|办公|固定)*(电话|手机|手机号|手机号码|电话号码|手机电话|方式|号码){1,2}"),
        Column(
            "chair_in_committee", _("是否进“两委”"), yes_no,
            ("进两委", "是否两委", "是否进入两委", "是否进入村（社区）两委", "是否两委成员",
             "主席是否进两委",
             "妇联主席是否进两委", "主席进两委", "是否进村两委", "是否村两委成员", "是否为两委成员",
             "妇联主席进两委", "是否进两委班子", "是否进村（社区）两委", "两委成员",
             "妇联主席是否进入两委"),
            group=CHAIR_GROUPS,
               pattern=r"(现任)?(村|社区|居)*(妇联|妇女联合会)?(主席)?(是否|有无)?已?(进入?|兼任?|为|是|担任|属于?)*(本|支|村|社区|居|党支部)*两委(班子)?(成员|委员|任职|干部|职务|情况)*(是否)?"),
        Column("exec_count", _("执委人数"), few,
               ("执委数", "妇联执委人数", "妇联执委数", "执委总数", "执行委员人数", "执委会人数",
                "执委会委员数", "执委", "现有执委人数"), group=("组织情况", "妇联组织情况"),
               pattern=r"(现有|本届|选举产生|选出|当选|产生|配备|妇联)*(执委|执行委员)(会|委员|成员|名额)*总?(人数|数|数量|总数|人员|规模|配备)*(合计|总数)?"),
        Column("group_count", _("妇女小组数"), few,
               ("妇女小组", "小组数", "妇女小组个数", "妇女小组数量", "妇女小组总数",
                "村民小组妇女小组数"),
               group=("组织情况", "妇联组织情况"),
               pattern=r"(下设|下辖|已建|组建|成立|设立|建立|现有|共有|村|社区|辖)*妇女小组(总|个|数|数量|情况)*"),
        Column("has_home", _("是否建有妇女之家"), yes_no,
               ("妇女之家", "有无妇女之家", "是否有妇女之家", "是否建妇女之家", "是否建立妇女之家",
                "建有妇女之家", "妇女之家是否建立", "妇女之家建设情况", "是否已建妇女之家",
                "妇女之家（有/无）"),
               group=("阵地情况", "阵地建设"),
               pattern=r"(村|社区)*(是否|有无|有没有)?已?(建|有|建有|建成|建立|设立|设有|成立|创建|配备)?妇女之家(阵地)?(是否|有无|有没有)?(已|建|设|成立|设立|立|成|有|建设|情况|阵地|创建){0,4}"),
        Column("budget_yuan", _("年度工作经费（元）"), money,
               ("年度工作经费", "工作经费", "年工作经费", "妇联工作经费", "年度经费", "经费",
                "年经费",
                "本年度工作经费", "妇联年度工作经费", "年度妇联工作经费", "年度经费预算",
                "工作经费预算"),
               unit="元", group=("经费情况", "经费保障"),
               pattern=r"(?!.*(到位|到账|支出|结余|来源|用途|保障))(本|全|上)?(年|年度|村级)?(妇联|妇女|安排|落实|预算|列支)*(年度|全年|本年|每年|年)?(妇联|妇女|工作|预算)*经费(预算|安排|总)*(数|额|额度|金额|数额|标准|总额|情况)?(年)?(元|万元|千元)?"),
        Column("election_date", _("换届时间"), partial_date,
               ("换届日期", "最近换届时间", "最近一次换届时间", "上次换届时间", "换届选举时间",
                "换届选举日期",
                "本届换届时间", "最近换届日期", "最近一次换届日期", "换届年月", "上次换届日期",
                "本届选举时间"),
               group=("换届情况", "组织情况"),
               pattern=r"(最近|最后|最新|上|本|末|上一|近)*(一次|次|届)?(村|社区|居)*(妇联|妇联组织|执委会)?(换届|选举|改选)(选举|完成|改选|大会|工作|召开)*(时间|日期|年月|年份)(年月)?"),
        Column("remark", _("备注"), free_text, ("说明", "备注说明", "其他说明", "情况说明"),
               pattern=r"(其他|其它|补充|需要?|有关|情况|的|问题)*(说明|备注)(的)?(情况|问题|事项)*"),
    )  # fmt: skip


Found = Iterable[tuple[int, str, str, dict]]
STEP_GROUPS = ("换届进度", "换届情况", "换届选举", "换届工作进度")
TO_THE_DAY = _("写到日，例如 2021-03-08；还没有到这一步的留空")
# A term may be due in some years, and a renewal is asked for before that.
due_day = DateCleaner(earliest=date(1990, 1, 1), allow_future=True)


def following(earlier: str, later: str, label: Any) -> Callable[[Mapping, Any], Found]:
    """Finds rows whose day in ``later`` comes before that in ``earlier``, called ``label``."""

    def find(columns: Mapping[str, Sequence[Any]], today: Any) -> Found:
        for row, (first, then) in enumerate(zip(columns[earlier], columns[later], strict=True)):
            if first and then and then.first_day < first.first_day:
                yield row, later, "before_step", {"step": label, "day": first.iso()}

    return find


@sheets.register
class RenewalsSheet(Sheet):
    """How far each organisation's renewal has come; one row is one renewal."""

    key = "renewals"
    title = _("换届进度表")
    register_route = "orgs:renewal_list"
    town_rows = True
    needs = (("due_on",), ("code", "name", "town"))
    row_checks = tuple(
        RowCheck((earlier, later), following(earlier, later, label), rejects=True)
        for earlier, later, label in (
            ("requested_on", "approved_on", _("请示日期")),
            ("approved_on", "held_on", _("批复日期")),
            ("requested_on", "held_on", _("请示日期")),
        )
    )
    columns = (
        *UNIT_COLUMNS,
        Column("due_on", _("届满日期"), due_day,
               ("届满", "届满时间", "本届届满", "本届届满日期", "本届届满时间", "应换届时间",
                "应换届日期", "到届时间", "任期届满时间"),
               group=STEP_GROUPS, required=True,
               pattern=r"(本届|任期|执委会|妇联|应|换届)*(届满|到届|期满|到期|应换届)(时间|日期|年月)?"),
        Column("requested_on", _("请示日期"), whole_day,
               ("请示", "请示时间", "上报请示", "上报请示时间", "请示上报时间", "请示上报日期"),
               group=STEP_GROUPS, help=TO_THE_DAY,
               pattern=r"(换届|上报|报送|书面|提交|递交|呈报)*请示(上报|报送|提交|行文)?(时间|日期)?"),
        Column("approved_on", _("批复日期"), whole_day,
               ("批复", "批复时间", "党委批复", "党委批复时间", "同意批复时间", "收到批复时间"),
               group=STEP_GROUPS, help=TO_THE_DAY,
               pattern=r"(换届|党委|党组织|上级|同意|收到|请示|镇街|街道|镇)*批复(同意|下达|行文|收到)?(时间|日期)?"),
        Column("held_on", _("大会日期"), whole_day,
               ("大会", "大会时间", "大会召开时间", "大会召开日期", "召开大会时间", "换届大会时间",
                "换届大会日期", "妇代会召开时间", "代表大会时间", "代表大会日期"),
               group=STEP_GROUPS, help=TO_THE_DAY,
               pattern=r"(召开|换届|选举|妇女|妇联|代表)*(大会|妇代会|代表会议?)(召开|选举|举行)?(时间|日期)?"),
        Column("member_count", _("执委数"), few,
               ("执委人数", "选出执委数", "当选执委数", "新一届执委数", "执委会人数", "执委名额"),
               group=STEP_GROUPS,
               pattern=r"(新一届|选出|当选|选举产生|产生|拟设|现有|妇联)*(执委会?|执行委员)(委员|成员)?(人数|数|名额|数量|总数)*"),
        Column("chair_name", _("主席"), person_name,
               ("主席姓名", "当选主席", "新一届主席", "妇联主席", "妇联主席姓名", "新当选主席"),
               group=STEP_GROUPS, is_personal=True,
               pattern=r"(新一届|新?当选|新?选出|新任|现任|拟任|妇联)*主席(姓名|人选|名字|名)?"),
        Column("filing_no", _("备案号"), FreeText(80),
               ("备案编号", "备案文号", "备案", "报备文号", "备案情况"), group=STEP_GROUPS,
               pattern=r"(换届|选举|结果|上报)*(备案|报备)(编号|文号|号码|号|文件号)"),
    )  # fmt: skip


BUILT_GROUPS = ("党群组织", "党群组织建设", "党群组织建设情况", "组织建设情况", "已建组织")
host_sort = Option("host_sort")


def more_women_than_people(columns: Mapping[str, Sequence[Any]], today: Any) -> Found:
    """Rows that count more women than people employed."""
    pairs = zip(columns["employees"], columns["women"], strict=True)
    for row, (employees, women) in enumerate(pairs):
        if employees is not None and women is not None and women > employees:
            yield row, "women", "women_exceed", {"women": women, "employees": employees}


@sheets.register
class UnitsSheet(Sheet):
    """Firms, associations and groups of new employment in the part of an organisation."""

    key = "units"
    title = _("两企三新排查表")
    register_route = "orgs:unit_list"
    town_rows = True
    needs = (("unit_name",), ("code", "name", "town"))
    row_checks = (RowCheck(("employees", "women"), more_women_than_people, rejects=True),)
    columns = (
        *UNIT_COLUMNS[:2],
        # 单位名称 is that of the host unit here.
        Column("name", _("村（社区）"), reference, ("所在村（社区）", *NAME_ALIASES),
               reference=True, pattern=NAME_PATTERN),
        Column("unit_name", _("单位名称"), FreeText(80),
               ("单位", "企业名称", "企业（单位）名称", "单位（企业）名称", "组织名称", "名称",
                "社会组织名称", "单位全称", "企业全称", "机构名称", "两企三新单位名称"),
               required=True,
               pattern=r"(两企三新|两新|三新|企业|社会|经济|单位|组织|机构)+(名称|全称)"),
        Column("uscc", _("统一社会信用代码"), uscc,
               ("社会信用代码", "信用代码", "统一信用代码", "统一社会信用代码号", "营业执照号"),
               help=_("营业执照或登记证上的 18 位代码，没有办理的留空"),
               example="91350100M000100Y43", width=22,
               pattern=r"(统一)?(社会)?信用(代码|编码)(证)?(号|编号)?(18位)?"),
        Column("sort", _("类别"), host_sort,
               ("单位类别", "单位类型", "类型", "组织类型", "组织类别", "企业类型", "领域"),
               pattern=r"(两企三新|单位|组织|企业|所属)*(类别|类型|领域)"),
        Column("employees", _("从业人员"), whole_number,
               ("从业人员数", "从业人数", "职工人数", "职工数", "员工数", "员工人数", "在职人数",
                "人员总数"),
               pattern=r"(现有|在职|在岗|单位|企业)*(从业|职工|员工|用工)(人员)?(总)?(人数|数|总数|总人数)?"),
        Column("women", _("女性人数"), whole_number,
               ("女性", "女职工数", "女职工人数", "女职工", "女员工数", "女员工", "其中女性",
                "女性从业人员", "女性从业人员数", "妇女人数"),
               pattern=r"(其中|在职|企业|单位)*(女性?|妇女)(从业人员|从业|职工|员工|人员)?(总)?(人数|数|总数)?"),
        Column("has_party", _("是否建党组织"), yes_no,
               ("党组织", "已建党组织", "建立党组织", "有无党组织", "党建"), group=BUILT_GROUPS,
               pattern=r"(是否|有无)?(已|建|有|成立|建立|单独)*(党组织|党支部)(是否|建立|组建|情况)*"),
        Column("has_union", _("是否建工会"), yes_no,
               ("工会", "工会组织", "已建工会", "建立工会", "有无工会"), group=BUILT_GROUPS,
               pattern=r"(是否|有无)?(已|建|有|成立|建立)*工会(组织)?(是否|建立|组建|情况)*"),
        Column("has_league", _("是否建团组织"), yes_no,
               ("团组织", "共青团", "已建团组织", "建立团组织", "有无团组织"), group=BUILT_GROUPS,
               pattern=r"(是否|有无)?(已|建|有|成立|建立)*(共青)?团(组织|支部)(是否|建立|组建|情况)*"),
        Column("has_women", _("是否建妇女组织"), yes_no,
               ("妇女组织", "妇联组织", "已建妇联", "妇联", "建立妇女组织", "有无妇女组织",
                "妇委会"), group=BUILT_GROUPS,
               pattern=r"(是否|有无)?(已|建|有|成立|建立)*(妇女|妇联)(组织|委员会)?(是否|建立|组建|情况)*"),
        Column("surveyed_on", _("排查日期"), partial_date,
               ("排查时间", "摸排时间", "摸排日期", "登记时间", "登记日期", "调查时间",
                "统计时间"),
               pattern=r"(排查|摸排|摸底|登记|调查)(时间|日期|年月)"),
        Column("covered_by", _("由谁覆盖"), FreeText(80),
               ("覆盖组织", "覆盖妇联组织", "所属妇联", "纳入妇联", "由哪个妇联覆盖",
                "隶属妇联"),
               pattern=r"(由哪个|由|所属|隶属|纳入|归属)*(妇联)?(组织)?(覆盖|纳入)(妇联)?(组织)?"),
    )  # fmt: skip


@sheets.register
class StatisticsSheet(Sheet):
    """Numbers that units report of themselves: compared with what the registers count."""

    key = "statistics"
    title = _("组织情况统计表")
    layout = MATRIX
    town_rows = True
    unique = "org_code"
    needs = (("code", "name", "town"),)
    columns = UNIT_COLUMNS

    @classmethod
    def further(cls, day: date) -> tuple[Column, ...]:
        """A column for everything the registers count."""
        return tuple(count_column(count) for count in columns())
