"""Query results as columns of whole numbers: no Python object per row where the engine allows it.

A count of a large city reads millions of records; Django's iterator would spend most of its time on
converters of numbers that are numbers already.
"""

from io import BytesIO
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# Rows turned into numbers at a time.
BLOCK = 20_000
# The binary format of COPY: its head, its end, a field of eight bytes behind its length.
HEAD, END, WIDE = 19, 2, 8


def columns_of_numbers(rows: QuerySet, width: int, *, is_large: bool = False) -> np.ndarray:
    """The ``width`` columns of ``rows.values_list(…)``, all of them whole numbers and none NULL.

    ``is_large``: on PostgreSQL the rows come by COPY. Raises TypeError or ValueError on NULL.
    """
    try:
        statement, values = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return np.zeros((width, 0), dtype=np.int64)
    with connection.cursor() as cursor:
        if is_large and connection.vendor == "postgresql":
            return _copied(cursor, statement, values, width)
        cursor.execute(statement, values)
        blocks = [np.zeros((width, 0), dtype=np.int64)]
        while block := cursor.fetchmany(BLOCK):
            blocks.append(np.array(block, dtype=np.int64).reshape(-1, width).T)
    return np.concatenate(blocks, axis=1)


def _copied(cursor: Any, statement: str, values: Any, width: int) -> np.ndarray:
    names = [f"c{at}" for at in range(width)]
    wide = ", ".join(f"{name}::bigint" for name in names)
    parts = ["COPY (SELECT", wide, "FROM (", statement, ") AS found (", ", ".join(names)]
    copy = cursor.mogrify(" ".join([*parts, ")) TO STDOUT (FORMAT binary)"]), values)
    sink = BytesIO()
    cursor.copy_expert(copy, sink)
    fields = [field for name in names for field in ((f"{name} length", ">i4"), (name, ">i8"))]
    row = np.dtype([("count", ">i2"), *fields])
    found, rest = divmod(len(sink.getbuffer()) - HEAD - END, row.itemsize)
    if rest:
        raise ValueError("a NULL among whole numbers")
    table = np.frombuffer(sink.getbuffer(), row, count=found, offset=HEAD)
    columns = np.empty((width, found), dtype=np.int64)
    for at, name in enumerate(names):
        if (table[f"{name} length"] != WIDE).any():
            raise ValueError("a NULL among whole numbers")
        columns[at] = table[name]
    return columns
