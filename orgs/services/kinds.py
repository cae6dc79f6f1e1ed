"""A rule of a kind has changed: figures of all its organisations are counted again."""

from django.db import transaction

from federation.signals import records_changed
from orgs.models import Kind, Organisation


@transaction.atomic
def kind_recount(*, kind: Kind) -> int:
    """Mark every organisation of ``kind`` for a new count by a job. Returns how many."""
    owners = set(Organisation.objects.filter(kind=kind).values_list("pk", flat=True))
    records_changed.send(sender=Organisation, organisation_ids=owners, inline=False)
    return len(owners)
