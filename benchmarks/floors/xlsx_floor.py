"""The least that writing a workbook costs: xlsxwriter alone, row by row, over cells in memory.

usage: python benchmarks/floors/xlsx_floor.py FILE.xlsx

Reads the first sheet of FILE.xlsx (not timed) and writes the same cells into a new workbook in
constant memory. Imports nothing of the portal. Prints {"rows", "seconds"}.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook


def main(path: str) -> None:
    """Write what stands in ``path`` once more."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        book = xlsxwriter.Workbook(str(Path(folder) / "floor.xlsx"), {"constant_memory": True})
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value != "":
                    page.write_string(number, column, str(value))
        book.close()
        print(json.dumps({"rows": len(rows), "seconds": round(time.perf_counter() - began, 2)}))


if __name__ == "__main__":
    main(sys.argv[1])
