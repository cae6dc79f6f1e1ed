"""A place or an organisation held while its days or the looks at it change."""

from homes.models import Home
from orgs.models import Organisation


def organisation_held(pk: int | None) -> None:
    """Hold an organisation until the transaction ends; what refers to it can still be written."""
    Organisation.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()


def home_held(home: Home) -> Home | None:
    """The place as it stands, held until the transaction ends; None when it is gone.

    Its organisation is held before it, as an import does: closing a place, telling what was seen
    there and importing both come one after the other.
    """
    organisation_held(home.organisation_id)
    held = Home.objects.select_for_update(of=("self",), no_key=True)
    return held.filter(pk=home.pk).first()
