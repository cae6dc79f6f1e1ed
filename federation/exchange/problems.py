"""One Chinese sentence for every code: what is wrong, where, and what to do about it."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.base import Likely
from federation.exchange.cleaners.text import as_text
from federation.sealing.masking import hide_numbers, mask_id_number, mask_phone, mask_text

_WHITE = re.compile(r"\s+")
_LONGEST_SHOWN = 40
#: columns that say where somebody lives and has been: of these a page shows the beginning
WITHHELD = ("home_address", "resume")
_LONG_NUMBER = re.compile(r"\d{14,}[\dXx]?")

#: codes of a cell or a row
SENTENCES: dict[str, Promise] = {
    "required": _("{label}不能为空，请补填。{hint}"),
    "id_lost_digits": _(
        "身份证号被存成了数字，末几位已经丢失。请把该列设为“文本”，重填 18 位号码。"
    ),
    "id_length": _("身份证号应为 18 位，现在是 {n} 位，请核对。"),
    "id_checksum": _("身份证号的校验位不对，请对照证件核对。"),
    "id_birth": _("身份证号中的出生日期不存在，请对照证件核对。"),
    "id_15_digits": _("这是 15 位旧身份证号，请填 18 位号码。"),
    "id_masked": _("身份证号已打码，请填完整的 18 位。"),
    "id_chars": _("身份证号含有不允许的字符，请只填数字和末位 X。"),
    "uscc_lost_digits": _("信用代码被存成了科学计数，数字已经丢失。请把该列设为“文本”后重填。"),
    "uscc_length": _("统一社会信用代码应为 18 位，现在是 {n} 位，请核对。"),
    "uscc_chars": _("信用代码只用数字和大写字母，不用 I、O、S、V、Z，请对照证照核对。"),
    "uscc_checksum": _("信用代码的校验位不对，请对照证照核对。"),
    "phone_length": _("手机号应为 11 位，现在是 {n} 位，请核对。"),
    "phone_multiple": _("一格只能填一个电话，请留下常用的一个。"),
    "phone_lost_digits": _("电话被存成了科学计数，数字已经丢失，请重填。"),
    "phone_masked": _("电话已打码，请填完整的号码。"),
    "phone_bad": _("电话格式不对，请填 11 位手机号，或“区号-号码”。"),
    "bad_date": _("日期“{raw}”不存在或看不懂，请写成 2021-03-08 或 2021-03。"),
    "ambiguous_date": _("“{raw}”可能是 1 月，也可能是 10 月，请写成 {year}-01 或 {year}-10。"),
    "future_date": _("日期“{raw}”晚于填报日期 {today}，请核对。"),
    "need_day": _("{label}请写到日，例如 2021-03-08，现在是“{raw}”。"),
    "date_range": _("日期“{raw}”超出合理范围，请核对年份。"),
    "two_digit_year": _("请写四位年份，现在是“{raw}”。"),
    "year_bad": _("年度看不懂：“{raw}”。请写四位数的年份，例如 2024。"),
    "future_year": _("年度“{raw}”还没有到，现在只能填 {year} 年和以前的。以后年度的请到当年再填。"),
    "not_integer": _("{label}应为整数，现在是“{raw}”。"),
    "negative": _("{label}不能为负数，现在是“{raw}”。"),
    "too_large": _("{label}“{raw}”超出合理范围，请核对。"),
    "not_number": _("{label}应为数字，现在是“{raw}”。"),
    "approximate": _("{label}请填准确数字，不要写“约”“左右”“余”“万”，现在是“{raw}”。"),
    "too_fine": _("{label}最多写 {places} 位小数，现在是“{raw}”。"),
    "bad_boolean": _("{label}请填“是”或“否”，现在是“{raw}”。"),
    "unknown_option": _("{label}没有“{raw}”这个选项，请从模板的下拉列表中选。"),
    "unknown_village": _("在{scope}找不到“{raw}”。{hint}"),
    "ambiguous_village": _("“{raw}”在{scope}不止一个，请写明乡镇（街道）或代码。"),
    "unknown_town": _("在{scope}找不到乡镇（街道）“{raw}”。{hint}"),
    "village_not_in_town": _("“{raw}”不在所填的乡镇（街道），请核对乡镇（街道）与村（社区）。"),
    "unknown_code": _("代码 {raw} 不存在，请核对，或改填名称。"),
    "code_lost_digits": _("代码被存成了科学计数，数字已经丢失。请把该列设为“文本”后重填。"),
    "code_name_mismatch": _("代码与名称不是同一个单位，请核对。"),
    "wrong_level": _("{raw} 是乡镇（街道）或上级的代码，这里要填村（社区）代码。"),
    "out_of_scope": _("{raw} 不在您的管理范围，请交由所属单位填报。"),
    "formula_no_value": _("公式没有计算结果，请在 Excel 或 WPS 中打开并保存一次，或改填数值。"),
    "cell_error": _("单元格是错误值 {raw}，请改填正确的内容。"),
    "duplicate_in_file": _("与{first}重复，请只留一行。"),
    "text_long": _("{label}有 {n} 个字，最多 {most} 个字，请精简。"),
    "holds_number": _("{label}里不要填身份证号和手机号，请删去号码。"),
    "women_exceed": _("女性 {women} 人多于从业人员 {employees} 人，请核对。"),
    "before_step": _("{label}早于{step} {day}，请核对先后。"),
    "changed_twice": _(
        "这一行改了两处，两处不一样：“{own}”{here}和“{sheet}”的 {there}，后者是“{says}”。"
        "请在这里填对的一个，或把两处改成一样后再上传。"
    ),
    "changed_elsewhere": _(
        "“{sheet}”第 {row} 行也改了，和这里不一样，两处只算一处，请在那一行里填对的。"
        "如果不是同一行，请把这里的内容另起一行填写后再上传。"
    ),
    "person_name_bad": _("姓名“{raw}”含有数字或不允许的字符，请只填姓名。"),
}

#: codes that let the row in and are shown beside it
WARNINGS: dict[str, Promise] = {
    "by_decision": _("按认定记录：{raw} → {found}。"),
    "suffix_added": _("按“{found}”识别，原文是“{raw}”，请核对。"),
    "unit_in_cell": _("按 {value} 元识别，原文是“{raw}”，请核对单位。"),
    "not_a_rank": _("“{raw}”不是公务员职级，这一格没有采用；如果有职级，请写“副处级”“正科级”等。"),
    "none_as_zero": _("“{raw}”按 0 识别；如果是不清楚，请留空。"),
    "money_large": _("折合 {value} 元，金额偏大，请核对单位是元还是万元。"),
    "balance_mismatch": _("结余应为收入减支出，即 {due} 元，现在是 {balance} 元，请核对。"),
    "spent_exceeds": _("支出 {spent} 元大于收入 {received} 元，请核对。"),
    "per_woman_unusual": _(
        "按女性人口 {women} 人算，人均 {each} 元，与标准 {standard} 元相差 1,000 倍以上，"
        "请核对金额的单位是元还是万元。"
    ),
    "serial_as_date": _("“{raw}”按日期 {value} 识别，请核对。"),
    "birth_mismatch": _("出生年月与身份证号不一致，请核对。"),
    "gender_male": _("身份证号显示为男性，请核对。"),
    "age_under_18": _("身份证号显示未满 18 岁，请核对。"),
    "age_over_90": _("身份证号显示已超过 90 岁，请核对。"),
    "person_in_two_orgs": _("同一个人也在{first}（另一个单位），请核对是否兼任。"),
    "hidden_row": _("这一行在表格中被隐藏或筛掉了，请确认要导入。"),
    "hidden_rows": _("有 {n} 行被隐藏或筛掉了，仍会导入，请确认。"),
    "hidden_columns": _("有隐藏的列（{letters}），仍会读取，请确认。"),
    "hidden_sheet": _("工作表“{name}”是隐藏的，没有导入。"),
    "ignored_sheet": _("工作表“{name}”没有可识别的表头，没有导入。"),
    "other_sheet": _("工作表“{name}”像是“{other}”，没有导入。"),
    "column_twice": _("“{label}”出现了两列，只读取 {letter} 列。"),
    "inner_tables": _("第 {lines} 行起是表中的小表（如简历、家庭成员），没有导入。"),
    "photos": _("照片没有导入。"),
    "label_twice": _("{label}填了两处，只采用前一处，没有采用 {cell}。"),
    "labels_ignored": _("{labels}不在这里导入，请在执委花名册或资料页填写。"),
    "town_from_sheet": _("没有乡镇（街道）列，按工作表名或标题识别为“{found}”。"),
    "village_from_sheet": _("没有村（社区）列，按工作表名或标题识别为“{found}”。"),
    "other_table": _("工作表“{name}”第 {row} 行起像是“{other}”，没有导入。"),
    "mass_change": _(
        "{count} 行（占 {share}%）会改变“{label}”，例如 {examples}。请确认这一列没有填错或错行。"
    ),
    "mass_change_sealed": _(
        "{count} 行（占 {share}%）会改变“{label}”。请确认这一列没有填错或错行。"
    ),
    "sum_differs": _(
        "{label}：{cell} 的“{word}”是 {told}，{span} 加起来是 {summed}，相差 {gap}，请核对。"
    ),
    "sum_rejected": _(
        "{label}：{cell} 的“{word}”是 {told}，{span} 中能导入的行加起来是 {summed}。"
        "相差的 {gap} 在要改的第 {rows} 行，改好就一致。"
    ),
    "sum_partly": _(
        "{label}：{cell} 的“{word}”是 {told}，{span} 中能导入的行加起来是 {summed}，相差 {gap}。"
        "要改的第 {rows} 行没有加进来，改好后请再核对。"
    ),
    "sum_unread": _(
        "{label}：{cell} 的“{word}”是 {told}，{span} 中能导入的行加起来是 {summed}，相差 {gap}。"
        "要改的第 {rows} 行里有看不懂的数，没有加进来。"
    ),
    "sums_more": _("还有 {n} 处合计与各行加起来的数不同，请核对。"),
    "rows_returned": _("{n} 行改在“只需改这些”里，这里的原行不再计入。"),
    "rows_unchanged": _("{n} 行没有在这里改，按原来的工作表计入。"),
    "rows_alike": _("{n} 行在原来的工作表里也改了，两处一样，只算一次。"),
    "stamps_unknown": _(
        "工作表“{name}”里有 {n} 行不是从本单位的这种表下载的，"
        "会和原来的行一起计入，请删去重复的行。"
    ),
    "old_template": _("这份表是 {day} 下载的，其后模板的列有变化，请核对各列的对应。"),
    "stale_template": _("这份表是 {day} 下载的，其后系统有 {n} 处改动，请核对，以免写回旧数据。"),
    "unreadable_sheet": _("工作表“{name}”读不出来，没有导入。"),
}

#: codes that refuse the whole file
REFUSALS: dict[str, Promise] = {
    "password_protected": _("文件设有打开密码，请去掉密码后再上传。"),
    "corrupt_file": _("文件已损坏，读不出内容，请重新导出或在 Excel/WPS 中另存后再上传。"),
    "empty_file": _("文件是空的，请检查后再上传。"),
    "no_header_found": _("没有找到可识别的表头，请下载模板，把数据粘贴进去再上传。"),
    "no_data_rows": _("表格只有表头，没有数据，请填写后再上传。"),
    "wrong_format": _("文件内容不是表格（实际是{real}），请用 Excel 或 WPS 另存为 xlsx 后再上传。"),
    "wrong_template": _("这份表不是“{kind}”，像是“{other}”，请换到对应的导入页面。"),
    "too_large": _("文件解压后过大，已停止读取，请删去图片和空白行，或分成几个文件上传。"),
}


#: what a file really is, when it is no table
REAL_KINDS: dict[str, Promise] = {
    "picture": _("图片"),
    "pdf": _("PDF 文档"),
    "archive": _("压缩包"),
    "text": _("文字文档"),
    "slides": _("演示文稿"),
    "video": _("视频"),
    "audio": _("音频"),
    "program": _("程序"),
    "database": _("数据库文件"),
    "page": _("网页"),
    "unknown": _("不认识的格式"),
}


#: why a line of a sheet was not taken for data
SKIPS: dict[str, Promise] = {
    "title": _("标题"),
    "unit_line": _("单位说明"),
    "blank": _("空行"),
    "total_row": _("合计、小计"),
    "repeated_header": _("重复的表头"),
    "footer": _("填表人、审核人等"),
    "note": _("备注说明"),
    "summary": _("不是这种表的行"),
    "replaced": _("同一行在另一处计入"),
    "inner_table": _("表中的小表（简历、家庭成员等）"),
    "photo": _("照片"),
}


def skip_reason(why: str) -> str:
    """Why a line was not taken for data, in words."""
    return str(SKIPS.get(why, SKIPS["note"]))


def real_kind(key: str) -> str:
    """The word for a kind of file."""
    return str(REAL_KINDS.get(key, REAL_KINDS["unknown"]))


class _Blanks(dict[str, Any]):
    """A sentence with a parameter that nobody gave must still be a sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(code: str, **params: Any) -> str:
    """The sentence of a cell's or row's ``code``, an error or a warning. Raises KeyError."""
    text = SENTENCES.get(code) or WARNINGS[code]
    return _filled(text, params)


