"""From a file to checked rows: read, find the header, map, clean column by column, place, compare.

Nothing here touches the database: the tree comes as ``Places``, the option lists as a mapping.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from federation.exchange.declare import Sheet
from federation.exchange.form_check import check_of
from federation.exchange.holding import Ask, nobody
from federation.exchange.judging import Seen
from federation.exchange.options import OptionLists
from federation.exchange.places import Places
from federation.exchange.problems import real_kind, refusal, sentence
from federation.exchange.reading import BrokenSheet, Event, Frame, Reader, Refused, SheetStart
from federation.exchange.returning.coming_back import OwnFile, Returned, has_stamps, survey
from federation.exchange.returning.stamps import Stamp as RowStamp
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, FileError, RowWarning
from federation.exchange.setting import Decisions, Setting, never
from federation.exchange.sheet_check import SheetCheck
from federation.exchange.stamps import BESIDE, HINTS_SHEET, STAMP_SHEET, Stamp, stamp_among
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
    remembered: Callable[[str], Mapping | None] = never,
    decisions: Decisions | None = None,
    is_ours: Callable[[RowStamp], bool] = lambda _stamp: False,
    own_file: OwnFile = lambda _uid: None,
    listen: Callable[[int, int], None] | None = None,
    held: Ask = nobody,
    begun: Reader | None = None,
) -> CheckedWorkbook:
    """Check a whole workbook; never raises for what is in the file.

    ``listen`` is told how many rows were checked, of how many (0: the file does not say).
    ``held``: see ``Setting``. ``begun``: a reader of it that is at work already.

    The outcome is ``preview`` with one entry per sheet, or ``file_rejected`` with the true reason.
    A workbook in which rows come back put right is gone through again: only then is it known which
    rows they stand for. ``is_ours`` says whether a stamp of such a row is to be trusted,
    ``own_file`` gives the workbook from which it was handed out.
    """
    rivals = tuple(other for other in others if other.key != sheet.key)
    setting = Setting(
        sheet,
        places,
        as_of,
        today,
        options,
        mapping,
        rivals,
        is_about_towns,
        remembered,
        decisions or Decisions(),
        held=held,
    )
    checked = _checked(begun or Reader(data), setting, listen)
    if not checked.has_stamps:
        return checked
    try:
        returned = survey(data, is_ours, own_file)
    except Refused as refused:
        _refuse(checked, refused)
        return checked
    if returned.sheets:
        checked = _checked(Reader(data), replace(setting, returned=returned), listen)
        checked.is_returned = True
    _tell_returned(checked, returned)
    return checked


def _checked(
    reader: Reader, setting: Setting, listen: Callable[[int, int], None] | None
) -> CheckedWorkbook:
    """The workbook, gone through once."""
    checked = CheckedWorkbook(sheet_key=setting.sheet.key)
    with reader:
        _check(_heard(reader, listen), reader, setting, checked)
    return checked


def _heard(reader: Reader, listen: Callable[[int, int], None] | None) -> Iterator[Event]:
    """The events of a reader; after each one has been dealt with, somebody hears how far it is."""
    rows = 0
    for event in reader:
        yield event
        rows += event.count if isinstance(event, Frame) else 0
        if listen is not None:
            listen(rows, reader.rows_told)


def _tell_returned(checked: CheckedWorkbook, returned: Returned) -> None:
    """Which rows counted, and where stamps were not believed."""
    told: set[str] = set()
    for part in checked.sheets:
        # A worksheet of several tables says it once.
        if part.name in told or part.use != "imported":
            continue
        told.add(part.name)
        skipped, alike = len(returned.skipped(part.name)), returned.alike.get(part.name, 0)
        code = "rows_unchanged" if part.name in returned.sheets else "rows_returned"
        for one, count in ((code, skipped - alike), ("rows_alike", alike)):
            if count:
                part.warnings.append(RowWarning(one, sentence(one, n=count)))
        unknown = returned.unknown.get(part.name, 0)
        if unknown:
            message = sentence("stamps_unknown", name=part.name, n=unknown)
            checked.warnings.append(RowWarning("stamps_unknown", message))


def _check(
    events: Iterable[Event], reader: Reader, setting: Setting, checked: CheckedWorkbook
) -> None:
    try:
        checks = _read(events, setting, checked)
        checked.rows_read, checked.format = reader.rows_read, reader.format
        _conclude(checked, checks, setting)
    except Refused as refused:
        checked.rows_read = max(reader.rows_read, refused.rows_read)
        _refuse(checked, refused)


def _read(events: Iterable[Event], setting: Setting, checked: CheckedWorkbook) -> list[SheetCheck]:
    """Check sheet by sheet while the file is read."""
    checks: list[SheetCheck] = []
    seen = Seen()
    for event in events:
        if isinstance(event, SheetStart):
            _begin(check_of(event, setting, seen), checks, checked)
        elif isinstance(event, Frame):
            checked.has_stamps = checked.has_stamps or has_stamps(event)
            _take(event, checks, checked)
        elif isinstance(event, BrokenSheet):
            checked.sheets.append(CheckedSheet(event.name, use="broken"))
            message = sentence("unreadable_sheet", name=event.name)
            checked.warnings.append(RowWarning("unreadable_sheet", message))
    for check in checks:
        check.finish()
    return checks


def _begin(check: SheetCheck, checks: list[SheetCheck], checked: CheckedWorkbook) -> None:
    check.result.number = len(checked.sheets)
    checks.append(check)
    checked.sheets.append(check.result)


def _take(frame: Frame, checks: list[SheetCheck], checked: CheckedWorkbook) -> None:
    """Check a frame; a table that begins below another one in it gets a check of its own."""
    rest: Frame | None = frame
    while rest is not None:
        rest = checks[-1].take(rest)
        if rest is not None:
            _begin(checks[-1].next_table(), checks, checked)


def _conclude(checked: CheckedWorkbook, checks: list[SheetCheck], setting: Setting) -> None:
    """Whether the file as a whole can be taken. Raises Refused."""
    used = [check for check in checks if check.result.use == "imported"]
    if not used:
        raise _nothing_found(checks, setting)
    if not any(check.rows_of_data for check in used):
        raise Refused("no_data_rows")
    checked.stamp = _stamp(checks)
    if checked.stamp is not None:
        for check in checks:
            if check.start.name == HINTS_SHEET:
                check.result.skipped.clear()
        checks = [check for check in checks if check.start.name not in BESIDE]
    for check in checks:
        if check.result.use == "ignored":
            warning = _left_out(check, setting)
            if warning:
                checked.warnings.append(warning)


def _stamp(checks: list[SheetCheck]) -> Stamp | None:
    """The stamp of a workbook that was given out here."""
    beside = (check.head for check in checks if check.start.name == STAMP_SHEET)
    return next(filter(None, map(stamp_among, beside)), None)


def _nothing_found(checks: list[SheetCheck], setting: Setting) -> Refused:
    """Why no sheet could be used."""
    if not any(check.rows_seen for check in checks):
        return Refused("empty_file")
    for check in checks:
        other = other_template(check.head, check.merges, setting.sheet, setting.others)
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
    other = other_template(check.head, check.merges, setting.sheet, setting.others)
    if other is not None:
        code = "other_table" if check.base else "other_sheet"
        message = sentence(code, name=name, other=str(other.title), row=check.first_row)
        return RowWarning(code, message, other=other.key)
    return RowWarning("ignored_sheet", sentence("ignored_sheet", name=name))


def _refuse(checked: CheckedWorkbook, refused: Refused) -> None:
    checked.outcome = "file_rejected"
    params = dict(refused.params)
    if "real" in params:
        params["real"] = real_kind(params["real"])
    checked.file_error = FileError(refused.code, refusal(refused.code, **params))
    checked.sheets.clear()
