"""The table a district collects from its villages: one row is a report about one village."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from federation.coverage.counts import Count, columns
from federation.exchange.cleaners.choices import free_text, reference
from federation.exchange.cleaners.dates import partial_date
from federation.exchange.cleaners.numbers import WholeNumber, money, whole_number, yes_no
from federation.exchange.cleaners.people import person_name, phone
from federation.exchange.declare import Column, Sheet, sheets
from federation.exchange.understanding.matrices import MATRIX
from orgs.counts import STAT

CHAIR_GROUPS = ("妇联主席情况", "妇联主席", "主席情况", "主席", "妇联主席信息")
few = WholeNumber(most=1_000)

CODE_ALIASES = (
    "行政村代码", "村（社区）代码", "村代码", "社区代码", "单位代码", "区划代码", "行政区划代码",
    "统计用区划代码", "区划编码", "村（社区）编码", "代码", "编码", "组织代码", "村居代码",
    "行政村编码",
)  # fmt: skip
TOWN_ALIASES = (
    "乡镇（街道）", "乡镇", "街道", "镇街", "街镇", "镇（街道）", "乡（镇、街道）", "乡镇街道名称",
    "所属乡镇", "所属镇街", "所属街镇", "所在乡镇（街道）", "所在乡镇", "所在街镇", "所在镇街",
    "所在街道", "所属街道", "镇乡街道", "镇街名称", "乡镇名称", "街道名称", "街道（乡镇）",
    "镇乡（街道）",
)  # fmt: skip
NAME_ALIASES = (
    "行政村名称", "村（社区）名称", "村（社区）", "村社区", "村居", "村（居）", "村（居）名称",
    "村社",
    "村社名称", "村名", "村名称", "社区名称", "行政村", "行政村（社区）", "所在村（社区）",
    "所在村社",
    "所在村", "所属村（社区）", "所在村居", "所在社区", "村/社区", "社区（村）", "社区（村）名称",
    "村（社）",
    "村、社区", "村居名称", "所属村社", "村级组织名称", "村（居）委会", "村（居）委会名称",
)  # fmt: skip

# Other ways of writing them, without spaces, brackets and punctuation.
CODE_PATTERN = r"(行政|统计用?|村级?|社区|居|单位|区划|组织|机构)*(代码|编码)(12位)?"
TOWN_PATTERN = r"(所属|所在)?(乡镇|街道|镇街|街镇|镇乡|乡|镇|园区){1,3}(名称)?"
NAME_PATTERN = (
    r"(所属|所在)?(行政)?(村|社区|居|社|村民委员会|居民委员会|民委员会|居委会|村委会|居委|委会){1,4}"
    r"(组织)?(名|名称|全称)?"
)

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
               pattern=r"(现有|全村|辖区内?|本村|村社区)?(常住)?(妇女|女性)(常住)?(总)?(人口|人数|数|总数|人口数)?(总数)?"),
        Column("households", _("户数"), whole_number,
               ("总户数", "家庭户数", "常住户数", "户籍户数", "辖区户数", "家庭总户数"),
               pattern=r"(辖区|全村|常住|户籍|家庭|居民|农|总|村社区)*户(总)?数"),
        Column(
            "chair_name", _("妇联主席姓名"), person_name,
            ("妇联主席", "主席姓名", "主席", "妇联主席名字", "村妇联主席", "村（社区）妇联主席",
             "妇联主席（姓名）", "妇联负责人", "妇女主任", "姓名"),
            group=CHAIR_GROUPS, is_personal=True,
               pattern=r"(现任)?(村|社区|居)*(妇联|妇女联合会)?主席(姓名|名字|名称)?"),
        Column(
            "chair_phone", _("联系电话"), phone,
            ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "主席电话",
             "主席联系电话",
             "妇联主席电话", "妇联主席联系电话", "妇联主席手机", "妇联主席联系方式", "联系手机",
             "主席手机"),
            group=CHAIR_GROUPS, is_personal=True,
               pattern=r"((村|社区)*(妇联)?主席)?(联系|移动|本人)?(电话|手机|手机号|手机号码|电话号码|方式)"),
        Column(
            "chair_in_committee", _("是否进“两委”"), yes_no,
            ("进两委", "是否两委", "是否进入两委", "是否进入村（社区）两委", "是否两委成员",
             "主席是否进两委",
             "妇联主席是否进两委", "主席进两委", "是否进村两委", "是否村两委成员", "是否为两委成员",
             "妇联主席进两委", "是否进两委班子", "是否进村（社区）两委", "两委成员",
             "妇联主席是否进入两委"),
            group=CHAIR_GROUPS,
               pattern=r"(村|社区)*(妇联)?(主席)?(是否)?已?(进入?|兼任|为|是|担任)?(村|社区)*两委(班子)?(成员|委员|任职|情况)?"),
        Column("exec_count", _("执委人数"), few,
               ("执委数", "妇联执委人数", "妇联执委数", "执委总数", "执行委员人数", "执委会人数",
                "执委会委员数", "执委", "现有执委人数"), group=("组织情况", "妇联组织情况"),
               pattern=r"(现有|妇联)*(执委|执行委员)会?(委员|成员)?总?(人数|数|数量|总数)?"),
        Column("group_count", _("妇女小组数"), few,
               ("妇女小组", "小组数", "妇女小组个数", "妇女小组数量", "妇女小组总数",
                "村民小组妇女小组数"),
               group=("组织情况", "妇联组织情况"),
               pattern=r"(下设|已建|建立|现有|村|辖)*妇女小组(个数|数|数量|总数)?"),
        Column("has_home", _("是否建有妇女之家"), yes_no,
               ("妇女之家", "有无妇女之家", "是否有妇女之家", "是否建妇女之家", "是否建立妇女之家",
                "建有妇女之家", "妇女之家是否建立", "妇女之家建设情况", "是否已建妇女之家",
                "妇女之家（有/无）"),
               group=("阵地情况", "阵地建设"),
               pattern=r"(是否|有无|有没有)?已?(建|有|建有|建成|建立|设立|设有)?妇女之家(阵地)?(是否|建设|建立|建成|建有|有无|情况)*"),
        Column("budget_yuan", _("年度工作经费（元）"), money,
               ("年度工作经费", "工作经费", "年工作经费", "妇联工作经费", "年度经费", "经费",
                "年经费",
                "本年度工作经费", "妇联年度工作经费", "年度妇联工作经费", "年度经费预算",
                "工作经费预算"),
               unit="元", group=("经费情况", "经费保障"),
               pattern=r"(本|全)?(年|年度)?(妇联)?(年度|全年|本年)?(工作|预算)*经费(预算)?(数|额|金额|情况)?(元|万元|千元)?"),
        Column("election_date", _("换届时间"), partial_date,
               ("换届日期", "最近换届时间", "最近一次换届时间", "上次换届时间", "换届选举时间",
                "换届选举日期",
                "本届换届时间", "最近换届日期", "最近一次换届日期", "换届年月", "上次换届日期",
                "本届选举时间"),
               group=("换届情况", "组织情况"),
               pattern=r"(最近|最后|上|本|末)?(一次|次|届)?(妇联)?换届(选举|完成|改选)?(时间|日期|年月)(年月)?"),
        Column("remark", _("备注"), free_text, ("说明", "备注说明", "其他说明", "情况说明")),
    )  # fmt: skip


def count_column(count: type[Count]) -> Column:
    """A column of a counting table: known by group and heading together, or by ``alone``."""
    groups = (str(count.group), *count.groups)
    headings = (str(count.heading), *count.headings)
    written = [f"{group}{heading}" for group in groups for heading in headings]
    heading = _("{group}·{heading}").format(group=count.group, heading=count.heading)
    return Column(f"{STAT}{count.key}", heading, whole_number, (*written, *count.alone))


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