def refusal(code: str, **params: Any) -> str:
    """The sentence for a refused file. Raises KeyError."""
    return _filled(REFUSALS[code], params)


def seen_text(field: str, cell: Any) -> str:
    """What stands in a cell as a page may show it: one line, not long, numbers of people masked."""
    text = _WHITE.sub(" ", as_text(cell)).strip()
    if not text:
        return ""
    if field == "id_number":
        return mask_id_number(text)
    if field in WITHHELD:
        return mask_text(text)
    text = mask_phone(text) if field.endswith("phone") else hide_numbers(text)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def reason_of(problem: Mapping[str, Any], told: Callable[[str, Any], str] | None = None) -> str:
    """Why a cell is wrong, and what was probably meant where the sentence does not say it itself.

    ``problem``: as a plan keeps it; ``told``: how a page shows a value of a column.
    """
    likely = problem.get("likely", {}).get("text", "")
    message: str = problem["message"]
    if not likely or f"“{likely}”" in message:
        return message
    shown = told(problem["field"], likely) if told else likely
    return message + gettext("可能是“{text}”。").format(text=shown)


def suggestion(name: str) -> str:
    """Asks whether ``name`` was meant."""
    return gettext("是不是“{name}”？").format(name=name)


def other_row(row: int, sheet: str | None) -> str:
    """How another row is called in a sentence: 第 5 行, with its sheet when that is another one."""
    if sheet is None:
        return gettext("第 {row} 行").format(row=row)
    return gettext("工作表“{sheet}”第 {row} 行").format(row=row, sheet=sheet)


def _filled(text: Promise, params: Mapping[str, Any]) -> str:
    shown = {key: _shown(value) for key, value in params.items()}
    return str(text).format_map(_Blanks(shown)).strip()


def _shown(value: Any) -> str:
    """A raw value fit for a sentence: one line, not long, and never a whole ID number."""
    text = _WHITE.sub(" ", str(value)).strip()
    text = _LONG_NUMBER.sub(lambda found: found.group()[:6] + "****", text)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one cell of one row; ``cell`` is its A1 address, ``raw`` what stood there.

    ``raw`` and ``likely`` may be personal: they are stored encrypted with the plan and never
    logged. ``seen`` is what a page may show of the cell.
    """

    row: int
    cell: str | None
    field: str | None
    code: str
    message: str
    raw: Any = dataclasses.field(default=None, repr=False)
    seen: str = dataclasses.field(default="", repr=False)
    likely: Likely | None = dataclasses.field(default=None, repr=False)
