"""A register as a workbook or a CSV file: exactly the rows and columns the page shows, masked."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.audit.services import Actor, record_event
from federation.registers.cells import cells_of
from federation.registers.views.listing import Listing

CHUNK = 2000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
AS_TEXT = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportView(Listing):
    """The export of a register; mix it with the list it belongs to, this class first.

    ``?form=csv`` gives CSV, anything else xlsx. The rows are those of the export scope.
    """

    gate = Gate(Grant.EXPORT)
    grant = Grant.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        is_csv = request.GET.get("form") == "csv"
        answer = self._csv() if is_csv else self._workbook()
        name = f"{self.title}_{timezone.localtime():%Y%m%d-%H%M}.{'csv' if is_csv else 'xlsx'}"
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        record_event(
            "export",
            actor=Actor.of(request.user),
            request=request,
            organisation_id=self.chosen.pk if self.chosen else None,
            register=self.register_name,
            rows=self.row_count,
            columns=[column.name for column in self.table.columns],
        )
        return answer

    def shown_columns(self) -> list[str]:
        """As on the page, without columns that only hold links."""
        return [
            name
            for name in super().shown_columns()
            if not self.table_class.base_columns[name].exclude_from_export
        ]

    def headings(self) -> list[str]:
        """The printed headings of the shown columns."""
        return [str(column.header) for column in self.table.columns]

    def lines(self) -> Iterator[list[str]]:
        """The rows as text, read in chunks."""
        cells = cells_of(self.table, is_text=True)
        self.row_count = 0
        for record in self.records_in_order():
            self.row_count += 1
            yield [as_text(cell.of(record)) for cell in cells]

    def records_in_order(self) -> Iterator[Any]:
        """The records, read in chunks; with whatever their cells need as text."""
        return self.in_order().iterator(chunk_size=CHUNK)

    def watermark(self) -> str:
        """Who took the data out, and when."""
        moment = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        return _("导出人：%(name)s　导出时间：%(moment)s　内部资料，注意保管") % {
            "name": self.request.user,
            "moment": moment,
        }

    def _workbook(self) -> HttpResponse:
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, AS_TEXT) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            sheet.set_footer(f"&L{self.watermark().replace('&', '&&')}&R&P/&N")
            sheet.set_column(0, max(len(self.table.columns) - 1, 0), 18)
            for place, heading in enumerate(self.headings()):
                sheet.write_string(0, place, heading, bold)
            number = 0
            for number, line in enumerate(self.lines(), 1):
                for place, text in enumerate(line):
                    sheet.write_string(number, place, text)
            sheet.write_string(number + 1, 0, self.watermark())
        return HttpResponse(target.getvalue(), content_type=XLSX)

    def _csv(self) -> HttpResponse:
        target = io.BytesIO()
        # Encoded as it is written, a large register stands in memory once; the mark that begins
        # "utf-8-sig" tells Excel that this is UTF-8.
        text = io.TextIOWrapper(target, "utf-8-sig", newline="")
        writer = csv.writer(text)
        writer.writerow(map(harmless, self.headings()))
        for line in self.lines():
            writer.writerow(map(harmless, line))
        writer.writerow([self.watermark()])
        text.flush()
        return HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")


def as_text(value: Any) -> str:
    """A cell as plain text; nothing is an empty cell."""
    return "" if value is None else str(value)


def harmless(text: str) -> str:
    """``text`` that no spreadsheet takes for a formula: a quote in front of a dangerous start."""
    return f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(DANGEROUS) else text
