"""Records to be made, as a plan keeps them: column by column, what all bear alike only once."""

from collections.abc import Iterator, Sequence
from typing import Any

from federation.exchange import plans

#: what a block says of itself that holds columns and not records
FOLDED = "folded"
_HEADS = 4


def folded(made: plans.Creates, size: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Blocks of at most ``size`` records, each with the number of its records. Raises KeyError."""
    heads = (made.rows, made.organisation_ids, made.branch_ids, False)
    columns = [*heads, *plans.whole(made.model, made.columns)]
    for start in range(0, len(made.rows), size):
        some = [_some(column, slice(start, start + size)) for column in columns]
        yield min(size, len(made.rows) - start), {FOLDED: some}


def _some(column: Any, where: slice) -> list[Any]:
    """A column of a block; of one value where all its records bear the same."""
    if type(column) is not list:
        return [column]
    values = column[where]
    is_alike = values.count(values[0]) == len(values) and len(set(map(type, values))) == 1
    return values[:1] if is_alike else values


def unfolded(block: dict[str, Any]) -> list[list[Any]]:
    """The records of a block: rows, organisation, branch, whether only reported, and the values."""
    columns: list[Sequence[Any]] = block[FOLDED]
    count = max(map(len, columns))
    whole = [[*column] * count if len(column) < count else column for column in columns]
    values = map(list, zip(*whole[_HEADS:], strict=True))
    return list(map(list, zip(*whole[:_HEADS], values, strict=True)))
