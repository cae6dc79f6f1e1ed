"""The columns of one workbook: looked at once, and not asked about where nothing is to be asked."""

from collections.abc import Mapping

from federation.exchange import grids, previews
from federation.exchange.models import Batch


def batch_confirm_columns(*, batch: Batch, mapping: Mapping[str, str | None]) -> None:
    """Somebody looked at the columns as they were guessed: the plan holds, nobody asks again."""
    Batch.objects.filter(pk=batch.pk, state=Batch.State.PLANNED).update(mapping=dict(mapping))


def are_columns_known(batch: Batch) -> bool:
    """Whether the file was given out here, so that its columns need no look."""
    return grids.are_columns_known(previews.kept_head(batch))
