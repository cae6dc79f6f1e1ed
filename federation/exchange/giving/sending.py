"""Rows on their way out of the house: harmless in a spreadsheet, counted, and written down."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from federation.audit.models import Event
from federation.audit.services import end_event

Line = TypeVar("Line")
ROWS_AT_ONCE = 500
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def harmless(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula: a quote in front of a dangerous start."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000\ufeff").startswith(DANGEROUS) else text


def csv_blocks(lines: Iterable[list[str]]) -> Iterator[bytes]:
    """``lines`` as a CSV file that Excel reads as UTF-8, some hundred lines at a time."""
    yield BOM_UTF8
    buffer, rest = io.StringIO(newline=""), iter(lines)
    writer = csv.writer(buffer)
    while block := list(islice(rest, ROWS_AT_ONCE)):
        writer.writerows([map(harmless, line) for line in block])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def watermark(name: Any) -> str:
    """Who took the data out, and when."""
    moment = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return _("导出人：%(name)s　导出时间：%(moment)s　内部资料，注意保管") % {
        "name": name,
        "moment": moment,
    }


class Sending:
    """What leaves under an event that was written before: rows counted, the ending written after.

    What was asked for and has no ending was never taken, or the machine stopped.
    """

    def __init__(self, event: Event) -> None:
        self.event, self.rows = event, 0

    def counted(self, lines: Iterable[Line]) -> Iterator[Line]:
        """``lines``, counted as they leave."""
        for line in lines:
            self.rows += 1
            yield line

    def noted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """``blocks``; then, also when the browser hangs up, how it ended."""
        is_whole = False
        try:
            yield from blocks
            is_whole = True
        finally:
            end_event(self.event, rows=self.rows, whole=is_whole)

    def answer(self, blocks: Iterable[bytes], title: Any, kind: str = XLSX) -> Any:
        """The file as an answer, named after ``title`` and the minute."""
        answer = StreamingHttpResponse(self.noted(blocks), content_type=kind)
        ending = "csv" if kind == CSV else "xlsx"
        name = f"{title}_{timezone.localtime():%Y%m%d-%H%M}.{ending}"
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer
