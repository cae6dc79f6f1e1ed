"""Every sheet in words, from its declaration alone: what staff may fill in, and how."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.exchange.declare import Sheet, sheets
from federation.exchange.giving.tables import hints
from federation.exchange.options import SEEDS
from federation.exchange.understanding.matrices import MATRIX
from federation.exchange.understanding.templates import FORM

#: the option lists as they are first laid down
LABELS = {key: [seed.label for seed in seeds] for key, seeds in SEEDS.items()}

#: what holds for tables that are no plain lists
_LAYOUTS = {
    FORM: gettext_lazy("- 一人一页、在各项名称旁边填写的表也认得，不必改成一行一人。"),
    MATRIX: gettext_lazy("- 各项计数按上下两三行列名合起来认；只作核对，不改名册。"),
}


def described() -> str:
    """All sheets as one Markdown document, in the order of their declaration."""
    lines = [
        _("# 导入表一览"),
        "",
        _("由 `manage.py describe_sheets` 根据各表的声明写成，不要手改。选项以安装时的为准，")
        + _("管理员可以补充；列名也认得常见的其他写法，列的先后不限。"),
    ]
    for sheet in sheets:
        lines += ["", *_sheet(sheet)]
    return "\n".join(lines) + "\n"


def _sheet(sheet: type[Sheet]) -> Iterator[str]:
    yield f"## {sheet.title} (`{sheet.key}`)"
    yield ""
    headings = [_("列名"), _("是否必填"), _("怎么填"), _("示例"), _("可选项"), _("代号")]
    yield _row(headings)
    yield _row("---" for _heading in headings)
    whole = with_counts(sheet)
    for column, told in zip(whole.columns, hints(whole, LABELS), strict=True):
        yield _row([*told, f"`{column.key}`"])
    yield ""
    for keys in sheet.needs:
        if len(keys) > 1:
            names = "、".join(str(sheet.column(key).heading) for key in keys)
            yield _("- 至少要有其中一列：{names}。").format(names=names)
    if sheet.layout in _LAYOUTS:
        yield str(_LAYOUTS[sheet.layout])


def with_counts(sheet: type[Sheet]) -> type[Sheet]:
    """The sheet; a counting table together with its counts, which other declarations give it."""
    return sheet.on(timezone.localdate()) if sheet.layout == MATRIX else sheet


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
