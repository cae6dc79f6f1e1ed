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


def columns_in(block: Any) -> list[Sequence[Any]]:
    """The columns of a block of records to be made: rows, organisations, branches, whether only
    reported, and one for each column of the model. It may hold them as columns or as records."""
    if isinstance(block, dict):
        columns: list[Sequence[Any]] = block[FOLDED]
        count = max(map(len, columns))
        return [[*column] * count if len(column) < count else column for column in columns]
    *heads, values = zip(*block, strict=True)
    return [*heads, *zip(*values, strict=True)]


def apart(block: dict[str, Any]) -> tuple[dict[str, Any], dict[int, list[bytes | None]]]:
    """A block without its columns of sealed values, and these by their place.

    Ciphertext does not get shorter by packing, and takes the longest to pack.
    """
    columns = block[FOLDED]
    sealed = {place: column for place, column in enumerate(columns) if type(column[0]) is bytes}
    return {FOLDED: [None if n in sealed else one for n, one in enumerate(columns)]}, sealed


def together(block: dict[str, Any], sealed: dict[int, list[bytes | None]]) -> dict[str, Any]:
    """``apart`` backwards."""
    return {FOLDED: [sealed.get(place, one) for place, one in enumerate(block[FOLDED])]}


def unfolded(block: dict[str, Any]) -> list[list[Any]]:
    """The records of a block: rows, organisation, branch, whether only reported, and the values."""
    whole = columns_in(block)
    values = map(list, zip(*whole[_HEADS:], strict=True))
    return list(map(list, zip(*whole[:_HEADS], values, strict=True)))
