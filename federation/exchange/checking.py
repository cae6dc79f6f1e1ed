"""From a file to checked rows: read, find the header, map, clean column by column, place, compare.

Nothing here touches the database: the tree comes as ``Places``, the option lists as a mapping.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from federation.exchange.declare import Sheet
from federation.exchange.form_check import check_of
from federation.exchange.judging import Seen
from federation.exchange.options import OptionLists
from federation.exchange.places import Places
from federation.exchange.problems import real_kind, refusal, sentence
from federation.exchange.reading import BrokenSheet, Frame, Reader, Refused, SheetStart
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, FileError, RowWarning
from federation.exchange.setting import Setting
from federation.exchange.sheet_check import SheetCheck
from federation.exchange.understanding.mapping import Mapping
from federation.exchange.understanding.templates import other_template


def check_workbook(
    data: bytes | Path,
    *,
    sheet: type[Sheet],
    places: Places,
    as_of: date,
    today: date,
    options: OptionLists,
    mapping: Mapping | None = None,
    others: Iterable[type[Sheet]] = (),
    is_about_towns: bool = False,
) -> CheckedWorkbook:
    """Check a whole workbook; never raises for what is in the file.

    The outcome is ``preview`` with one entry per sheet, or ``file_rejected`` with the true reason.
    """
    rivals = tuple(other for other in others if other.key != sheet.key)
    setting = Setting(sheet, places, as_of, today, options, mapping, rivals, is_about_towns)
    checked = CheckedWorkbook(sheet_key=sheet.key)
    with Reader(data) as reader:
        _check(reader, setting, checked)
    return checked


def _check(reader: Reader, setting: Setting, checked: CheckedWorkbook) -> None:
    try:
        checks = _read(reader, setting, checked)
        checked.rows_read, checked.format = reader.rows_read, reader.format
        _conclude(checked, checks, setting)
    except Refused as refused:
        checked.rows_read = max(reader.rows_read, refused.rows_read)
        _refuse(checked, refused)


def _read(reader: Reader, setting: Setting, checked: CheckedWorkbook) -> list[SheetCheck]:
    """Check sheet by sheet while the file is read."""
    checks: list[SheetCheck] = []
    seen = Seen()
    for event in reader:
        if isinstance(event, SheetStart):
            checks.append(check_of(event, setting, seen))
            checked.sheets.append(checks[-1].result)
        elif isinstance(event, Frame):
            checks[-1].take(event)
        elif isinstance(event, BrokenSheet):
            checked.sheets.append(CheckedSheet(event.name, use="broken"))
            message = sentence("unreadable_sheet", name=event.name)
            checked.warnings.append(RowWarning("unreadable_sheet", message))
    for check in checks:
        check.finish()
    return checks


def _conclude(checked: CheckedWorkbook, checks: list[SheetCheck], setting: Setting) -> None:
    """Whether the file as a whole can be taken. Raises Refused."""
    used = [check for check in checks if check.result.use == "imported"]
    if not used:
        raise _nothing_found(checks, setting)
    if not any(check.rows_of_data for check in used):
        raise Refused("no_data_rows")
    for check in checks:
        if check.result.use == "ignored":
            warning = _left_out(check, setting)
            if warning:
                checked.warnings.append(warning)


def _nothing_found(checks: list[SheetCheck], setting: Setting) -> Refused:
    """Why no sheet could be used."""
    if not any(check.rows_seen for check in checks):
        return Refused("empty_file")
    for check in checks:
        other = other_template(check.head, check.start.merges, setting.sheet, setting.others)
        if other is not None:
            return Refused("wrong_template", kind=str(setting.sheet.title), other=str(other.title))
    return Refused("no_header_found")


def _left_out(check: SheetCheck, setting: Setting) -> RowWarning | None:
    """The warning that names a sheet that was not imported; None for an empty one."""
    if not check.rows_seen:
        return None
    name = check.start.name
    if check.start.state != "visible":
        return RowWarning("hidden_sheet", sentence("hidden_sheet", name=name))
    other = other_template(check.head, check.start.merges, setting.sheet, setting.others)
    if other is not None:
        message = sentence("other_sheet", name=name, other=str(other.title))
        return RowWarning("other_sheet", message)
    return RowWarning("ignored_sheet", sentence("ignored_sheet", name=name))


def _refuse(checked: CheckedWorkbook, refused: Refused) -> None:
    checked.outcome = "file_rejected"
    params = dict(refused.params)
    if "real" in params:
        params["real"] = real_kind(params["real"])
    checked.file_error = FileError(refused.code, refusal(refused.code, **params))
    checked.sheets.clear()
