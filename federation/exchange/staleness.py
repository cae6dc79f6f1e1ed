"""A workbook given out and back again: how old it is, and what has happened since."""

from django.db.models import Sum
from django.utils import timezone

from federation.access.scope import Scope
from federation.access.tree import after, organisation_model
from federation.audit.models import Change, CreationPlace
from federation.exchange.declare import Sheet
from federation.exchange.giving.givers import givers
from federation.exchange.problems import sentence
from federation.exchange.rows import RowWarning
from federation.exchange.stamps import Stamp, columns_hash


def changes_since(stamp: Stamp, sheet: type[Sheet], ceiling: Scope) -> int:
    """How often records of the table changed since it was given out, in its organisation.

    Nothing is told of organisations outside ``ceiling``.
    """
    found = givers.get(sheet.key)
    tree = organisation_model().objects.in_scope(ceiling)
    path = tree.filter(uid=stamp.organisation).values_list("path", flat=True).first()
    if found is None or path is None:
        return 0
    inside = {"organisation__path__gte": path, "organisation__path__lt": after(path)}
    since = {"at__gt": stamp.made_at, "model__in": list(found.fields)}
    single: int = Change.objects.filter(**since, **inside).count()
    many = CreationPlace.objects.filter(**{f"block__{key}": v for key, v in since.items()})
    return single + (many.filter(**inside).aggregate(made=Sum("count"))["made"] or 0)


def stale_notes(stamp: Stamp | None, sheet: type[Sheet], ceiling: Scope) -> list[RowWarning]:
    """What to say of the age of a returned workbook; nothing of one that is still fresh."""
    if stamp is None or stamp.sheet != sheet.key:
        return []
    day = timezone.localtime(stamp.made_at)
    told = {"day": f"{day.month}月{day.day}日"}
    notes = []
    if stamp.columns != columns_hash(sheet):
        notes.append(RowWarning("old_template", sentence("old_template", **told)))
    number = changes_since(stamp, sheet, ceiling)
    if number:
        notes.append(RowWarning("stale_template", sentence("stale_template", **told, n=number)))
    return notes
