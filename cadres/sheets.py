"""The roster of a committee, one person in one post a row; volunteers; what members tell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners import choices
from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError
from federation.exchange.cleaners.choices import FreeText, ImpersonalText, free_text
from federation.exchange.cleaners.dates import DateCleaner, birth_date, partial_date, whole_day
from federation.exchange.cleaners.numbers import Quantity, yes_no
from federation.exchange.cleaners.people import id_number, person_name, phone
from federation.exchange.cleaners.text import as_text, tidy
from federation.exchange.declare import Column, RowCheck, Sheet, sheets
from orgs.sheets import UNIT_COLUMNS

Found = Iterable[tuple[int, str, str, dict]]
PERSON_GROUPS = ("基本情况", "个人基本情况", "人员信息", "执委信息", "个人信息")
POST_GROUPS = ("任职情况", "妇联任职情况", "任职信息", "任职")


def births_unlike_ids(columns: Mapping[str, Sequence[Any]], today: date) -> Found:
    """Rows whose birth contradicts the ID number beside it.

    The first of a month is taken for the month alone: that is how a month is stored in a date cell.
    """
    digits: dict[Any, str] = {}
    for row, (number, birth) in enumerate(zip(columns["id_number"], columns["birth"], strict=True)):
        if number is None or birth is None:
            continue
        written = digits.get(birth)
        if written is None:
            written = digits[birth] = birth.iso().replace("-", "")
        if not number.startswith(written, 6) and not (
            written.endswith("01") and len(written) == 8 and number.startswith(written[:6], 6)
        ):
            yield row, "birth", "birth_mismatch", {}


def years_before(day: date, years: int) -> str:
    """The day ``years`` before ``day``, as the eight digits of an ID number."""
    return f"{day.year - years:04}{day.month:02}{day.day:02}"


def unlikely_people(columns: Mapping[str, Sequence[Any]], today: date) -> Found:
    """Rows whose ID number says a man, a minor or somebody over 90."""
    minors, elders = years_before(today, 18), years_before(today, 91)
    for row, number in enumerate(columns["id_number"]):
        if number is None:
            continue
        if number[16] in "13579":
            yield row, "id_number", "gender_male", {}
        born = number[6:14]
        if born > minors:
            yield row, "id_number", "age_under_18", {}
        elif born <= elders:
            yield row, "id_number", "age_over_90", {}


@sheets.register
class CommitteeSheet(Sheet):
    """Chair, vice chairs and members of committees of any level, with the day of their election."""

    key = "committee"
    title = _("执委花名册")
    register_route = "cadres:person_list"
    town_title = (
        r"(镇街|街镇|乡镇|镇乡|乡镇街道|镇街道)(本级|级)?(妇联|妇女联合会)?(本级)?执(行)?委"
    )
    town_hint = _("如是乡镇（街道）本级的执委，请填单位代码，或把工作表命名为“镇街执委”。")
    needs = (("person_name",), ("code", "name", "town", "id_number"))
    unique = "id_number"
    unique_name = "person_name"
    row_checks = (
        RowCheck(("id_number", "birth"), births_unlike_ids),
        RowCheck(("id_number",), unlikely_people),
    )
    columns = (
        *UNIT_COLUMNS,
        Column("person_name", _("姓名"), person_name, ("执委姓名", "人员姓名", "名字", "成员姓名",
                                                       "委员姓名"),
               group=PERSON_GROUPS, required=True, is_personal=True,
               pattern=r"(妇联|执委|人员|成员|委员|本人|干部|骨干|会)*(姓名|名字|名单)"),
        Column("id_number", _("身份证号"), id_number,
               ("身份证号码", "身份证", "公民身份号码", "公民身份证号码", "证件号码",
                "身份证件号码",
                "居民身份证号", "居民身份证号码", "身份号码", "证件号"),
               group=PERSON_GROUPS, required=True, is_personal=True,
               pattern=r"(公民|居民|本人|有效|第?二代)*(身份|身份证|身份证件|证件)(编号|号|号码|号信息)?(18位|十八位)?"),
        Column("birth", _("出生年月"), birth_date, ("出生日期", "出生时间", "出生年月日", "生日",
                                                    "出生"),
               group=PERSON_GROUPS, is_personal=True,
               pattern=r"(本人)?(出生|生)(年月|日期|时间|年月日)*(岁|年龄)?|生日"),
        Column("ethnic", _("民族"), choices.ethnic, ("族别",), group=PERSON_GROUPS,
               pattern=r"(所属|何种?|是何)?(民族|族别|族)(成份|成分|类别|名称)?"),
        Column("political", _("政治面貌"), choices.political, ("政治身份", "党派", "面貌"),
               group=PERSON_GROUPS,
               pattern=r"(现)?政治(面貌|面目|身份|派别)(党派|类别|情况)*|党派(身份|情况)?|(所属)?党派|政治面貌入党.{0,4}"),
        Column("education", _("学历"), choices.education,
               ("文化程度", "最高学历", "学历层次", "文化", "教育程度", "受教育程度", "学历学位"),
               group=PERSON_GROUPS,
               pattern=r"(最高|全日制|现有?|第一|本人)*(学历|文化程度|文化水平|教育程度|受教育程度|教育水平)(层次|情况|学位|程度|类别)?"),
        Column("position", _("妇联职务"), choices.position,
               ("妇联内职务", "职务", "妇联任职", "担任妇联职务", "妇联会职务", "执委会职务",
                "现任妇联职务",
                "妇联岗位", "任职职务", "担任职务"), group=POST_GROUPS,
               pattern=r"(?!.*(单位|行政|党内|两委|工作|时间|社会))(现任?|在|任|担任|本届|所){0,3}(妇联|妇女联合会|执委会|妇女组织)?(内|会|组织|中|里|中的)*(任|担任|所任|现任)*(职务|任职|岗位|职位)(名称|妇联|情况|类别)*"),
        Column("employment", _("专/挂/兼职"), choices.employment,
               ("任职类型", "专兼挂", "专/兼/挂", "专挂兼", "专兼职", "专职/挂职/兼职", "任职形式",
                "任职方式",
                "专职兼职", "专兼职情况", "是否专职", "任职性质", "专/兼职", "专挂兼职"),
                group=POST_GROUPS,
               pattern=r"(任职|履职|职务|用工|人员|工作)(类型|类别|形式|方式|性质)(专职?|兼职?|挂职?)*|(是否)?(为)?(专职?|兼职?|挂职?){2,3}职?(情况|类别|类型|形式|性质)?(专职?|兼职?|挂职?)*|是否专职(专职?|兼职?|挂职?)*"),
        Column("rank", _("职级"), choices.rank,
               ("行政级别", "行政职级", "干部级别", "职务级别", "现任职级", "公务员职级"),
               group=POST_GROUPS,
               pattern=r"(现任?|行政|干部|公务员)*职级(情况)?|(行政|干部|职务)级别"),
        Column("elected_on", _("当选日期"), partial_date,
               ("当选时间", "任职时间", "任职日期", "当选年月", "任现职时间", "选举时间",
                "选举日期",
                "任职起始时间", "任职开始日期", "当选", "任职年月"), group=POST_GROUPS,
               pattern=r"(?!.*(工作时间|入党|入职|参加))(本届|现|任|担任|换届|妇联|执委|职务|主席|当选|选举|起任|产生){0,4}(当选|任职|任现?职?|选举|就任|上任|到任|就职|现职|职务|履职|执委|产生)(起始|开始|任职)?(时间|日期|年月)(年月)?"),
        Column("phone", _("联系电话"), phone,
               ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系手机",
                "移动电话",
                "本人电话", "联系号码"), group=PERSON_GROUPS, is_personal=True,
               pattern=r"(本人|联系|移动|个人|常用|办公|固定|手机)*(电话|手机|手机号|手机号码|电话号码|方式|联系号码|号码){1,2}"),
        Column("sector", _("界别"), choices.sector, ("所属界别", "所在界别", "代表界别",
                                                     "界别类别"),
               pattern=r"(所属|所在|代表|行业|执委|来自|来源|何|主要)*界别(类型|分类|类别|名称|情况)?|(所属|所在|代表|从事)?行业界别"),
        Column("is_grid", _("是否网格员"), yes_no,
               ("网格员", "是否兼任网格员", "是否兼网格员", "是否为网格员", "兼任网格员",
                "是否担任网格员",
                "是否是网格员"),
               pattern=r"(是否|有无)?(为|是|兼任?|担任|兼职|专职|专兼职|系|属于?){0,3}(村|社区)*(网格员|网格长)(情况|身份|是否)?"),
        Column("remark", _("备注"), free_text, ("说明", "备注说明", "其他说明")),
    )  # fmt: skip


HELPER_GROUPS = (*PERSON_GROUPS, "志愿者信息", "志愿者基本情况")
hours = Quantity(most=100_000)


def left_before_joining(columns: Mapping[str, Sequence[Any]], today: Any) -> Found:
    """Rows that tell of leaving before joining."""
    for row, (since, until) in enumerate(
        zip(columns["since_on"], columns["until_on"], strict=True)
    ):
        if since and until and until.first_day < since.first_day:
            yield row, "until_on", "before_step", {"step": _("加入日期"), "day": since.iso()}


@sheets.register
class VolunteersSheet(Sheet):
    """Volunteers by their own names; one row is one volunteer of one organisation."""

    key = "volunteers"
    title = _("志愿者登记表")
    register_route = "cadres:volunteer_list"
    town_rows = True
    needs = (("person_name",), ("code", "name", "town"), ("team", "hours", "since_on", "skills"))
    row_checks = (RowCheck(("since_on", "until_on"), left_before_joining, rejects=True),)
    columns = (
        *UNIT_COLUMNS,
        Column("person_name", _("姓名"), person_name,
               ("志愿者姓名", "志愿者", "人员姓名", "名字", "志愿者名字"),
               group=HELPER_GROUPS, required=True, is_personal=True,
               pattern=r"(巾帼|妇女)?(志愿者|人员|队员|本人|成员)*(姓名|名字|名单)"),
        Column("id_number", _("身份证号"), id_number,
               ("身份证号码", "身份证", "公民身份号码", "证件号码", "居民身份证号", "证件号"),
               group=HELPER_GROUPS, is_personal=True,
               pattern=r"(公民|居民|本人|有效|第?二代)*(身份|身份证|身份证件|证件)(编号|号|号码)?(18位)?"),
        Column("phone", _("联系电话"), phone,
               ("电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"),
               group=HELPER_GROUPS, is_personal=True,
               pattern=r"(本人|联系|移动|个人|常用|手机)*(电话|手机|手机号|手机号码|电话号码|方式|号码){1,2}"),
        Column("team", _("志愿服务队"), FreeText(80),
               ("服务队", "志愿者队伍", "志愿服务队伍", "所属队伍", "所在队伍", "团队", "服务团队",
                "所属服务队", "志愿服务队名称", "队伍名称"),
               pattern=r"(所属|所在|加入|巾帼|妇女|志愿者?|服务)*(队伍?|团队|组织|分队)(名称)?"),
        Column("since_on", _("加入日期"), partial_date,
               ("加入时间", "注册时间", "注册日期", "登记时间", "登记日期", "参加时间",
                "成为志愿者时间"),
               pattern=r"(加入|注册|登记|参加|入队|成为)(志愿|服务|志愿者|队伍|组织|团队)*(时间|日期|年月)"),
        Column("hours", _("服务时长（小时）"), hours,
               ("服务时长", "服务时数", "志愿服务时长", "累计时长", "累计服务时长", "时长",
                "服务小时数"),
               pattern=r"(累计|志愿|全年|总|本年)*(服务)?(总)?(时长|时数|小时数?)(小时|累计)?"),
        Column("skills", _("特长"), FreeText(200),
               ("服务特长", "专业特长", "特长爱好", "技能", "服务内容", "服务项目", "服务意愿"),
               pattern=r"(个人|专业|服务|爱好|兴趣|技术|及|和|有何)*(特长|技能|专长)(爱好|情况)?"),
        Column("until_on", _("退出日期"), whole_day,
               ("退出时间", "离队时间", "离队日期", "注销时间", "注销日期"),
               pattern=r"(退出|离队|注销)(时间|日期)"),
    )  # fmt: skip


class Lines(FreeText):
    """Text of several lines, each tidied, blank ones left out."""

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The text. Code: text_long."""
        lines = map(tidy, as_text(cell).splitlines())
        text = "\n".join(filter(None, lines))
        if len(text) > self.longest:
            raise CleaningError("text_long", n=len(text), most=self.longest)
        return text


