"""Which rows of a plan may not be written any more: what stands behind them has changed since."""

from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange import contents, plans
from federation.exchange.declare import parts_of, sheet_on
from federation.exchange.models import Batch
from federation.exchange.planning import ceiling_of, matches_of, shared_of, tokens_of
from federation.exchange.row_store import Kept
from federation.jobs.services import Claimed


def compared(batch: Batch) -> set[str] | None:
    """The columns of its sheet by which a plan is compared with what stands; None: all."""
    sheet = sheet_on(batch.sheet, batch.as_of)
    found: set[str] = set()
    for declared in parts_of(sheet.key) if sheet is not None else ():
        if declared.compares is None:
            return None
        found.update(declared.compares)
    return found


def stale_rows(
    batch: Batch, kept: Kept, held: plans.Held, claimed: Claimed | None
) -> dict[int, str]:
    """By position in the file, why a row is not to be written. Locks what is compared.

    ``kept``: the rows of the plan; ``held``: see ``plans.Held``.
    """
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None or not contents.is_of_today(batch, sheet, kept, kept.head):
        why = _("检查之后系统已升级，或表的列有变动，没有写入，请重新导入这一行。")
        return dict.fromkeys(range(len(kept)), why)
    paths = _locked_paths(kept)
    rows = contents.rows_again(kept, sheet, batch, shared_of(batch), kept.head)
    parts = [declared() for declared in parts_of(sheet.key)]
    tokens = tokens_of(parts, rows, matches_of(parts, rows, claimed, len(parts)))
    ceiling = ceiling_of(batch)
    outside = {pk for pk, path in paths.items() if not ceiling.covers(path)}
    stale = {}
    both = zip(kept.owners, kept.tokens, tokens, strict=True)
    for number, (owner, planned, found) in enumerate(both):
        if owner in outside:
            stale[number] = _("已不在您的管理范围，没有写入。")
        elif owner in held:
            stale[number] = held[owner]
        elif found != planned:
            stale[number] = _("检查之后记录已被改动，没有写入，请重新导入这一行。")
    return stale


def _locked_paths(kept: Kept) -> dict[int, str]:
    """The paths of all organisations of the plan, which stay locked."""
    paths: dict[int, str] = {}
    for block in in_blocks(sorted(set(kept.owners))):
        locked = organisation_model().objects.select_for_update(of=("self",)).order_by("pk")
        paths.update(keyed(locked, "id", block).values_list("pk", "path"))
    return paths
