"""Packed numbers come back as they were."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from federation.coverage.packing import BLOCK, pack, pack_rows, stack, unpack

numbers = st.one_of(st.integers(-2, 3), st.integers(-(2**62), 2**62))
tables = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=numbers)


@given(tables)
@settings(deadline=None, max_examples=200)
def test_every_table_comes_back(table):
    packed = pack_rows(table)
    assert stack(packed, table.shape[1]).tolist() == table.tolist()
    assert packed[0] == pack(table[0])


def test_more_rows_than_are_packed_at_a_time_come_back_in_order():
    table = np.arange(3 * (2 * BLOCK + 1), dtype=np.int64).reshape(-1, 3) % 1000
    assert stack(pack_rows(table), 3).tolist() == table.tolist()


def test_a_village_takes_a_tenth_of_its_plain_numbers():
    row = np.zeros(135, dtype=np.int64)
    row[::4], row[7], row[8] = 1, 1_200_00, 1000
    assert len(pack(row)) * 10 < row.nbytes
    assert unpack(memoryview(pack(row))).tolist() == row.tolist()
