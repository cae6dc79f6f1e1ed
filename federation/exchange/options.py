"""The option lists as they are first laid down: rows of a table that an administrator extends.

Labels: what is stored and shown. Codes: GB/T 3304 (ethnic), GB/T 4762 (political), GB/T 4658
(education), GB/T 12407 (rank), our own elsewhere. Aliases: what staff write instead; compared by
``option_key``.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from federation.exchange.cleaners.choices import option_key


class OptionSeed(NamedTuple):
    """One option: its code, its label and the other ways of writing it."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()


_ETHNIC = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
]
_ETHNIC_ALIASES = {"维吾尔": ("维族", "维"), "哈萨克": ("哈族",), "蒙古": ("蒙族", "蒙")}

SEEDS: Mapping[str, tuple[OptionSeed, ...]] = {
    "position": (
        OptionSeed("01", "主席", (
            "妇联主席", "妇联会主席", "村妇联主席", "社区妇联主席", "妇女主席", "妇女联合会主席",
        )),
        OptionSeed("02", "副主席", (
            "妇联副主席", "妇联兼职副主席", "兼职副主席", "专职副主席", "挂职副主席", "常务副主席",
            "妇女联合会副主席",
        )),
        OptionSeed("03", "常委", (
            "妇联常委", "常务委员", "常委委员", "妇联常务委员",
        )),
        OptionSeed("04", "执委", (
            "执行委员", "妇联执委", "妇联执行委员", "执委会委员", "执委委员", "执行委员会委员",
            "执委会执委", "执委成员",
        )),
        OptionSeed("06", "妇代会主任", (
            "妇委会主任", "妇女主任", "妇代会主任委员",
        )),
        OptionSeed("07", "妇代会副主任", ("妇委会副主任", "妇女副主任")),
        OptionSeed("08", "妇委会委员", ("妇代会委员", "妇委委员")),
    ),
    "employment": (
        OptionSeed("1", "专职", ("专", "专职人员", "全职")),
        OptionSeed("2", "挂职", ("挂", "挂职人员")),
        OptionSeed("3", "兼职", ("兼", "兼职人员", "兼任")),
    ),
    # Grades of civil servants (调研员, 主任科员 …) count with the level they usually go with.
    "rank": (
        OptionSeed("121", "厅局级正职", ("正厅级", "正厅", "正厅局级", "厅级正职", "一级巡视员")),
        OptionSeed("122", "厅局级副职", ("副厅级", "副厅", "副厅局级", "厅级副职", "二级巡视员")),
        OptionSeed("131", "县处级正职", (
            "正处级", "正处", "正县级", "正县处级", "处级正职", "一级调研员", "二级调研员",
        )),
        OptionSeed("132", "县处级副职", (
            "副处级", "副处", "副县级", "副县处级", "处级副职", "三级调研员", "四级调研员",
        )),
        OptionSeed("141", "乡科级正职", (
            "正科级", "正科", "正乡科级", "科级正职", "一级主任科员", "二级主任科员",
        )),
        OptionSeed("142", "乡科级副职", (
            "副科级", "副科", "副乡科级", "科级副职", "三级主任科员", "四级主任科员",
        )),
        OptionSeed("150", "科员级", ("科员", "一级科员", "二级科员")),
    ),
    "ethnic": tuple(
        OptionSeed(f"{number:02}", f"{name}族", (name, *_ETHNIC_ALIASES.get(name, ())))
        for number, name in enumerate(_ETHNIC, 1)
    ),
    "political": (
        OptionSeed("01", "中共党员", (
            "党员", "中共", "共产党员", "中国共产党党员", "中共正式党员", "正式党员",
            "中共党员正式",
        )),
        OptionSeed("02", "中共预备党员", (
            "预备党员", "中共党员预备", "党员预备", "预备", "中国共产党预备党员",
        )),
        OptionSeed("03", "共青团员", (
            "团员", "共青团", "中国共青团员", "中国共产主义青年团团员", "共青团团员",
        )),
        OptionSeed("04", "民革党员", (
            "民革", "民革会员", "中国国民党革命委员会会员", "中国国民党革命委员会党员",
        )),
        OptionSeed("05", "民盟盟员", ("民盟", "中国民主同盟盟员")),
        OptionSeed("06", "民建会员", ("民建", "中国民主建国会会员")),
        OptionSeed("07", "民进会员", ("民进", "中国民主促进会会员")),
        OptionSeed("08", "农工党党员", (
            "农工党", "农工党员", "中国农工民主党党员",
        )),
        OptionSeed("09", "致公党党员", (
            "致公党", "致公党员", "中国致公党党员",
        )),
        OptionSeed("10", "九三学社社员", ("九三学社", "九三社员", "九三")),
        OptionSeed("11", "台盟盟员", ("台盟", "台湾民主自治同盟盟员")),
        OptionSeed("12", "无党派人士", ("无党派", "无党派民主人士")),
        OptionSeed("13", "群众", ("普通群众", "普通公民", "公民", "群")),
    ),
    "education": (
        OptionSeed("10", "研究生", (
            "硕士研究生", "博士研究生", "硕士", "博士", "研究生教育", "研究生毕业", "研究生及以上",
            "在职研究生", "党校研究生", "省委党校研究生", "市委党校研究生", "中央党校研究生",
        )),
        OptionSeed("20", "本科", (
            "大学", "大学本科", "本科毕业", "大学本科毕业", "大学毕业", "全日制本科", "在职本科",
            "在职大学", "函授本科", "自考本科", "学士", "党校本科", "中央党校大学", "省委党校大学",
            "大学普通班",
        )),
        OptionSeed("30", "大专", (
            "大学专科", "专科", "专科毕业", "大专毕业", "大学专科毕业", "高职", "全日制大专",
            "在职大专", "函授大专", "自考大专", "党校大专", "高等专科",
        )),
        OptionSeed("40", "中专", (
            "中等专科", "中专毕业", "中等专业学校", "中技", "技校", "职高", "职业高中", "中职",
            "中等职业教育", "中师", "职高毕业", "技校毕业",
        )),
        OptionSeed("60", "高中", (
            "普通高中", "高中毕业", "普高", "普通高级中学", "高中文化",
        )),
        OptionSeed("70", "初中", (
            "初中毕业", "初级中学", "初中文化", "初中肄业",
        )),
        OptionSeed("80", "小学", ("小学毕业", "小学文化", "小学肄业")),
    ),
    "sector": (
        OptionSeed("01", "农业", ("农业界", "农村", "务农", "种植养殖")),
        OptionSeed("02", "教育", ("教育界", "教育系统")),
        OptionSeed("03", "医疗卫生", (
            "医疗", "卫生", "医卫", "医药卫生", "医疗卫生界", "卫生健康", "医卫界",
        )),
        OptionSeed("04", "企业", (
            "企业界", "企业代表", "非公企业", "非公有制企业",
        )),
        OptionSeed("05", "个体工商", (
            "个体", "个体户", "个体工商户", "工商个体",
        )),
        OptionSeed("06", "社会组织", ("社会组织界", "社会团体", "社团")),
        OptionSeed("07", "社区工作者", (
            "社区", "社区干部", "社工", "社区工作",
        )),
        OptionSeed("08", "退休干部", (
            "退休", "退休人员", "离退休干部", "退休职工",
        )),
        OptionSeed("09", "新就业群体", (
            "新就业", "新就业形态", "新就业形态群体", "新业态",
        )),
    ),
    "source": (
        OptionSeed("01", "财政拨款", (
            "财政", "财政预算", "财政资金", "本级财政", "财政拨付", "财政经费",
        )),
        OptionSeed("02", "上级妇联拨付", (
            "上级拨付", "上级补助", "上级妇联", "上级拨款", "上级妇联拨款", "妇联拨付",
        )),
        OptionSeed("03", "村（社区）补贴", (
            "村补贴", "社区补贴", "村社区补贴", "村社补贴", "村级补贴", "村集体补贴",
            "村（居）补贴",
        )),
        OptionSeed("04", "社会捐赠", (
            "捐赠", "爱心捐赠", "社会捐助", "捐款", "社会赞助",
        )),
        OptionSeed("05", "其他", ("其它", "其他来源", "其它来源")),
    ),
    "level": (
        OptionSeed("01", "市级示范", (
            "市级", "市级示范点", "市示范", "市级妇女之家示范点",
        )),
        OptionSeed("02", "区（县）级示范", (
            "区级示范", "县级示范", "区县级示范", "区级", "县级", "区县级", "区县示范",
        )),
        OptionSeed("03", "普通", ("一般", "无", "非示范", "普通级")),
    ),
    # 两企三新: two sorts of firms, three new fields.
    "host_sort": (
        OptionSeed("01", "混合所有制企业", ("混合所有制", "混改企业", "混合制企业")),
        OptionSeed("02", "非公有制企业", (
            "非公企业", "民营企业", "私营企业", "民企", "非公", "非公有制经济组织",
        )),
        OptionSeed("03", "新经济组织", ("新经济", "新型经济组织")),
        OptionSeed("04", "新社会组织", (
            "社会组织", "社会团体", "民办非企业单位", "社会服务机构", "基金会", "新型社会组织",
        )),
        OptionSeed("05", "新就业群体", ("新就业", "新就业形态", "新就业形态群体", "新业态")),
    ),
}  # fmt: skip

OptionLists = Mapping[str, Mapping[str, tuple[str, str]]]


def option_lists(rows: Iterable[tuple[str, str, str, Iterable[str]]]) -> OptionLists:
    """Lookups from rows of (list key, code, label, aliases).

    Shape: {list key: {normalised label or alias: (code, label)}}. A label always wins over
    an alias of another option that reads the same.
    """
    found: dict[str, dict[str, tuple[str, str]]] = {}
    labels: list[tuple[str, str, tuple[str, str]]] = []
    for list_key, code, label, aliases in rows:
        lookup = found.setdefault(list_key, {})
        for alias in aliases:
            lookup.setdefault(option_key(alias), (code, label))
        labels.append((list_key, option_key(label), (code, label)))
    for list_key, key, option in labels:
        found[list_key][key] = option
    return found


def seeded_lists() -> OptionLists:
    """The lists as first laid down; for forms and tests without a database."""
    return option_lists(
        (list_key, seed.code, seed.label, seed.aliases)
        for list_key, seeds in SEEDS.items()
        for seed in seeds
    )
