"""A register as a workbook or a CSV file: exactly the rows and columns the page shows, masked.

It is sent while it is read, so that any number of rows takes the same memory and nobody waits for
the last row to get the first. The deed is written down before anything leaves.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.audit.services import Actor, record_event
from federation.bulk.lean import lean
from federation.exchange.giving.book import StreamingBook, TableSpec
from federation.exchange.giving.sending import CSV, XLSX, Sending, csv_blocks, watermark
from federation.registers.cells import cells_of
from federation.registers.views.listing import Listing

CHUNK = 2000


class ExportView(Listing):
    """The export of a register; mix it with the list it belongs to, this class first.

    ``?form=csv`` gives CSV, anything else xlsx. The rows are those of the export scope.
    """

    gate = Gate(Grant.EXPORT)
    grant = Grant.EXPORT

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        is_csv = request.GET.get("form") == "csv"
        # Whatever can be wrong with the address is found before the first byte.
        columns = [column.name for column in self.table.columns]
        event = record_event(
            "export",
            actor=Actor.of(request.user),
            request=request,
            organisation_id=self.chosen.pk if self.chosen else None,
            register=self.register_name,
            columns=columns,
            whole=False,
        )
        sending = Sending(event)
        lines = sending.counted(self.lines())
        blocks = self._csv(lines) if is_csv else self._workbook(lines)
        answer: StreamingHttpResponse = sending.answer(blocks, self.title, CSV if is_csv else XLSX)
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
        for record in self.records_in_order():
            yield [as_text(cell.of(record)) for cell in cells]

    def records_in_order(self) -> Iterator[Any]:
        """The records, read in chunks; with whatever their cells need as text."""
        return lean(self.in_order(), CHUNK)

    def _workbook(self, lines: Iterator[list[str]]) -> Iterator[bytes]:
        headings, mark = self.headings(), watermark(self.request.user)
        rows = chain(lines, [[mark, *[""] * (len(headings) - 1)]])
        yield from StreamingBook([TableSpec(str(self.title), headings, rows, footer=mark)])

    def _csv(self, lines: Iterator[list[str]]) -> Iterator[bytes]:
        yield from csv_blocks(chain([self.headings()], lines, [[watermark(self.request.user)]]))


def as_text(value: Any) -> str:
    """A cell as plain text; nothing is an empty cell."""
    return "" if value is None else str(value)
