"""docs/sheets.md is what the declarations say."""

from django.conf import settings

from federation.coverage.counts import columns
from federation.exchange.declare import sheets
from federation.exchange.describing import described
from orgs.counts import STAT


def test_the_description_of_the_sheets_is_up_to_date():
    written = (settings.BASE_DIR / "docs" / "sheets.md").read_text("utf-8")
    assert written == described(), "run manage.py describe_sheets"


def test_every_column_of_every_sheet_is_described():
    words = described()
    for sheet in sheets:
        section = words.partition(f"(`{sheet.key}`)")[2].partition("\n## ")[0]
        for column in sheet.columns:
            assert f"`{column.key}`" in section
            assert f"| {column.heading} |" in section


def test_a_counting_table_is_described_with_every_count():
    section = described().partition("(`statistics`)")[2].partition("\n## ")[0]
    assert len(columns()) > 12
    for count in columns():
        assert f"| {count.group}·{count.heading} |" in section
        assert f"`{STAT}{count.key}`" in section
