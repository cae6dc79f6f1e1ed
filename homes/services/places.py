"""A place held while its days or the looks at it change."""

from homes.models import Home
from orgs.models import Organisation


def home_held(home: Home) -> Home | None:
    """The place as it stands, held until the transaction ends; None when it is gone.

    Its organisation is held before it, as an import does: closing a place, telling what was seen
    there and importing both come one after the other.
    """
    owners = Organisation.objects.select_for_update(of=("self",), no_key=True)
    owners.filter(pk=home.organisation_id).first()
    held = Home.objects.select_for_update(of=("self",), no_key=True)
    return held.filter(pk=home.pk).first()