#: nobody joined the party before there was one
since_party = DateCleaner(earliest=date(1921, 7, 1))

#: column of a Profile -> what cleans it; one rule for the sheet and for the form
OF_PROFILES: dict[str, Cleaner] = {
    "native_place": ImpersonalText(60),
    "party_on": since_party,
    "work_on": since_party,
    "school": ImpersonalText(120),
    "degree": ImpersonalText(40),
    "title": ImpersonalText(60),
    "employer": ImpersonalText(120),
    "deputy": ImpersonalText(120),
    "skills": ImpersonalText(300),
    "wishes": ImpersonalText(500),
    "address": FreeText(200),
    "resume": Lines(4_000),
}


@sheets.register
class ProfilesSheet(Sheet):
    """What members tell of themselves, one page a person; she is found by her ID number alone."""

    key = "profiles"
    title = _("执委信息采集表")
    register_route = "cadres:person_list"
    layout = "form"
    anchor = "person_name"
    names_units = False
    needs = (("person_name",), ("id_number",))
    unique = "id_number"
    unique_name = "person_name"
    columns = (
        Column("person_name", _("姓名"), person_name, ("执委姓名", "本人姓名"),
               required=True, is_personal=True),
        Column("id_number", _("身份证号"), id_number,
               ("身份证号码", "身份证", "公民身份号码", "公民身份证号码", "居民身份证号码",
                "居民身份证号", "证件号码"),
               required=True, is_personal=True),
        Column("native_place", _("籍贯"), OF_PROFILES["native_place"], ("籍贯地", "原籍")),
        Column("party_on", _("入党时间"), since_party,
               ("入党日期", "入党年月", "加入中共时间", "加入党派时间", "入党（团）时间")),
        Column("work_on", _("参加工作时间"), since_party,
               ("参加工作日期", "参加工作年月", "工作时间", "参工时间")),
        Column("school", _("毕业院校及专业"), OF_PROFILES["school"],
               ("毕业院校", "毕业学校", "毕业学校及专业", "毕业院校系及专业", "毕业院校与专业",
                "毕业院校、专业", "院校及专业")),
        Column("degree", _("学位"), OF_PROFILES["degree"], ("学历学位", "最高学位", "学历/学位")),
        Column("title", _("职称"), OF_PROFILES["title"],
               ("专业技术职务", "技术职称", "专业技术职称", "专业技术资格", "职称/职业资格")),
        Column("employer", _("工作单位及职务"), OF_PROFILES["employer"],
               ("工作单位", "单位及职务", "现工作单位及职务", "工作单位、职务", "所在单位及职务",
                "工作单位和职务", "现任职单位及职务")),
        Column("deputy", _("人大代表、政协委员"), OF_PROFILES["deputy"],
               ("是否人大代表/政协委员", "是否人大代表、政协委员", "人大代表/政协委员",
                "两代表一委员", "人大代表政协委员情况", "代表委员情况")),
        Column("skills", _("特长"), OF_PROFILES["skills"],
               ("专业特长", "特长爱好", "个人特长", "兴趣特长", "有何特长", "特长/业绩",
                "熟悉专业有何专长", "专长")),
        Column("wishes", _("服务意愿"), OF_PROFILES["wishes"],
               ("志愿服务意愿", "履职意愿", "服务妇女意愿", "志愿服务方向", "服务意向")),
        Column("home_address", _("家庭住址"), OF_PROFILES["address"],
               ("住址", "家庭地址", "现住址", "现居住地", "居住地址", "通讯地址", "联系地址"),
               is_personal=True),
        Column("resume", _("个人简历"), OF_PROFILES["resume"],
               ("简历", "工作简历", "主要简历", "学习工作简历", "学习和工作简历", "本人简历"),
               is_personal=True),
    )  # fmt: skip
