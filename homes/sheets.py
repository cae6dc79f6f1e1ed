"""The table of places: one row is one 妇女之家 or a place like it, with its five haves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError
from federation.exchange.cleaners.choices import (
    Choice,
    FreeText,
    ImpersonalText,
    free_text,
    level,
    option_key,
    reference,
)
from federation.exchange.cleaners.dates import partial_date, whole_day
from federation.exchange.cleaners.numbers import Quantity, WholeNumber, yes_no
from federation.exchange.cleaners.people import person_name, phone
from federation.exchange.cleaners.text import as_text
from federation.exchange.declare import Column, Sheet, sheets
from homes.models import Home, Standard
from homes.models.checks import FIVE_HAVES
from orgs.data.headings import (
    CODE_ALIASES,
    CODE_PATTERN,
    NAME_ALIASES,
    NAME_PATTERN,
    TOWN_ALIASES,
    TOWN_PATTERN,
)

WORDS = {
    Home.Sharing.OWN: ("独立使用", "独立", "单独使用", "单独", "独用", "专用", "自用"),
    Home.Sharing.SHARED: (
        "与其他场所共用", "共用", "合用", "共享", "共建共享", "共享使用", "与其他场所合用", "合署",
    ),
}  # fmt: skip


class SharingAnswer(Cleaner):
    """Whether the room is the place's own or shared with others."""

    kind = "option"

    def __init__(self) -> None:
        self.known = {option_key(word): one for one, words in WORDS.items() for word in words}

    def clean(self, cell: Any, context: CellContext) -> Any:
        """A Choice of the stored value and its label. Code: unknown_option."""
        raw = as_text(cell)
        found = self.known.get(option_key(raw))
        if found is None:
            raise CleaningError("unknown_option", raw=raw)
        return Choice(found.value, str(found.label))

    def plain(self, value: Any) -> Any:
        """The label."""
        return None if value is None else value.label

    written = plain

    def choices(self, lists: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """The two ways."""
        return [str(one.label) for one in WORDS]


sharing = SharingAnswer()

#: shared with the form: one rule for a floor area, one for a number of activities
area = Quantity(most=100_000, places=1)
activities = WholeNumber(most=2_000)
MANAGER_GROUPS = ("负责人信息", "负责人情况", "管理人员", "联系人信息", "负责人")
HAVES_GROUPS = ("“五有”达标情况", "五有达标情况", "五有情况", "五有建设情况", "“五有”情况", "五有")


#: the five columns every table of homes has, and the item of the standard each tells of
HAVES = {
    "has_place": "place",
    "has_equipment": "equipment",
    "has_system": "system",
    "has_activity": "activity",
    "has_sign": "sign",
}


def item_key(code: str) -> str:
    """The column of a further item of the standard."""
    return f"item-{code}"


def have(key: str, heading: Promise, aliases: tuple[str, ...], pattern: str) -> Column:
    """A column of the five: 有场所 and the other ways of heading it."""
    return Column(
        key, heading, yes_no, aliases,
        group=HAVES_GROUPS,
        pattern=rf"(是否|有无|有没有)?(具备|健全|完善|配有|配备|有)?({pattern})"
        rf"(是否|有无|达标|到位|齐全|健全|完善|上墙|建设|配备|落实|开展|制作|规范|正常|情况)*",
    )  # fmt: skip


@sheets.register
class HomesSheet(Sheet):
    """Where it is, since when, how large, what of the five it has, who looks after it."""

    key = "homes"
    title = _("妇女之家阵地台账")
    register_route = "homes:home_list"
    # 镇街妇女之家台账 may be that of their villages: only 本级 says whose the places are.
    town_title = (
        r"(镇街|街镇|乡镇|镇乡|乡镇街道|镇街道)(本级|级)(妇联|妇女联合会)?的?(妇女)?(之家|阵地)"
    )
    town_hint = _("如是乡镇（街道）本级的阵地，请填单位代码，或把工作表命名为“镇街本级妇女之家”。")
    needs = (("code", "name", "town"), ("home_name", "address", "has_place", "area_sqm"))
    columns = (
        Column("code", _("单位代码"), reference, ("行政村（社区）代码", *CODE_ALIASES),
               reference=True, pattern=CODE_PATTERN),
        Column("town", _("乡镇（街道）"), reference, ("所属乡镇（街道）", *TOWN_ALIASES),
               reference=True, pattern=TOWN_PATTERN),
        Column("name", _("村（社区）"), reference,
               ("行政村（社区）名称", "单位", "单位名称", "所在单位", "所属单位", *NAME_ALIASES),
               reference=True, pattern=NAME_PATTERN),
        Column("home_kind", _("阵地类型"), FreeText(30), ("阵地类别", "阵地种类"),
               pattern=r"(阵地|妇女之家)(类型|类别|种类)"),
        Column("home_name", _("阵地名称"), FreeText(80),
               ("妇女之家名称", "妇女之家", "妇女微家名称", "儿童之家名称", "名称（阵地）",
                "妇女阵地名称"),
               pattern=r"(妇女儿童|妇女|儿童)?(活动)?(阵地|之家|微家|家园|妇女之家)(微家|阵地|场所)*(名称|全称|名)|名称"),
        Column("address", _("详细地址"), FreeText(200),
               ("地址", "所在地址", "具体地址", "地点", "所在位置", "阵地地址", "具体位置"),
               pattern=r"(阵地|妇女之家|场所|所在|所处|具体|详细|建设|门牌|活动|办公|通讯)*(地址|地点|位置)(门牌号?)?"),
        Column("built_on", _("建成时间"), partial_date,
               ("建成日期", "建立时间", "成立时间", "建设时间", "建成年月", "启用时间", "挂牌时间",
                "建立日期"),
               pattern=r"(阵地|妇女之家|场所)?(建成|建立|成立|建设|启用|挂牌|创建|建家|设立|落成|开始|投入|使用|投用|启动|完工|竣工){1,3}(时间|日期|年月|年份)"),
        Column("area_sqm", _("面积（平方米）"), area,
               ("面积", "面积（㎡）", "建筑面积", "使用面积", "场地面积", "面积（m2）", "阵地面积"),
               pattern=r"(阵地|场地|建筑|使用|活动|实际|总|室内|妇女之家)*(场所|场地|用房|室)?(总)?面积(平方米|平米|㎡|m2|m²)?"),
        have("has_place", _("有场所"),
             ("场所", "固定场所", "有固定场所", "固定活动场所", "有固定活动场所"),
             "(固定|专门|独立)?(的)?(活动|服务)?(场所|场地|阵地|用房)"),
        have("has_sign", _("有牌子"),
             ("牌子", "标识牌子", "统一标识牌子", "有标识", "挂牌", "有标识牌"),
             "(统一|规范)?(的)?(标识|标志|标牌|牌子|牌匾|门牌|牌|挂牌|悬挂){1,2}(牌子|牌匾|标牌|牌)?"),
        have("has_equipment", _("有设备"), ("设备", "必要设备", "有必要设备", "设施设备", "有设施"),
             "(必要|必备|配套|基本|活动|办公)?(的)?(设备|设施|器材|设施设备|设备设施)"),
        have("has_system", _("有制度"), ("制度", "管理制度", "有管理制度", "规章制度", "工作制度"),
             "(管理|规章|工作|相关|各项)*(制度|机制)"),
        have("has_activity", _("有活动"),
             ("活动", "丰富活动", "有丰富活动", "经常活动", "开展活动"),
             "(丰富|经常|经常性|定期|常态化|正常|开展|特色|多样)*(的)?(活动|服务活动)"),
        Column("contact", _("负责人"), person_name,
               ("负责人姓名", "姓名", "联系人", "管理员", "联系人姓名", "阵地负责人", "管理人",
                "责任人"),
               group=MANAGER_GROUPS, is_personal=True,
               pattern=r"(阵地|妇女之家|场所|日常|具体)*(负责人?|联系人|管理员|管理人员?|责任人|专管员|家长|牵头人)(姓名|名字)?"),
        Column("contact_phone", _("联系电话"), phone,
               ("电话", "手机", "手机号", "手机号码", "联系方式", "负责人电话", "联系人电话",
                "负责人联系电话", "联系手机"),
               group=MANAGER_GROUPS, is_personal=True,
               pattern=r"(负责人|联系人|管理员|管理人|责任人|家长|阵地|妇女之家)?(本人|联系|移动|办公)*(电话|手机|手机号|手机号码|电话号码|方式|号码){1,2}"),
        Column("activities", _("年活动次数"), activities,
               ("活动次数", "年度活动次数", "全年活动次数", "每年活动次数", "年开展活动次数",
                "活动场次"),
               pattern=r"(?!.*(人次|人数|服务))(上|本|每|全|近)?(一年|年|年度|全年|每年|本年|年均|上年|上年度|本年度|当年)*(平均|累计|共)?(开展|组织|举办|举行)*(妇女)?(各类)?活动(开展)?(总)?(次数|场次|数|场数|次|频次|情况次数)"),
        Column("level", _("示范级别"), level, ("级别", "示范等级", "等级", "示范点级别", "星级"),
               pattern=r"(阵地|妇女之家)?(示范|创建|评定|规范化|星|荣誉|评星|认定|获评)*(点)?(级别|等级|星级|类别|情况|层级|档次)(级别)?"),
        Column("host", _("依托场所"), FreeText(80),
               ("依托单位", "依托阵地", "依托场地", "所依托场所", "依托场所名称"),
               pattern=r"(阵地|妇女之家)?所?依托的?(场所|单位|阵地|场地|载体)(名称)?"),
        Column("sharing", _("使用方式"), sharing,
               ("场所使用方式", "共用情况", "场所共用情况", "独立或共用", "独立使用或共用"),
               pattern=r"(阵地|场所|场地)?(使用方式|(共用|共享)情况)"),
        Column("cluster", _("所属微家集群"), FreeText(80),
               ("所属妇女微家集群", "所属集群", "所在集群", "微家集群名称"),
               pattern=r"(所属|所在)(妇女)?(微家)?集群(名称)?"),
        Column("closed_on", _("停用日期"), whole_day,
               ("停用时间", "撤销时间", "撤销日期", "关闭时间", "关闭日期", "停办时间"),
               pattern=r"(阵地|妇女之家)?(停用|撤销|关闭|停办)(时间|日期)"),
        Column("closed_reason", _("停用原因"), ImpersonalText(200),
               ("撤销原因", "关闭原因", "停办原因"),
               pattern=r"(阵地|妇女之家)?(停用|撤销|关闭|停办)(原因|事由|说明)"),
        Column("checker", _("核查人"), person_name,
               ("核查人员", "检查人", "检查人员", "核查人姓名", "核验人"), is_personal=True),
        Column("evidence", _("核查依据"), ImpersonalText(300),
               ("核查佐证", "佐证材料", "佐证", "核查凭据", "五有核查依据", "五有佐证")),
        Column("remark", _("备注"), free_text, ("说明", "备注说明", "其他说明")),
    )  # fmt: skip

    @classmethod
    def further(cls, day: date) -> tuple[Column, ...]:
        """What the standard in force on ``day`` asks for beside the five, by the item's name."""
        asked = Standard.objects.in_force(FIVE_HAVES, day).items.exclude(code__in=HAVES.values())
        return tuple(
            Column(
                item_key(item.code), item.name, yes_no, (f"有{item.name}", f"是否有{item.name}"),
                group=HAVES_GROUPS,
            )
            for item in asked
        )  # fmt: skip
